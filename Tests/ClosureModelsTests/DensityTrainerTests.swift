import ClosureModels
import Foundation
import MacrostateAutodiff
import MacrostateSettings
import Testing

@Suite struct DensityTrainerTests {
  @Test(arguments: Bench.invariantEncoders) func threadsDoNotChangeBits(encoder: PartSettings<Encoders>) throws {
    let source = Sets(positions: (0..<12).map { Sets.cloud($0 == 5 ? 3000 : 1 + 37 * $0, shift: 0.1 * Float($0)) })
    let results = try [1, 2].map { threads in
      let trainer = try Bench.trainer(Bench.model(encoder: encoder), source, threads: threads)
      let losses = try (0..<4).map { try trainer.step(batch: Array(0..<12), step: $0, rate: 0.01).loss }
      return (losses, trainer.parameters.storage)
    }
    #expect(results[0].0 == results[1].0)
    #expect(results[0].1 == results[1].1)
  }

  @Test(arguments: [60, 2500], Bench.invariantEncoders)
  func gradientsAgreeWithDifferences(count: Int, encoder: PartSettings<Encoders>) throws {
    let model = Bench.model(encoder: encoder)
    let source = Sets(positions: [Sets.cloud(count), Sets.cloud(30, shift: 1)])
    #expect(abs(try Bench.slopeAlongGradient(model, source, batch: [0, 1]) - 1) < 0.01)
  }

  @Test func aLargeSetHasTheGradientOfItsSmallEqual() throws {
    // Forty points, each a hundred times: the means, and so all of the encoder's gradient, are those of the forty.
    // Point i of n is chosen by the same random word in both, so the repeats must stand beside each other.
    let small = Sets.cloud(40)
    let large = (0..<40).flatMap { i in (0..<100).flatMap { _ in small[2 * i..<2 * i + 2] } }
    let model = Bench.model()
    let a = try Bench.gradient(model, Sets(positions: [small]), batch: [0])
    let b = try Bench.gradient(model, Sets(positions: [large]), batch: [0])
    #expect(abs(a.loss - b.loss) < 1e-5)
    #expect(zip(a.gradient, b.gradient).allSatisfy { abs($0 - $1) < 1e-4 })
    #expect(a.gradient.contains { abs($0) > 1e-2 })
  }

  @Test func emptySetsAreSkipped() throws {
    let model = Bench.model()
    let cloud = Sets.cloud(20)
    let without = try Bench.gradient(model, Sets(positions: [cloud]), batch: [0])
    let with = try Bench.gradient(model, Sets(positions: [[], cloud, []]), batch: [0, 1, 2])
    #expect(with.loss == without.loss)
    let nothing = try Bench.gradient(model, Sets(positions: [[], []]), batch: [0, 1])
    #expect(nothing.loss == 0 && nothing.gradient.allSatisfy { $0 == 0 })
  }

  @Test func samplesOfASetAreItsOwnInAnyBatch() throws {
    let model = Bench.model()
    let source = Sets(positions: (0..<40).map { Sets.cloud(20 + 60 * ($0 % 3), shift: 0.1 * Float($0)) })
    let evaluation = ClosureEvaluation(
      model, parameters: model.initialParameters(seed: 1), source: source, compute: Bench.compute)
    func score(_ batch: [Int]) throws -> Double {
      try evaluation.loss(batch, seed: 1) + evaluation.offset(batch, seed: 1)
    }
    // Batches that grow and shrink use the same memory.
    let whole = try score(Array(0..<40))
    let alone = try (0..<40).map { try score([$0]) }
    #expect(abs(alone.reduce(0, +) / 40 - whole) < 1e-6)
    #expect(try score(Array(0..<40)) == whole && score([7]) == alone[7])
  }

  @Test func trainingLowersTheDivergenceAndLearnsTheDensity() throws {
    let scaling = PointScaling(shift: [10, -3], factor: [0.5, 2])
    let model = Bench.model(scaling: scaling)
    // In scaled units clouds about (±0.7, ∓0.7); in the data's 10 ± 1.4, −3 ∓ 0.35.
    let source = Sets(
      positions: (0..<16).map { set in
        Sets.cloud(50, shift: set % 2 == 0 ? 0.7 : -0.7, seed: UInt64(set)).enumerated().map { i, x in
          x / scaling.factor[i % 2] + scaling.shift[i % 2]
        }
      })
    let trainer = try Bench.trainer(model, source, seed: 1)
    let evaluation = ClosureEvaluation(
      model, parameters: trainer.parameters, source: source, compute: Bench.compute)
    let entropy = try evaluation.offset(Array(0..<16), seed: 1)
    let before = try evaluation.loss(Array(0..<16), seed: 1) + entropy
    for step in 0..<600 { _ = try trainer.step(batch: Array(0..<16), step: step, rate: 0.01) }
    let after = try evaluation.loss(Array(0..<16), seed: 1) + entropy
    #expect(after < before - 0.3, "\(before) \(after)")
    #expect(after > -0.1)

    let closure = try SetEncoder(
      model, parameters: trainer.parameters, source: source, compute: Bench.compute
    ).encode([0], isOrdered: true)
    let learned = try #require(
      LearnedDensity(model, parameters: trainer.parameters, kernels: Bench.kernels))
    // ∫ p dx = 1 in the data's own units, over ±5 scaled units.
    let cells = 100
    let grid = (0..<cells * cells).flatMap { i -> [Float] in
      let (u, v) = (Float(i % cells) + 0.5, Float(i / cells) + 0.5)
      return [20 * u / Float(cells), 5 * v / Float(cells) - 5.5]
    }
    let cell = 20.0 / Double(cells) * 5 / Double(cells)
    let total = try #require(learned.logDensity(at: grid, closure: closure)).reduce(0) { $0 + exp(Double($1)) * cell }
    #expect(abs(total - 1) < 0.01, "\(total)")
    let samples = learned.samples(closure: closure, count: 4000, seed: 1)
    let sums = samples.enumerated().reduce(into: [0.0, 0.0]) { $0[$1.offset % 2] += Double($1.element) / 4000 }
    #expect(abs(sums[0] - 11.4) < 0.4, "\(sums)")
    #expect(abs(sums[1] + 3.35) < 0.1, "\(sums)")
  }
}
