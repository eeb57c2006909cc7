import CMacrostateKernels

extension Tape {
  /// (L Lᵀ + αI + W) u for each row, with L lower triangular and W antisymmetric: the product of OnsagerNet
  /// (Yu, Tian, E, Li 2021). Its scalar product with u is ‖Lᵀu‖² + α‖u‖² whatever the entries are.
  ///
  /// - Parameters:
  ///   - entries: `[rows, D·D]`, a matrix A `[D, D]` in each row: L is its lower triangle with the diagonal, and
  ///     W_ij = A_ij = −W_ji for i < j.
  ///   - vector: u `[rows, D]`.
  ///   - alpha: α.
  /// - Returns: `[rows, D]`.
  public func onsagerProduct(_ entries: Tensor, _ vector: Tensor, alpha: Float) -> Tensor {
    precondition(entries.rows == vector.rows && entries.columns == vector.columns * vector.columns)
    precondition(entries.stride == padded(entries.columns) && vector.stride == padded(vector.columns))
    let w = make(like: vector, wantsGradient: false)
    let out = make(like: vector, wantsGradient: hasGradient(entries) || hasGradient(vector))
    var product = kernelProduct(entries, vector, alpha)
    kernels.table.pointee.onsagerForward(&product, value(w), value(out))
    record(out) { tape in
      guard let dOut = tape.writtenGradient(out) else { return }
      // The kernel computes both gradients; one that is not wanted goes to scratch memory.
      let dMatrix = tape.clearedGradient(entries) ?? tape.arena.allocate(entries.storage)
      let dVector = tape.clearedGradient(vector) ?? tape.arena.allocate(vector.storage)
      var product = tape.kernelProduct(entries, vector, alpha)
      tape.kernels.table.pointee.onsagerBackward(
        &product, tape.value(w), dOut, tape.arena.allocate(vector.stride), dMatrix, dVector)
    }
    return out
  }

  private func kernelProduct(_ matrix: Tensor, _ vector: Tensor, _ alpha: Float) -> MacrostateOnsager {
    MacrostateOnsager(
      rows: vector.rows, dimension: vector.columns, alpha: alpha, matrix: UnsafePointer(value(matrix)),
      matrixStride: matrix.stride, vector: UnsafePointer(value(vector)), vectorStride: vector.stride)
  }
}
