import CMacrostateKernels

extension Tape {
  /// A parameter vector as a tensor `[1, count]`.
  public func parameter(_ bias: Bias) -> Tensor {
    let out = make(rows: 1, columns: bias.count, stride: padded(bias.count), wantsGradient: gradient != nil)
    value(out).update(from: parameters.base + bias.offset, count: out.storage)
    record(out) { tape in
      guard let dOut = tape.writtenGradient(out), let sum = tape.gradient?.base else { return }
      tape.kernels.table.pointee.addScaled(bias.count, 1, dOut, sum + bias.offset)
    }
    return out
  }

  /// A parameter matrix as a tensor `[outputs, inputs]`.
  public func parameter(_ weight: Weight) -> Tensor {
    let out = make(
      rows: weight.outputs, columns: weight.inputs, stride: padded(weight.inputs), wantsGradient: gradient != nil)
    value(out).update(
      from: parameters.transposedBase + weight.transposedOffset, count: out.storage)
    record(out) { tape in
      guard let dOut = tape.writtenGradient(out), let sum = tape.gradient?.base else { return }
      let target = sum + weight.offset
      for input in 0..<weight.inputs {
        for output in 0..<weight.outputs { target[input * weight.stride + output] += dOut[output * out.stride + input] }
      }
    }
    return out
  }
}
