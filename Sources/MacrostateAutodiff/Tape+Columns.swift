extension Tape {
  /// The columns of several tensors side by side.
  public func join(_ parts: [Tensor]) -> Tensor {
    if parts.count == 1 { return parts[0] }
    let rows = parts[0].rows
    let columns = parts.reduce(0) { $0 + $1.columns }
    let out = make(rows: rows, columns: columns, stride: columns, wantsGradient: parts.contains(where: hasGradient))
    var column = 0
    for part in parts {
      precondition(part.rows == rows)
      for row in 0..<rows {
        (value(out) + row * columns + column).update(from: value(part) + row * part.stride, count: part.columns)
      }
      column += part.columns
    }
    record(out) { tape in
      guard let dOut = tape.writtenGradient(out) else { return }
      var column = 0
      for part in parts {
        if let d = tape.clearedGradient(part) {
          for row in 0..<out.rows {
            for j in 0..<part.columns { d[row * part.stride + j] += dOut[row * out.stride + column + j] }
          }
        }
        column += part.columns
      }
    }
    return out
  }

  /// The first columns of x: `[rows, D]` → `[rows, count]`.
  public func firstColumns(_ x: Tensor, count: Int) -> Tensor {
    precondition(count <= x.columns)
    if count == x.columns { return x }
    let out = make(rows: x.rows, columns: count, stride: padded(count), wantsGradient: hasGradient(x))
    value(out).update(repeating: 0, count: out.storage)
    for row in 0..<x.rows { (value(out) + row * out.stride).update(from: value(x) + row * x.stride, count: count) }
    record(out) { tape in
      guard let dOut = tape.writtenGradient(out), let dx = tape.clearedGradient(x) else { return }
      tape.addColumns(out.columns, of: dOut, stride: out.stride, to: dx, stride: x.stride, rows: x.rows)
    }
    return out
  }

  /// x with y added to its first columns: `[rows, D]` and `[rows, M]`, M ≤ D, → `[rows, D]`.
  public func addToFirstColumns(_ x: Tensor, _ y: Tensor) -> Tensor {
    if x.columns == y.columns { return add(x, y) }
    precondition(x.rows == y.rows && y.columns < x.columns)
    let out = make(like: x, wantsGradient: hasGradient(x) || hasGradient(y))
    value(out).update(from: value(x), count: x.storage)
    addColumns(y.columns, of: value(y), stride: y.stride, to: value(out), stride: out.stride, rows: x.rows)
    record(out) { tape in
      guard let dOut = tape.writtenGradient(out) else { return }
      if let dx = tape.clearedGradient(x) { tape.kernels.table.pointee.addScaled(out.storage, 1, dOut, dx) }
      if let dy = tape.clearedGradient(y) {
        tape.addColumns(y.columns, of: dOut, stride: out.stride, to: dy, stride: y.stride, rows: y.rows)
      }
    }
    return out
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
