import CMacrostateKernels
import Foundation
import MacrostateAutodiff
import MacrostateCompute
import Testing

/// The elementwise loops of every instruction set against plain arithmetic in double precision.
@Suite struct ElementwiseKernelTests {
  private func activate(_ kernels: Kernels, _ activation: MacrostateActivation, _ x: [Float]) -> [Float] {
    var y = [Float](repeating: .nan, count: x.count + 1)
    kernels.table.pointee.activate(1, x.count, x.count, activation, x, &y, nil)
    #expect(y.removeLast().isNaN, "one element too many was written")
    return y
  }

  @Test(arguments: Kernels.available) func activationsAreAccurate(kernels: Kernels) {
    // Every sign and size from 1e-30 to 100, and a fine grid where the functions bend.
    var x: [Float] = [0]
    for exponent in stride(from: -30.0, through: 2, by: 0.01) {
      x += [Float(pow(10, exponent)), Float(-pow(10, exponent))]
    }
    x += stride(from: Float(-20), through: 20, by: 0.01)
    for activation in allActivations {
      let y = activate(kernels, activation, x)
      var worst = 0.0
      var at: Float = 0
      for (x, y) in zip(x, y) {
        let exact = exactActivation(activation, Double(x))
        // Softplus' small values are sums with 1; the least sigmoid is e^−88, and SiLU 88 times that.
        let floor = activation == MacrostateSoftplus ? 1 : activation == MacrostateSiLU ? 1e-30 : 1e-31
        let scale = max(abs(exact), floor)
        let error = abs(Double(y) - exact) / scale
        if error > worst { (worst, at) = (error, x) }
      }
      #expect(worst < 6e-7, "activation \(activation.rawValue) at \(at)")
    }
  }

  @Test(arguments: Kernels.available) func activationsOfExtremes(kernels: Kernels) {
    let x: [Float] = [1e4, -1e4, .infinity, -.infinity, .greatestFiniteMagnitude, -.greatestFiniteMagnitude]
    for activation in allActivations {
      for (x, y) in zip(x, activate(kernels, activation, x)) {
        let exact = exactActivation(activation, Double(x))
        if exact.isFinite {
          #expect(abs(Double(y) - exact) <= 1e-6 * max(1, abs(exact)), "activation \(activation.rawValue) of \(x)")
        } else {
          #expect(y == Float(exact), "activation \(activation.rawValue) of \(x)")
        }
      }
    }
    #expect(activate(kernels, MacrostateTanh, [0, -0.0]) == [0, 0])
  }

  /// The gate that SiLU leaves is the sigmoid, and keeping it changes nothing.
  @Test(arguments: Kernels.available) func gates(kernels: Kernels) {
    var random = TestNumbers(5)
    for count in [1, 15, 16, 37] {
      let x = random.numbers(count, 4)
      var (y, gate) = ([Float](repeating: 0, count: count), [Float](repeating: 0, count: count))
      kernels.table.pointee.activate(1, count, count, MacrostateSiLU, x, &y, &gate)
      #expect(y == activate(kernels, MacrostateSiLU, x))
      #expect(gate == activate(kernels, MacrostateSigmoid, x))
    }
  }

  /// What is not a number stays so, at any place of a vector: a diverged network must not look like a dead one.
  @Test(arguments: Kernels.available) func activationsOfNotANumber(kernels: Kernels) {
    for activation in allActivations {
      for count in [1, 5, 16, 37] {
        var x = [Float](repeating: 0.5, count: count)
        x[count / 2] = .nan
        let y = activate(kernels, activation, x)
        #expect(y.indices.filter { y[$0].isNaN } == [count / 2], "activation \(activation.rawValue)")
      }
    }
  }

  @Test(arguments: Kernels.available) func activationGradients(kernels: Kernels) {
    var random = TestNumbers(3)
    for activation in allActivations {
      for (m, n, rowsPerBias) in [(1, 1, 1), (5, 7, 2), (12, 33, 12), (7, 70, 1), (9, 16, 4)] {
        let stride = (n + 15) / 16 * 16
        let x = random.numbers(m * stride, 4)
        let y = activate(kernels, activation, x)
        let gate = activate(kernels, MacrostateSigmoid, x)
        func pass(_ dy: UnsafeMutablePointer<Float>, _ dBias: UnsafeMutablePointer<Float>?, _ rowsPerBias: Int) {
          y.withUnsafeBufferPointer { y in
            gate.withUnsafeBufferPointer { gate in
              var gradient = MacrostateActivationGradient(
                m: m, n: n, activation: activation, y: y.baseAddress, gate: gate.baseAddress, yStride: stride, dy: dy,
                dyStride: stride, dBias: dBias, dBiasStride: stride, rowsPerBias: rowsPerBias)
              kernels.table.pointee.activationGradient(&gradient)
            }
          }
        }
        let upstream = random.numbers(m * stride)
        var dy = upstream
        let bias = random.numbers(((m - 1) / rowsPerBias + 1) * stride)
        var dBias = bias
        pass(&dy, &dBias, rowsPerBias)
        var sums = bias.map(Double.init)
        for i in 0..<m {
          for j in 0..<n {
            let at = i * stride + j
            let exact = Double(upstream[at]) * slope(activation, Double(x[at]))
            #expect(abs(Double(dy[at]) - exact) < 2e-6)
            sums[i / rowsPerBias * stride + j] += exact
          }
        }
        for at in sums.indices where at % stride < n { #expect(abs(Double(dBias[at]) - sums[at]) < 1e-5) }
        var withoutBias = upstream
        pass(&withoutBias, nil, m)
        #expect(withoutBias == dy)
      }
    }
  }

  private func slope(_ activation: MacrostateActivation, _ x: Double) -> Double {
    switch activation {
    case MacrostateReLU: x > 0 ? 1 : 0
    case MacrostateTanh: 1 - tanh(x) * tanh(x)
    case MacrostateSoftplus: 1 / (1 + exp(-x))
    case MacrostateSigmoid: exp(-x) / ((1 + exp(-x)) * (1 + exp(-x)))
    case MacrostateSiLU: (1 + x * exp(-x) / (1 + exp(-x))) / (1 + exp(-x))
    default: 1
    }
  }

  @Test(arguments: Kernels.available) func sumsOfRowsAndTheirGradient(kernels: Kernels) {
    var random = TestNumbers(4)
    for (rows, n) in [(0, 3), (1, 1), (2, 17), (3, 16), (100, 70)] {
      let stride = (n + 15) / 16 * 16
      let x = random.numbers(rows * stride)
      var out = [Float](repeating: .nan, count: stride)
      kernels.table.pointee.sumRows(rows, n, x, stride, 0.25, &out)
      for j in 0..<n {
        let exact = (0..<rows).reduce(0.0) { $0 + Double(x[$1 * stride + j]) } * 0.25
        #expect(abs(Double(out[j]) - exact) < 1e-5)
      }
      let dOut = random.numbers(stride)
      for accumulate in [0, 1] as [Int32] {
        var dx = x
        kernels.table.pointee.spreadRow(rows, n, dOut, 0.25, &dx, stride, accumulate)
        for i in 0..<rows {
          for j in 0..<n {
            let exact = (accumulate == 1 ? x[i * stride + j] : 0) + 0.25 * dOut[j]
            #expect(abs(dx[i * stride + j] - exact) < 1e-6)
          }
        }
      }
    }
  }

  @Test(arguments: Kernels.available) func plainLoops(kernels: Kernels) {
    let table = kernels.table.pointee
    var random = TestNumbers(5)
    for count in [0, 1, 3, 16, 31, 100] {
      let x = random.numbers(count)
      let y = random.numbers(count)
      var sum = y + [7]
      table.addScaled(count, 0.5, x, &sum)
      #expect(zip(sum, zip(x, y)).allSatisfy { abs($0 - (0.5 * $1.0 + $1.1)) < 1e-6 } && sum[count] == 7)
      var product = y + [7]
      table.multiplyElements(count, x, y, &product, 0)
      #expect(zip(product, zip(x, y)).allSatisfy { $0 == $1.0 * $1.1 } && product[count] == 7)
      table.multiplyElements(count, x, y, &product, 1)
      #expect(zip(product, zip(x, y)).allSatisfy { abs($0 - 2 * $1.0 * $1.1) < 1e-6 } && product[count] == 7)
    }
    let (m, n) = (5, 19)
    let a = random.numbers(m * 21)
    var transposed = [Float](repeating: .nan, count: n * 16)
    table.transpose(m, n, a, 21, &transposed, 16)
    for j in 0..<n { for i in 0..<16 { #expect(transposed[j * 16 + i] == (i < m ? a[i * 21 + j] : 0)) } }
  }

  @Test(arguments: Kernels.available) func dotsOfRows(kernels: Kernels) {
    var random = TestNumbers(6)
    let (rows, columns, inner) = (7, 3, 37)
    var a = random.numbers(rows * 48)
    var b = random.numbers(columns * 48)
    for i in a.indices where i % 48 >= inner { a[i] = 0 }
    for i in b.indices where i % 48 >= inner { b[i] = 0 }
    let before = random.numbers(rows * 4)
    var out = before
    kernels.table.pointee.addRowDots(rows, columns, inner, a, 48, b, 48, &out, 4)
    for i in 0..<rows {
      #expect(out[i * 4 + 3] == before[i * 4 + 3], "a column too many was written")
      for j in 0..<columns {
        let exact = (0..<inner).reduce(Double(before[i * 4 + j])) {
          $0 + Double(a[i * 48 + $1]) * Double(b[j * 48 + $1])
        }
        #expect(abs(Double(out[i * 4 + j]) - exact) < 1e-5)
      }
    }
  }

  @Test(arguments: Kernels.available) func reductions(kernels: Kernels) {
    var random = TestNumbers(7)
    for count in [0, 1, 15, 1000, 2049] {
      let lanes = (0..<8).map { _ in random.numbers(count) }
      for number in [1, 2, 4, 8] {
        var pointers = lanes.prefix(number).map { lane in
          let copy = UnsafeMutablePointer<Float>.allocate(capacity: max(count, 1))
          copy.update(from: lane, count: count)
          return Optional(UnsafePointer(copy))
        }
        defer { for pointer in pointers { pointer?.deallocate() } }
        var out = [Float](repeating: .nan, count: count)
        kernels.table.pointee.reduceLanes(count, number, &pointers, &out)
        for i in 0..<count {
          let exact = lanes.prefix(number).reduce(0.0) { $0 + Double($1[i]) }
          #expect(abs(Double(out[i]) - exact) < 2e-6)
        }
      }
      let exact = lanes[0].reduce(0.0) { $0 + Double($1) * Double($1) }
      #expect(abs(kernels.table.pointee.sumOfSquares(count, lanes[0]) - exact) <= 1e-6 * exact)
    }
  }
}
