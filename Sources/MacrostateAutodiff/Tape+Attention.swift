import CMacrostateKernels

/// The part of an attention that its points do not see: heads, and the slots of each.
public struct AttentionHeads: Sendable, Equatable {
  /// The number of heads.
  public var heads: Int
  /// Rows that points attend to, or that attend to points, in each head: inducing points, or one seed.
  public var slots: Int

  /// `heads` heads of `slots` slots.
  public init(heads: Int, slots: Int) {
    self.heads = heads
    self.slots = slots
  }

  /// g = heads · slots.
  public var count: Int { heads * slots }
}

/// The values that few queries gather from the points of every set, and the sums of the weights behind them.
public struct PooledPoints: Sendable {
  /// Σᵢ pᵢ xᵢ `[sets · g, width]`; zeros for a set without points.
  public let values: Tensor
  /// log Σᵢ exp(xᵢ·query) `[sets, g]`, by which the results of a set's parts are put together.
  public let logSums: Tensor
}

/// Σ p x over the points of every set, for the way back.
private struct AttentionPool {
  var x: Tensor
  var counts: [Int]
  var queries: Tensor
  var form: AttentionHeads
  var weights: Tensor
  var inverseSums: Tensor
  var out: Tensor
}

/// Σ p value over the slots of every point's set, for the way back.
private struct AttentionMix {
  var x: Tensor
  var counts: [Int]
  var keys: Tensor
  var values: Tensor
  var form: AttentionHeads
  var weights: Tensor
  var out: Tensor
}

extension Tape {
  /// Few queries attend to all points of their set, each point both key and value:
  /// out_g = Σᵢ softmaxᵢ(xᵢ·query_g) xᵢ.
  ///
  /// A head's projections of keys and values are linear, so they belong to the few: `query_g` is the head's query
  /// times its key matrix, and the head's value matrix is applied to the result.
  ///
  /// - Parameters:
  ///   - x: points `[Σ counts, width]`, set after set.
  ///   - counts: n of each set; 0 gives zeros.
  ///   - queries: `[g, width]`, the same for all sets, the factor 1/√d in them, their padding zero.
  public func attentionPool(_ x: Tensor, counts: [Int], queries: Tensor, _ form: AttentionHeads) -> PooledPoints {
    precondition(counts.reduce(0, +) == x.rows && queries.rows == form.count && queries.columns == x.columns)
    precondition(x.stride == padded(x.columns) && queries.stride == x.stride, "attention needs padded rows")
    let columns = padded(form.count)
    let pool = AttentionPool(
      x: x, counts: counts, queries: queries, form: form,
      weights: make(rows: x.rows, columns: form.count, stride: columns, wantsGradient: false),
      inverseSums: make(rows: counts.count, columns: form.count, stride: columns, wantsGradient: false),
      out: make(
        rows: counts.count * form.count, columns: x.columns, stride: x.stride,
        wantsGradient: hasGradient(x) || hasGradient(queries)))
    let logSums = make(rows: counts.count, columns: form.count, stride: columns, wantsGradient: false)
    forEachSet(counts) { set, begin, count in
      var attention = self.attention(form, x: x, begin: begin, count: count, keys: queries, weights: pool.weights)
      kernels.table.pointee.attentionPool(
        &attention, value(pool.out) + set * form.count * x.stride, x.stride, value(logSums) + set * columns,
        value(pool.inverseSums) + set * columns)
    }
    record(pool.out) { $0.attentionPoolBackward(pool) }
    return PooledPoints(values: pool.out, logSums: logSums)
  }

  /// All points attend to the few slots of their set: outᵢ = Σ_g p_ig value_g, p_i· = softmax(xᵢ·key) within each head.
  ///
  /// The heads' projections belong to the few here, too: `key_g` is the head's key times its query matrix, `value_g`
  /// the head's value times its part of the output matrix, so that the sum over g is the projected result.
  ///
  /// - Parameters:
  ///   - x: points `[Σ counts, width]`, set after set.
  ///   - keys: `[sets · g, width]`, the factor 1/√d in them, their padding zero.
  ///   - values: `[sets · g, width]`, their padding zero.
  /// - Returns: `[Σ counts, width]`.
  public func attentionMix(
    _ x: Tensor, counts: [Int], keys: Tensor, values: Tensor, _ form: AttentionHeads
  ) -> Tensor {
    precondition(counts.reduce(0, +) == x.rows && keys.rows == form.count * counts.count && values.rows == keys.rows)
    precondition(keys.columns == x.columns && values.columns == x.columns)
    precondition(x.stride == padded(x.columns) && keys.stride == x.stride && values.stride == x.stride)
    let mix = AttentionMix(
      x: x, counts: counts, keys: keys, values: values, form: form,
      weights: make(rows: x.rows, columns: form.count, stride: padded(form.count), wantsGradient: false),
      out: make(like: x, wantsGradient: hasGradient(x) || hasGradient(keys) || hasGradient(values)))
    forEachSet(counts) { set, begin, count in
      var attention = self.attention(mix, set: set, begin: begin, count: count)
      kernels.table.pointee.attentionMix(&attention, value(mix.out) + begin * x.stride, x.stride)
    }
    record(mix.out) { $0.attentionMixBackward(mix) }
    return mix.out
  }

  // MARK: The way back

  private func attentionPoolBackward(_ pool: AttentionPool) {
    guard let dOut = writtenGradient(pool.out) else { return }
    let x = pool.x
    let (dx, accumulate) = writableGradient(x)
    let dQueries = clearedGradient(pool.queries)
    forEachSet(pool.counts) { set, begin, count in
      var attention = self.attention(
        pool.form, x: x, begin: begin, count: count, keys: pool.queries, weights: pool.weights)
      let row = set * pool.form.count * x.stride
      kernels.table.pointee.attentionPoolGradient(
        &attention, value(pool.out) + row, value(pool.inverseSums) + set * pool.inverseSums.stride, dOut + row,
        x.stride, dx.map { $0 + begin * x.stride }, x.stride, accumulate, dQueries)
    }
  }

  private func attentionMixBackward(_ mix: AttentionMix) {
    guard let dOut = writtenGradient(mix.out) else { return }
    let x = mix.x
    let (dx, accumulate) = writableGradient(x)
    let dKeys = clearedGradient(mix.keys)
    let dValues = clearedGradient(mix.values)
    forEachSet(mix.counts) { set, begin, count in
      var attention = self.attention(mix, set: set, begin: begin, count: count)
      let row = set * mix.form.count * x.stride
      kernels.table.pointee.attentionMixGradient(
        &attention, dOut + begin * x.stride, x.stride, dx.map { $0 + begin * x.stride }, x.stride, accumulate,
        dKeys.map { $0 + row }, dValues.map { $0 + row })
    }
  }

  private func forEachSet(_ counts: [Int], _ body: (_ set: Int, _ begin: Int, _ count: Int) -> Void) {
    var begin = 0
    for (set, count) in counts.enumerated() {
      body(set, begin, count)
      begin += count
    }
  }

  private func attention(_ mix: AttentionMix, set: Int, begin: Int, count: Int) -> MacrostateAttention {
    var attention = self.attention(
      mix.form, x: mix.x, begin: begin, count: count, keys: mix.keys, weights: mix.weights)
    let row = set * mix.form.count * mix.x.stride
    attention.keys += row
    attention.values = UnsafePointer(value(mix.values) + row)
    attention.valueStride = mix.values.stride
    return attention
  }

  private func attention(
    _ form: AttentionHeads, x: Tensor, begin: Int, count: Int, keys: Tensor, weights: Tensor
  ) -> MacrostateAttention {
    let columns = padded(form.count)
    var attention = MacrostateAttention()
    attention.rows = count
    attention.width = x.columns
    attention.heads = form.heads
    attention.slots = form.slots
    attention.x = UnsafePointer(value(x) + begin * x.stride)
    attention.xStride = x.stride
    attention.keys = UnsafePointer(value(keys))
    attention.keyStride = keys.stride
    attention.weights = value(weights) + begin * weights.stride
    attention.scratch = scratch(
      (form.count + columns) * x.stride + (Int(MACROSTATE_ATTENTION_ROWS) + 1) * columns)
    return attention
  }

  /// At least `count` floats that the next operation overwrites.
  private func scratch(_ count: Int) -> UnsafeMutablePointer<Float> {
    if let scratch, scratch.count >= count { return scratch.base }
    let base = arena.allocate(count)
    scratch = (base, count)
    return base
  }
}
