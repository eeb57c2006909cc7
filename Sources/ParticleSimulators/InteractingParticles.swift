import CMacrostateKernels
import MacrostateCompute
import MacrostateObservables
import MacrostateStorage
import Microstates

/// Particles in the plane that move under their pair forces, without inertia (Kolokolnikov et al. 2011):
///
///     dxⁱ/dt = (1/n) Σ_{j≠i} F(r) (xⁱ − xʲ)/r,   r = ‖xⁱ − xʲ‖,   F(r) = tanh(a(1 − r)) + b
///
/// integrated by the forward Euler method. The motion goes down the gradient of the mean pair energy,
/// dxⁱ/dt = −((n−1)/2) ∂E/∂xⁱ, so E never rises while the time step is small enough. All is in reduced units.
public struct InteractingParticles: Codable, Equatable, Sendable {
  /// The force between two particles.
  public var interaction: PairInteraction
  /// The time step Δt.
  public var timeStep: Double
  /// The number of steps; a trajectory has one frame more, the start.
  public var stepCount: Int

  /// The paper's system: a = 4, b = 0.1, Δt = 0.02, 300 steps.
  public init(interaction: PairInteraction = PairInteraction(), timeStep: Double = 0.02, stepCount: Int = 300) {
    self.interaction = interaction
    self.timeStep = timeStep
    self.stepCount = stepCount
  }

  /// The number of frames of a trajectory.
  public var frameCount: Int { stepCount + 1 }

  /// The trajectory that starts at `positions` `[n, 2]`: all frames, at the times 0, Δt, 2Δt, …, with the mean pair
  /// energy of each as its observable.
  ///
  /// One thread does all of it, in single precision: the bits depend on the start and the instruction set alone. The
  /// cost is n(n−1)/2 pairs a frame.
  ///
  /// - Throws: `MacrostateError` of kind `badData` for fewer than two particles or for settings that make no sense;
  ///   `failure` if positions or energy stop being finite.
  public func trajectory(from positions: [Float], kernels: Kernels = .best) throws -> Trajectory {
    try validate()
    let n = positions.count / 2
    guard n >= 2, positions.count % 2 == 0 else {
      throw MacrostateError(
        .badData, "\(positions.count) coordinates; particles that interact in the plane must be two or more")
    }
    var state = PlanarState(positions)
    var frames: [Trajectory.Frame] = []
    frames.reserveCapacity(frameCount)
    for step in 0...stepCount {
      let energy = state.updateVelocities(interaction, kernels)
      guard energy.isFinite else {
        throw MacrostateError(
          .failure,
          "the simulation diverged: the pair energy is \(energy) at step \(step); lower the time step (\(timeStep)) or "
            + "check the start")
      }
      frames.append(
        Trajectory.Frame(time: Double(step) * timeStep, positions: [state.positions], observables: [energy]))
      state.move(by: Float(timeStep), kernels)
    }
    return Trajectory(frames: frames)
  }

  /// Checks the settings.
  ///
  /// - Throws: `MacrostateError` of kind `badData` that names the setting and what it may be.
  public func validate() throws {
    let require = InputCheck("interacting particles")
    try require(interaction.a > 0 && interaction.a <= 1e6, "a is \(interaction.a); it must be positive, at most 1e6")
    try require(abs(interaction.b) <= 1e6, "b is \(interaction.b); it must be a number of at most 1e6")
    try require(timeStep > 0 && timeStep <= 1e6, "the time step is \(timeStep); it must be positive, at most 1e6")
    try require(
      (1...10_000_000).contains(stepCount), "\(stepCount) steps; there must be at least 1, at most 10 000 000")
  }
}

/// Positions and velocities, coordinate by coordinate as the kernels want them.
private struct PlanarState {
  private var x: [Float]
  private var y: [Float]
  private var velocityX: [Float]
  private var velocityY: [Float]

  init(_ positions: [Float]) {
    let n = positions.count / 2
    x = (0..<n).map { positions[2 * $0] }
    y = (0..<n).map { positions[2 * $0 + 1] }
    velocityX = [Float](repeating: 0, count: n)
    velocityY = velocityX
  }

  /// The positions `[n, 2]`.
  var positions: [Float] {
    [Float](unsafeUninitializedCapacity: 2 * x.count) { buffer, count in
      for i in x.indices {
        buffer[2 * i] = x[i]
        buffer[2 * i + 1] = y[i]
      }
      count = 2 * x.count
    }
  }

  /// Computes the velocities at the positions; returns the mean pair energy there.
  mutating func updateVelocities(_ interaction: PairInteraction, _ kernels: Kernels) -> Double {
    kernels.table.pointee.pairForces(x.count, interaction.kernelForce, x, y, &velocityX, &velocityY)
  }

  /// x ← x + Δt·v.
  mutating func move(by timeStep: Float, _ kernels: Kernels) {
    kernels.table.pointee.addScaled(x.count, timeStep, velocityX, &x)
    kernels.table.pointee.addScaled(y.count, timeStep, velocityY, &y)
  }
}
