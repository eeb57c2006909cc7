import ClosureModels
import MacrostateAutodiff
import Testing

/// Every pair of an encoder and an objective that looks at points.
@Suite struct ObjectiveTests {
  private static let pairs = Bench.Encoder.allCases.flatMap { encoder in
    Bench.Objective.allCases.map { (encoder, $0) }
  }

  private let source = Sets(positions: (0..<9).map { Sets.cloud(30, shift: 0.2 * Float($0), seed: UInt64($0)) })

  @Test(arguments: pairs)
  func gradientsAgreeWithDifferences(encoder: Bench.Encoder, objective: Bench.Objective) throws {
    let scaling = PointScaling(shift: [0.3, -0.2], factor: [1.5, 0.7])
    let model = Bench.model(encoder, objective, pointCount: 30, scaling: scaling)
    #expect(abs(try Bench.slopeAlongGradient(model, source, batch: [0, 3, 7, 8]) - 1) < 0.01)
  }

  @Test(arguments: pairs)
  func threadsDoNotChangeBits(encoder: Bench.Encoder, objective: Bench.Objective) throws {
    let results = try [1, 2].map { threads in
      let trainer = try Bench.trainer(Bench.model(encoder, objective, pointCount: 30), source, threads: threads)
      let losses = try (0..<4).map { try trainer.step(batch: Array(0..<9), step: $0, rate: 0.01).loss }
      return (losses, trainer.parameters.storage)
    }
    #expect(results[0].0 == results[1].0)
    #expect(results[0].1 == results[1].1)
  }

  @Test(arguments: pairs)
  func trainingLowersTheScore(encoder: Bench.Encoder, objective: Bench.Objective) throws {
    let trainer = try Bench.trainer(Bench.model(encoder, objective, pointCount: 30), source, seed: 1)
    let evaluation = ClosureEvaluation(
      trainer.model, parameters: trainer.parameters, source: source, compute: Bench.compute)
    let before = try evaluation.loss(Array(0..<9), seed: 1)
    for step in 0..<200 { _ = try trainer.step(batch: Array(0..<9), step: step, rate: 0.01) }
    #expect(try evaluation.loss(Array(0..<9), seed: 1) < before - 0.1)
  }

  @Test func aSetLargerThanATileHasItsGradient() throws {
    let large = Sets(positions: [Sets.cloud(2500), Sets.cloud(2500, shift: 1)])
    for objective in [Bench.Objective.pointwise, .chamfer] {
      let model = Bench.model(.deepSet, objective, pointCount: 2500)
      #expect(abs(try Bench.slopeAlongGradient(model, large, batch: [0, 1]) - 1) < 0.01)
    }
  }

  /// Both orders of two points, and the loss of each as a validation has it: in the order of the data.
  private func lossesOfBothOrders(_ encoder: Bench.Encoder) throws -> (ClosureModel, [Double]) {
    let model = Bench.model(encoder, .pointwise, pointCount: 2)
    let evaluation = ClosureEvaluation(
      model, parameters: model.initialParameters(seed: 1),
      source: Sets(positions: [[0.1, 0.9, -0.7, 0.4], [-0.7, 0.4, 0.1, 0.9]]), compute: Bench.compute)
    return (model, try [0, 1].map { try evaluation.loss([$0], seed: 1) })
  }

  @Test func aFlattenedEncoderSeesEachSetInANewOrderAndItsTargetInTheSame() throws {
    let (model, losses) = try lossesOfBothOrders(.flattened)
    #expect(abs(losses[0] - losses[1]) > 1e-3, "the order matters")
    let trainer = try Bench.trainer(model, Sets(positions: [[0.1, 0.9, -0.7, 0.4]]), seed: 1)
    var seen = [0, 0]
    for step in 0..<40 {
      let loss = try trainer.step(batch: [0], step: step, rate: 0).loss
      // One of the two, and nothing between: input and target are permuted together.
      let order = try #require(losses.firstIndex { abs($0 - loss) < 1e-6 })
      seen[order] += 1
    }
    #expect(seen[0] > 5 && seen[1] > 5)
  }

  @Test func anInvariantEncoderKeepsTheOrderOfTheData() throws {
    let (model, losses) = try lossesOfBothOrders(.deepSet)
    let trainer = try Bench.trainer(model, Sets(positions: [[0.1, 0.9, -0.7, 0.4]]), seed: 1)
    for step in 0..<10 {
      #expect(abs(try trainer.step(batch: [0], step: step, rate: 0).loss - losses[0]) < 1e-6)
    }
  }

  @Test func theOrderOfPointsChangesAFlattenedEncodingAlone() throws {
    let points = Sets.cloud(30)
    let backwards = (0..<30).reversed().flatMap { points[2 * $0..<2 * $0 + 2] }
    let both = Sets(positions: [points, backwards])
    for (encoder, isSame) in [(Bench.Encoder.deepSet, true), (.flattened, false)] {
      let closure = try Bench.encode(
        Bench.model(encoder, .density, pointCount: 30), both, [0, 1], isOrdered: true)
      #expect((closure[0..<2] == closure[2..<4]) == isSame)
    }
  }
}
