import Foundation
import MacrostateAutodiff
import MacrostateCompute
import Testing

/// Attention against its plain formulas in double precision and against central differences.
@Suite struct AttentionTests {
  struct Size {
    var counts: [Int]
    var width: Int
    var form: AttentionHeads
  }

  static let small = [
    Size(counts: [4], width: 3, form: .init(heads: 1, slots: 1)),
    Size(counts: [1, 3, 0, 2], width: 6, form: .init(heads: 2, slots: 3)),
    Size(counts: [5, 2], width: 17, form: .init(heads: 1, slots: 17)),
  ]
  static let large = [
    Size(counts: [300, 1, 0, 129], width: 64, form: .init(heads: 4, slots: 16)),
    Size(counts: [1000], width: 48, form: .init(heads: 3, slots: 10)),
    Size(counts: [64, 128], width: 20, form: .init(heads: 4, slots: 1)),
    Size(counts: [150, 20], width: 8, form: .init(heads: 8, slots: 40)),
  ]
  static let cases = Kernels.available.flatMap { kernels in small.map { (kernels, $0) } }
  static let largeCases = Kernels.available.flatMap { kernels in large.map { (kernels, $0) } }

  @Test(arguments: cases) func poolGradients(kernels: Kernels, size: Size) {
    var check = GradientCheck()
    check.input(size.counts.reduce(0, +), size.width)
    check.input(size.form.count, size.width)
    check.run(kernels) { tape, x in
      tape.addTestLoss(tape.attentionPool(x[0], counts: size.counts, queries: x[1], size.form).values)
      // The points' gradient has to add to what stands there.
      tape.addTestLoss(x[0])
    }
    check.run(kernels) { tape, x in
      tape.addTestLoss(x[0])
      tape.addTestLoss(tape.attentionPool(x[0], counts: size.counts, queries: x[1], size.form).values)
    }
  }

  @Test(arguments: cases) func mixGradients(kernels: Kernels, size: Size) {
    var check = GradientCheck()
    check.input(size.counts.reduce(0, +), size.width)
    check.input(size.counts.count * size.form.count, size.width)
    check.input(size.counts.count * size.form.count, size.width)
    check.run(kernels) { tape, x in
      tape.addTestLoss(tape.attentionMix(x[0], counts: size.counts, keys: x[1], values: x[2], size.form))
    }
    check.run(kernels) { tape, x in
      tape.addTestLoss(x[0])
      tape.addTestLoss(tape.attentionMix(x[0], counts: size.counts, keys: x[1], values: x[1], size.form))
    }
  }

  /// Of rows of any width an attention reads what a linear map writes, and no more.
  @Test(arguments: Kernels.available) func gradientsThroughLinearMaps(kernels: Kernels) {
    for width in [3, 6, 10, 14, 18] {
      let form = AttentionHeads(heads: 1, slots: 2)
      var check = GradientCheck()
      for rows in [5, 2, 4] { check.input(rows, 3) }
      let weights = (0..<3).map { _ in check.weight(width, 3) }
      check.run(kernels, "width \(width)") { tape, x in
        let points = tape.linear(x[0], weights[0], .none, .softplus)
        let queries = tape.linear(x[1], weights[1], .none, .identity)
        tape.addTestLoss(tape.attentionPool(points, counts: [3, 2], queries: queries, form).values)
        let keys = tape.linear(x[2], weights[2], .none, .identity)
        tape.addTestLoss(tape.attentionMix(points, counts: [3, 2], keys: keys, values: keys, form))
      }
    }
  }

  @Test(arguments: Kernels.available) func headGradients(kernels: Kernels) {
    for (rows, width, form) in [(6, 6, AttentionHeads(heads: 2, slots: 3)), (2, 34, .init(heads: 17, slots: 2))] {
      var check = GradientCheck()
      check.input(rows, width)
      check.run(kernels) { tape, x in
        let parts = tape.splitHeads(x[0], form)
        tape.addTestLoss(parts)
        tape.addTestLoss(tape.mergeHeads(tape.activation(parts, .tanh), form))
      }
    }
  }

  @Test(arguments: Kernels.available) func matrixParameters(kernels: Kernels) {
    var check = GradientCheck()
    let few = check.weight(3, 18)
    check.run(kernels) { tape, _ in
      tape.addTestLoss(tape.parameter(few))
      tape.addTestLoss(tape.linear(tape.parameter(few), few, .none, .tanh))
    }
  }

  // MARK: Plain formulas

  private func softmax(_ logits: [Double]) -> [Double] {
    let most = logits.max() ?? 0
    let sum = logits.reduce(0) { $0 + exp($1 - most) }
    return logits.map { exp($0 - most) / sum }
  }

  private func dot(_ a: ArraySlice<Float>, _ b: ArraySlice<Float>) -> Double {
    zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }

  private func row(_ i: Int, _ values: [Float], _ width: Int) -> ArraySlice<Float> {
    values[i * width..<(i + 1) * width]
  }

  /// Tensors of random numbers with a gradient, on a tape of their own.
  private func tape(_ kernels: Kernels, _ shapes: [(Int, Int)], spread: Float) -> (Tape, [Tensor], [[Float]]) {
    let layout = ParameterLayout()
    let tape = Tape(kernels: kernels, parameters: Parameters(layout), gradient: ParameterGradient(layout))
    tape.soil()
    var random = TestNumbers(17)
    let values = shapes.map { random.numbers($0.0 * $0.1, spread) }
    let tensors = zip(shapes, values).map { shape, values in
      let tensor = tape.variable(rows: shape.0, columns: shape.1, wantsGradient: true)
      tape.fill(tensor, values)
      return tensor
    }
    return (tape, tensors, values)
  }

  /// Expects numbers to be those of double precision; with one slot the parts of a gradient cancel but for rounding.
  private func expectClose(_ found: [Float], _ exact: [Double], _ comment: Comment) {
    let largest = exact.map(abs).max() ?? 0
    let error = zip(found, exact).map { abs(Double($0) - $1) }.max() ?? 0
    #expect(found.count == exact.count && error < 2e-5 * largest + 1e-6, comment)
  }

  @Test(arguments: largeCases) func poolIsTheFormula(kernels: Kernels, size: Size) {
    let (g, width) = (size.form.count, size.width)
    let points = size.counts.reduce(0, +)
    let (tape, tensors, values) = tape(kernels, [(points, width), (g, width)], spread: 0.7)
    let pooled = tape.attentionPool(tensors[0], counts: size.counts, queries: tensors[1], size.form)
    tape.addTestLoss(pooled.values)
    tape.backward()
    var random = TestNumbers(99)
    let target = random.numbers(size.counts.count * g * width)
    var out = [Double](repeating: 0, count: size.counts.count * g * width)
    var logSums: [Double] = []
    var dx = [Double](repeating: 0, count: points * width)
    var dQueries = [Double](repeating: 0, count: g * width)
    var begin = 0
    for (set, count) in size.counts.enumerated() {
      for slot in 0..<g {
        let query = row(slot, values[1], width)
        let logits = (begin..<begin + count).map { dot(row($0, values[0], width), query) }
        let p = softmax(logits)
        logSums.append(count == 0 ? -3.4028234663852886e38 : log(logits.reduce(0) { $0 + exp($1) }))
        let at = (set * g + slot) * width
        for (i, p) in p.enumerated() {
          for j in 0..<width { out[at + j] += p * Double(values[0][(begin + i) * width + j]) }
        }
        let d = (0..<width).map { out[at + $0] - Double(target[at + $0]) }
        let dp = (begin..<begin + count).map { i in
          (0..<width).reduce(0.0) { $0 + d[$1] * Double(values[0][i * width + $1]) }
        }
        let mean = zip(p, dp).reduce(0) { $0 + $1.0 * $1.1 }
        for i in 0..<count {
          let dLogit = p[i] * (dp[i] - mean)
          for j in 0..<width {
            dx[(begin + i) * width + j] += p[i] * d[j] + dLogit * Double(values[1][slot * width + j])
            dQueries[slot * width + j] += dLogit * Double(values[0][(begin + i) * width + j])
          }
        }
      }
      begin += count
    }
    expectClose(tape.array(pooled.values), out, "values")
    expectClose(tape.array(pooled.logSums).map { max($0, -1e30) }, logSums.map { max($0, -1e30) }, "logSums")
    expectClose(tape.gradientArray(of: tensors[0]), dx, "points")
    expectClose(tape.gradientArray(of: tensors[1]), dQueries, "queries")
  }

  @Test(arguments: largeCases) func mixIsTheFormula(kernels: Kernels, size: Size) {
    let (g, width, slots) = (size.form.count, size.width, size.form.slots)
    let points = size.counts.reduce(0, +)
    let shape = (size.counts.count * g, width)
    let (tape, tensors, values) = tape(kernels, [(points, width), shape, shape], spread: 0.7)
    let mixed = tape.attentionMix(
      tensors[0], counts: size.counts, keys: tensors[1], values: tensors[2], size.form)
    tape.addTestLoss(mixed)
    tape.backward()
    var random = TestNumbers(99)
    let target = random.numbers(points * width)
    var out = [Double](repeating: 0, count: points * width)
    var dx = out
    var dKeys = [Double](repeating: 0, count: shape.0 * width)
    var dValues = dKeys
    let sets = size.counts.enumerated().flatMap { Array(repeating: $0.offset, count: $0.element) }
    for i in 0..<points {
      let slot = { (h: Int, s: Int) in sets[i] * g + h * slots + s }
      let p = (0..<size.form.heads).map { h in
        softmax((0..<slots).map { dot(row(i, values[0], width), row(slot(h, $0), values[1], width)) })
      }
      for (h, p) in p.enumerated() {
        for (s, p) in p.enumerated() {
          for j in 0..<width { out[i * width + j] += p * Double(values[2][slot(h, s) * width + j]) }
        }
      }
      let d = (0..<width).map { out[i * width + $0] - Double(target[i * width + $0]) }
      for (h, p) in p.enumerated() {
        let dp = (0..<slots).map { s in
          (0..<width).reduce(0.0) { $0 + d[$1] * Double(values[2][slot(h, s) * width + $1]) }
        }
        let mean = zip(p, dp).reduce(0) { $0 + $1.0 * $1.1 }
        for s in 0..<slots {
          for j in 0..<width {
            let at = slot(h, s) * width + j
            dx[i * width + j] += p[s] * (dp[s] - mean) * Double(values[1][at])
            dKeys[at] += p[s] * (dp[s] - mean) * Double(values[0][i * width + j])
            dValues[at] += p[s] * d[j]
          }
        }
      }
    }
    expectClose(tape.array(mixed), out, "values")
    expectClose(tape.gradientArray(of: tensors[0]), dx, "points")
    expectClose(tape.gradientArray(of: tensors[1]), dKeys, "keys")
    expectClose(tape.gradientArray(of: tensors[2]), dValues, "values' gradient")
  }

  /// Logits of hundreds: exp would overflow, or all would vanish.
  @Test(arguments: Kernels.available) func largeLogitsStayFinite(kernels: Kernels) {
    for shift in [-400, 400] as [Float] {
      let form = AttentionHeads(heads: 1, slots: 2)
      let layout = ParameterLayout()
      let tape = Tape(kernels: kernels, parameters: Parameters(layout), gradient: ParameterGradient(layout))
      let x = tape.variable(rows: 3, columns: 2, wantsGradient: true)
      tape.fill(x, [shift, 1, shift, 2, shift, 3])
      let few = tape.variable(rows: 2, columns: 2, wantsGradient: true)
      tape.fill(few, [1, 0, 1, 1000])
      let pooled = tape.attentionPool(x, counts: [3], queries: few, form)
      let mixed = tape.attentionMix(x, counts: [3], keys: few, values: few, form)
      tape.addTestLoss(pooled.values)
      tape.addTestLoss(mixed)
      tape.backward()
      // Equal logits give the mean; a logit ahead by a thousand takes all.
      #expect(zip(tape.array(pooled.values), [shift, 2, shift, 3]).allSatisfy { abs($0 - $1) < 1e-4 })
      #expect(zip(tape.array(mixed), [1, 1000, 1, 1000, 1, 1000]).allSatisfy { abs($0 - $1) < 1e-3 })
      let gradients = tape.gradientArray(of: x) + tape.gradientArray(of: few)
      #expect(gradients.allSatisfy { $0.isFinite })
    }
  }
}
