import MacrostateAutodiff
import MacrostateCompute

/// Training steps of any objective: loss and gradient over the lanes, then one step of Adam.
public final class Trainer<Goal: Objective> {
  /// The loss that is made smaller.
  public let objective: Goal
  /// The optimiser with its moments.
  public let optimizer: Adam
  private let lanes: Lanes
  private let workspaces: [Goal.Workspace]
  private let compute: Compute

  /// A trainer that has taken no step.
  public init(_ objective: Goal, optimizer: Adam.Settings, compute: Compute) {
    self.objective = objective
    self.compute = compute
    self.optimizer = Adam(objective.parameters.layout, settings: optimizer)
    lanes = Lanes(objective.parameters, kernels: compute.kernels, wantsGradient: true)
    workspaces = lanes.all.map(objective.workspace)
  }

  /// The trained parameters.
  public var parameters: Parameters { objective.parameters }

  /// Bytes of the tapes of a step, once one has been made; they grow with the largest batches.
  public var tapeByteCount: Int { lanes.arenas.byteCount }

  /// Step number `step`: a pure function of the state before it and of its number.
  ///
  /// - Returns: the loss of the batch, and the norm of its gradient before clipping, not finite where the training has
  ///   diverged.
  public func step(_ step: Int, rate: Double) throws -> (loss: Double, gradientNorm: Double) {
    defer { for lane in lanes.all { lane.end() } }
    var batch = try objective.batch(ofStep: step)
    let before = try objective.prepare(&batch, workspaces, compute)
    try compute.pool.run(tasks: Lanes.count) { [objective, lanes, workspaces, batch] number in
      let lane = lanes.all[number]
      lane.begin()
      objective.addLoss(of: batch, in: workspaces[number])
      lane.rest()
    }
    let norm = try optimizer.step(
      parameters, gradients: lanes.all.compactMap(\.gradient), rate: rate, compute: compute)
    return (lanes.all.reduce(before) { $0 + $1.loss } + objective.lossOffset, norm)
  }

  /// The validation score; where the optimiser keeps a mean of the parameters, that is judged.
  public func validationScore() throws -> Double {
    try optimizer.withAverage(of: parameters) { try objective.validationScore(compute) }
  }
}
