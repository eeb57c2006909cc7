import CMacrostateKernels

/// A layer normalisation of a sum, for the way back.
private struct LayerNormalization {
  var x: Tensor
  var residual: Tensor
  var scale: Bias
  var shift: Bias
  var statistics: Tensor
  var out: Tensor
}

extension Tape {
  /// Layer normalisation (Ba et al. 2016) of the rows s of x + residual:
  /// (s − mean(s))/√(var(s) + 1e-5) · scale + shift, `[rows, columns]`.
  ///
  /// - Parameter residual: as many rows as x, or fewer which are repeated: row i of x meets row i mod residual.rows.
  public func layerNorm(_ x: Tensor, adding residual: Tensor, scale: Bias, shift: Bias) -> Tensor {
    precondition(x.columns == residual.columns && x.stride == padded(x.columns) && x.stride == residual.stride)
    precondition(scale.count == x.columns && shift.count == x.columns)
    precondition(x.rows == 0 || (residual.rows > 0 && x.rows % residual.rows == 0))
    let norm = LayerNormalization(
      x: x, residual: residual, scale: scale, shift: shift,
      statistics: make(rows: x.rows, columns: 2, stride: 2, wantsGradient: false),
      out: make(like: x, wantsGradient: gradient != nil))
    var task = kernelTask(norm)
    kernels.table.pointee.layerNorm(&task, value(norm.out), norm.out.stride)
    record(norm.out) { $0.layerNormBackward(norm) }
    return norm.out
  }

  private func layerNormBackward(_ norm: LayerNormalization) {
    guard let dOut = writtenGradient(norm.out), let sum = gradient?.base else { return }
    let isRepeated = norm.residual.rows < norm.x.rows
    let (dx, accumulateX) = writableGradient(norm.x)
    if isRepeated { _ = clearedGradient(norm.residual) }
    let (dResidual, accumulateResidual) = writableGradient(norm.residual)
    var task = kernelTask(norm)
    kernels.table.pointee.layerNormGradient(
      &task, dOut, norm.out.stride, dx, accumulateX, dResidual, accumulateResidual, sum + norm.scale.offset,
      sum + norm.shift.offset)
  }

  private func kernelTask(_ norm: LayerNormalization) -> MacrostateLayerNorm {
    var task = MacrostateLayerNorm()
    let values = parameters.base
    task.rows = norm.x.rows
    task.columns = norm.x.columns
    task.x = UnsafePointer(value(norm.x))
    task.xStride = norm.x.stride
    task.residual = UnsafePointer(value(norm.residual))
    task.residualStride = norm.residual.stride
    task.residualRows = max(norm.residual.rows, 1)
    task.scale = UnsafePointer(values + norm.scale.offset)
    task.shift = UnsafePointer(values + norm.shift.offset)
    task.statistics = value(norm.statistics)
    return task
  }
}
