import ClosureModels
import Foundation
import MacrostateCompute
import MacrostateRecipes
import MacrostateStorage
import MacrostateTraining
import Microstates
import PointDensities
import TestSupport
import Testing

/// What encoder and density see of points, and ε that the data choose.
@Suite struct PointInputTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Clouds whose features say how large they are, and whose positions say nothing.
  private func dataset(features: [String] = ["a", "b"], dimension: Int = 2) throws -> URL {
    let url = folder.url.appending(path: "features-\(features.count)-\(dimension).dataset")
    let description = DatasetDescription(
      dimension: dimension,
      box: dimension == 0
        ? nil : SimulationBox(origin: [0, 0], lengths: [4, 4], boundaries: [.periodic, .periodic]),
      featureNames: features, observables: [.init(name: "size")], generator: .init(name: "test"),
      programVersion: "1")
    let writer = try DatasetWriter(
      url, description: description, plan: .init(trajectoryCount: 8, trajectoriesPerShard: 4))
    try writer.writeMissingShards { m in
      Trajectory(
        frames: (0..<5).map { t in
          var random = RandomStream(seed: 2, purpose: .evaluation, step: m, set: t)
          let size = exp(-0.2 * Float(t)) * (1 + 0.1 * Float(m))
          return .init(
            time: Double(t), positions: [(0..<12 * dimension).map { _ in 4 * random.nextUniform() }],
            features: features.isEmpty ? [] : [random.normals(12 * features.count).map { $0 * size }],
            observables: [Double(size)])
        })
    }
    return url
  }

  private func configuration(_ dataset: URL) throws -> RunConfiguration {
    var configuration = try TinyRun().configuration
    configuration.data.training = dataset.path
    configuration.dynamicsTraining.unrollLength = 0
    configuration.dynamicsTraining.unrollSteps = 0
    return configuration
  }

  @discardableResult
  private func train(_ configuration: RunConfiguration, _ name: String) throws -> TrainedModel {
    try TrainingRun(
      RunFolder(folder.url.appending(path: name)), configuration: configuration, progress: SilentProgress()
    ).run()
  }

  @Test func featuresAlone() throws {
    let url = try dataset()
    var configuration = try configuration(url)
    configuration.encoder.inputs = .features
    configuration.density.smoothing = .auto
    let model = try train(configuration, "features")
    let shape = model.description.closure
    #expect(shape.periodicAxes == nil && shape.encoderSizes.inputs == 2 && shape.densityDimension == 2)
    guard case .density(let smoothing, _, _) = shape.objective else {
      Issue.record("a density was asked for")
      return
    }
    // Twelve points of a spread of about 1.
    #expect(smoothing.count == 2 && smoothing.allSatisfy { (0.2...1.5).contains($0) }, "\(smoothing)")
    #expect(try TrainedModel(of: RunFolder(folder.url.appending(path: "features"))).description.closure == shape)
    // Positions make no difference.
    let dataset = try Dataset.open(url)
    let source = DatasetPointSets(dataset, for: model)
    let encoder = SetEncoder(
      model.closure, parameters: model.closureParameters, source: source, compute: Compute(threads: 1))
    let elsewhere = SetEncoder(
      model.closure, parameters: model.closureParameters, source: Moved(base: source), compute: Compute(threads: 1))
    #expect(try encoder.encode([0, 3], isOrdered: true) == elsewhere.encode([0, 3], isOrdered: true))
  }

  private struct Moved: PointSetSource {
    let base: DatasetPointSets
    var dimension: Int { base.dimension }
    var featureCount: Int { base.featureCount }
    func pointCount(ofSet set: Int) -> Int { base.pointCount(ofSet: set) }
    func weights(ofSet set: Int) -> [Float]? { base.weights(ofSet: set) }
    func cell(ofSet set: Int) -> PeriodicCell? { base.cell(ofSet: set) }
    func withPoints(ofSet set: Int, _ body: (UnsafeBufferPointer<Float>, UnsafeBufferPointer<Float>) -> Void) {
      base.withPoints(ofSet: set) { positions, features in
        positions.map { $0 + 0.7 }.withUnsafeBufferPointer { body($0, features) }
      }
    }
  }

  @Test func allAndEach() throws {
    let url = try dataset()
    var configuration = try configuration(url)
    configuration.density.inputs = .all
    let all = try train(configuration, "all").description.closure
    // Two circles and two features.
    #expect(all.encoderSizes.inputs == 14 && all.densityDimension == 4 && all.periodicAxes == [true, true])
    configuration.encoder.inputs = .positions
    configuration.density.inputs = .features
    let crossed = try train(configuration, "crossed").description.closure
    #expect(crossed.encoderSizes.inputs == 12 && crossed.densityDimension == 2)
  }

  @Test func whatIsNotThereIsRefused() throws {
    var configuration = try configuration(try dataset(features: []))
    configuration.encoder.inputs = .features
    expectError(.badData, containing: "have no features") { try train(configuration, "none") }
    configuration.encoder.inputs = .all
    configuration.density.inputs = .all
    configuration.density.smoothing = Smoothing([0.1, 0.1, 0.1])
    expectError(.badData, containing: "3 numbers", "2 coordinates") { try train(configuration, "three") }
  }

  /// States without positions have a density of their features.
  @Test func statesWithoutPositionsHaveADensity() throws {
    var configuration = try configuration(try dataset(dimension: 0))
    expectError(.badData, containing: "density.inputs features") { try train(configuration, "auto") }
    configuration.density.inputs = .features
    #expect(try train(configuration, "vectors").description.closure.densityDimension == 2)
  }
}
