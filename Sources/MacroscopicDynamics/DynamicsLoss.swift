import MacrostateAutodiff
import MacrostateCompute
import MacrostateTraining

/// The loss of stage II: that of a dynamics model on pairs of successive macrostates, or on rollouts of several steps.
public struct DynamicsLoss: Objective {
  /// The target of a step.
  public enum Target: Sendable {
    /// The model's own loss of its windows: of pairs (z_t, z_{t+1}) for a differential equation.
    case windows
    /// Rollouts of this many steps: the mean squared error of scaled z over the steps.
    case rollouts(length: Int)
  }

  /// The model in training.
  public let model: any DynamicsModel
  public let parameters: Parameters
  private let data: MacrostateTrajectories
  private let target: Target
  /// Frames that a pair or window begins at.
  private let frames: [Int]
  private let batch: Int
  private let seed: UInt64
  private let validation: DynamicsValidation

  /// The loss of `model` on `data`.
  ///
  /// - Parameters:
  ///   - framePower: p of `earlyIndices`, by which early frames are drawn more often.
  ///   - batch: pairs or windows of a step.
  ///   - seed: names the mini-batches.
  public init(
    _ model: any DynamicsModel, parameters: Parameters, data: MacrostateTrajectories, target: Target = .windows,
    framePower: Double = 1, batch: Int, seed: UInt64, validation: DynamicsValidation
  ) {
    self.model = model
    self.parameters = parameters
    self.data = data
    self.target = target
    self.batch = batch
    self.seed = seed
    self.validation = validation
    frames =
      switch target {
      case .windows: data.windows(length: model.windowLength, framePower: framePower)
      case .rollouts(let length): data.windows(length: length, framePower: framePower)
      }
  }

  public func workspace(on lane: Lane) -> DynamicsWorkspace { DynamicsWorkspace(model, data, on: lane) }

  /// The frames of a step.
  public func batch(ofStep step: Int) -> [Int] {
    var random = RandomStream(seed: seed, purpose: .dynamicsMinibatch, step: step)
    return (0..<batch).map { _ in frames[random.next(below: frames.count)] }
  }

  public func addLoss(of batch: [Int], in workspace: DynamicsWorkspace) {
    let share = batch[Lanes.share(workspace.lane.number, of: batch.count)]
    switch target {
    case .windows: workspace.addLoss(share, weight: 1 / Double(batch.count), isTraining: true)
    case .rollouts(let length): workspace.addRollouts(share, length: length, weight: 1 / Double(batch.count))
    }
  }

  public var scoreName: String { model.isStochastic ? "−log N" : "MRE" }

  public func validationScore(_ compute: Compute) throws -> Double {
    try validation.score(model, parameters, compute)
  }
}
