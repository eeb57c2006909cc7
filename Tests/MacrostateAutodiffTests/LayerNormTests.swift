import Foundation
import MacrostateAutodiff
import MacrostateCompute
import Testing

@Suite struct LayerNormTests {
  @Test(arguments: Kernels.available) func gradients(kernels: Kernels) {
    for (rows, residualRows, columns) in [(1, 1, 2), (6, 6, 17), (6, 3, 5), (4, 1, 33)] {
      var check = GradientCheck()
      let scale = check.bias(columns)
      let shift = check.bias(columns)
      check.input(rows, columns)
      check.input(residualRows, columns)
      check.run(kernels) { tape, x in
        tape.addTestLoss(tape.layerNorm(x[0], adding: x[1], scale: scale, shift: shift))
      }
      check.run(kernels) { tape, x in
        // Gradients have to add to what stands there, and one tensor may be both parts of the sum.
        tape.addTestLoss(x[0])
        tape.addTestLoss(x[1])
        tape.addTestLoss(tape.layerNorm(x[0], adding: x[0], scale: scale, shift: shift))
        tape.addTestLoss(tape.layerNorm(x[0], adding: x[1], scale: scale, shift: shift))
      }
    }
  }

  @Test(arguments: Kernels.available) func values(kernels: Kernels) {
    for (rows, columns) in [(3, 64), (5, 20), (2, 1)] {
      var layout = ParameterLayout()
      let scale = layout.addBias("weight", count: columns)
      let shift = layout.addBias("bias", count: columns)
      let parameters = Parameters(layout)
      var random = TestNumbers(3)
      let (a, b) = (random.numbers(columns), random.numbers(columns))
      (parameters[scale], parameters[shift]) = (a, b)
      let tape = Tape(kernels: kernels, parameters: parameters)
      // Far from 0, where a variance as a difference of squares would be lost.
      let values = (0..<2).map { _ in random.numbers(rows * columns).map { $0 + 1000 } }
      let tensors = values.map { values in
        let tensor = tape.variable(rows: rows, columns: columns, wantsGradient: false)
        tape.fill(tensor, values)
        return tensor
      }
      let found = tape.array(tape.layerNorm(tensors[0], adding: tensors[1], scale: scale, shift: shift))
      for row in 0..<rows {
        let sums = (0..<columns).map { Double(values[0][row * columns + $0] + values[1][row * columns + $0]) }
        let mean = sums.reduce(0, +) / Double(columns)
        let variance = sums.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(columns)
        for j in 0..<columns {
          let exact = (sums[j] - mean) / (variance + 1e-5).squareRoot() * Double(a[j]) + Double(b[j])
          #expect(abs(Double(found[row * columns + j]) - exact) < 1e-3, "\(columns) columns, row \(row), \(j)")
        }
      }
    }
  }
}
