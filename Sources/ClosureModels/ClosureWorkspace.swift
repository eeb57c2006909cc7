import MacrostateAutodiff
import MacrostateCompute
import MacrostateTraining

/// The workspace of a lane in the training or encoding of a closure model: its tape and the buffers of a tile.
///
/// It is used by the thread that runs the lane; that, and nothing else, makes it safe to send.
public final class ClosureWorkspace: @unchecked Sendable {
  let lane: Lane
  let reconstruction: any Reconstruction
  private let model: ClosureModel
  private let sets: ModelSets
  private var points: PointBuffer
  private var tape: Tape { lane.tape }

  init(_ model: ClosureModel, _ sets: ModelSets, on lane: Lane) {
    self.model = model
    self.sets = sets
    self.lane = lane
    reconstruction = model.objective.reconstruction(model, sets.source)
    points = PointBuffer(
      sets.source,
      PointColumns(model.shape, model.scaling))
  }

  /// The workspaces of lanes that compute values alone.
  static func all(
    _ model: ClosureModel, _ sets: ModelSets, _ parameters: Parameters, _ kernels: Kernels
  ) -> [ClosureWorkspace] {
    Lanes(parameters, kernels: kernels, wantsGradient: false).all.map { ClosureWorkspace(model, sets, on: $0) }
  }

  // MARK: Training

  /// Adds a tile's loss and gradient, of members in whole groups; each term of the objective counts `weight`.
  ///
  /// - Parameter closureGradient: what other parts of the loss give as their gradient with respect to ẑ of the batch,
  ///   `[sets, dim ẑ]` by the members' positions.
  func train(_ members: [SetMember], _ draw: RandomDraw, weight: Double, closureGradient: [Float]?) {
    let counts = sets.counts(members)
    // A species without particles has nothing to reconstruct; its ẑ may be wanted all the same.
    let reconstructs = counts.contains { $0 > 0 }
    if reconstructs { reconstruction.load(members, draw) }
    func addLoss(_ closure: Tensor) {
      if reconstructs {
        reconstruction.addLoss(tape, closure: tape.rowGroups(closure, size: sets.groupSize), weight: weight)
      }
      if let closureGradient { add(closureGradient, members, to: closure) }
    }
    if let network = model.encoder.pooling, Self.isLarge(counts) {
      trainLarge(members[0], network, count: counts[0], addLoss)
      return
    }
    tape.reset()
    withPoints(members, counts, order: model.order(draw)) { sets in
      let closure = model.encoder.closureVariables(tape, sets)
      addLoss(closure)
      tape.backward()
    }
    lane.loss += tape.loss
  }

  /// A set that does not fit a tile: its points go through φ in parts, twice, and only the pooled features are held.
  private func trainLarge(
    _ member: SetMember, _ network: any PoolingEncoder, count: Int, _ addLoss: (Tensor) -> Void
  ) {
    let pooledValues = pooledFeatures(of: member, network, count: count, order: .stored)
    tape.reset()
    let pooled = tape.variable(rows: 1, columns: pooledValues.count, wantsGradient: true)
    tape.value(pooled).update(from: pooledValues, count: pooledValues.count)
    addLoss(network.closureVariables(tape, pooled: pooled))
    tape.backward()
    lane.loss += tape.loss
    let pooledGradient = tape.gradientArray(of: pooled)
    forEachPart(of: member, count: count, isWhole: false) { x, weights in
      let sum = weightedSum(network, x, weights, count: count)
      tape.gradient(of: sum).update(from: pooledGradient, count: pooledGradient.count)
      tape.backward()
    }
  }

  private func add(_ gradient: [Float], _ members: [SetMember], to closure: Tensor) {
    tape.addGradient(of: closure) { row, j in gradient[members[row].position * closure.columns + j] }
  }

  /// Σ over the members of the objective's terms, without gradient.
  func terms(_ members: [SetMember], _ draw: RandomDraw) -> Double {
    reconstruction.load(members, draw)
    let values = encode(members, order: .stored)
    tape.reset()
    let closure = values.withUnsafeBufferPointer {
      tape.copyPadded($0, rows: members.count, columns: sets.closureWidth)
    }
    return reconstruction.terms(tape, closure: tape.rowGroups(closure, size: sets.groupSize))
  }

  // MARK: Encoding

  /// ẑ of the members, `[members, dim ẑ]`.
  func encode(_ members: [SetMember], order: PointBuffer.Order) -> [Float] {
    let counts = sets.counts(members)
    if let network = model.encoder.pooling, Self.isLarge(counts) {
      let pooledValues = pooledFeatures(of: members[0], network, count: counts[0], order: order)
      tape.reset()
      let pooled = tape.variable(rows: 1, columns: pooledValues.count, wantsGradient: false)
      tape.value(pooled).update(from: pooledValues, count: pooledValues.count)
      return tape.array(network.closureVariables(tape, pooled: pooled))
    }
    if Self.isLarge(counts), let pass = model.encoder.encodingPass() {
      return closureInPasses(of: members[0], pass, count: counts[0], order: order)
    }
    tape.reset()
    var result: [Float] = []
    withPoints(members, counts, order: order) { sets in
      result = tape.array(model.encoder.closureVariables(tape, sets))
    }
    return result
  }

  /// Whether a tile is one set that its activations would push out of the cache.
  private static func isLarge(_ counts: [Int]) -> Bool {
    counts.count == 1 && counts[0] > 2 * PointTiles.tilePoints
  }

  /// Calls `body` with all points of the members on the tape, `[points, columns]`.
  private func withPoints(
    _ members: [SetMember], _ counts: [Int], order: PointBuffer.Order, _ body: (SetBatch) -> Void
  ) {
    points.load(members, counts: counts, order: order)
    points.values.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      let x = tape.input(base, rows: counts.reduce(0, +), columns: points.columns)
      body(SetBatch(points: x, counts: counts, weights: points.weights))
    }
  }

  // MARK: Large sets

  /// The mean of φ's hidden features over a large set.
  private func pooledFeatures(
    of member: SetMember, _ network: any PoolingEncoder, count: Int, order: PointBuffer.Order
  ) -> [Float] {
    var pooled = [Double](repeating: 0, count: network.pooledWidth)
    let isWhole = loadsWhole(member, count: count, order: order)
    forEachPart(of: member, count: count, isWhole: isWhole) { x, weights in
      let sum = weightedSum(network, x, weights, count: count)
      for (j, value) in tape.array(sum).enumerated() { pooled[j] += Double(value) }
    }
    return pooled.map(Float.init)
  }

  /// The share of a part in the mean of φ's hidden features over `count` points.
  private func weightedSum(_ network: any PoolingEncoder, _ x: Tensor, _ weights: [Float]?, count: Int) -> Tensor {
    guard weights == nil else { return network.pooled(tape, SetBatch(points: x, counts: [x.rows], weights: weights)) }
    return tape.segmentSums(network.pointFeatures(tape, x), [.init(count: x.rows, weight: 1 / Float(count))])
  }

  /// ẑ of a large set by several passes over its points, of which only summaries are held.
  private func closureInPasses(
    of member: SetMember, _ pass: any EncodingPass, count: Int, order: PointBuffer.Order
  ) -> [Float] {
    let isWhole = loadsWhole(member, count: count, order: order)
    var pass = pass
    while true {
      forEachPart(of: member, count: count, isWhole: isWhole) { x, _ in pass.add(tape, x) }
      tape.reset()
      if let closure = pass.finish(tape) { return closure }
    }
  }

  /// Loads a large set whole where its order is not the data's, which needs only a part in memory at a time.
  private func loadsWhole(_ member: SetMember, count: Int, order: PointBuffer.Order) -> Bool {
    if case .stored = order { return false }
    points.load([member], counts: [count], order: order)
    return true
  }

  /// Calls `body` with the points and weights of each part of a large set, on a tape with that part alone.
  private func forEachPart(of member: SetMember, count: Int, isWhole: Bool, _ body: (Tensor, [Float]?) -> Void) {
    for begin in stride(from: 0, to: count, by: PointTiles.tilePoints) {
      let part = begin..<min(begin + PointTiles.tilePoints, count)
      if !isWhole { points.load(member.set, part: part) }
      tape.reset()
      points.values.withUnsafeBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return }
        let rows = isWhole ? base + part.lowerBound * points.columns : base
        let weights = isWhole ? points.weights.map { Array($0[part]) } : points.weights
        body(tape.input(rows, rows: part.count, columns: points.columns), weights)
      }
    }
  }
}
