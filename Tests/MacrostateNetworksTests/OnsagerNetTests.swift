import Foundation
import MacrostateAutodiff
import MacrostateCompute
import MacrostateNetworks
import TestSupport
import Testing

@Suite struct OnsagerNetTests {
  private struct Fixture: Decodable {
    struct Case: Decodable {
      struct Parameter: Decodable { let name: String, values: [Float], gradient: [Float] }
      let dimension: Int, width: Int, rows: Int, alpha: Float, beta: Float
      let z: [Float], rates: [Float], energy: [Double], energyGradient: [Float], drift: [Float]
      let loss: Double, gradZ: [Float], parameters: [Parameter]
    }
    let cases: [Case]
  }

  private func fixture() throws -> [Fixture.Case] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let data = try Data(contentsOf: folder.appendingPathComponent("Fixtures/onsager-net.json"))
    return try JSONDecoder().decode(Fixture.self, from: data).cases
  }

  private func scale(_ values: [Float]) -> Float { values.map(abs).max() ?? 0 }

  /// Energy, drift, and gradients of a loss of the drift, against independent values in double precision.
  @Test(arguments: Kernels.available) func storedValuesAndGradients(kernels: Kernels) throws {
    for known in try fixture() {
      var layout = ParameterLayout()
      let net = OnsagerNet(
        "g", dimension: known.dimension, widths: [known.width], activation: .tanh, alpha: known.alpha,
        beta: known.beta, forceWidths: [known.width], layout: &layout)
      let names = layout.weights.map { layout.name(of: $0) } + layout.biases.map { layout.name(of: $0) }
      #expect(Set(names) == Set(known.parameters.map(\.name)))
      let bench = TestBench(layout, kernels: kernels)
      let values = Dictionary(uniqueKeysWithValues: known.parameters.map { ($0.name, $0) })
      for weight in layout.weights { bench.parameters[weight] = try #require(values[layout.name(of: weight)]).values }
      for bias in layout.biases { bench.parameters[bias] = try #require(values[layout.name(of: bias)]).values }

      let z = bench.variable(known.z, columns: known.dimension)
      for (found, exact) in zip(net.energy(bench.tape, z), known.energy) {
        #expect(abs(found - exact) < 1e-5 * exact)
      }
      let slope = bench.tape.array(net.energyGradient(bench.tape, z))
      #expect(difference(slope, known.energyGradient) < 1e-5 * scale(known.energyGradient))
      let drift = net(bench.tape, z, rates: known.rates)
      #expect(difference(bench.tape.array(drift), known.drift) < 2e-5 * scale(known.drift))
      bench.tape.addSquaredError(drift, to: [Float](repeating: 0, count: known.z.count), weight: 1)
      bench.tape.backward()
      #expect(abs(bench.tape.loss - known.loss) < 2e-5 * known.loss)
      #expect(difference(bench.tape.gradientArray(of: z), known.gradZ) < 5e-5 * scale(known.gradZ))
      for weight in layout.weights {
        let exact = try #require(values[layout.name(of: weight)]).gradient
        #expect(difference(bench.gradient[weight], exact) < 5e-5 * scale(exact), "\(layout.name(of: weight))")
      }
      for bias in layout.biases {
        let exact = try #require(values[layout.name(of: bias)]).gradient
        #expect(difference(bench.gradient[bias], exact) < 5e-5 * scale(exact), "\(layout.name(of: bias))")
      }
    }
  }

  /// Every activation of the entries will do, ReLU too: only the energy is differentiated twice.
  @Test(arguments: [Activation.relu, .tanh, .softplus, .silu])
  func theEnergyFallsAtLeastAtTheRateOfAlpha(activation: Activation) {
    for dimension in [1, 2, 9, 17] {
      var layout = ParameterLayout()
      let net = OnsagerNet("g", dimension: dimension, widths: [8], activation: activation, layout: &layout)
      let bench = TestBench(layout)
      let rates = testNormals(dimension, seed: 7).map { 0.1 + $0 * $0 }
      for seed in 0..<20 as Range<UInt64> {
        var random = RandomStream(seed: seed, purpose: .initialParameters)
        net.initialize(bench.parameters, &random)
        // Parameters of any kind, not those of a fresh network alone.
        for weight in layout.weights {
          bench.parameters[weight] = bench.parameters[weight].map { $0 * 2 + random.nextUniform() - 0.5 }
        }
        bench.reset()
        let z = bench.variable(testNormals(32 * dimension, seed: 100 + seed).map { 2 * $0 }, columns: dimension)
        let slope = bench.tape.array(net.energyGradient(bench.tape, z))
        let drift = bench.tape.array(net(bench.tape, z, rates: rates))
        for row in 0..<32 {
          var (rate, size, bound) = (0.0, 0.0, 0.0)
          for j in 0..<dimension {
            let (g, v, u) = (Double(drift[row * dimension + j]), Double(slope[row * dimension + j]), Double(rates[j]))
            rate += u * g * v
            size += u * abs(g * v)
            bound += Double(net.alpha) * u * v * v
          }
          #expect(rate <= -bound + 2e-6 * Double(dimension) * size, "D = \(dimension), seed \(seed), row \(row)")
        }
      }
    }
  }

  /// The energy's gradient is that of the energy.
  @Test func theGradientOfTheEnergy() {
    var layout = ParameterLayout()
    let net = OnsagerNet("g", dimension: 3, widths: [9, 6], activation: .tanh, layout: &layout)
    let bench = TestBench(layout)
    var random = RandomStream(seed: 2, purpose: .initialParameters)
    net.initialize(bench.parameters, &random)
    let z = testNormals(5 * 3)
    let found = bench.tape.array(net.energyGradient(bench.tape, bench.variable(z, columns: 3)))
    // A state's energy depends on that state alone.
    expectSlopes(found, at: z, step: 1e-2, "states") { moved in
      net.energy(bench.tape, bench.variable(moved, columns: 3)).reduce(0, +)
    }
  }
}
