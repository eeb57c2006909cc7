import CMacrostateKernels
import Foundation
import MacrostateAutodiff
import MacrostateCompute
import Testing

/// The matrix product of every instruction set against sums in double precision.
@Suite struct MatrixProductTests {
  /// One product with its operands, drawn at random; what the kernel must not read is not a number.
  private struct Problem {
    let m: Int, n: Int, k: Int
    let transposed: Bool, start: MacrostateStart, activation: MacrostateActivation
    let rowsPerBias: Int
    let a: [Float], b: [Float], bias: [Float]
    var c: [Float]
    let aStride: Int, stride: Int
    static let guardValue: Float = 12345

    init(m: Int, n: Int, k: Int, _ random: inout TestNumbers) {
      self.m = m
      self.n = n
      self.k = k
      transposed = random.below(2) == 1
      start = [MacrostateStartZero, MacrostateStartResult, MacrostateStartBias][random.below(3)]
      activation = allActivations[random.below(allActivations.count)]
      rowsPerBias = [1, 2, 3, max(m, 1)][random.below(4)]
      stride = (n + 15) / 16 * 16 + 16 * random.below(2)
      aStride = (transposed ? m : k) + random.below(3)
      var a = random.numbers((transposed ? k : m) * aStride)
      let used = transposed ? m : k
      for i in a.indices where i % aStride >= used { a[i] = .nan }
      self.a = a
      // Padding may hold anything: it must not reach the result.
      var b = random.numbers(max(k, 1) * stride)
      for i in b.indices where i % stride >= n { b[i] = 1e30 }
      self.b = b
      bias = random.numbers((m / rowsPerBias + 1) * stride)
      c = random.numbers(m * stride) + [Float](repeating: Self.guardValue, count: stride)
    }

    func a(_ i: Int, _ l: Int) -> Double { Double(transposed ? a[l * aStride + i] : a[i * aStride + l]) }

    /// Element (i, j) before the activation, and the sum of the sizes of what is added.
    func reference(_ i: Int, _ j: Int) -> (sum: Double, size: Double) {
      var sum = 0.0
      if start == MacrostateStartResult { sum = Double(c[i * stride + j]) }
      if start == MacrostateStartBias { sum = Double(bias[i / rowsPerBias * stride + j]) }
      var size = abs(sum)
      for l in 0..<k {
        let term = a(i, l) * Double(b[l * stride + j])
        sum += term
        size += abs(term)
      }
      return (sum, size)
    }

    func solve(_ kernels: Kernels) -> [Float] {
      var result = c
      a.withUnsafeBufferPointer { a in
        b.withUnsafeBufferPointer { b in
          bias.withUnsafeBufferPointer { bias in
            result.withUnsafeMutableBufferPointer { c in
              var product = MacrostateProduct(
                m: m, n: n, k: k, a: a.baseAddress, aRow: transposed ? 1 : aStride, aColumn: transposed ? aStride : 1,
                b: b.baseAddress, bStride: stride, c: c.baseAddress, cStride: stride, start: start,
                bias: start == MacrostateStartBias ? bias.baseAddress : nil, biasStride: stride,
                rowsPerBias: rowsPerBias, activation: activation, gate: nil)
              kernels.table.pointee.multiply(&product)
            }
          }
        }
      }
      return result
    }
  }

  private func check(_ problem: Problem, _ kernels: Kernels) {
    let result = problem.solve(kernels)
    var worst = 0.0
    for i in 0..<problem.m {
      for j in 0..<problem.n {
        let (sum, size) = problem.reference(i, j)
        let expected = exactActivation(problem.activation, sum)
        // Rounding errors of a sum of k terms grow like √k; all activations have slopes of at most 1.1.
        let allowed = 1.32e-7 * size * (2 + Double(problem.k).squareRoot()) + 4e-7 * (1 + abs(expected))
        let error = abs(Double(result[i * problem.stride + j]) - expected)
        worst = error.isFinite ? max(worst, error / allowed) : .infinity
      }
    }
    let untouched = result[(problem.m * problem.stride)...].allSatisfy { $0 == Problem.guardValue }
    #expect(
      worst <= 1 && untouched,
      """
      m \(problem.m), n \(problem.n), k \(problem.k), transposed \(problem.transposed), \
      start \(problem.start.rawValue), activation \(problem.activation.rawValue)
      """)
  }

  @Test(arguments: Kernels.available) func awkwardShapes(kernels: Kernels) {
    var random = TestNumbers(1)
    for m in Array(1...14) + [23, 24, 25, 31] {
      for n in [1, 2, 5, 15, 16, 17, 31, 33, 48, 63, 64, 65, 70] {
        for k in [0, 1, 3, 40] { check(Problem(m: m, n: n, k: k, &random), kernels) }
      }
    }
  }

  /// Around the lengths where the inner dimension is cut into blocks.
  @Test(arguments: Kernels.available) func longInnerDimensions(kernels: Kernels) {
    var random = TestNumbers(2)
    for k in [127, 128, 129, 255, 256, 257, 300, 384, 385, 513] {
      for (m, n) in [(1, 1), (6, 64), (7, 65), (13, 70), (4, 33), (3, 2)] {
        for _ in 0..<6 { check(Problem(m: m, n: n, k: k, &random), kernels) }
      }
    }
  }

  @Test(arguments: Kernels.available) func nothingToDo(kernels: Kernels) {
    var random = TestNumbers(3)
    for (m, n) in [(0, 5), (3, 0), (0, 0)] { check(Problem(m: m, n: n, k: 4, &random), kernels) }
  }
}

/// The activations that kernels know.
let allActivations = [
  MacrostateIdentity, MacrostateReLU, MacrostateTanh, MacrostateSoftplus, MacrostateSigmoid, MacrostateSiLU,
]

/// An activation in double precision.
func exactActivation(_ activation: MacrostateActivation, _ x: Double) -> Double {
  switch activation {
  case MacrostateReLU: max(x, 0)
  case MacrostateTanh: tanh(x)
  case MacrostateSoftplus: max(x, 0) + log1p(exp(-abs(x)))
  case MacrostateSigmoid: 1 / (1 + exp(-x))
  case MacrostateSiLU: x == -.infinity ? 0 : x / (1 + exp(-x))
  default: x
  }
}
