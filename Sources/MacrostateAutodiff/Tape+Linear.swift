import CMacrostateKernels

/// The bias of a linear map.
public enum BiasSource: Sendable {
  case none
  /// The same bias for every row.
  case parameter(Bias)
  /// Row i / rowsPerBias of a tensor for row i: what all samples of a set share is computed once per set.
  case rows(Tensor, rowsPerBias: Int)
}

extension Tape {
  /// function(x·Wᵀ + bias): `[rows, inputs]` → `[rows, outputs]`.
  public func linear(_ x: Tensor, _ weight: Weight, _ bias: BiasSource, _ function: ElementwiseFunction) -> Tensor {
    precondition(x.columns == weight.inputs, "linear map of \(weight.inputs) inputs on \(x.columns) columns")
    let out = make(
      rows: x.rows, columns: weight.outputs, stride: padded(weight.outputs), wantsGradient: gradient != nil)
    var product = MacrostateProduct()
    product.m = x.rows
    product.n = weight.outputs
    product.k = weight.inputs
    product.a = UnsafePointer(value(x))
    product.aRow = x.stride
    product.aColumn = 1
    product.b = UnsafePointer(parameters.base + weight.offset)
    product.bStride = weight.stride
    product.c = value(out)
    product.cStride = out.stride
    product.rowsPerBias = max(x.rows, 1)
    product.start = MacrostateStartZero
    product.activation = function.code
    product.gate = gate(of: out, function)
    switch bias {
    case .none: break
    case .parameter(let bias):
      product.start = MacrostateStartBias
      product.bias = UnsafePointer(parameters.base + bias.offset)
    case .rows(let tensor, let rowsPerBias):
      precondition(tensor.columns == weight.outputs && tensor.stride == out.stride)
      precondition(rowsPerBias > 0 && x.rows <= tensor.rows * rowsPerBias, "fewer biases than sets")
      product.start = MacrostateStartBias
      product.bias = UnsafePointer(value(tensor))
      product.biasStride = tensor.stride
      product.rowsPerBias = rowsPerBias
    }
    kernels.table.pointee.multiply(&product)
    record(out) { $0.linearBackward(x: x, weight: weight, bias: bias, function: function, out: out) }
    return out
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
      var gradient = activationGradient(of: out, function, dOut)
      (gradient.dBias, gradient.dBiasStride, gradient.rowsPerBias) = (dBias, dBiasStride, rowsPerBias)
      kernels.table.pointee.activationGradient(&gradient)
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

  /// x·W, the transpose of a linear map: `[rows, outputs]` → `[rows, inputs]`. With it the gradient of a network can be
  /// written forwards, and then differentiated.
  public func transposedLinear(_ x: Tensor, _ weight: Weight) -> Tensor {
    precondition(x.columns == weight.outputs, "transposed map of \(weight.outputs) outputs on \(x.columns) columns")
    precondition(x.stride == padded(x.columns), "a transposed map needs padded rows")
    let out = make(
      rows: x.rows, columns: weight.inputs, stride: padded(weight.inputs), wantsGradient: gradient != nil)
    multiply(
      value(x), x, by: UnsafePointer(parameters.transposedBase + weight.transposedOffset),
      bStride: padded(weight.inputs), columns: weight.inputs, into: value(out), stride: out.stride, accumulate: false)
    record(out) { $0.transposedLinearBackward(x: x, weight: weight, out: out) }
    return out
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

  // MARK: Products

  /// result (+)= x·b for a matrix b with padded rows.
  func multiply(
    _ x: UnsafePointer<Float>, _ shape: Tensor, by b: UnsafePointer<Float>, bStride: Int, columns: Int,
    into result: UnsafeMutablePointer<Float>, stride: Int, accumulate: Bool
  ) {
    var product = MacrostateProduct()
    product.m = shape.rows
    product.n = columns
    product.k = shape.columns
    product.a = x
    product.aRow = shape.stride
    product.aColumn = 1
    product.b = b
    product.bStride = bStride
    product.c = result
    product.cStride = stride
    product.rowsPerBias = 1
    product.start = accumulate ? MacrostateStartResult : MacrostateStartZero
    product.activation = MacrostateIdentity
    kernels.table.pointee.multiply(&product)
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
}
