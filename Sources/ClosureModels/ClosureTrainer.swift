import MacroscopicDynamics
import MacrostateAutodiff
import MacrostateCompute

/// Training steps of a closure model: loss and gradient over the lanes, then one step of Adam.
public final class ClosureTrainer {
  /// The model in training.
  public let model: ClosureModel
  /// Its parameters, changed by every step.
  public let parameters: Parameters
  /// The optimiser with its moments.
  public let optimizer: Adam

  private let sets: ModelSets
  private let lanes: [ClosureLane]
  private let oneStep: (any OneStepLoss)?
  private let compute: Compute

  /// A trainer of `model` on the sets of `source`.
  public init(
    _ model: ClosureModel, parameters: Parameters, source: any PointSetSource, optimizer: Adam.Settings,
    compute: Compute
  ) {
    self.model = model
    self.parameters = parameters
    sets = ModelSets(model, source)
    self.optimizer = Adam(model.layout, settings: optimizer)
    self.compute = compute
    lanes = ClosureLane.all(model, sets, parameters, kernels: compute.kernels, wantsGradient: true)
    oneStep = model.oneStep(
      parameters: parameters, gradients: lanes.compactMap(\.gradient), compute: compute)
  }

  /// Bytes of the tapes of a step, once one has been made; they grow with the largest sets.
  public var tapeByteCount: Int { lanes.first?.arenas.byteCount ?? 0 }

  /// What a step reports.
  public struct StepResult: Sendable {
    /// The mean of the objective over sets (for the density −log p(x | ẑ), in scaled coordinates and nats), and λ L_dyn
    /// where a dynamics is trained, too.
    public var loss: Double
    /// The norm of the gradient before clipping; not finite where the training has diverged.
    public var gradientNorm: Double
  }

  /// One step on the sets `batch`, all species of a frame one behind the other; random numbers are named by (seed, step,
  /// position in the batch). Sets without points are left out of a reconstruction.
  ///
  /// - Parameter windows: for a model with a dynamics term, the windows that the sets are of: for each the sets of all
  ///   species of its first frame, then those of the second.
  public func step(
    batch: [Int], windows: [FrameWindow] = [], seed: UInt64, step: Int, rate: Double
  ) throws -> StepResult {
    let loss = try gradient(batch, windows, .training(seed: seed, step: step))
    let norm = try optimizer.step(
      parameters, gradients: lanes.compactMap(\.gradient), rate: rate, compute: compute)
    return StepResult(loss: loss, gradientNorm: norm)
  }

  /// The loss of a batch, with its gradient left in the lanes.
  private func gradient(_ batch: [Int], _ windows: [FrameWindow], _ draw: RandomDraw) throws -> Double {
    for lane in lanes { lane.gradient?.clear() }
    // Two passes where a dynamics is trained: its loss needs ẑ of the whole batch (for the size of the increments), and
    // its network wants more rows than a tile has sets.
    let oneStep = try self.oneStep.map { oneStep in
      try oneStep.evaluate(closure: encode(batch, draw), windows: windows, wantsGradient: true)
    }
    let (present, empty) = sets.split(sets.members(batch, keepsEmpty: oneStep != nil))
    let tiles = sets.tiles(present, keepsGroups: true, tilePoints: model.encoder.tilePoints)
    let weight = 1 / Double(max(present.count / sets.groupSize, 1) * model.objective.termsPerSet)
    try compute.pool.run(tasks: lanes.count) { [lanes] index in
      let lane = lanes[index]
      lane.loss = 0
      for tile in tiles[index] {
        lane.train(Array(present[tile]), draw, weight: weight, closureGradient: oneStep?.gradient)
      }
      if index == 0 && !empty.isEmpty {
        lane.train(empty, draw, weight: weight, closureGradient: oneStep?.gradient)
      }
      lane.end()
    }
    return lanes.reduce(oneStep?.loss ?? 0) { $0 + $1.loss }
  }

  /// ẑ of a whole batch, the sets without points included.
  private func encode(_ batch: [Int], _ draw: RandomDraw) throws -> [Float] {
    try lanes.encode(sets.members(batch, keepsEmpty: true), sets, model, order: model.order(draw), compute.pool)
  }
}
