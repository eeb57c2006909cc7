import ClosureModels
import MacroscopicDynamics
import MacrostateAutodiff
import MacrostateCompute
import MacrostateNetworks
import MacrostateSettings
import PointDensities
import Testing

/// Frames of several species: every encoder with every objective.
@Suite struct SpeciesTests {
  enum Encoder: CaseIterable { case deepSet, setTransformer, flattened }
  enum Objective: CaseIterable { case density, pointwise, chamfer, dynamics }

  private static let pairs = Encoder.allCases.flatMap { encoder in Objective.allCases.map { (encoder, $0) } }
  /// n of every frame, and frames.
  private static let (pointCount, frames) = (12, 6)

  /// Frames of three species, of 12 points in all; the last species has none in every third frame.
  private static func source(species: Int) -> Sets {
    Sets(
      positions: (0..<frames).flatMap { frame -> [[Float]] in
        let last = species == 1 ? pointCount : [0, 3, 5][frame % 3]
        let counts = species == 1 ? [last] : species == 2 ? [12 - last, last] : [4, 8 - last, last]
        return counts.enumerated().map { s, count in
          count == 0 ? [] : Sets.cloud(count, shift: 0.4 * Float(s) + 0.1 * Float(frame), seed: UInt64(10 * frame + s))
        }
      })
  }

  private static func model(_ encoder: Encoder, _ objective: Objective, species: Int) -> ClosureModel {
    let encoderShape: PartSettings<Encoders> =
      switch encoder {
      case .deepSet: Bench.invariantEncoders[0]
      case .setTransformer: Bench.invariantEncoders[1]
      case .flattened: Bench.flattenedEncoder
      }
    let decoder = PointDecoder.Shape(pointCount: pointCount, widths: [8], activation: .tanh)
    let objectiveShape: ClosureObjective.Shape =
      switch objective {
      case .density:
        Bench.density
      case .pointwise: .pointwise(decoder: decoder)
      case .chamfer: .chamfer(decoder: decoder)
      case .dynamics: .dynamics
      }
    return ClosureModel(
      .init(
        dimension: 2, speciesCount: species, closureDimension: 2, pointCount: encoder == .flattened ? pointCount : 0,
        encoder: encoderShape, objective: objectiveShape,
        dynamics: objective == .dynamics ? dynamics(species: species) : nil), scaling: .identity(columns: 2))
  }

  private static func dynamics(species: Int) -> DynamicsTerm {
    let d = 1 + 2 * species
    var random = RandomStream(seed: 7, purpose: .evaluation)
    let scaling = MacrostateScaling(
      MacrostateTrajectories(
        Macrostate(observableCount: 1, closureCount: d - 1), values: random.normals(20 * d),
        times: (0..<20).map(Double.init),
        offsets: [0, 20]))
    return DynamicsTerm(
      weight: 1, model: .init(dimension: d, widths: [8], activation: .tanh, integrator: .euler), scaling: scaling,
      macrostate: Macrostate(observableCount: 1, closureCount: d - 1))
  }

  /// Two frames each, for the objective that wants them.
  private static func windows(_ objective: Objective) -> [FrameWindow] {
    objective == .dynamics
      ? (0..<frames / 2).map { FrameWindow(now: [0.1 * Float($0)], next: [0.3 * Float($0) + 0.1], timeStep: 0.5) } : []
  }

  private static func loss(_ model: ClosureModel, _ source: Sets, _ objective: Objective) throws -> Double {
    try ClosureEvaluation(
      model, parameters: model.initialParameters(seed: 1), source: source, compute: Bench.compute
    ).loss(Array(source.positions.indices), windows: windows(objective), seed: 1)
  }

  @Test(arguments: pairs, [2, 3])
  func gradientsAgreeWithDifferences(pair: (Encoder, Objective), species: Int) throws {
    let source = Self.source(species: species)
    let slope = try Bench.slopeAlongGradient(
      Self.model(pair.0, pair.1, species: species), source, batch: Array(source.positions.indices),
      windows: Self.windows(pair.1), step: 0.0002)
    #expect(abs(slope - 1) < 0.02, "\(slope)")
  }

  @Test(arguments: pairs)
  func trainingLowersTheLossWithAnEmptySpecies(encoder: Encoder, objective: Objective) throws {
    let source = Self.source(species: 3)
    let trainer = try Bench.trainer(Self.model(encoder, objective, species: 3), source, seed: 1)
    let losses = try (0..<150).map { step in
      let result = try trainer.step(
        batch: Array(source.positions.indices), windows: Self.windows(objective), step: step, rate: 0.01)
      #expect(result.gradientNorm.isFinite)
      return result.loss
    }
    #expect(losses.allSatisfy { $0.isFinite })
    #expect(losses.suffix(10).reduce(0, +) < losses.prefix(10).reduce(0, +))
  }

  @Test(arguments: pairs)
  func threadsDoNotChangeBits(encoder: Encoder, objective: Objective) throws {
    let source = Self.source(species: 3)
    let results = try [1, 2].map { threads in
      let trainer = try Bench.trainer(Self.model(encoder, objective, species: 3), source, threads: threads)
      let losses = try (0..<3).map {
        try trainer.step(
          batch: Array(source.positions.indices), windows: Self.windows(objective), step: $0, rate: 0.01
        ).loss
      }
      return (losses, trainer.parameters.storage)
    }
    #expect(results[0].0 == results[1].0)
    #expect(results[0].1 == results[1].1)
  }

  // MARK: Symmetries of ẑ

  /// ẑ `[frames, S · dim ẑ]`.
  private func closure(_ encoder: Encoder, _ source: Sets, species: Int, isOrdered: Bool = true) throws -> [[Float]] {
    let width = 2 * species
    let values = try Bench.encode(
      Self.model(encoder, .density, species: species), source, Array(source.positions.indices), isOrdered: isOrdered)
    return stride(from: 0, to: values.count, by: width).map { Array(values[$0..<$0 + width]) }
  }

  private func changing(_ source: Sets, _ change: ([[Float]]) -> [[Float]], species: Int) -> Sets {
    var result = source
    result.positions = stride(from: 0, to: source.positions.count, by: species).flatMap {
      change(Array(source.positions[$0..<$0 + species]))
    }
    return result
  }

  private func backwards(_ points: [Float]) -> [Float] {
    (0..<points.count / 2).reversed().flatMap { points[2 * $0..<2 * $0 + 2] }
  }

  @Test(arguments: [Encoder.deepSet, .setTransformer], [2, 3])
  func permutingWithinASpeciesChangesNothing(encoder: Encoder, species: Int) throws {
    let source = Self.source(species: species)
    let permuted = changing(source, { $0.map(backwards) }, species: species)
    #expect(try closure(encoder, source, species: species) == closure(encoder, permuted, species: species))
  }

  @Test(arguments: [Encoder.deepSet, .setTransformer], [2, 3])
  func exchangingTheSpeciesPointsExchangesTheirClosures(encoder: Encoder, species: Int) throws {
    let source = Self.source(species: species)
    let turned = changing(source, { Array($0[1...] + $0[..<1]) }, species: species)
    let expected = try closure(encoder, source, species: species).map { Array($0[2...] + $0[..<2]) }
    #expect(try closure(encoder, turned, species: species) == expected)
    #expect(try closure(encoder, source, species: species) != expected)
  }

  /// What a species' ẑ is without particles: ρ of pooled features 0, the same in every frame.
  @Test(arguments: [Encoder.deepSet, .setTransformer])
  func anEmptySpeciesHasAConstantFiniteClosure(encoder: Encoder) throws {
    let values = try closure(encoder, Self.source(species: 3), species: 3)
    #expect(values.joined().allSatisfy { $0.isFinite })
    #expect(values[0][4...] == values[3][4...])
    #expect(values[0][4...] != values[1][4...])
  }

  @Test func aFlattenedEncoderDoesNotSeeTypes() throws {
    // The same twelve points, divided among the species in another way, in the same order.
    let all = Sets.cloud(12)
    func sets(_ first: Int) -> Sets { Sets(positions: [Array(all[..<(2 * first)]), Array(all[(2 * first)...])]) }
    let closures = try [5, 9, 12].map { try closure(.flattened, sets($0), species: 2) }
    #expect(closures[0] == closures[1] && closures[0] == closures[2])
    #expect(closures[0][0].count == 4)
  }

  @Test(arguments: [Objective.pointwise, .chamfer])
  func theDecoderGivesAllPointsWithoutTypes(objective: Objective) throws {
    // The same points as one species or two, with a decoder that says the same in both cases: biases alone.
    let all = Sets.cloud(12)
    let losses = try [1, 2].map { species in
      let source = Sets(positions: species == 1 ? [all] : [Array(all[..<10]), Array(all[10...])])
      let model = Self.model(.deepSet, objective, species: species)
      let parameters = model.initialParameters(seed: 1)
      for weight in model.layout.weights where model.layout.name(of: weight).hasPrefix("decoder") {
        parameters[weight] = Array(repeating: 0, count: weight.outputs * weight.inputs)
      }
      for bias in model.layout.biases where model.layout.name(of: bias).hasPrefix("decoder") {
        parameters[bias] = (0..<bias.count).map { 0.1 * Float($0 % 7) }
      }
      parameters.valuesChanged()
      return try ClosureEvaluation(
        model, parameters: parameters, source: source, compute: Bench.compute
      ).loss(Array(source.positions.indices), seed: 1)
    }
    #expect(losses[0] == losses[1])
  }

  @Test func theDensityLossIsTheMeanOverTheSpeciesPresent() throws {
    let two = Self.source(species: 2)
    let model = Self.model(.deepSet, .density, species: 2)
    let evaluation = ClosureEvaluation(
      model, parameters: model.initialParameters(seed: 1), source: two, compute: Bench.compute)
    // Frame 0 has an empty species, frame 1 two that are there: three sets in all.
    let whole = try evaluation.loss([0, 1, 2, 3], seed: 1)
    let parts = try [[0, 1], [2, 3]].map { try evaluation.loss($0, seed: 1) }
    #expect(abs(whole - (parts[0] + 2 * parts[1]) / 3) < 1e-6)
  }
}
