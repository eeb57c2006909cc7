import MacrostateAutodiff
import PointDensities
import RandomStreams

/// One lane of a training step or of an encoding: a tape, a gradient and the buffers of a tile.
///
/// A lane is run by one thread at a time; that, and nothing else, makes it safe to send.
final class DensityLane: @unchecked Sendable {
  let model: DensityClosureModel
  let source: any PointSetSource
  let gradient: ParameterGradient?
  /// Σ of the weighted losses of the last step.
  var loss = 0.0

  private let tape: Tape
  private var points: [Float] = []
  private var samples: [[Float]]
  private var noise: [Float] = []

  init(
    _ model: DensityClosureModel, _ source: any PointSetSource, _ parameters: Parameters, kernels: Kernels,
    wantsGradient: Bool, arenas: ArenaPool
  ) {
    self.model = model
    self.source = source
    gradient = wantsGradient ? ParameterGradient(model.layout) : nil
    tape = Tape(kernels: kernels, parameters: parameters, gradient: gradient, arenas: arenas)
    samples = Array(repeating: [], count: model.shape.dimension)
  }

  /// The numbers of a set in the data and in the batch.
  struct Member {
    var set: Int
    var position: Int
  }

  /// Gives the memory of the last tile back, for another lane.
  func end() { tape.reset() }

  // MARK: Training

  /// Adds a tile's loss and gradient; each sample's −log p counts `weight`.
  func train(_ members: [Member], seed: UInt64, step: Int, weight: Double) {
    let counts = members.map { source.pointCount(ofSet: $0.set) }
    let isLarge = counts.reduce(0, +) > 2 * PointTiles.tilePoints
    drawSamples(members, seed: seed, step: step)
    if isLarge && members.count == 1 {
      trainLarge(members[0], count: counts[0], weight: weight)
      return
    }
    tape.reset()
    withFeatures(members, counts) { features in
      let pooled = tape.segmentSums(features, counts.map { .init(count: $0, weight: 1 / Float(max($0, 1))) })
      addLoss(pooled: pooled, members, counts, weight: weight)
      tape.backward()
    }
    loss += tape.loss
  }

  /// A set that does not fit a tile: its points go through φ in parts, twice, and only the pooled features are held.
  private func trainLarge(_ member: Member, count: Int, weight: Double) {
    let pooledValues = pooledFeatures(of: member.set, count: count)
    tape.reset()
    let pooled = tape.variable(rows: 1, columns: pooledValues.count, wantsGradient: true)
    tape.value(pooled).update(from: pooledValues, count: pooledValues.count)
    addLoss(pooled: pooled, [member], [count], weight: weight)
    tape.backward()
    loss += tape.loss
    let pooledGradient = tape.gradientArray(of: pooled)
    forEachPart(of: member.set, count: count) { sum in
      tape.gradient(of: sum).update(from: pooledGradient, count: pooledGradient.count)
      tape.backward()
    }
  }

  private func addLoss(pooled: Tensor, _ members: [Member], _ counts: [Int], weight: Double) {
    let closure = model.encoder.closureVariables(tape, pooled: pooled)
    let rows = members.count * model.shape.samples
    // A species without particles induces no density: trainer and evaluation leave such sets out.
    precondition(counts.allSatisfy { $0 > 0 }, "an empty set has no density")
    let columns = samples.map { column in
      column.withUnsafeBufferPointer { tape.copy($0, rows: rows, columns: 1) }
    }
    model.density.addNegativeLogLikelihood(tape, columns, context: closure, weight: weight)
  }

  /// Σ over the members' samples of −log p(x | ẑ), in scaled coordinates and nats; samples as in a step of `purpose`.
  func negativeLogLikelihood(_ members: [Member], seed: UInt64) -> Double {
    drawSamples(members, seed: seed, step: 0, purpose: .validation)
    let closure = encode(members, isOrdered: false)
    tape.reset()
    let context = closure.withUnsafeBufferPointer {
      tape.copyPadded($0, rows: members.count, columns: model.shape.closureDimension)
    }
    let rows = members.count * model.shape.samples
    let columns = samples.map { column in
      column.withUnsafeBufferPointer { tape.copy($0, rows: rows, columns: 1) }
    }
    return -model.density.logDensities(tape, columns, context: context).reduce(0.0) { $0 + Double($1) }
  }

  /// Σ over a set's samples of log q_X(x), the same samples as in `negativeLogLikelihood`.
  func mixtureLogDensity(_ member: Member, seed: UInt64) -> Double {
    let d = model.shape.dimension
    let k = model.shape.samples
    var chosen = [Int32](repeating: 0, count: k)
    chosen.withUnsafeMutableBufferPointer {
      drawSamples([member], seed: seed, step: 0, purpose: .validation, chosen: $0)
    }
    var scaled: [Float] = []
    source.withPoints(ofSet: member.set) { positions, _ in
      scaled = positions.enumerated().map { i, x in (x - model.scaling.shift[i % d]) * model.scaling.factor[i % d] }
    }
    return scaled.withUnsafeBufferPointer { points in
      (0..<k).reduce(0.0) { sum, s in
        let x = (0..<d).map { samples[$0][s] }
        let eta = (0..<d).map { noise[$0 * k + s] }
        return sum + model.mixture.logDensity(x, points: points, stride: d, drawn: (point: Int(chosen[s]), noise: eta))
      }
    }
  }

  private func drawSamples(
    _ members: [Member], seed: UInt64, step: Int, purpose: RandomPurpose = .densitySamples,
    chosen: UnsafeMutableBufferPointer<Int32>? = nil
  ) {
    let k = model.shape.samples
    let d = model.shape.dimension
    for j in 0..<d where samples[j].count < k * members.count {
      samples[j] = Array(repeating: 0, count: k * members.count)
    }
    if noise.count < k * d { noise = Array(repeating: 0, count: k * d) }
    let scaling = (0..<d).map { (shift: model.scaling.shift[$0], factor: model.scaling.factor[$0]) }
    for (i, member) in members.enumerated() {
      let name = purpose == .densitySamples ? member.position : member.set
      var random = RandomStream(seed: seed, purpose: purpose, step: step, set: name)
      let columns = (0..<d).map { j in
        samples[j].withUnsafeMutableBufferPointer { $0.baseAddress.unsafelyUnwrapped + i * k }
      }
      source.withPoints(ofSet: member.set) { positions, _ in
        noise.withUnsafeMutableBufferPointer { noise in
          model.mixture.sample(
            points: positions, scaling: scaling, samples: k, random: &random, columns: columns, noise: noise,
            chosen: chosen)
        }
      }
    }
  }

  // MARK: Encoding

  /// ẑ of the members, `[members, dim ẑ]`.
  ///
  /// - Parameter isOrdered: whether points are put into lexicographic order first, so that the same points in another
  ///   order give the same bits.
  func encode(_ members: [Member], isOrdered: Bool) -> [Float] {
    let counts = members.map { source.pointCount(ofSet: $0.set) }
    if members.count == 1 && counts[0] > 2 * PointTiles.tilePoints {
      let pooledValues = pooledFeatures(of: members[0].set, count: counts[0], isOrdered: isOrdered)
      tape.reset()
      let pooled = tape.variable(rows: 1, columns: pooledValues.count, wantsGradient: false)
      tape.value(pooled).update(from: pooledValues, count: pooledValues.count)
      return tape.array(model.encoder.closureVariables(tape, pooled: pooled))
    }
    tape.reset()
    var result: [Float] = []
    withFeatures(members, counts, isOrdered: isOrdered) { features in
      let pooled = tape.segmentSums(features, counts.map { .init(count: $0, weight: 1 / Float(max($0, 1))) })
      result = tape.array(model.encoder.closureVariables(tape, pooled: pooled))
    }
    return result
  }

  // MARK: Points

  /// φ's hidden layers on all points of the members.
  private func withFeatures(
    _ members: [Member], _ counts: [Int], isOrdered: Bool = false, _ body: (Tensor) -> Void
  ) {
    let columns = model.encoder.inputs
    let total = counts.reduce(0, +)
    reservePoints(total * columns)
    var begin = 0
    for (member, count) in zip(members, counts) {
      scalePoints(of: member.set, 0..<count, to: begin)
      if isOrdered { sortRows(begin..<begin + count, columns: columns) }
      begin += count
    }
    points.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      body(model.encoder.pointFeatures(tape, tape.input(base, rows: total, columns: columns)))
    }
  }

  /// The mean of φ's hidden features over a large set.
  private func pooledFeatures(of set: Int, count: Int, isOrdered: Bool = false) -> [Float] {
    var pooled = [Double](repeating: 0, count: model.encoder.pooledWidth)
    forEachPart(of: set, count: count, isOrdered: isOrdered) { sum in
      for (j, value) in tape.array(sum).enumerated() { pooled[j] += Double(value) }
    }
    return pooled.map(Float.init)
  }

  /// Calls `body` with the weighted sum of the features of each part of a large set, on a tape with that part alone.
  private func forEachPart(of set: Int, count: Int, isOrdered: Bool = false, _ body: (Tensor) -> Void) {
    let columns = model.encoder.inputs
    let size = PointTiles.tilePoints
    if isOrdered {
      reservePoints(count * columns)
      scalePoints(of: set, 0..<count, to: 0)
      sortRows(0..<count, columns: columns)
    } else {
      reservePoints(size * columns)
    }
    for begin in stride(from: 0, to: count, by: size) {
      let part = begin..<min(begin + size, count)
      if !isOrdered { scalePoints(of: set, part, to: 0) }
      tape.reset()
      points.withUnsafeBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return }
        let rows = isOrdered ? base + part.lowerBound * columns : base
        let features = model.encoder.pointFeatures(tape, tape.input(rows, rows: part.count, columns: columns))
        body(tape.segmentSums(features, [.init(count: part.count, weight: 1 / Float(count))]))
      }
    }
  }

  private func reservePoints(_ count: Int) {
    // Kernels read whole vectors: a few floats beyond the last point must exist.
    if points.count < count + 16 { points = Array(repeating: 0, count: count + 16) }
  }

  /// Writes the scaled points `range` of a set to the rows from `row` on.
  private func scalePoints(of set: Int, _ range: Range<Int>, to row: Int) {
    let d = source.dimension
    let c = source.featureCount
    let columns = d + c
    let shift = model.scaling.shift
    let factor = model.scaling.factor
    source.withPoints(ofSet: set) { positions, features in
      points.withUnsafeMutableBufferPointer { points in
        for j in 0..<columns {
          let (from, width, column) = j < d ? (positions, d, j) : (features, c, j - d)
          let (s, f) = (shift[j], factor[j])
          for (i, point) in range.enumerated() {
            points[(row + i) * columns + j] = (from[point * width + column] - s) * f
          }
        }
      }
    }
  }

  /// Puts rows into lexicographic order.
  private func sortRows(_ range: Range<Int>, columns: Int) {
    let begin = range.lowerBound * columns
    let copy = Array(points[begin..<range.upperBound * columns])
    let order = (0..<range.count).sorted { a, b in
      for j in 0..<columns where copy[a * columns + j] != copy[b * columns + j] {
        return copy[a * columns + j] < copy[b * columns + j]
      }
      return false
    }
    for (to, from) in order.enumerated() {
      for j in 0..<columns { points[begin + to * columns + j] = copy[from * columns + j] }
    }
  }
}
