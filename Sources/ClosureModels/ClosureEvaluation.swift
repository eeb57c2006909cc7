import MacrostateAutodiff
import MacrostateCompute
import MacrostateTraining

/// The score of a closure model by its own objective on given sets, without gradients.
///
/// Random numbers depend on (seed, set) alone. Sets without points are left out.
public struct ClosureEvaluation: Sendable {
  private let model: ClosureModel
  private let sets: ModelSets
  private let workspaces: [ClosureWorkspace]
  private let compute: Compute

  /// An evaluation on the sets of `source`.
  public init(
    _ model: ClosureModel, parameters: Parameters, source: any PointSetSource, compute: Compute
  ) {
    self.model = model
    sets = ModelSets(model, source)
    self.compute = compute
    workspaces = ClosureWorkspace.all(model, sets, parameters, compute.kernels)
  }

  /// The mean over sets of the objective's loss, as in a training step; for the density objective
  /// E_q[−log p(x | ẑ)] by K samples of q_X a set, in nats and scaled coordinates.
  ///
  /// - Parameter windows: for a model with a dynamics term, the windows that the sets are of, as in a training step.
  public func loss(_ batch: [Int], windows: [FrameWindow] = [], seed: UInt64) throws -> Double {
    let reconstruction =
      model.objective.reconstructs
      ? try mean(batch) { workspace, tiles in
        tiles.reduce(0) { $0 + workspace.terms($1, .validation(seed: seed)) }
      } : 0
    guard let oneStep = model.oneStep else { return reconstruction }
    let closure = try workspaces.encode(
      sets.members(batch, keepsEmpty: true), sets, model, order: .stored, compute.pool)
    return reconstruction
      + (try oneStep.evaluate(
        closure: closure, windows: windows, lanes: workspaces.map(\.lane), wantsGradient: false, pool: compute.pool
      ).loss)
  }

  /// The number that makes a score of `loss`, added to it: for the density objective the mean of E_q[log q_X(x)] by the
  /// same samples, so that the sum is KL(q_X ‖ p(· | ẑ)), otherwise 0.
  ///
  /// It costs O(n) a sample and does not depend on the parameters: compute it once.
  public func offset(_ batch: [Int], seed: UInt64) throws -> Double {
    try mean(batch) { workspace, tiles in
      tiles.joined().reduce(0) { $0 + workspace.reconstruction.offset($1, seed: seed) }
    }
  }

  private func mean(
    _ batch: [Int], _ sum: @escaping @Sendable (ClosureWorkspace, [[SetMember]]) -> Double
  ) throws -> Double {
    let present = sets.members(batch, keepsEmpty: false)
    let tiles = sets.tiles(present, keepsGroups: true, tilePoints: model.encoder.tilePoints)
    try compute.pool.run(tasks: Lanes.count) { [workspaces] number in
      let lane = workspaces[number].lane
      lane.loss = sum(workspaces[number], tiles[number].map { Array(present[$0]) })
      lane.rest()
    }
    return workspaces.reduce(0) { $0 + $1.lane.loss }
      / Double(max(present.count / sets.groupSize, 1) * model.objective.termsPerSet)
  }
}
