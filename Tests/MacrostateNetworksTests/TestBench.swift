import MacrostateAutodiff
import MacrostateCompute
import MacrostateNetworks

/// A network's parameters with a tape over them.
struct TestBench {
  let parameters: Parameters
  let gradient: ParameterGradient
  let tape: Tape

  init(_ layout: ParameterLayout, kernels: Kernels = .best) {
    parameters = Parameters(layout)
    gradient = ParameterGradient(layout)
    tape = Tape(kernels: kernels, parameters: parameters, gradient: gradient)
  }

  /// A tensor `[rows, columns]` with these values, and with a gradient.
  func variable(_ values: [Float], columns: Int) -> Tensor {
    let tensor = tape.variable(rows: values.count / columns, columns: columns, wantsGradient: true)
    for (i, x) in values.enumerated() { tape.value(tensor)[i / columns * tensor.stride + i % columns] = x }
    return tensor
  }

  func reset() {
    tape.reset()
    gradient.clear()
  }
}

/// `count` standard normal numbers, the same in every run.
func testNormals(_ count: Int, seed: UInt64 = 1) -> [Float] {
  var stream = RandomStream(seed: seed, purpose: .evaluation)
  return stream.normals(count)
}

/// The largest difference of two lists of one length; infinite where lengths differ.
func difference(_ a: [Float], _ b: [Float]) -> Float {
  a.count == b.count ? zip(a, b).map { abs($0 - $1) }.max() ?? 0 : .infinity
}

/// Row i of a matrix of `columns` columns.
func row(_ i: Int, of values: [Float], _ columns: Int) -> [Float] { Array(values[i * columns..<(i + 1) * columns]) }
