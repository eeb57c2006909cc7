import ClosureModels
import Foundation
import MacrostateCompute
import MacrostateRecipes
import MacrostateStorage
import Microstates
import Synchronization

/// Asks what the closure variables retain: how well moments and pair distances of X can be read from ẑ linearly.
public struct ProbeEvaluation {
  /// Frames of some trajectories of a data set.
  public struct Frames {
    /// The data set.
    public var dataset: Dataset
    /// Its trajectories that are meant.
    public var trajectories: [Int]

    /// The frames of these trajectories.
    public init(_ dataset: Dataset, _ trajectories: [Int]) {
      self.dataset = dataset
      self.trajectories = trajectories
    }
  }

  /// Training frames that probes are fitted on, at most.
  public static let trainingLimit = 4096
  /// Test frames that they are tested on, at most.
  public static let testLimit = 2048

  private let model: TrainedModel
  private let compute: Compute

  /// An evaluation of `model`.
  public init(_ model: TrainedModel, compute: Compute) {
    self.model = model
    self.compute = compute
  }

  /// Fits probes on random frames of `training`, and tests them on those of `test`.
  ///
  /// - Throws: `MacrostateError(.badData)` where a data set does not fit the model or there are fewer than two frames
  ///   that the encoder takes.
  public func run(training: Frames, test: Frames, regime: String) throws -> ProbeResult {
    let (fit, check) = (try sample(training, Self.trainingLimit), try sample(test, Self.testLimit))
    let ends = try histogramEnds(fit)
    let (known, tests) = (try rows(fit, histogramEnds: ends), try rows(check, histogramEnds: ends))
    let groups = self.groups(histogramEnds: ends)
    let readings = ProbeResult.Source.allCases.compactMap { source -> ProbeResult.Reading? in
      guard let inputs = known.inputs[source], let testInputs = tests.inputs[source] else { return nil }
      let scores = groups.map { group in
        let probe = LinearProbe(inputs: inputs, targets: known.targets.columns(group.columns))
        return ProbeResult.Score(
          group.statistic, names: group.names,
          fits: probe.fits(inputs: testInputs, targets: tests.targets.columns(group.columns)), ridge: probe.ridge)
      }
      return .init(source: source, inputs: inputs.columns, scores: scores)
    }
    return ProbeResult(
      regime: regime, trainingFrames: fit.frames.count, testFrames: check.frames.count,
      histogramEnds: ends.map(Double.init), readings: readings)
  }

  // MARK: Frames

  private struct Sample: Sendable {
    var source: DatasetPointSets
    var frames: [Int]
  }

  /// At most `limit` frames that the encoder takes, drawn at random, in their order.
  private func sample(_ part: Frames, _ limit: Int) throws -> Sample {
    try model.check(part.dataset)
    try part.dataset.requireIntact(trajectories: part.trajectories, pool: compute.pool)
    let all = TrainingData.frames(part.dataset, part.trajectories).filter { model.encodes($0, of: part.dataset) }
    guard all.count > 1 else {
      throw MacrostateError(
        .badData, "\(part.dataset.url.path): too few frames to ask what ẑ retains; leave out --probes")
    }
    var frames = all
    if all.count > limit {
      var random = RandomStream(seed: 0, purpose: .evaluation)
      var chosen: Set<Int> = []
      while chosen.count < limit { chosen.insert(random.next(below: all.count)) }
      frames = chosen.sorted().map { all[$0] }
    }
    return Sample(source: DatasetPointSets(part.dataset, for: model), frames: frames)
  }

  // MARK: Statistics

  private var statistics: SetStatistics { SetStatistics(dimension: model.description.closure.dimension) }

  /// The end of each species' histogram: the median over frames of the longest distance. At the longest of all, rare
  /// outliers would have most bins to themselves.
  private func histogramEnds(_ sample: Sample) throws -> [Float] {
    let statistics = statistics
    let rows = try byFrame(sample) { source, frame in
      source.sets(ofFrames: [frame]).map { set in
        var longest: Float = 0
        source.withPoints(ofSet: set) { positions, _ in longest = statistics.longestDistance(positions, set: set) }
        return Double(longest)
      }
    }
    return (0..<rows.columns).map { species in
      let longest = stride(from: species, to: rows.values.count, by: rows.columns).map { rows.values[$0] }.sorted()
      return Float(longest[longest.count / 2])
    }
  }

  /// The numbers that are read from, and the statistics of each frame in the order of `groups`.
  private func rows(
    _ sample: Sample, histogramEnds: [Float]
  ) throws -> (inputs: [ProbeResult.Source: ProbeRows], targets: ProbeRows) {
    let dataset = sample.source.dataset
    let states = ProbeRows(
      columns: model.description.dynamics.dimension,
      values: try MacrostateEncoding(model, dataset: dataset, compute: compute)
        .macrostates(ofFrames: sample.frames, isOrdered: true).map(Double.init))
    let k = dataset.observables.count
    var inputs = [ProbeResult.Source.closureVariables: states.columns(model.description.macrostate.closureRange)]
    if k > 0 { inputs[.observables] = states.columns(0..<k) }
    let (statistics, scaling, units) = (statistics, model.description.pointScaling, model.units)
    let targets = try byFrame(sample) { source, frame in
      var moments: [[Double]] = []
      var distances: [Double] = []
      for (species, set) in source.sets(ofFrames: [frame]).enumerated() {
        source.withPoints(ofSet: set) { positions, _ in
          moments.append(statistics.moments(positions, scaling: scaling))
          distances += statistics.pairDistances(positions, end: histogramEnds[species], set: set)
        }
      }
      // Moments by order, then by species, as the groups have them.
      let ordered = (1...SetStatistics.highestOrder).flatMap { order in
        moments.flatMap { values in
          statistics.exponents.indices.filter { statistics.exponents[$0].reduce(0, +) == order }.map { values[$0] }
        }
      }
      // In the units of z, an observable is of size 1 and may be read from others of any size.
      let observables = source.dataset.observables(ofFrame: frame).enumerated().map { units.scaled($1, $0) }
      return ordered + distances + observables
    }
    return (inputs, targets)
  }

  /// A row for each frame, computed by all threads.
  private func byFrame(
    _ sample: Sample, _ row: @escaping @Sendable (DatasetPointSets, Int) -> [Double]
  ) throws -> ProbeRows {
    let found = Mutex<[Int: [Double]]>([:])
    let part = 64
    try compute.pool.run(tasks: (sample.frames.count + part - 1) / part) { task in
      let frames = sample.frames[task * part..<min((task + 1) * part, sample.frames.count)]
      let values = frames.flatMap { row(sample.source, $0) }
      found.withLock { $0[task] = values }
    }
    let values = found.withLock { parts in parts.sorted { $0.key < $1.key }.flatMap(\.value) }
    return ProbeRows(columns: values.count / sample.frames.count, values: values)
  }

  // MARK: Groups

  private struct Group {
    var statistic: ProbeResult.Statistic
    var names: [String]
    var columns: Range<Int>
  }

  /// The groups of targets, side by side.
  private func groups(histogramEnds: [Float]) -> [Group] {
    let statistics = statistics
    let species = model.description.speciesNames
    func named(_ names: [String], _ s: Int) -> [String] {
      species.count > 1 ? names.map { "\($0) of \(species[s])" } : names
    }
    var lists = ProbeResult.Statistic.moments.enumerated().map { i, statistic in
      let exponents = statistics.exponents.filter { $0.reduce(0, +) == i + 1 }
      return (statistic, species.indices.flatMap { named(exponents.map(statistics.name), $0) })
    }
    let distances = species.indices.flatMap { s in
      let width = Double(histogramEnds[s]) / Double(SetStatistics.bins)
      let names = (0..<SetStatistics.bins).map {
        String(format: "%.3g–%.3g", Double($0) * width, Double($0 + 1) * width)
      }
      return named(names, s)
    }
    lists.append((.pairDistances, distances))
    let observables = model.description.observables.map(\.name)
    if !observables.isEmpty { lists.append((.observables, observables)) }
    var begin = 0
    return lists.map { statistic, names in
      defer { begin += names.count }
      return Group(statistic: statistic, names: names, columns: begin..<begin + names.count)
    }
  }
}
