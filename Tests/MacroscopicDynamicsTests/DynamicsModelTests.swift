import Foundation
import MacroscopicDynamics
import MacrostateAutodiff
import MacrostateCompute
import MacrostateSettings
import TestSupport
import Testing

/// What every kind of dynamics of the list must satisfy, with its default settings.
@Suite struct DynamicsModelTests {
  typealias Kind = PartName<DynamicsKinds>

  /// Decays z₁, z₂ → 0 at rates that a constant z₃ sets, 12 trajectories of 30 steps.
  private static let data = Bench.trajectories(
    (0..<12).map { m in
      let (begin, rate) = (Float(1 + m % 4), 0.05 + 0.02 * Float(m % 3))
      return (0..<31).map { t -> [Float] in
        [begin * exp(-rate * Float(t)), -0.5 * begin * exp(-0.5 * rate * Float(t)), rate]
      }
    }, step: 1, constants: 1)

  private func model(_ kind: Kind) -> any DynamicsModel {
    var part = PartSettings<DynamicsKinds>()
    part.kind = kind
    return DynamicsShape(part, .init(dimension: 3, constantCount: 1)).model(
      dimension: 3, scaling: MacrostateScaling(Self.data))
  }

  private func starts(_ count: Int) -> [Float] {
    (0..<count).flatMap { m -> [Float] in
      let begin = Float(1 + m % 4)
      return [begin, -0.5 * begin, 0.05 + 0.02 * Float(m % 3)]
    }
  }

  @Test(arguments: Kind.allCases) func gradientsAgreeWithDifferences(kind: Kind) throws {
    let model = model(kind)
    let frames = Array(Self.data.windows(length: model.windowLength).prefix(20))
    func trainer(_ settings: Adam.Settings = .init()) -> BatchTrainer {
      BatchTrainer(
        model, parameters: model.initialParameters(seed: 1, member: 0), data: Self.data, optimizer: settings,
        compute: Bench.compute)
    }
    // With β₁ = 0 the first moment is the gradient itself.
    let first = trainer(.init(beta1: 0))
    _ = try first.step(frames, rate: 0)
    let gradient = first.optimizer.first.storage
    let norm = gradient.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    #expect(norm > 1e-4)
    let h = 0.004
    let losses = try [h, -h].map { sign in
      let other = trainer()
      let parameters = other.parameters
      parameters.storage = zip(parameters.storage, gradient).map { $0 + Float(sign / norm) * $1 }
      return try other.step(frames, rate: 0).loss
    }
    #expect(abs((losses[0] - losses[1]) / (2 * h * norm) - 1) < 0.02)
  }

  @Test(arguments: Kind.allCases) func trainingLowersTheValidationScore(kind: Kind) throws {
    let model = model(kind)
    let parameters = model.initialParameters(seed: 1, member: 0)
    let validation = DynamicsValidation(Self.data, scale: .physical)
    let before = try validation.score(model, parameters, Bench.compute)
    let trainer = BatchTrainer(
      model, parameters: parameters, data: Self.data, optimizer: .init(), compute: Bench.compute)
    let frames = Self.data.windows(length: model.windowLength)
    for _ in 0..<150 { _ = try trainer.step(frames, rate: 3e-3) }
    let after = try validation.score(model, parameters, Bench.compute)
    #expect(model.isStochastic ? after < before - 0.5 : after < 0.5 * before, "\(before) \(after)")
  }

  @Test(arguments: Kind.allCases) func constantsKeepTheirBitsAndPathsTheirNoise(kind: Kind) throws {
    let model = model(kind)
    let parameters = model.initialParameters(seed: 1, member: 0)
    func rollout(_ count: Int, seed: UInt64 = 5, samples: Int = 2) throws -> Rollout {
      try model.rollout(
        parameters, starts: starts(count), steps: [1, 1, 1], noise: PathNoise(seed: seed), samples: samples,
        compute: Bench.compute)
    }
    let many = try rollout(200)
    #expect(many.dimension == 3 && many.frames == 4 && many.values.allSatisfy(\.isFinite))
    for m in [0, 63, 199] {
      #expect(Set(many.series(m, 2)).count == 1 && Set(many.series(m, sample: 1, 2)).count == 1)
      #expect(many.series(m, sample: 0, 0) == many.series(m, sample: 1, 0) ? !model.isStochastic : model.isStochastic)
    }
    // A path is the same whichever others are made with it.
    let few = try rollout(3)
    for m in 0..<3 { for j in 0..<3 { #expect(few.series(m, sample: 1, j) == many.series(m, sample: 1, j)) } }
    let others = try rollout(3, seed: 6)
    #expect((others.values == few.values) == !model.isStochastic)
  }

  @Test(arguments: Kind.allCases) func aDescriptionComesBack(kind: Kind) throws {
    var part = PartSettings<DynamicsKinds>()
    part.kind = kind
    let shape = DynamicsShape(part, .init(dimension: 3, constantCount: 1))
    let read = try JSONDecoder().decode(DynamicsShape.self, from: JSONEncoder().encode(shape))
    #expect(read == shape)
    #expect(read.model(dimension: 3, scaling: MacrostateScaling(Self.data)).layout == model(kind).layout)
  }
}
