extension Tape {
  /// The first columns of x: `[rows, D]` → `[rows, count]`.
  public func firstColumns(_ x: Tensor, count: Int) -> Tensor {
    precondition(count <= x.columns)
    if count == x.columns { return x }
    let out = make(rows: x.rows, columns: count, stride: padded(count), wantsGradient: hasGradient(x))
    value(out).update(repeating: 0, count: out.storage)
    for row in 0..<x.rows { (value(out) + row * out.stride).update(from: value(x) + row * x.stride, count: count) }
    operations.append(.firstColumns(x: x, out: out))
    return out
  }

  /// x with y added to its first columns: `[rows, D]` and `[rows, M]`, M ≤ D, → `[rows, D]`.
  public func addToFirstColumns(_ x: Tensor, _ y: Tensor) -> Tensor {
    if x.columns == y.columns { return add(x, y) }
    precondition(x.rows == y.rows && y.columns < x.columns)
    let out = make(like: x, wantsGradient: hasGradient(x) || hasGradient(y))
    value(out).update(from: value(x), count: x.storage)
    addColumns(y.columns, of: value(y), stride: y.stride, to: value(out), stride: out.stride, rows: x.rows)
    operations.append(.addToFirstColumns(x, y, out: out))
    return out
  }

  func firstColumnsBackward(_ x: Tensor, out: Tensor) {
    guard let dOut = writtenGradient(out), let dx = clearedGradient(x) else { return }
    addColumns(out.columns, of: dOut, stride: out.stride, to: dx, stride: x.stride, rows: x.rows)
  }

  func addToFirstColumnsBackward(_ x: Tensor, _ y: Tensor, out: Tensor) {
    guard let dOut = writtenGradient(out) else { return }
    if let dx = clearedGradient(x) { kernels.table.pointee.addScaled(out.storage, 1, dOut, dx) }
    if let dy = clearedGradient(y) {
      addColumns(y.columns, of: dOut, stride: out.stride, to: dy, stride: y.stride, rows: y.rows)
    }
  }

  private func addColumns(
    _ count: Int, of from: UnsafePointer<Float>, stride: Int, to sum: UnsafeMutablePointer<Float>,
    stride sumStride: Int, rows: Int
  ) {
    for row in 0..<rows {
      for j in 0..<count { sum[row * sumStride + j] += from[row * stride + j] }
    }
  }
}
