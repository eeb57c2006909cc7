import MacrostateCompute
import MacrostateStorage
import ParticleSimulators
import Testing

@Suite struct InitialConditionTests {
  private func positions(_ condition: InitialCondition, count: Int, set: Int = 0) -> [SIMD2<Float>] {
    var stream = RandomStream(seed: 3, purpose: .simulation, set: set)
    let flat = condition.positions(count: count, from: &stream)
    return (0..<count).map { SIMD2(flat[2 * $0], flat[2 * $0 + 1]) }
  }

  @Test(arguments: [1, 2, 3])
  func clustersHaveEqualWeights(components: Int) {
    var condition = InitialCondition(componentCount: components)
    condition.standardDeviation = 0
    let particles = positions(condition, count: 3000)
    let sizes = Dictionary(grouping: particles) { $0 }.mapValues(\.count)
    #expect(sizes.count == components)
    // A share of 3000 draws scatters by at most √(3000/4) = 27.
    #expect(sizes.values.allSatisfy { abs($0 - 3000 / components) < 140 })
  }

  @Test func meansAreUniformInTheDisc() {
    let condition = InitialCondition(componentCount: 1, standardDeviation: 0)
    let means = (0..<2000).map { positions(condition, count: 1, set: $0)[0] }
    let squaredRadii = means.map { Double(($0 * $0).sum()) }
    #expect(squaredRadii.allSatisfy { $0 <= 1.000001 })
    // r² is uniform in [0, 1] (standard deviation 0.29), each coordinate has mean 0 and standard deviation ½.
    #expect(abs(squaredRadii.reduce(0, +) / 2000 - 0.5) < 0.03)
    #expect(abs(squaredRadii.count { $0 < 0.25 } - 500) < 90)
    let sum = means.reduce(SIMD2<Float>(), +) / 2000
    #expect(abs(sum.x) < 0.05 && abs(sum.y) < 0.05)
  }

  @Test func clustersHaveTheirCovariance() {
    let particles = positions(InitialCondition(componentCount: 1), count: 4000)
    let mean = particles.reduce(SIMD2<Float>(), +) / 4000
    let centred = particles.map { $0 - mean }
    let squares = centred.reduce(SIMD2<Float>()) { $0 + $1 * $1 } / 4000
    let product = centred.reduce(Float(0)) { $0 + $1.x * $1.y } / 4000
    // A variance of 4000 numbers scatters by 2 %.
    #expect(abs(squares.x - 0.01) < 0.001 && abs(squares.y - 0.01) < 0.001 && abs(product) < 0.001)
  }

  @Test func regimesDifferAsTheyShould() {
    #expect(Regime.allCases.map(\.rawValue) == ["training", "in-dst", "diff-init", "diff-N"])
    #expect(Regime.allCases.map(\.particleCount) == [300, 300, 300, 400])
    #expect(Regime.allCases.map(\.initialCondition.componentCount) == [2, 2, 3, 2])
  }

  @Test func startsDependOnSeedRegimeAndTrajectoryAlone() throws {
    func start(_ regime: Regime, _ seed: UInt64, _ m: Int) throws -> [Float] {
      var simulation = ParticleSimulation(regime: regime, trajectoryCount: 10, seed: seed)
      simulation.particles.stepCount = 1
      simulation.particleCount = 20
      simulation.initialCondition = InitialCondition(componentCount: 2)
      return try simulation.trajectory(m).frames[0].positions[0]
    }
    var starts = try Regime.allCases.map { try start($0, 1, 4) }
    starts.append(try start(.training, 2, 4))
    starts.append(try start(.training, 1, 5))
    #expect(Set(starts).count == starts.count)
    #expect(try start(.training, 1, 4) == starts[0])
  }
}
