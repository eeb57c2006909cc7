import ClosureModels
import Foundation
import MacroscopicDynamics
import MacrostateAutodiff
import MacrostateCompute
import MacrostateEvaluation
import MacrostateRecipes
import MacrostateReports
import MacrostateStorage

/// The future of one configuration: X₀ is encoded once and the macrostate rolled out.
public struct Prediction {
  private let model: TrainedModel
  private let compute: Compute

  /// Paths of each member for an SDE.
  private static let realisations = 100

  /// Steps of a prediction, at most.
  private static let mostSteps = 1e8

  /// Predictions by `model`.
  public init(_ model: TrainedModel, compute: Compute) {
    self.model = model
    self.compute = compute
  }

  /// A table of time, the observables (and ẑ) and the edges of their bands: all members of an ensemble of ODEs, 90 % of the
  /// paths of an SDE (`PredictiveQuantiles`).
  public struct Table: Sendable {
    /// Column names: `time`, then `name`, `name_lower`, `name_upper` for each component.
    public var columns: [String]
    /// A row for each frame.
    public var rows: [[Double]]
    /// Things a user should look at.
    public var warnings: [String]

    /// The table as comma-separated values.
    public var csv: String { numbers.csv }
    /// The numbers, to be written.
    public var numbers: NumberTable { NumberTable(columns: columns, rows: rows) }
  }

  /// Predicts `steps` steps from a configuration.
  ///
  /// - Parameters:
  ///   - observables: their values at the start, one for each of the model's; nil for those of the configuration
  ///     (`StartConfiguration.observables`), from which others are told apart by a warning.
  ///   - timeStep: the time of a step; nil for that of the training data.
  ///   - includesClosure: whether the rest of z stands in the table, too; it does where there are no observables.
  /// - Throws: `MacrostateError` where the configuration does not fit the model, an observable must be given, or the
  ///   prediction runs away.
  public func table(
    from start: StartConfiguration, observables given: [Double]? = nil, steps: Int, timeStep: Double? = nil,
    includesClosure: Bool = false
  ) throws -> Table {
    try check(start)
    let observables = try given ?? start.observables(of: model)
    try check(observables, of: start)
    guard steps >= 0, timeStep.map({ $0 > 0 && $0.isFinite }) ?? true else {
      throw MacrostateError(
        .usage, "\(steps) steps of \(timeStep ?? model.description.timeStep): predict forward in time, in finite steps")
    }
    let closure = try SetEncoder(
      model.closure, parameters: model.closureParameters, source: start, compute: compute
    ).encode(Array(0..<start.speciesCount), isOrdered: true)
    let macrostate = model.description.macrostate
    let z = macrostate.state(
      observables: model.units.components(observables), closure: closure,
      constants: macrostate.constants.isEmpty ? [] : start.composition)
    try checkMemory(steps: steps)
    let dt = timeStep ?? model.description.timeStep
    let parts = model.ensemble.steps(over: [0, dt]).most
    guard Double(steps) * Double(parts) <= Self.mostSteps else {
      throw MacrostateError(
        .usage,
        "\(steps) steps of \(dt), of which each is made in \(parts) since none in training is longer than "
          + "\(model.largestStepText), are too many; predict up to an earlier time")
    }
    let times = (0...steps).map { Double($0) * dt }
    let forecast = try model.ensemble.forecast(
      starts: z, times: [times], realisations: Self.realisations, compute: compute)
    try checkDivergences(forecast, times: times)
    return table(
      forecast, times: times, includesClosure: includesClosure,
      warnings: (parts > 1
        ? ["a step of \(dt) is longer than any in training (\(model.largestStepText)): it is made in \(parts)"] : [])
        + roundings(start) + differences(of: given, from: start) + warnings(z) + warnings(of: forecast))
  }

  /// Roundings of positions by more than this share of the model's unit of length are said.
  private static let coarseRounding = 1e-3

  /// Where the file of the start has lost digits that the model can see.
  private func roundings(_ start: StartConfiguration) -> [String] {
    zip(start.rounding, model.closure.scaling.factor).enumerated().compactMap { axis, column in
      let (rounding, factor) = column
      guard rounding * Double(factor) > Self.coarseRounding else { return nil }
      return
        "\(start.source): positions along axis \(axis) are written in steps of \(NumberText.short(rounding)), and the "
        + "model sees differences of \(NumberText.short(1 / Double(factor))); write them in double precision (float64), "
        + "from numbers that have their digits"
    }
  }

  /// Where observables were given that the configuration itself says otherwise.
  private func differences(of given: [Double]?, from start: StartConfiguration) -> [String] {
    // Where the configuration does not tell them, there is nothing to compare with.
    guard let given, let own = try? start.observables(of: model) else { return [] }
    let names = model.description.observables.map(\.name)
    return names.indices.compactMap { j in
      let (value, wanted) = (model.units.scaled(given[j], j), model.units.scaled(own[j], j))
      return abs(value - wanted) <= 1e-4 * max(1, abs(wanted))
        ? nil : "\(names[j]) = \(given[j]) was given, and is \(own[j]) in \(start.source)"
    }
  }

  private func require(_ fits: Bool, _ start: StartConfiguration, _ problem: @autoclosure () -> String) throws {
    guard fits else { throw MacrostateError(.badData, "\(start.source): \(problem())") }
  }

  /// Refuses a start that is not of the model's kind.
  private func check(_ start: StartConfiguration) throws {
    let description = model.description
    try require(
      start.dimension == description.closure.dimension, start,
      "the particles have \(start.dimension) dimensions, those of the model "
        + "\(description.closure.dimension); use data like those of the training")
    try require(
      start.featureCount == description.closure.featureCount, start,
      "the particles have \(start.featureCount) features, those of the model \(description.closure.featureCount); "
        + "predict from a frame of a data set that has them, with --frame")
    try require(
      start.featureNames == description.featureNames ?? start.featureNames, start,
      "the particles have the features \(start.featureNames), those of the model \(description.featureNames ?? []); name "
        + "them alike and in the same order")
    let species = description.speciesNames
    try require(
      start.speciesCount == species.count, start,
      "there are particles of \(start.speciesCount) species, and the model has \(species.count) "
        + "(\(species.joined(separator: ", "))); give a set for each, an empty one where there are none")
    if let required = model.closure.requiredPointCount {
      try require(
        model.closure.accepts(pointCounts: start.pointCounts), start,
        "there are \(start.particleCount) particles, and the model's encoder takes sets of \(required) alone; "
          + "train a model with encoder.kind deep-set for other numbers")
    }
  }

  /// Refuses observables that are not the model's.
  private func check(_ observables: [Double], of start: StartConfiguration) throws {
    let names = model.description.observables.map(\.name)
    try require(
      observables.count == names.count, start,
      "\(observables.count) values are given for the model's \(names.count) observables "
        + "(\(names.joined(separator: ", "))); give one for each, in this order")
    for (j, (name, value)) in zip(names, observables).enumerated() {
      try require(
        model.units.component(value, j).isFinite, start,
        "\(name) = \(value) is no value to start from; give one like those of the training")
    }
  }

  /// Refuses a prediction whose paths and table do not fit into memory.
  private func checkMemory(steps: Int) throws {
    let paths = model.description.members * (model.ensemble.isStochastic ? Self.realisations : 1)
    // Of a step: a number of each component and path, and a row of the table.
    let bytes = Double(steps) * Double(4 * paths + 64) * Double(model.componentNames.count)
    guard bytes < Double(ProcessInfo.processInfo.physicalMemory) else {
      throw MacrostateError(
        .usage,
        "\(steps) steps of \(paths) paths take \(DiskSpace.text(bytes)) of memory, more than there is; predict fewer")
    }
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
    let level = model.ensemble.isStochastic ? 0.9 : 1
    var columns = ["time"]
    var values = [times]
    for j in 0..<shown {
      var name = model.componentNames[j]
      // Data sets of earlier versions may have an observable called 'time', or one like a column of another.
      while [name, "\(name)_lower", "\(name)_upper"].contains(where: columns.contains) { name += "'" }
      columns += [name, "\(name)_lower", "\(name)_upper"]
      let bands = times.indices.map { t in
        PredictiveQuantiles(forecast.values(0, frame: t, j)).band(level)
      }
      values += [forecast.mean(0, j), bands.map(\.lowerBound), bands.map(\.upperBound)]
    }
    return Table(columns: columns, rows: times.indices.map { t in values.map { $0[t] } }, warnings: warnings)
  }

  private func warnings(of forecast: Forecast) -> [String] {
    let paths = forecast.paths.count
    let away = forecast.divergences.count
    let departed = Set(
      forecast.departures(
        from: model.description.macrostateScaling, moving: model.description.macrostate.movingCount
      ).map(\.sample)
    ).count
    return (away > 0 ? ["\(away) of \(paths) paths ran away and are held where they did"] : [])
      + (departed > 0
        ? ["\(departed) of \(paths) predicted paths leave the range seen in training by a tenth of it or more"] : [])
  }

  /// A component's value in its own unit; where that has the digits of single precision, no more of them.
  private func text(_ component: Float, _ j: Int) -> String {
    let value = model.units.value(component, j)
    return Double(Float(value)) == value ? "\(Float(value))" : "\(value)"
  }

  private func warnings(_ z: [Float]) -> [String] {
    let scaling = model.description.macrostateScaling
    return scaling.componentsOutside(z).map { j in
      "\(model.componentNames[j]) = \(text(z[j], j)) lies outside the range seen in training "
        + "[\(text(scaling.least[j], j)), \(text(scaling.greatest[j], j))]: the prediction extrapolates"
    }
  }
}
