import ClosureModels
import Foundation
import MacroscopicDynamics
import MacrostateCompute
import MacrostateObservables
import MacrostateSettings
import MacrostateStorage
import Microstates

/// The data of a training: the data set, its split, and the scaling of its points.
public struct TrainingData: Sendable {
  /// The data set.
  public let dataset: Dataset
  /// The trajectories that train, validate and test.
  public let split: TrajectorySplit
  /// The scaling of points, from the training frames.
  public let scaling: PointScaling
  /// The units of the observables in z, from the training trajectories.
  public let units: ObservableUnits
  /// The statement of the data on the species' fractions, where they are asked for.
  let composition: SpeciesComposition.Kind
  /// The axes along which points are places on circles, `[d]`; nil for none.
  public let periodicAxes: [Bool]?
  /// The warnings on the data.
  public let warnings: [String]
  /// The warnings on the size of the numbers that the networks are given.
  let scalingWarnings: [String]

  /// Frames that the scaling is measured on, at most.
  private static let scalingFrames = 4096

  /// Opens and splits the training data of `configuration`.
  ///
  /// - Throws: `MacrostateError` where the data are missing, damaged or too few.
  public init(_ configuration: RunConfiguration, pool: WorkerPool) throws {
    let (dataset, split) = try Self.open(configuration)
    try self.init(configuration, dataset, split, pool: pool)
  }

  /// The data of a run.
  ///
  /// - Throws: `MacrostateError` where the data are damaged or too few.
  init(_ configuration: RunConfiguration, _ source: RunDataset, pool: WorkerPool) throws {
    try self.init(configuration, source.dataset, source.split, pool: pool)
  }

  private init(
    _ configuration: RunConfiguration, _ dataset: Dataset, _ split: TrajectorySplit, pool: WorkerPool
  ) throws {
    let settings = configuration.data
    try dataset.requireIntact(trajectories: 0..<dataset.trajectoryCount, pool: pool)
    self.dataset = dataset
    self.split = split
    periodicAxes = settings.periodic == .box ? dataset.description.box?.periodicAxes : nil
    let columns = Self.statistics(
      dataset, frames: Self.frames(dataset, split.training), periodicAxes: periodicAxes ?? [])
    scaling = columns.scaling(settings.scaling)
    scalingWarnings = columns.warnings(dataset, settings.scaling)
    let range = Self.range(dataset, split.training)
    units = ObservableUnits(least: range.least, greatest: range.greatest)
    try Self.requireNear(dataset, split.validation, units, settings.training)
    var warnings: [String] = []
    let short = (split.training + split.validation).filter { dataset.frameCount(ofTrajectory: $0) < 2 }
    if !short.isEmpty {
      warnings.append(
        "\(short.count) trajectories have one frame: they train the closure variables, not the dynamics")
    }
    try Self.requirePairs(dataset, split.training, "training", settings.training)
    try Self.requirePairs(dataset, split.validation, "validation", settings.training)
    let unroll = configuration.dynamicsTraining.unrollLength
    guard unroll == 0 || split.training.contains(where: { dataset.longestRun(ofTrajectory: $0) > unroll }) else {
      throw MacrostateError(
        .badData,
        "\(settings.training): dynamics_training.unroll_length is \(unroll), but no training trajectory has "
          + "\(unroll) time steps between stored positions; lower it")
    }
    let window = configuration.dynamics.part.windowLength
    guard window == 1 || split.training.contains(where: { dataset.longestRun(ofTrajectory: $0) > window }) else {
      throw MacrostateError(
        .badData,
        "\(settings.training): dynamics.kind '\(configuration.dynamics.kind.rawValue)' is trained on windows of \(window) "
          + "steps, but no training trajectory has \(window) time steps between stored positions; make them shorter")
    }
    composition =
      configuration.dynamics.composition == .none
      ? .same : SpeciesComposition.kind(dataset, training: split.training, validation: split.validation)
    if case .changing(let trajectory) = composition {
      warnings.append(
        "the numbers of particles of the species change along trajectory \(trajectory): the species' fractions are left "
          + "out of the macrostate (dynamics.composition)")
    }
    self.warnings = warnings + Self.intensivityWarnings(dataset, split.training)
  }

  /// Whether the species' fractions belong to the macrostate: where that is asked for, training trajectories differ in
  /// them, and each keeps its own.
  public var includesComposition: Bool { composition == .constant }

  /// The settings of later versions that say something of these data.
  func laterSettings(_ configuration: RunConfiguration) -> RunFolder.LaterSettings {
    var settings: RunFolder.LaterSettings = []
    if composition == .constant || dataset.speciesNames.count > 1 && configuration.dynamics.composition == .none {
      settings.insert(.composition)
    }
    if dataset.description.box?.periodicAxes != nil { settings.insert(.periodic) }
    return settings
  }

  /// The layout of z.
  func macrostate(_ configuration: RunConfiguration) -> Macrostate {
    Macrostate(
      observables: dataset.observables.map(\.name), species: dataset.speciesNames,
      closureDimension: configuration.encoder.closureDimension, includesComposition: includesComposition)
  }

  /// The least and the greatest z̄ over all frames of training and validation; nil where there are no observables.
  var observableRange: (least: [Float], greatest: [Float])? {
    guard !dataset.observables.isEmpty else { return nil }
    let range = Self.range(dataset, split.training + split.validation)
    return (units.components(range.least), units.components(range.greatest))
  }

  /// The observables that change along no training trajectory; nil for none.
  var conservedObservables: [Int]? {
    let k = dataset.observables.count
    let conserved = (0..<k).filter { j in
      split.training.allSatisfy { trajectory in
        dataset.withObservables(ofTrajectory: trajectory) { values in
          stride(from: j, to: values.count, by: k).allSatisfy { values[$0] == values[j] }
        }
      }
    }
    return conserved.isEmpty ? nil : conserved
  }

  /// The least and the greatest value of each observable over all frames of `trajectories`.
  private static func range(_ dataset: Dataset, _ trajectories: [Int]) -> (least: [Double], greatest: [Double]) {
    let k = dataset.observables.count
    var range = (least: [Double](repeating: .infinity, count: k), greatest: [Double](repeating: -.infinity, count: k))
    for trajectory in trajectories {
      dataset.withObservables(ofTrajectory: trajectory) { values in
        for (i, value) in values.enumerated() {
          range.least[i % k] = min(range.least[i % k], value)
          range.greatest[i % k] = max(range.greatest[i % k], value)
        }
      }
    }
    return range
  }

  /// The training data set of `configuration` and its split, as a run that begins now divides it; check sums are not
  /// compared.
  ///
  /// - Throws: `MacrostateError` where the data are missing or too few.
  public static func open(_ configuration: RunConfiguration) throws -> (dataset: Dataset, split: TrajectorySplit) {
    let dataset = try dataset(configuration)
    return (dataset, try split(configuration, dataset))
  }

  /// The training data set of `configuration`; check sums are not compared.
  ///
  /// - Throws: `MacrostateError` where the data are missing.
  static func dataset(_ configuration: RunConfiguration) throws -> Dataset {
    let settings = configuration.data
    guard !settings.training.isEmpty else {
      throw MacrostateError(.usage, "no training data: name a data set, as in `macrostate train my.dataset`")
    }
    return try Dataset.open(URL(fileURLWithPath: settings.training))
  }

  /// The division of `dataset` by the settings, in which `tests` stay tests (`TrajectorySplit`).
  ///
  /// - Throws: `MacrostateError` where there are too few trajectories.
  static func split(
    _ configuration: RunConfiguration, _ dataset: Dataset, keeping tests: [Int] = [], firstNew: Int = 0
  ) throws -> TrajectorySplit {
    let settings = configuration.data
    // Trajectories of named tests are elsewhere; without any, a share is held out here.
    return try TrajectorySplit(
      trajectoryCount: dataset.trajectoryCount, validationFraction: settings.validationFraction,
      testFraction: settings.tests.isEmpty ? settings.testFraction : 0,
      trainingLimit: settings.trainingTrajectories > 0 ? settings.trainingTrajectories : nil, seed: configuration.seed,
      keeping: tests, firstNew: firstNew)
  }

  /// Warnings about observables that grow with n: what is learned then says nothing about another n.
  private static func intensivityWarnings(_ dataset: Dataset, _ trajectories: [Int]) -> [String] {
    let all = frames(dataset, trajectories)
    let chosen = stride(from: 0, to: all.count, by: max(1, all.count / scalingFrames)).map { all[$0] }
    return dataset.observables.enumerated().compactMap { j, observable in
      IntensivityCheck(
        chosen.lazy.map { (pointCount: dataset.pointCount(frame: $0), value: dataset.observables(ofFrame: $0)[j]) }
      ).warning(for: observable.name)
    }
  }

  /// Refuses validation values that are too far from those in training to compute with.
  private static func requireNear(
    _ dataset: Dataset, _ validation: [Int], _ units: ObservableUnits, _ source: String
  ) throws {
    let range = range(dataset, validation)
    for (j, observable) in dataset.observables.enumerated() {
      guard let far = [range.least[j], range.greatest[j]].first(where: { !units.component($0, j).isFinite }) else {
        continue
      }
      throw MacrostateError(
        .badData,
        "\(source): the observable '\(observable.name)' is \(far) in a validation trajectory, too far from its values in "
          + "training to compute with; correct it, or leave the trajectory out")
    }
  }

  private static func requirePairs(
    _ dataset: Dataset, _ trajectories: [Int], _ part: String, _ source: String
  ) throws {
    guard trajectories.contains(where: { dataset.longestRun(ofTrajectory: $0) > 1 }) else {
      throw MacrostateError(
        .badData,
        "\(source): no \(part) trajectory has two frames with positions one after the other, so there is no dynamics to "
          + "learn or to judge; import trajectories of two or more frames, and keep positions in pairs, as in "
          + "--positions 0::4:2")
    }
  }

  /// Training trajectories spread over the data, of a few thousand frames in all.
  var sampleOfTraining: [Int] {
    let frames = Self.frames(dataset, split.training).count
    return stride(from: 0, to: split.training.count, by: max(1, frames / (4 * Self.scalingFrames)))
      .map { split.training[$0] }
  }

  /// The frames of `trajectories` whose positions are stored.
  public static func frames(_ dataset: Dataset, _ trajectories: [Int]) -> [Int] {
    trajectories.flatMap { dataset.positionedFrames(ofTrajectory: $0) }
  }

  private static func statistics(_ dataset: Dataset, frames: [Int], periodicAxes: [Bool]) -> ColumnStatistics {
    let source = DatasetPointSets(dataset)
    var statistics = ColumnStatistics(columns: source.dimension + source.featureCount)
    let stride = max(1, frames.count / scalingFrames)
    for set in source.sets(ofFrames: Swift.stride(from: 0, to: frames.count, by: stride).map { frames[$0] }) {
      source.withPoints(ofSet: set) { positions, features in
        statistics.add(positions, width: source.dimension, firstColumn: 0)
        statistics.add(features, width: source.featureCount, firstColumn: source.dimension)
      }
      for (axis, isPeriodic) in periodicAxes.enumerated() where isPeriodic {
        if let cell = source.cell(ofSet: set) { statistics.addPeriod(cell.spacings[axis], column: axis) }
      }
    }
    return statistics
  }
}

extension Dataset {
  /// The most frames of a trajectory whose positions are stored without a gap.
  func longestRun(ofTrajectory trajectory: Int) -> Int {
    positionedRuns(ofTrajectory: trajectory).reduce(0) { max($0, $1.count) }
  }
}
