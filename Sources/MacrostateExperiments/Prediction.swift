import ClosureModels
import Foundation
import MacroscopicDynamics
import MacrostateAutodiff
import MacrostateParallel
import MacrostateStorage
import MacrostateTraining

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
  /// - Parameter includesClosure: whether the rest of z stands in the table, too; it does where there are no observables.
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
    guard start.featureCount == description.closure.featureCount else {
      throw MacrostateError(
        .badData,
        "the particles have \(start.featureCount) features, those of the model \(description.closure.featureCount); "
          + "predict from a frame of a data set that has them, with --frame")
    }
    if let required = model.closure.encoder.requiredPointCount, required != start.particleCount {
      throw MacrostateError(
        .badData,
        "there are \(start.particleCount) particles, and the model's encoder takes sets of \(required) alone; "
          + "train a model with encoder.kind deep-set for other numbers")
    }
    let closure = try SetEncoder(
      model.closure, parameters: model.closureParameters, source: start, kernels: kernels, pool: pool
    ).encode(Array(0..<start.speciesCount), isOrdered: true)
    let z = observables.map(Float.init) + closure + (description.includesComposition ? start.composition : [])
    let dt = timeStep ?? description.timeStep
    let times = (0...steps).map { Double($0) * dt }
    let forecast = try model.ensemble.forecast(
      starts: z, times: [times], realisations: Self.realisations, kernels: kernels, pool: pool)
    try checkDivergences(forecast, times: times)
    return table(
      forecast, times: times, includesClosure: includesClosure, warnings: warnings(z) + warnings(of: forecast))
  }

  /// One member of a few that ran away spoils a prediction; of many sampled paths some may, and are counted.
  private func checkDivergences(_ forecast: Forecast, times: [Double]) throws {
    guard let first = forecast.divergences.first else { return }
    let isFew = model.ensemble.isStochastic && 20 * forecast.divergences.count <= forecast.paths.count
    guard !isFew else { return }
    throw MacrostateError(
      .failure,
      "the prediction of \(model.componentNames[first.component]) ran away at frame \(first.frame) "
        + "(t = \(times[first.frame]))"
        + (model.ensemble.isStochastic
          ? ", as did those of \(forecast.divergences.count) of \(forecast.paths.count) paths" : "")
        + "; train longer, or predict fewer steps")
  }

  private func table(_ forecast: Forecast, times: [Double], includesClosure: Bool, warnings: [String]) -> Table {
    let k = model.description.observables.count
    let shown = includesClosure || k == 0 ? model.componentNames.count : k
    let edges = model.ensemble.isStochastic ? (0.05, 0.95) : (0, 1)
    var columns = ["time"]
    var values = [times]
    for j in 0..<shown {
      let name = model.componentNames[j]
      columns += [name, "\(name)_lower", "\(name)_upper"]
      values += [forecast.mean(0, j), forecast.quantile(edges.0, 0, j), forecast.quantile(edges.1, 0, j)]
    }
    return Table(columns: columns, rows: times.indices.map { t in values.map { $0[t] } }, warnings: warnings)
  }

  private func warnings(of forecast: Forecast) -> [String] {
    let paths = forecast.paths.count
    let away = forecast.divergences.count
    let departed = Set(
      forecast.departures(
        from: model.description.macrostateScaling, moving: model.description.dynamics.movingCount
      ).map(\.sample)
    ).count
    return (away > 0 ? ["\(away) of \(paths) paths ran away and are held where they did"] : [])
      + (departed > 0
        ? ["\(departed) of \(paths) predicted paths leave the range seen in training by a tenth of it or more"] : [])
  }

  private func warnings(_ z: [Float]) -> [String] {
    let scaling = model.description.macrostateScaling
    return scaling.componentsOutside(z).map { j in
      "\(model.componentNames[j]) = \(z[j]) lies outside the range seen in training "
        + "[\(scaling.least[j]), \(scaling.greatest[j])]: the prediction extrapolates"
    }
  }
}
