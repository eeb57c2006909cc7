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
    tape.fill(tensor) { values[$0 * columns + $1] }
    return tensor
  }

  func reset() {
    tape.reset()
    gradient.clear()
  }
}
