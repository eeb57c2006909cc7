import MacrostateAutodiff
import MacrostateParallel

/// How well a closure model does by its own objective on given sets, without gradients.
///
/// Random numbers depend on (seed, set) alone. Sets without points are left out.
public final class ClosureEvaluation {
  private let model: ClosureModel
  private let source: any PointSetSource
  private let lanes: [ClosureLane]
  private let oneStep: OneStepDynamics?
  private let pool: WorkerPool

  /// An evaluation on the sets of `source`.
  public init(
    _ model: ClosureModel, parameters: Parameters, source: any PointSetSource, kernels: Kernels, pool: WorkerPool
  ) {
    self.model = model
    self.source = source
    self.pool = pool
    lanes = ClosureLane.all(model, source, parameters, kernels: kernels, wantsGradient: false)
    oneStep = model.oneStep(parameters: parameters, gradients: [], kernels: kernels, pool: pool)
  }

  /// The mean over sets of the objective's loss, as in a training step; for the density objective
  /// E_q[−log p(x | ẑ)] by K samples of q_X a set, in nats and scaled coordinates.
  ///
  /// - Parameter windows: for a model with a dynamics term, the windows that the sets are of, as in a training step.
  public func loss(_ sets: [Int], windows: [FrameWindow] = [], seed: UInt64) throws -> Double {
    let reconstruction =
      model.objective.reconstructs
      ? try mean(sets) { lane, tiles in
        tiles.reduce(0) { $0 + lane.terms($1, .validation(seed: seed)) }
      } : 0
    guard let oneStep else { return reconstruction }
    let closure = try lanes.encode(
      SetMember.list(sets, source, keepsEmpty: true), source, model, order: .stored, pool)
    return reconstruction
      + (try oneStep.evaluate(closure: closure, windows: windows, wantsGradient: false).loss)
  }

  /// What must be added to `loss` to make a score of it: for the density objective the mean of E_q[log q_X(x)] by the
  /// same samples, so that the sum is KL(q_X ‖ p(· | ẑ)), otherwise 0.
  ///
  /// It costs O(n) a sample and does not depend on the parameters: compute it once.
  public func offset(_ sets: [Int], seed: UInt64) throws -> Double {
    try mean(sets) { lane, tiles in
      tiles.joined().reduce(0) { $0 + lane.reconstruction.offset($1, seed: seed) }
    }
  }

  private func mean(
    _ sets: [Int], _ laneSum: @escaping @Sendable (ClosureLane, [[SetMember]]) -> Double
  ) throws -> Double {
    let present = SetMember.list(sets, source, keepsEmpty: false)
    let tiles = PointTiles(present, source, model).tiles
    try pool.run(tasks: lanes.count) { [lanes] index in
      let members = tiles[index].map { Array(present[$0]) }
      lanes[index].loss = laneSum(lanes[index], members)
      lanes[index].end()
    }
    return lanes.reduce(0) { $0 + $1.loss } / Double(max(present.count, 1) * model.objective.termsPerSet)
  }
}
