import ClosureModels
import Foundation
import MacroscopicDynamics
import MacrostateAutodiff
import MacrostateObservables
import MacrostateParallel
import MacrostateStorage
import MacrostateTraining
import Microstates
import TrajectoryFormats

/// One configuration of particles, to predict from.
public struct StartConfiguration: PointSetSource {
  public let dimension: Int
  public let featureCount = 0
  private let positions: [Float]

  /// Positions `[n, d]`, row-major.
  ///
  /// - Throws: `MacrostateError(.badData)` for no points, or a position that is not finite.
  public init(positions: [Float], dimension: Int, source: String) throws {
    guard !positions.isEmpty else { throw MacrostateError(.badData, "\(source): no particles to predict from") }
    if let bad = positions.firstIndex(where: { !$0.isFinite }) {
      throw MacrostateError(
        .badData, "\(source): the position of particle \(bad / dimension) is not a finite number; correct the input")
    }
    self.positions = positions
    self.dimension = dimension
  }

  /// The array `[n, d]` in a `.npy` file.
  public init(_ url: URL) throws {
    let array = try NumPyArray(url)
    guard array.elementType.isFloatingPoint, array.shape.count == 2 else {
      throw MacrostateError(
        .badData,
        "\(url.path): \(shapeText(array.shape)) of \(array.elementType.rawValue); one configuration is an "
          + "array [n, d] of floating-point numbers")
    }
    try self.init(positions: array.floats(), dimension: array.shape[1], source: url.path)
  }

  /// The particles of a frame of a data set of one species.
  public init(_ dataset: Dataset, frame: Int) throws {
    guard dataset.speciesNames.count == 1, dataset.featureCount == 0 else {
      throw MacrostateError(
        .badData, "\(dataset.url.path): prediction from a frame takes one species without features")
    }
    positions = dataset.withPositions(frame: frame, species: 0) { Array($0) }
    dimension = dataset.dimension
  }

  public func pointCount(ofSet set: Int) -> Int { positions.count / dimension }

  public func withPoints(ofSet set: Int, _ body: (UnsafeBufferPointer<Float>, UnsafeBufferPointer<Float>) -> Void) {
    positions.withUnsafeBufferPointer { body($0, UnsafeBufferPointer(start: nil, count: 0)) }
  }
}

/// The future of one configuration: X₀ is encoded once and the macrostate rolled out.
public struct Prediction {
  private let model: TrainedModel
  private let kernels: Kernels
  private let pool: WorkerPool

  /// Paths of each member for an SDE.
  private static let realisations = 100

  /// Predictions by `model`.
  public init(_ model: TrainedModel, kernels: Kernels = .best, pool: WorkerPool) {
    self.model = model
    self.kernels = kernels
    self.pool = pool
  }

  /// A table of time, the observables (and ẑ) and the edges of their bands.
  public struct Table: Sendable {
    /// Column names: `time`, then `name`, `name_lower`, `name_upper` for each component.
    public var columns: [String]
    /// A row for each frame.
    public var rows: [[Double]]
    /// Things a user should look at.
    public var warnings: [String]

    /// As comma-separated values.
    public var csv: String {
      ([columns.joined(separator: ",")] + rows.map { $0.map { "\($0)" }.joined(separator: ",") })
        .joined(separator: "\n") + "\n"
    }
  }

  /// Predicts `steps` steps from a configuration whose observables are `observables`.
  ///
  /// - Parameter includesClosure: whether ẑ stands in the table, too; it does where there are no observables.
  /// - Throws: `MacrostateError` where the configuration does not fit the model, or the prediction runs away.
  public func table(
    from start: StartConfiguration, observables: [Double], steps: Int, timeStep: Double? = nil, includesClosure: Bool
  ) throws -> Table {
    let description = model.description
    guard start.dimension == description.closure.dimension else {
      throw MacrostateError(
        .badData,
        "the particles have \(start.dimension) dimensions, those of the model "
          + "\(description.closure.dimension); use data like those of the training")
    }
    if let required = model.closure.encoder.requiredPointCount, required != start.pointCount(ofSet: 0) {
      throw MacrostateError(
        .badData,
        "there are \(start.pointCount(ofSet: 0)) particles, and the model's encoder takes sets of \(required) alone; "
          + "train a model with encoder.kind deep-set for other numbers")
    }
    let closure = try SetEncoder(
      model.closure, parameters: model.closureParameters, source: start, kernels: kernels, pool: pool
    ).encode([0], isOrdered: true)
    let z = observables.map(Float.init) + closure
    let dt = timeStep ?? description.timeStep
    let times = (0...steps).map { Double($0) * dt }
    let forecast = try model.ensemble.forecast(
      starts: z, times: [times], realisations: Self.realisations, kernels: kernels, pool: pool)
    if let divergence = forecast.divergences.first {
      throw MacrostateError(
        .failure,
        "the prediction of \(model.componentNames[divergence.component]) ran away at frame "
          + "\(divergence.frame) (t = \(times[divergence.frame])); train longer, or predict fewer steps")
    }
    return table(forecast, times: times, includesClosure: includesClosure, warnings: warnings(z))
  }

  private func table(_ forecast: Forecast, times: [Double], includesClosure: Bool, warnings: [String]) -> Table {
    let k = model.description.observables.count
    let shown = includesClosure || k == 0 ? model.componentNames.count : k
    let edges = model.ensemble.members.first?.model.isStochastic == true ? (0.05, 0.95) : (0, 1)
    var columns = ["time"]
    var values = [times]
    for j in 0..<shown {
      let name = model.componentNames[j]
      columns += [name, "\(name)_lower", "\(name)_upper"]
      values += [forecast.mean(0, j), forecast.quantile(edges.0, 0, j), forecast.quantile(edges.1, 0, j)]
    }
    return Table(columns: columns, rows: times.indices.map { t in values.map { $0[t] } }, warnings: warnings)
  }

  private func warnings(_ z: [Float]) -> [String] {
    let scaling = model.description.macrostateScaling
    return scaling.componentsOutside(z).map { j in
      "\(model.componentNames[j]) = \(z[j]) lies outside the range seen in training "
        + "[\(scaling.least[j]), \(scaling.greatest[j])]: the prediction extrapolates"
    }
  }
}

extension StartConfiguration {
  /// The model's observables of this configuration, where they are ones that can be computed from positions.
  ///
  /// - Throws: `MacrostateError(.usage)` for an observable that must be given.
  public func observables(of model: TrainedModel) throws -> [Double] {
    try model.description.observables.flatMap { quantity in
      guard let named = NamedObservable(rawValue: quantity.name) else {
        throw MacrostateError(
          .usage,
          "the observable '\(quantity.name)' cannot be computed from positions; give its value at the start: "
            + "--start \(quantity.name)=0.5")
      }
      let observable = try named.observable(speciesNames: model.description.speciesNames)
      return try positions.withUnsafeBufferPointer {
        try observable.evaluate(MicrostateView(dimension: dimension, positions: $0))
      }
    }
  }
}
