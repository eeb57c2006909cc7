/// Values by row and column, without the padding of the memory behind them.
extension Tape {
  /// Sets every value of a tensor `[rows, columns]` to what `value` gives for its row and column.
  @inlinable
  public func fill(_ tensor: Tensor, _ value: (_ row: Int, _ column: Int) -> Float) {
    write(tensor, to: self.value(tensor), value)
  }

  /// Sets the gradient with respect to a tensor `[rows, columns]`, where a backward pass begins.
  @inlinable
  public func fillGradient(of tensor: Tensor, _ value: (_ row: Int, _ column: Int) -> Float) {
    write(tensor, to: gradient(of: tensor), value)
  }

  @inlinable
  func write(_ tensor: Tensor, to out: UnsafeMutablePointer<Float>, _ value: (Int, Int) -> Float) {
    for row in 0..<tensor.rows {
      for column in 0..<tensor.columns { out[row * tensor.stride + column] = value(row, column) }
    }
  }
}
