import Foundation
import MacrostateAutodiff
import MacrostateCompute
import Testing

@Suite struct AdamTests {
  /// AdamW in double precision, on one number.
  private struct Reference {
    var settings: Adam.Settings
    var value: Double
    var first = 0.0, second = 0.0, steps = 0.0

    mutating func step(_ gradient: Double, rate: Double) {
      let (beta1, beta2) = (Double(settings.beta1), Double(settings.beta2))
      steps += 1
      first = beta1 * first + (1 - beta1) * gradient
      second = beta2 * second + (1 - beta2) * gradient * gradient
      let mean = first / (1 - pow(beta1, steps))
      let square = second / (1 - pow(beta2, steps))
      value -= rate * (mean / (square.squareRoot() + Double(settings.epsilon)) + Double(settings.weightDecay) * value)
    }
  }

  private struct Model {
    var layout = ParameterLayout()
    let weight: Weight, bias: Bias
    let parameters: Parameters

    init(outputs: Int = 19, inputs: Int = 5) {
      weight = layout.addWeight("w", outputs: outputs, inputs: inputs)
      bias = layout.addBias("b", count: outputs)
      parameters = Parameters(layout)
      var random = TestNumbers(1)
      parameters[weight] = random.numbers(outputs * inputs)
      parameters[bias] = random.numbers(outputs)
    }

    /// Gradients of `lanes` lanes, zero in the padding like the parameters.
    func gradients(_ lanes: Int, _ random: inout TestNumbers, size: Float = 1) -> [ParameterGradient] {
      (0..<lanes).map { _ in
        let gradient = ParameterGradient(layout)
        gradient.storage = parameters.storage.map { $0 == 0 ? 0 : random.number(size) }
        return gradient
      }
    }
  }

  private static let settings = [
    Adam.Settings(), Adam.Settings(weightDecay: 0.1), Adam.Settings(clipNorm: 0.5),
    Adam.Settings(beta1: 0.5, beta2: 0.9, epsilon: 1e-3, weightDecay: 0.01, clipNorm: 1e9),
  ]

  @Test(arguments: Kernels.available, settings.indices)
  func followsTheFormulas(kernels: Kernels, setting: Int) throws {
    let settings = Self.settings[setting]
    for lanes in [1, 2, 4, 8] {
      let model = Model()
      let adam = Adam(model.layout, settings: settings)
      let compute = Compute(kernels, threads: 1)
      var references = model.parameters.storage.map { Reference(settings: settings, value: Double($0)) }
      var random = TestNumbers(2)
      for step in 0..<6 {
        let rate = 0.01 / Double(step + 1)
        let gradients = model.gradients(lanes, &random)
        let sum = model.parameters.storage.indices.map { i in
          gradients.reduce(0.0) { $0 + Double($1.storage[i]) }
        }
        let norm = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let scale = settings.clipNorm.map { min(1, $0 / norm) } ?? 1
        let found = try adam.step(model.parameters, gradients: gradients, rate: rate, compute: compute)
        #expect(abs(found - norm) < 1e-5 * norm)
        for i in references.indices { references[i].step(sum[i] * scale, rate: rate) }
        let worst = zip(model.parameters.storage, references).map { abs(Double($0) - $1.value) }.max() ?? 0
        #expect(worst < 2e-6, "step \(step) of \(lanes) lanes")
      }
      #expect(adam.steps == 6)
    }
  }

  @Test func theMeanOfTheParametersFollowsItsFormula() throws {
    for beta: Float in [0.5, 0.999] {
      let model = Model()
      let adam = Adam(model.layout, settings: Adam.Settings(averaging: beta))
      var random = TestNumbers(6)
      let start = model.parameters.storage
      adam.withAverage(of: model.parameters) {
        #expect(model.parameters.storage == start, "there is no mean before the first step")
      }
      var mean = start.map(Double.init)
      for step in 1...40 {
        let gradients = model.gradients(2, &random)
        _ = try adam.step(
          model.parameters, gradients: gradients, rate: 0.05, compute: Compute(threads: 2))
        // Early on the mean is one of the last tenth or so of all steps.
        let share = step == 1 ? 1 : max(1 - Double(beta), 9 / Double(9 + step))
        for (i, value) in model.parameters.storage.enumerated() { mean[i] += share * (Double(value) - mean[i]) }
      }
      let latest = model.parameters.storage
      let found = adam.withAverage(of: model.parameters) { model.parameters.storage }
      #expect(zip(found, mean).allSatisfy { abs(Double($0) - $1) < 1e-5 })
      #expect(zip(found, latest).contains { abs($0 - $1) > 1e-3 }, "it is not the latest")
      #expect(model.parameters.storage == latest, "and these come back")
    }
  }

  @Test func threadsDoNotChangeTheBits() throws {
    func trained(threads: Int) throws -> [[Float]] {
      let model = Model(outputs: 70, inputs: 33)
      let adam = Adam(model.layout, settings: Adam.Settings(weightDecay: 0.01, clipNorm: 1))
      let pool = WorkerPool(threads: threads)
      var random = TestNumbers(3)
      for _ in 0..<5 {
        let gradients = model.gradients(8, &random)
        _ = try adam.step(model.parameters, gradients: gradients, rate: 0.01, compute: Compute(pool: pool))
      }
      return [model.parameters.storage, adam.first.storage, adam.second.storage]
    }
    let one = try trained(threads: 1)
    #expect(try trained(threads: 2) == one)
    #expect(try trained(threads: 3) == one)
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity]) func aDivergedGradientChangesNothing(bad: Float) throws {
    let model = Model()
    let adam = Adam(model.layout)
    let pool = WorkerPool(threads: 1)
    var random = TestNumbers(4)
    let good = model.gradients(2, &random)
    _ = try adam.step(model.parameters, gradients: good, rate: 0.01, compute: Compute(pool: pool))
    let before = [model.parameters.storage, adam.first.storage, adam.second.storage]
    let diverged = model.gradients(2, &random)
    diverged[1].storage[7] = bad
    let norm = try adam.step(model.parameters, gradients: diverged, rate: 0.01, compute: Compute(pool: pool))
    #expect(!norm.isFinite)
    #expect([model.parameters.storage, adam.first.storage, adam.second.storage] == before)
    #expect(adam.steps == 1)
  }

  /// A step brings the transposed matrices up to date.
  @Test func gradientsAfterAStepUseTheNewMatrices() throws {
    let model = Model(outputs: 2, inputs: 3)
    var random = TestNumbers(5)
    let adam = Adam(model.layout)
    _ = try adam.step(
      model.parameters, gradients: model.gradients(1, &random), rate: 0.5, compute: Compute(threads: 2))
    let w = model.parameters[model.weight]
    let tape = Tape(kernels: .best, parameters: model.parameters)
    let x = tape.variable(rows: 1, columns: 2, wantsGradient: false)
    tape.fill(x, [1, 1])
    #expect(tape.array(tape.transposedLinear(x, model.weight)) == [w[0] + w[3], w[1] + w[4], w[2] + w[5]])
  }
}
