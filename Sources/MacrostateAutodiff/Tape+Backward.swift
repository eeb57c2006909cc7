import CMacrostateKernels

extension Tape {
  /// Computes the gradients of the losses (and of what the caller wrote to gradients of tensors), adding to those of the
  /// parameters. Once for a record: what was written is used up.
  public func backward() {
    for operation in operations.reversed() { backward(operation) }
  }

  private func backward(_ operation: Operation) {
    switch operation {
    case .linear(let x, let weight, let bias, let function, let out):
      guard nodes[out.index].hasGradient else { return }
      linearBackward(x: x, weight: weight, bias: bias, function: function, out: out)
    case .transposedLinear(let x, let weight, let out):
      guard nodes[out.index].hasGradient else { return }
      transposedLinearBackward(x: x, weight: weight, out: out)
    case .activation(let x, let function, let out):
      guard let dOut = writtenGradient(out), let dx = clearedGradient(x) else { return }
      kernels.table.pointee.activationGradient(
        1, x.storage, function.code, value(out), nodes[out.index].gate, x.storage, dOut, x.storage, nil, 0, 1)
      kernels.table.pointee.addScaled(x.storage, 1, dOut, dx)
    case .add(let x, let y, let out):
      guard let dOut = writtenGradient(out) else { return }
      for part in [x, y] {
        if let d = clearedGradient(part) { kernels.table.pointee.addScaled(out.storage, 1, dOut, d) }
      }
    case .multiply(let x, let y, let out):
      guard let dOut = writtenGradient(out) else { return }
      if let dx = clearedGradient(x) { kernels.table.pointee.multiplyElements(out.storage, dOut, value(y), dx, 1) }
      if let dy = clearedGradient(y) { kernels.table.pointee.multiplyElements(out.storage, dOut, value(x), dy, 1) }
    case .affine(let x, let scale, let out):
      guard let dOut = writtenGradient(out), let dx = clearedGradient(x) else { return }
      kernels.table.pointee.addScaled(x.storage, scale, dOut, dx)
    case .parameter(let bias, let out):
      guard let dOut = writtenGradient(out), let sum = gradient?.base else { return }
      kernels.table.pointee.addScaled(bias.count, 1, dOut, sum + bias.offset)
    case .segmentSums(let x, let segments, let out):
      segmentSumsBackward(x: x, segments: segments, out: out)
    case .join(let parts, let out):
      joinBackward(parts, out: out)
    case .onsager(let matrix, let vector, let alpha, let w, let out):
      guard let dOut = writtenGradient(out) else { return }
      onsagerBackward(matrix: matrix, vector: vector, alpha: alpha, w: w, dOut: dOut)
    case .spline(let x, let parameters, let shape, let out, let logSlope):
      splineBackward(x: x, parameters: parameters, shape: shape, out: out, logSlope: logSlope)
    case .parameterMatrix(let weight, let out): parameterMatrixBackward(weight, out: out)
    case .attentionPool(let pool): attentionPoolBackward(pool)
    case .attentionMix(let mix): attentionMixBackward(mix)
    case .splitHeads(let x, let form, let out): splitHeadsBackward(x, form, out: out)
    case .mergeHeads(let x, let form, let out): mergeHeadsBackward(x, form, out: out)
    case .layerNorm(let norm): layerNormBackward(norm)
    case .rowGroups(let x, let size, let out): rowGroupsBackward(x, size, out: out)
    case .firstColumns(let x, let out): firstColumnsBackward(x, out: out)
    case .addToFirstColumns(let x, let y, let out): addToFirstColumnsBackward(x, y, out: out)
    }
  }

  /// A tensor's gradient, set to zero if nothing was written to it yet; nil where none is wanted.
  func clearedGradient(_ tensor: Tensor) -> UnsafeMutablePointer<Float>? {
    guard let gradient = nodes[tensor.index].gradient else { return nil }
    if !nodes[tensor.index].hasGradient {
      gradient.update(repeating: 0, count: tensor.storage)
      nodes[tensor.index].hasGradient = true
    }
    return gradient
  }

  func writtenGradient(_ tensor: Tensor) -> UnsafeMutablePointer<Float>? {
    nodes[tensor.index].hasGradient ? nodes[tensor.index].gradient : nil
  }

  private func linearBackward(
    x: Tensor, weight: Weight, bias: BiasSource, function: ElementwiseFunction, out: Tensor
  ) {
    guard let dOut = writtenGradient(out), let parameterGradient = gradient?.base else { return }
    var dBias: UnsafeMutablePointer<Float>?
    var dBiasStride = 0
    var rowsPerBias = max(out.rows, 1)
    switch bias {
    case .none: break
    case .parameter(let bias): dBias = parameterGradient + bias.offset
    case .rows(let tensor, let rows):
      dBias = clearedGradient(tensor)
      dBiasStride = tensor.stride
      rowsPerBias = rows
    }
    if dBias != nil || function != .identity {
      kernels.table.pointee.activationGradient(
        out.rows, out.columns, function.code, value(out), nodes[out.index].gate, out.stride, dOut, out.stride, dBias,
        dBiasStride, rowsPerBias)
    }
    addOuterProduct(x, value(x), out, dOut, to: parameterGradient + weight.offset, stride: weight.stride)
    guard hasGradient(x) else { return }
    if x.stride == padded(x.columns) {
      addProduct(
        dOut, out, by: parameters.transposedBase + weight.transposedOffset,
        bStride: padded(weight.inputs), columns: weight.inputs, toGradientOf: x)
    } else if let dx = clearedGradient(x) {
      kernels.table.pointee.addRowDots(
        out.rows, weight.inputs, weight.outputs, dOut, out.stride,
        parameters.base + weight.offset, weight.stride, dx, x.stride)
    }
  }

  private func transposedLinearBackward(x: Tensor, weight: Weight, out: Tensor) {
    guard let dOut = writtenGradient(out), let parameterGradient = gradient?.base else { return }
    // out = x·W, so dWᵀ = dOutᵀ·x and dx = dOut·Wᵀ.
    let dWeight = parameterGradient + weight.offset
    addOuterProduct(out, dOut, x, value(x), to: dWeight, stride: weight.stride)
    // The padding of x's values is not zero (softplus of 0, say), but that of a gradient must be.
    for input in 0..<weight.inputs {
      (dWeight + input * weight.stride + weight.outputs).update(repeating: 0, count: weight.stride - weight.outputs)
    }
    guard hasGradient(x) else { return }
    addProduct(
      dOut, out, by: parameters.base + weight.offset, bStride: weight.stride,
      columns: weight.outputs, toGradientOf: x)
  }

  /// target `[a.columns, b.columns]` += aᵀ·b, summed over rows; b has padded rows.
  private func addOuterProduct(
    _ a: Tensor, _ aValues: UnsafePointer<Float>, _ b: Tensor, _ bValues: UnsafePointer<Float>,
    to target: UnsafeMutablePointer<Float>, stride: Int
  ) {
    var product = MacrostateProduct()
    product.m = a.columns
    product.n = b.columns
    product.k = a.rows
    product.a = aValues
    product.aRow = 1
    product.aColumn = a.stride
    product.b = bValues
    product.bStride = b.stride
    product.c = target
    product.cStride = stride
    product.start = MacrostateStartResult
    product.rowsPerBias = 1
    product.activation = MacrostateIdentity
    kernels.table.pointee.multiply(&product)
  }

  /// Adds a product to a tensor's gradient, or sets it where nothing stands there yet.
  private func addProduct(
    _ a: UnsafePointer<Float>, _ shape: Tensor, by b: UnsafePointer<Float>, bStride: Int, columns: Int,
    toGradientOf tensor: Tensor
  ) {
    guard let target = nodes[tensor.index].gradient else { return }
    multiply(
      a, shape, by: b, bStride: bStride, columns: columns, into: target, stride: tensor.stride,
      accumulate: nodes[tensor.index].hasGradient)
    nodes[tensor.index].hasGradient = true
  }

  private func segmentSumsBackward(x: Tensor, segments: [Segment], out: Tensor) {
    guard let dOut = writtenGradient(out), let dx = nodes[x.index].gradient else { return }
    let accumulate: Int32 = nodes[x.index].hasGradient ? 1 : 0
    var begin = 0
    for (s, segment) in segments.enumerated() {
      kernels.table.pointee.spreadRow(
        segment.count, x.columns, dOut + s * out.stride, segment.weight, dx + begin * x.stride, x.stride, accumulate)
      begin += segment.count
    }
    nodes[x.index].hasGradient = true
  }

  private func joinBackward(_ parts: [Tensor], out: Tensor) {
    guard let dOut = writtenGradient(out) else { return }
    var column = 0
    for part in parts {
      if let d = clearedGradient(part) {
        for row in 0..<out.rows {
          for j in 0..<part.columns { d[row * part.stride + j] += dOut[row * out.stride + column + j] }
        }
      }
      column += part.columns
    }
  }
}
