import MacrostateAutodiff
import MacrostateCompute

/// Applies a trained encoder to many sets: ẑ = φ̂(X).
public struct SetEncoder: Sendable {
  private let model: ClosureModel
  private let sets: ModelSets
  private let workspaces: [ClosureWorkspace]
  private let compute: Compute

  /// An encoder of the sets of `source`.
  public init(
    _ model: ClosureModel, parameters: Parameters, source: any PointSetSource, compute: Compute
  ) {
    self.model = model
    sets = ModelSets(model, source)
    self.compute = compute
    workspaces = ClosureWorkspace.all(model, sets, parameters, compute.kernels)
  }

  /// ẑ of `batch`, `[sets, dim ẑ]`, all species of a frame one behind the other. A set without points has the ẑ of pooled
  /// features 0: a constant.
  ///
  /// - Parameter isOrdered: whether the points of each set are put into lexicographic order first: then the same points
  ///   in another order give the same bits. Training leaves them as they are, for speed; so does an encoder that is not
  ///   invariant.
  public func encode(_ batch: [Int], isOrdered: Bool) throws -> [Float] {
    // Where the order matters it is the data's: sorting would hide that.
    let order: PointBuffer.Order = isOrdered && model.needs.order == .irrelevant ? .sorted : .stored
    return try workspaces.encode(sets.members(batch, keepsEmpty: true), sets, model, order: order, compute.pool)
  }
}

extension [ClosureWorkspace] {
  /// ẑ of the members, `[members, dim ẑ]`, by all lanes.
  func encode(
    _ members: [SetMember], _ sets: ModelSets, _ model: ClosureModel, order: PointBuffer.Order, _ pool: WorkerPool
  ) throws -> [Float] {
    let width = sets.closureWidth
    let tiles = sets.tiles(members, keepsGroups: false, tilePoints: model.encoder.tilePoints)
    let result = EncodedRows(count: members.count * width)
    try pool.run(tasks: count) { index in
      for tile in tiles[index] {
        result.write(self[index].encode([SetMember](members[tile]), order: order), at: tile.lowerBound * width)
      }
      self[index].lane.rest()
    }
    return result.array
  }
}

/// The result of an encoding: each tile writes rows of its own.
private final class EncodedRows: @unchecked Sendable {
  private let values: UnsafeMutableBufferPointer<Float>

  init(count: Int) {
    values = .allocate(capacity: count)
    values.initialize(repeating: 0)
  }

  deinit { values.deallocate() }

  var array: [Float] { Array(values) }

  func write(_ rows: [Float], at offset: Int) {
    for (i, value) in rows.enumerated() { values[offset + i] = value }
  }
}
