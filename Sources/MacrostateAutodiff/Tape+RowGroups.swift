extension Tape {
  /// Each `size` rows of x side by side in one: `[groups · size, columns]` → `[groups, size · columns]`.
  public func rowGroups(_ x: Tensor, size: Int) -> Tensor {
    if size == 1 { return x }
    precondition(x.rows % size == 0)
    let columns = size * x.columns
    let out = make(rows: x.rows / size, columns: columns, stride: padded(columns), wantsGradient: hasGradient(x))
    value(out).update(repeating: 0, count: out.storage)
    for row in 0..<x.rows {
      (value(out) + groupPlace(row, x, size, out)).update(from: value(x) + row * x.stride, count: x.columns)
    }
    record(out) { tape in
      guard let dOut = tape.writtenGradient(out), let dx = tape.clearedGradient(x) else { return }
      for row in 0..<x.rows {
        let from = dOut + tape.groupPlace(row, x, size, out)
        for j in 0..<x.columns { dx[row * x.stride + j] += from[j] }
      }
    }
    return out
  }

  /// The place where a row of x begins in the rows of groups.
  private func groupPlace(_ row: Int, _ x: Tensor, _ size: Int, _ out: Tensor) -> Int {
    row / size * out.stride + row % size * x.columns
  }
}
