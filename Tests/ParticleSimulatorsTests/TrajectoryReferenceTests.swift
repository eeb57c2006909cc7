import Foundation
import MacrostateCompute
import MacrostateStorage
import ParticleSimulators
import Testing

/// Whole trajectories against an independent simulation in double precision.
@Suite struct TrajectoryReferenceTests {
  private struct Fixture: Decodable {
    struct Case: Decodable {
      let n: Int, timeStep: Double, start: [[Float]], end: [[Double]], energies: [Double]
    }
    let cases: [Case]
  }

  private func cases() throws -> [Fixture.Case] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let data = try Data(contentsOf: folder.appendingPathComponent("Fixtures/interacting-particles.json"))
    return try JSONDecoder().decode(Fixture.self, from: data).cases
  }

  @Test func everyInstructionSetFollowsTheReference() throws {
    for reference in try cases() {
      let particles = InteractingParticles(
        timeStep: reference.timeStep, stepCount: reference.energies.count - 1)
      for kernels in Kernels.available {
        let trajectory = try particles.trajectory(from: reference.start.flatMap(\.self), kernels: kernels)
        #expect(trajectory.frames.count == reference.energies.count)
        for (frame, energy) in zip(trajectory.frames, reference.energies) {
          // Twenty steps, each rounding positions of order 1 by 6e-8.
          #expect(abs(frame.observables[0] - energy) < 2e-6)
        }
        let end = try #require(trajectory.frames.last).positions[0]
        for (coordinate, expected) in zip(end, reference.end.flatMap(\.self)) {
          #expect(abs(Double(coordinate) - expected) < 4e-6)
        }
      }
    }
  }

  @Test func framesAreThereAtEveryStepFromTheStart() throws {
    let start: [Float] = [0, 0, 0.5, 0, 0, 0.5]
    let trajectory = try InteractingParticles(timeStep: 0.25, stepCount: 4).trajectory(from: start)
    #expect(trajectory.frames.map(\.time) == [0, 0.25, 0.5, 0.75, 1])
    #expect(trajectory.frames[0].positions == [start])
    #expect(InteractingParticles().frameCount == 301)
  }

  @Test(arguments: [[], [0, 1], [0, 1, 2]] as [[Float]])
  func fewerThanTwoParticlesAreAnError(start: [Float]) {
    let error = #expect(throws: MacrostateError.self) { try InteractingParticles().trajectory(from: start) }
    #expect(error?.kind == .badData)
    #expect(error?.message.contains("two or more") == true)
  }

  @Test func divergenceIsAnErrorThatNamesTheStep() {
    let error = #expect(throws: MacrostateError.self) {
      try InteractingParticles().trajectory(from: [0, 0, .infinity, 1])
    }
    #expect(error?.kind == .failure)
    #expect(error?.message.contains("step 0") == true)
  }

  @Test func settingsThatMakeNoSenseAreErrors() {
    let wrong: [(inout InteractingParticles) -> Void] = [
      { $0.timeStep = 0 }, { $0.timeStep = -1 }, { $0.timeStep = .nan }, { $0.stepCount = 0 }, { $0.stepCount = -1 },
      { $0.interaction.a = 0 }, { $0.interaction.a = .infinity }, { $0.interaction.b = .nan },
    ]
    for change in wrong {
      var particles = InteractingParticles()
      change(&particles)
      let error = #expect(throws: MacrostateError.self) { try particles.trajectory(from: [0, 0, 1, 1]) }
      #expect(error?.kind == .badData)
    }
  }
}
