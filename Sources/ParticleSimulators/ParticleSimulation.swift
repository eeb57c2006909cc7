import MacrostateAutodiff
import MacrostateCompute
import MacrostateObservables
import MacrostateStorage
import Microstates

/// Everything that decides the bytes of a data set of interacting particles.
///
///     var simulation = ParticleSimulation(regime: .training, trajectoryCount: 1000, seed: 1)
///     simulation.particles.stepCount = 100
///     let first = try simulation.trajectory(0)
public struct ParticleSimulation: Sendable {
  /// The use of the data; names the random streams.
  public var regime: Regime
  /// The number of trajectories.
  public var trajectoryCount: Int
  /// The seed; trajectory m depends on the seed, the regime and m alone.
  public var seed: UInt64
  /// The number n of particles.
  public var particleCount: Int
  /// The start.
  public var initialCondition: InitialCondition
  /// The motion.
  public var particles: InteractingParticles
  /// The compiled loops; another instruction set rounds differently.
  public var kernels: Kernels

  /// The settings of `regime`, which may be changed one by one.
  public init(regime: Regime, trajectoryCount: Int, seed: UInt64, kernels: Kernels = .best) {
    self.regime = regime
    self.trajectoryCount = trajectoryCount
    self.seed = seed
    self.particleCount = regime.particleCount
    self.initialCondition = regime.initialCondition
    self.particles = InteractingParticles()
    self.kernels = kernels
  }

  /// Trajectory m: frames with positions `[n, 2]` of one species and the observable `pair-energy`.
  ///
  /// - Throws: `MacrostateError` of kind `badData` for settings that make no sense; `failure` if the simulation
  ///   diverges.
  public func trajectory(_ m: Int) throws -> Trajectory {
    try validate()
    var stream = RandomStream(seed: seed, purpose: regime.purpose, set: m)
    let start = initialCondition.positions(count: particleCount, from: &stream)
    do {
      return try particles.trajectory(from: start, kernels: kernels)
    } catch let error as MacrostateError {
      throw MacrostateError(error.kind, "trajectory \(m): \(error.message)")
    }
  }

  /// The description of the data set: all settings are written into it.
  ///
  /// - Parameter programVersion: the version of the program.
  public func description(programVersion: String) -> DatasetDescription {
    DatasetDescription(
      dimension: 2, observables: PairEnergy(particles.interaction, countsImages: false, kernels: kernels).descriptions,
      generator: DatasetDescription.Generator(
        name: "interacting-particles", seed: seed,
        parameters: [
          "a": .number(particles.interaction.a),
          "b": .number(particles.interaction.b),
          "components": .number(Double(initialCondition.componentCount)),
          DatasetDescription.Generator.instructionSetKey: .text(kernels.instructionSet.rawValue),
          "particles": .number(Double(particleCount)),
          "radius": .number(initialCondition.radius),
          "regime": .text(regime.rawValue),
          "standard-deviation": .number(initialCondition.standardDeviation),
          "steps": .number(Double(particles.stepCount)),
          "time-step": .number(particles.timeStep),
        ]),
      programVersion: programVersion)
  }

  /// The division of the trajectories into shards: of the usual size, but at least eight where there are as many
  /// trajectories, so that threads share small data sets evenly. It does not depend on the number of threads.
  public var plan: DatasetPlan {
    let bySize = DatasetPlan(trajectoryCount: trajectoryCount, bytesPerTrajectory: bytesPerTrajectory)
    return DatasetPlan(
      trajectoryCount: trajectoryCount,
      trajectoriesPerShard: min(bySize.trajectoriesPerShard, (trajectoryCount + 7) / 8))
  }

  /// The size of a trajectory in the dataset store, in bytes.
  public var bytesPerTrajectory: Int {
    // Positions; and offset, trajectory, time and observable of a frame.
    particles.frameCount * (8 * particleCount + 28)
  }

  /// The number of unordered pairs whose forces the whole simulation takes, to estimate its time.
  public var pairCount: Double {
    let n = Double(particleCount)
    return Double(trajectoryCount) * Double(particles.frameCount) * n * (n - 1) / 2
  }

  /// Checks all settings.
  ///
  /// - Throws: `MacrostateError` of kind `badData` that names the setting and what it may be.
  public func validate() throws {
    let require = InputCheck("interacting particles")
    try particles.validate()
    try require(
      (2...1_000_000).contains(particleCount), "\(particleCount) particles; there must be at least 2, at most 1 000 000"
    )
    try require(
      (1...1_000_000).contains(initialCondition.componentCount),
      "\(initialCondition.componentCount) clusters to start from; there must be at least 1, at most 1 000 000")
    for (name, value) in [
      ("standard deviation", initialCondition.standardDeviation), ("radius", initialCondition.radius),
    ] {
      try require(value >= 0 && value <= 1e6, "the start's \(name) is \(value); it must be from 0 to 1e6")
    }
  }
}
