import Foundation
import MacrostateObservables
import MacrostateSettings
import MacrostateStorage
import Microstates
import TestSupport
import Testing

/// Directions of motion, and the temperature.
@Suite struct FlockObservableTests {
  private let corners: [Float] = [1, 0, 0, 1, -1, 0, 0, -1]
  private let right = Float.pi / 2

  @Test func polarisationIsThatOfTheMeanDirection() throws {
    let sample = ObservableSample(2, corners)
    #expect(agree(try sample.with("heading", [0.3, 0.3, 0.3, 0.3]).values("polarisation"), [1]))
    #expect(try sample.with("heading", [0, right, 2 * right, 3 * right]).values("polarisation")[0] < 1e-6)
    #expect(agree(try sample.with("heading", [0, 0, right, right]).values("polarisation"), [sqrt(0.5)]))
    // Velocities count by their directions alone; a particle at rest has none.
    let moving = sample.with("vx", [2, 5, 0.1, 0]).with("vy", [0, 0, 0, 0])
    #expect(agree(try moving.values("polarisation"), [0.75]))
    let both = moving.with("heading", [0, 0, 0, 0])
    #expect(agree(try both.values("polarisation"), [1]))
    #expect(agree(try both.values("polarisation,direction=velocity"), [0.75]))
    #expect(
      agree(
        try ObservableSample(3, [0, 0, 0]).with("vx", [1]).with("vy", [2]).with("vz", [2]).values("polarisation"), [1]))
  }

  @Test func millingIsRotationAboutTheCentre() throws {
    let sample = ObservableSample(2, corners.map { $0 + 3 })
    // Each a quarter turn ahead of its place.
    #expect(agree(try sample.with("heading", [right, 2 * right, 3 * right, 0]).values("milling"), [1]))
    #expect(try sample.with("heading", [0, right, 2 * right, 3 * right]).values("milling")[0] < 1e-6)
    #expect(try sample.with("heading", [0, 0, 0, 0]).values("milling")[0] < 1e-6)
    #expect(agree(try sample.with("heading", [right, 2 * right, 3 * right, 2 * right]).values("milling"), [0.5]))
    var boxed = sample.with("heading", [right, 2 * right, 3 * right, 0])
    boxed.positions = [[1, 0, 0, 1, 9, 0, 0, 9]]
    boxed.box = periodicBox(10, 10)
    #expect(agree(try boxed.values("milling"), [1]))
    boxed.box = periodicBox(10, 2)
    expectError(.badData, containing: "reaches over half a period") { _ = try boxed.values("milling") }
  }

  @Test func whatHasNoDirectionSaysWhatToDo() throws {
    let sample = ObservableSample(2, corners)
    expectError(.badData, containing: "neither a feature 'heading' nor 'vx', 'vy'", "write headings (radians)") {
      _ = try sample.values("polarisation")
    }
    expectError(.badData, containing: "no feature 'vy'", "there are vx. Write it with the particles") {
      _ = try sample.with("vx", [1, 1, 1, 1]).values("polarisation")
    }
    expectError(.badData, containing: "no feature 'heading'") { _ = try sample.values("milling,direction=heading") }
  }

  @Test func temperatureCountsDegreesOfFreedom() throws {
    // Two particles of velocities ±1 along x and 0, 2 along y, masses 1 and 3.
    let sample = ObservableSample(2, [0, 0, 1, 1]).with("vx", [1, -1]).with("vy", [0, 2])
    // Kept: Σv² = 1 + 5, f = 4.
    #expect(agree(try sample.values("temperature,drift=kept"), [1.5]))
    // V = (0, 1): Σ(v − V)² = 2 + 2, f = 2.
    #expect(agree(try sample.values("temperature"), [2]))
    #expect(agree(try sample.values("temperature,boltzmann=0.5"), [4]))
    #expect(agree(try sample.values("temperature,drift=kept,degrees=1.5"), [2]))
    // V = (−½, 3/2): 1 · (9/4 + 9/4) + 3 · (1/4 + 1/4) = 6.
    #expect(agree(try sample.with("mass", [1, 3]).values("temperature"), [3]))
    #expect(agree(try sample.with("mass", [1, 3]).values("temperature,drift=kept"), [4]))
    expectError(.badData, containing: "no degrees of freedom beside their drift") {
      _ = try ObservableSample(2, [0, 0]).with("vx", [1]).with("vy", [1]).values("temperature")
    }
    expectError(.badData, containing: "no feature 'vz'", "there are vx, vy") {
      _ = try ObservableSample(3, [0, 0, 0]).with("vx", [1]).with("vy", [1]).values("temperature")
    }
  }

  @Test func theFeaturesTheyLookAtAreSaid() throws {
    func features(_ text: String) throws -> [String] {
      try Observables.observable(PartRequest(text, of: "observable"), speciesNames: ["A"]).usedFeatures
    }
    #expect(try features("temperature") == ["vx", "vy", "vz", "mass"])
    #expect(try features("radius-of-gyration") == ["mass", "molecule"])
    #expect(try features("feature-moment,feature=c_pe") == ["c_pe"])
    #expect(try features("largest-cluster") == [])
  }
}
