import MacrostateAutodiff
import MacrostateObservables
import MacrostateStorage
import Microstates
import Testing

@Suite struct PairEnergyTests {
  private func energy(_ positions: [Float], dimension: Int) throws -> Double {
    try PairEnergy().evaluate(Trajectory.Frame(time: 0, positions: [positions]), dimension: dimension)[0]
  }

  @Test func interactionFollowsItsFormula() {
    let interaction = PairInteraction()
    // log cosh(4)/4 + 0.1 and tanh(4) + 0.1, from tables.
    #expect(abs(interaction.energy(0) - 0.926797055) < 1e-8)
    #expect(abs(interaction.force(0) - 1.099329300) < 1e-8)
    #expect(interaction.energy(1) == 0)
    for r in [0.01, 0.7, 1.3, 5, 100] {
      let slope = (interaction.energy(r + 1e-5) - interaction.energy(r - 1e-5)) / 2e-5
      #expect(abs(slope + interaction.force(r)) < 1e-8)
    }
    #expect(interaction.energy(1e6).isFinite)
  }

  @Test func twoParticlesHaveTheEnergyOfTheirPairInEveryDimension() throws {
    let expected = PairInteraction().energy(0.5)
    #expect(abs(try energy([0.25, 0.75], dimension: 1) - expected) < 1e-12)
    #expect(abs(try energy([0, 0.3, 0.4, 0], dimension: 2) - expected) < 1e-7)
    #expect(abs(try energy([1, 1, 1, 1, 1.5, 1], dimension: 3) - expected) < 1e-12)
  }

  @Test func vectorsAgreeWithDoublePrecision() throws {
    let particles = PairReference(n: 123)
    let positions = zip(particles.x, particles.y).flatMap { [$0, $1] }
    let expected = particles.forces().energy
    #expect(abs(try energy(positions, dimension: 2) - expected) < 1e-7)
    let reference = positions.withUnsafeBufferPointer {
      PairEnergy.energy(MicrostateView(dimension: 2, positions: $0), PairInteraction())
    }
    #expect(abs(reference - expected) < 1e-14)
  }

  @Test func speciesAreNotToldApart() throws {
    let together = try energy([0, 0, 1, 0, 0.5, 2, 3, 1], dimension: 2)
    let frame = Trajectory.Frame(time: 0, positions: [[0, 0], [], [1, 0, 0.5, 2, 3, 1]])
    #expect(try PairEnergy().evaluate(frame, dimension: 2) == [together])
  }

  @Test func oneParticleIsAnError() throws {
    let error = #expect(throws: MacrostateError.self) { try energy([1, 2], dimension: 2) }
    #expect(error?.kind == .badData)
    #expect(error?.message.contains("two particles or more") == true)
    #expect(error?.message.contains("has 1") == true)
  }

  /// ẋⁱ = −((n−1)/2) ∂E/∂xⁱ: the force kernel against differences of the energy in double precision.
  @Test func forcesAreTheEnergysGradient() {
    let n = 17
    let particles = PairReference(n: n)
    let positions = zip(particles.x, particles.y).flatMap { [$0, $1] }
    func energy(_ coordinate: Int, _ value: Float) -> Double {
      var moved = positions
      moved[coordinate] = value
      return moved.withUnsafeBufferPointer {
        PairEnergy.energy(MicrostateView(dimension: 2, positions: $0), PairInteraction())
      }
    }
    for kernels in Kernels.available {
      let (vx, vy, _) = particles.forces(kernels)
      for coordinate in 0..<(2 * n) {
        let above = positions[coordinate] + 0x1p-11
        let below = positions[coordinate] - 0x1p-11
        let slope =
          (energy(coordinate, above) - energy(coordinate, below)) / (Double(above) - Double(below))
        let velocity = coordinate % 2 == 0 ? vx[coordinate / 2] : vy[coordinate / 2]
        // The difference quotient errs by h²/6 times a third derivative of order a² = 16: about 1e-6.
        #expect(abs(Double(velocity) + Double(n - 1) / 2 * slope) < 1e-5)
      }
    }
  }
}
