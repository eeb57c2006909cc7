extension Tape {
  /// Consecutive rows that belong together, and the weight of their sum (1/n for a mean).
  public struct Segment: Sendable {
    public var count: Int
    public var weight: Float

    /// `count` rows whose sum is multiplied by `weight`.
    public init(count: Int, weight: Float) {
      self.count = count
      self.weight = weight
    }
  }

  /// Row s of the result is the weighted sum of segment s of x: `[Σ counts, columns]` → `[segments, columns]`.
  public func segmentSums(_ x: Tensor, _ segments: [Segment]) -> Tensor {
    precondition(segments.reduce(0) { $0 + $1.count } == x.rows && x.stride == padded(x.columns))
    let out = make(rows: segments.count, columns: x.columns, stride: x.stride, wantsGradient: hasGradient(x))
    var begin = 0
    for (s, segment) in segments.enumerated() {
      kernels.table.pointee.sumRows(
        segment.count, x.columns, value(x) + begin * x.stride, x.stride, segment.weight, value(out) + s * out.stride)
      begin += segment.count
    }
    record(out) { tape in
      guard let dOut = tape.writtenGradient(out), case (let dx?, let accumulate) = tape.writableGradient(x) else {
        return
      }
      var begin = 0
      for (s, segment) in segments.enumerated() {
        tape.kernels.table.pointee.spreadRow(
          segment.count, x.columns, dOut + s * out.stride, segment.weight, dx + begin * x.stride, x.stride, accumulate)
        begin += segment.count
      }
    }
    return out
  }
}
