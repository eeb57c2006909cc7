import CMacrostateKernels

extension Tape {
  /// function(x), elementwise.
  public func activation(_ x: Tensor, _ function: ElementwiseFunction) -> Tensor {
    let out = make(like: x, wantsGradient: hasGradient(x))
    kernels.table.pointee.activate(
      1, x.storage, x.storage, function.code, value(x), value(out), gate(of: out, function))
    record(out) { tape in
      guard let dOut = tape.writtenGradient(out), let dx = tape.clearedGradient(x) else { return }
      // All floats as one row.
      var gradient = tape.activationGradient(of: out, function, dOut)
      (gradient.m, gradient.n, gradient.yStride, gradient.dyStride) = (1, x.storage, x.storage, x.storage)
      tape.kernels.table.pointee.activationGradient(&gradient)
      tape.kernels.table.pointee.addScaled(x.storage, 1, dOut, dx)
    }
    return out
  }

  /// x + y.
  public func add(_ x: Tensor, _ y: Tensor) -> Tensor {
    precondition(x.rows == y.rows && x.columns == y.columns && x.stride == y.stride)
    let out = make(like: x, wantsGradient: hasGradient(x) || hasGradient(y))
    value(out).update(from: value(x), count: x.storage)
    kernels.table.pointee.addScaled(x.storage, 1, value(y), value(out))
    record(out) { tape in
      guard let dOut = tape.writtenGradient(out) else { return }
      for part in [x, y] {
        if let d = tape.clearedGradient(part) { tape.kernels.table.pointee.addScaled(out.storage, 1, dOut, d) }
      }
    }
    return out
  }

  /// x · y, elementwise.
  public func multiply(_ x: Tensor, _ y: Tensor) -> Tensor {
    precondition(x.rows == y.rows && x.columns == y.columns && x.stride == y.stride)
    let out = make(like: x, wantsGradient: hasGradient(x) || hasGradient(y))
    kernels.table.pointee.multiplyElements(x.storage, value(x), value(y), value(out), 0)
    record(out) { tape in
      guard let dOut = tape.writtenGradient(out) else { return }
      for (part, other) in [(x, y), (y, x)] {
        guard let d = tape.clearedGradient(part) else { continue }
        tape.kernels.table.pointee.multiplyElements(out.storage, dOut, tape.value(other), d, 1)
      }
    }
    return out
  }

  /// scale · x + shift.
  public func affine(_ x: Tensor, scale: Float, shift: Float) -> Tensor {
    let out = make(like: x, wantsGradient: hasGradient(x))
    value(out).update(repeating: shift, count: x.storage)
    kernels.table.pointee.addScaled(x.storage, scale, value(x), value(out))
    record(out) { tape in
      guard let dOut = tape.writtenGradient(out), let dx = tape.clearedGradient(x) else { return }
      tape.kernels.table.pointee.addScaled(x.storage, scale, dOut, dx)
    }
    return out
  }

  // MARK: Activations

  /// Memory for SiLU's gate, where the way back needs it.
  func gate(of out: Tensor, _ function: ElementwiseFunction) -> UnsafeMutablePointer<Float>? {
    guard function == .silu && hasGradient(out) else { return nil }
    nodes[out.index].gate = arena.allocate(out.storage)
    return nodes[out.index].gate
  }

  /// The way back through `function`, by which `out` was made, in its gradient `dOut`.
  func activationGradient(
    of out: Tensor, _ function: ElementwiseFunction, _ dOut: UnsafeMutablePointer<Float>
  ) -> MacrostateActivationGradient {
    MacrostateActivationGradient(
      m: out.rows, n: out.columns, activation: function.code, y: value(out), gate: nodes[out.index].gate,
      yStride: out.stride, dy: dOut, dyStride: out.stride, dBias: nil, dBiasStride: 0, rowsPerBias: max(out.rows, 1))
  }
}

extension ElementwiseFunction {
  var code: MacrostateActivation {
    switch self {
    case .identity: MacrostateIdentity
    case .relu: MacrostateReLU
    case .tanh: MacrostateTanh
    case .softplus: MacrostateSoftplus
    case .sigmoid: MacrostateSigmoid
    case .silu: MacrostateSiLU
    }
  }
}
