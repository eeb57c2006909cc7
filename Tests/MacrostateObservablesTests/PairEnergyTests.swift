import MacrostateCompute
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

  /// In double precision, by the least of all distances to images.
  private func energyByImages(_ positions: [Float], dimension d: Int, box: SimulationBox) -> Double {
    let n = positions.count / d
    let interaction = PairInteraction()
    var sum = 0.0
    for i in 0..<n {
      for j in 0..<i {
        let square = (0..<d).reduce(0.0) { sum, axis in
          let difference = Double(positions[i * d + axis]) - Double(positions[j * d + axis])
          let images = box.boundaries[axis] == .periodic ? Array(-6...6) : [0]
          let least = images.map { abs(difference + Double($0) * box.lengths[axis]) }.min() ?? 0
          return sum + least * least
        }
        sum += interaction.energy(square.squareRoot())
      }
    }
    return 2 * sum / Double(n * (n - 1))
  }

  private func energy(_ positions: [[Float]], dimension: Int, box: SimulationBox) throws -> Double {
    try PairEnergy().evaluate(Trajectory.Frame(time: 0, positions: positions), dimension: dimension, box: box)[0]
  }

  @Test func distancesAreThoseToTheNearestImage() throws {
    let box = SimulationBox(origin: [0, 0], lengths: [10, 10], boundaries: [.periodic, .periodic])
    let expected = PairInteraction().energy(0.5)
    for pair: [Float] in [[0.25, 5, 9.75, 5], [0.25, 5, 0.75, 5], [5, 10, 5, 0.5], [-0.25, 5, 30.25, 5]] {
      #expect(abs(try energy([pair], dimension: 2, box: box) - expected) < 1e-12)
    }
    // At half the period both images are as near.
    #expect(abs(try energy([[0, 0, 5, 0]], dimension: 2, box: box) - PairInteraction().energy(5)) < 1e-12)
  }

  @Test(arguments: [
    [SimulationBox.Boundary.periodic, .periodic, .periodic], [.periodic, .open, .periodic],
    [.reflecting, .periodic, .open], [.open, .reflecting, .open],
  ])
  func agreesWithTheLeastOverAllImages(boundaries: [SimulationBox.Boundary]) throws {
    // The third axis is shorter than the force's own length.
    let lengths = [3.5, 2.25, 0.625]
    let particles = PairReference(n: 60, extent: 4)
    let more = PairReference(n: 60, extent: 1.5)
    for d in 1...3 {
      let positions: [Float] = (0..<60).flatMap {
        Array([particles.x[$0], particles.y[$0], more.y[59 - $0]].prefix(d))
      }
      let box = SimulationBox(
        origin: Array([-1, 0, 2].prefix(d)), lengths: Array(lengths.prefix(d)), boundaries: Array(boundaries.prefix(d)))
      let expected = energyByImages(positions, dimension: d, box: box)
      let bySpecies = [Array(positions[..<(20 * d)]), Array(positions[(20 * d)...])]
      #expect(abs(try energy(bySpecies, dimension: d, box: box) - expected) < 1e-6)
    }
  }

  @Test func inOpenSpaceTheBoxHasNoPart() throws {
    let box = SimulationBox(origin: [0, 0], lengths: [10, 10], boundaries: [.periodic, .periodic])
    let frame = Trajectory.Frame(time: 0, positions: [[0.1, 5, 9.9, 5]])
    let value = try PairEnergy(countsImages: false).evaluate(frame, dimension: 2, box: box)[0]
    #expect(abs(value - PairInteraction().energy(9.8)) < 1e-5)
    // Walls and open axes have no images: the same bits as without a box.
    let walls = SimulationBox(origin: [0, 0], lengths: [10, 10], boundaries: [.reflecting, .open])
    #expect(try PairEnergy().evaluate(frame, dimension: 2, box: walls) == PairEnergy().evaluate(frame, dimension: 2))
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
