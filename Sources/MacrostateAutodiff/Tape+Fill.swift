/// Values by row and column, without the padding of the memory behind them.
extension Tape {
  /// Sets every value of a tensor `[rows, columns]` to what `value` gives for its row and column.
  @inlinable
  public func fill(_ tensor: Tensor, _ value: (_ row: Int, _ column: Int) -> Float) {
    write(tensor, to: self.value(tensor), value)
  }

  /// Calls `body` with every row of the values of a tensor `[rows, columns]`, which may be read and set.
  @inlinable
  public func forEachRow(of tensor: Tensor, _ body: (_ row: Int, _ values: UnsafeMutableBufferPointer<Float>) -> Void) {
    let base = value(tensor)
    for row in 0..<tensor.rows {
      body(row, UnsafeMutableBufferPointer(start: base + row * tensor.stride, count: tensor.columns))
    }
  }

  /// Sets the values of `tensor` to those of `other`, of the same rows and columns.
  public func assign(_ tensor: Tensor, _ other: Tensor) {
    precondition(tensor.rows == other.rows && tensor.columns == other.columns)
    if tensor.stride == other.stride {
      value(tensor).update(from: value(other), count: tensor.rows * tensor.stride)
    } else {
      let base = value(other)
      forEachRow(of: tensor) { i, row in for j in row.indices { row[j] = base[i * other.stride + j] } }
    }
  }

  /// Sets the gradient with respect to a tensor `[rows, columns]`, where a backward pass begins.
  @inlinable
  public func fillGradient(of tensor: Tensor, _ value: (_ row: Int, _ column: Int) -> Float) {
    write(tensor, to: gradient(of: tensor), value)
  }

  /// Adds to the gradient with respect to a tensor `[rows, columns]`.
  @inlinable
  public func addGradient(of tensor: Tensor, _ value: (_ row: Int, _ column: Int) -> Float) {
    let out = gradient(of: tensor)
    for row in 0..<tensor.rows {
      for column in 0..<tensor.columns { out[row * tensor.stride + column] += value(row, column) }
    }
  }

  @inlinable
  func write(_ tensor: Tensor, to out: UnsafeMutablePointer<Float>, _ value: (Int, Int) -> Float) {
    for row in 0..<tensor.rows {
      for column in 0..<tensor.columns { out[row * tensor.stride + column] = value(row, column) }
    }
  }
}
