import MacrostateAutodiff
import MacrostateCompute
import MacrostateTraining

/// The sets of a step of stage I: all species of a frame one behind the other.
public struct ClosureBatch: Sendable {
  /// Numbers of sets in their source.
  public var sets: [Int]
  /// For a model with a dynamics term, the windows that the sets are of: for each the sets of all species of its first
  /// frame, then those of the second. Otherwise none.
  public var windows: [FrameWindow]

  /// A batch.
  public init(sets: [Int], windows: [FrameWindow] = []) {
    self.sets = sets
    self.windows = windows
  }
}

/// The source of the batches of stage I.
public protocol ClosureBatchSource: Sendable {
  /// The batch of a step: a function of its number alone.
  func batch(ofStep step: Int) -> ClosureBatch
}

/// The loss of stage I: that of a closure model by its own objective (for the density −log p(x | ẑ), in scaled coordinates
/// and nats), the mean over sets, and λ L_dyn where a dynamics is trained, too.
///
/// Random numbers are named by (seed, step, position in the batch). Sets without points are left out of a reconstruction.
public struct ClosureLoss: Objective {
  /// The model in training.
  public let model: ClosureModel
  public let parameters: Parameters
  public let lossOffset: Double
  private let sets: ModelSets
  private let batches: any ClosureBatchSource
  private let validation: ClosureBatch
  private let evaluation: ClosureEvaluation
  private let oneStep: OneStepLoss?
  private let seed: UInt64

  /// The loss of `model` on batches of sets of `source`, judged by the sets of `validation`.
  public init(
    _ model: ClosureModel, parameters: Parameters, source: any PointSetSource, batches: any ClosureBatchSource,
    validation: ClosureBatch, seed: UInt64, compute: Compute
  ) throws {
    self.model = model
    self.parameters = parameters
    self.batches = batches
    self.validation = validation
    self.seed = seed
    sets = ModelSets(model, source)
    oneStep = model.oneStep
    evaluation = ClosureEvaluation(model, parameters: parameters, source: source, compute: compute)
    // With the validation's offset (the mixture's entropy, for a density) training and validation losses compare.
    lossOffset = try evaluation.offset(validation.sets, seed: seed)
  }

  /// A batch, cut up for the lanes.
  public struct Batch: Sendable {
    fileprivate let chosen: ClosureBatch
    fileprivate let draw: RandomDraw
    fileprivate let present: [SetMember]
    fileprivate let empty: [SetMember]
    fileprivate let tiles: [[Range<Int>]]
    fileprivate let weight: Double
    /// The gradient of L_dyn with respect to ẑ of all sets; nil without a dynamics.
    fileprivate var closureGradient: [Float]?
  }

  public func workspace(on lane: Lane) -> ClosureWorkspace { ClosureWorkspace(model, sets, on: lane) }

  public func batch(ofStep step: Int) -> Batch {
    let chosen = batches.batch(ofStep: step)
    let (present, empty) = sets.split(sets.members(chosen.sets, keepsEmpty: oneStep != nil))
    return Batch(
      chosen: chosen, draw: .training(seed: seed, step: step), present: present, empty: empty,
      tiles: sets.tiles(present, keepsGroups: true, tilePoints: model.encoder.tilePoints),
      weight: 1 / Double(max(present.count / sets.groupSize, 1) * model.objective.termsPerSet))
  }

  /// A first pass where a dynamics is trained, too: its loss needs ẑ of the whole batch (for the size of the increments),
  /// and its network wants more rows than a tile has sets.
  public func prepare(_ batch: inout Batch, _ workspaces: [ClosureWorkspace], _ compute: Compute) throws -> Double {
    guard let oneStep else { return 0 }
    let closure = try workspaces.encode(
      sets.members(batch.chosen.sets, keepsEmpty: true), sets, model, order: model.order(batch.draw), compute.pool)
    let result = try oneStep.evaluate(
      closure: closure, windows: batch.chosen.windows, lanes: workspaces.map(\.lane), wantsGradient: true,
      pool: compute.pool)
    batch.closureGradient = result.gradient
    return result.loss
  }

  public func addLoss(of batch: Batch, in workspace: ClosureWorkspace) {
    let number = workspace.lane.number
    var tiles = batch.tiles[number].map { Array(batch.present[$0]) }
    if number == 0 && !batch.empty.isEmpty { tiles.append(batch.empty) }
    for members in tiles {
      workspace.train(members, batch.draw, weight: batch.weight, closureGradient: batch.closureGradient)
    }
  }

  public var scoreName: String { model.scoreName }

  /// The objective's own score on the validation sets: for the density KL(q_X ‖ p(· | ẑ)), in nats.
  public func validationScore(_ compute: Compute) throws -> Double {
    try evaluation.loss(validation.sets, windows: validation.windows, seed: seed) + lossOffset
  }
}
