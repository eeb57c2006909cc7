import Foundation
import MacrostateAutodiff
import MacrostateCompute
import MacrostateSettings
import PointDensities
import TestSupport
import Testing

/// What every conditional density of the list must satisfy, with its default settings.
@Suite struct ConditionalDensityTests {
  typealias Kind = PartName<Densities>

  /// A density of d coordinates given two variables, with random parameters, and a tape over them.
  private struct Bench {
    let density: any ConditionalDensity
    let parameters: Parameters
    let gradient: ParameterGradient
    let tape: Tape
    let dimension: Int

    init(_ kind: Kind, dimension: Int) {
      var part = PartSettings<Densities>()
      part.kind = kind
      var layout = ParameterLayout()
      density = part.made(.init(dimension: dimension, contextDimension: 2), layout: &layout)
      parameters = Parameters(layout)
      gradient = ParameterGradient(layout)
      tape = Tape(kernels: .best, parameters: parameters, gradient: gradient)
      self.dimension = dimension
      var random = RandomStream(seed: 1, purpose: .initialParameters)
      density.initialize(parameters, &random)
      // Far enough from where a training begins that samples and density have a shape.
      for weight in layout.weights { parameters[weight] = parameters[weight].map { 1.5 * $0 } }
      parameters.valuesChanged()
    }

    func context(_ values: [Float]) -> Tensor {
      let tensor = tape.variable(rows: values.count / 2, columns: 2, wantsGradient: true)
      tape.fill(tensor) { values[$0 * 2 + $1] }
      return tensor
    }

    func columns(_ values: [[Float]]) -> [Tensor] {
      values.map { column in column.withUnsafeBufferPointer { tape.copy($0, rows: column.count, columns: 1) } }
    }

    /// The loss of K = 4 samples a set, and its gradient where it is asked for.
    func loss(context values: [Float], wantsGradient: Bool = false) -> (loss: Double, context: [Float]) {
      tape.reset()
      gradient.clear()
      let z = context(values)
      let count = 4 * z.rows
      let samples = columns((0..<dimension).map { testNormals(count, seed: UInt64($0)) })
      density.addLoss(
        tape, DensityTarget(samples: samples, samplesPerSet: 4, random: RandomStream(seed: 2, purpose: .densityLoss)),
        context: z, weight: 0.5)
      guard wantsGradient else { return (tape.loss, []) }
      tape.backward()
      return (tape.loss, tape.gradientArray(of: z))
    }
  }

  private static let context: [Float] = [0.4, -0.9, -0.2, 1.1]

  @Test(arguments: Kind.allCases, [1, 2, 3]) func gradientsAgreeWithDifferences(kind: Kind, dimension: Int) {
    let bench = Bench(kind, dimension: dimension)
    let (_, slope) = bench.loss(context: Self.context, wantsGradient: true)
    let storage = bench.gradient.storage
    let largest = slope.map(abs).max() ?? 0
    #expect(largest > 1e-3)
    for (i, expected) in slope.enumerated() {
      let h: Float = 2e-4
      var (up, down) = (Self.context, Self.context)
      up[i] += h
      down[i] -= h
      let difference = (bench.loss(context: up).loss - bench.loss(context: down).loss) / Double(2 * h)
      #expect(abs(difference - Double(expected)) < 0.03 * Double(largest), "\(difference) \(expected)")
    }
    // The parameters', along their gradient; knots and ReLUs leave little room.
    let norm = storage.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    let start = bench.parameters.storage
    let losses = [5e-5, -5e-5].map { sign in
      bench.parameters.storage = zip(start, storage).map { $0 + Float(sign / norm) * $1 }
      return bench.loss(context: Self.context).loss
    }
    #expect(abs((losses[0] - losses[1]) / (1e-4 * norm) - 1) < 0.03)
  }

  /// ∫ p dx = 1, and the samples' means and variances are those of p.
  @Test(arguments: Kind.allCases) func samplesAreDrawnFromTheDensity(kind: Kind) throws {
    let bench = Bench(kind, dimension: 2)
    let count = 20_000
    var random = RandomStream(seed: 3, purpose: .flowSamples)
    let z = bench.context(Array(Self.context[..<2]))
    let samples = bench.density.samples(bench.tape, context: z, count: count, random: &random).map(bench.tape.array)
    #expect(samples.count == 2 && samples.allSatisfy { $0.count == count && $0.allSatisfy(\.isFinite) })
    guard let likelihood = bench.density.likelihood else { return }
    let (cells, half) = (160, 8.0)
    let cell = 2 * half / Double(cells)
    let grid = (0..<cells * cells).map { i in
      [Double(i % cells), Double(i / cells)].map { -half + ($0 + 0.5) * cell }
    }
    bench.tape.reset()
    let columns = bench.columns((0..<2).map { j in grid.map { Float($0[j]) } })
    let context = bench.context(Array(Self.context[..<2]))
    let mass = likelihood.logDensities(bench.tape, columns, context: context).map { exp(Double($0)) * cell * cell }
    #expect(abs(mass.reduce(0, +) - 1) < 2e-3)
    for j in 0..<2 {
      let mean = zip(grid, mass).reduce(0) { $0 + $1.0[j] * $1.1 }
      let square = zip(grid, mass).reduce(0) { $0 + $1.0[j] * $1.0[j] * $1.1 }
      let drawn = samples[j].reduce(0.0) { $0 + Double($1) } / Double(count)
      let drawnSquare = samples[j].reduce(0.0) { $0 + Double($1) * Double($1) } / Double(count)
      // Three standard errors of each.
      #expect(abs(drawn - mean) < 3 * (square / Double(count)).squareRoot())
      #expect(abs(drawnSquare - square) < 0.08 * square)
    }
  }

  @Test(arguments: Kind.allCases) func setsAreDrawnOneBehindTheOther(kind: Kind) {
    let bench = Bench(kind, dimension: 2)
    var random = RandomStream(seed: 3, purpose: .flowSamples)
    let both = bench.density.samples(bench.tape, context: bench.context(Self.context), count: 3000, random: &random)
    let means = bench.tape.array(both[0])
    let first = means[..<3000].reduce(0, +) / 3000
    let second = means[3000...].reduce(0, +) / 3000
    #expect(means.count == 6000 && abs(first - second) > 0.02)
  }

  @Test(arguments: Kind.allCases) func aDescriptionComesBack(kind: Kind) throws {
    var part = PartSettings<Densities>()
    part.kind = kind
    #expect(try JSONDecoder().decode(PartSettings<Densities>.self, from: JSONEncoder().encode(part)) == part)
  }
}
