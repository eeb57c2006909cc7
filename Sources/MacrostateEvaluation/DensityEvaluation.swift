import ClosureModels
import Foundation
import MacrostateAutodiff
import MacrostateCompute
import MacrostateRecipes
import Microstates

/// Learned densities beside the particles that they were learned from, for a few frames of a test.
struct DensityEvaluation {
  /// Grid points along an axis of a picture.
  private static let gridCount = 96
  /// Particles of a picture: more would not be told apart, and all of a large set would fill the file.
  private static let pointLimit = 4000

  private let model: TrainedModel
  private let regime: TestRegime
  private let compute: Compute

  init(_ model: TrainedModel, _ regime: TestRegime, compute: Compute) {
    self.model = model
    self.regime = regime
    self.compute = compute
  }

  /// The first, an early and the last frame of a test trajectory (the first one with frames that can be encoded),
  /// species by species; none for a model without a density.
  func snapshots() throws -> [DensitySnapshot] {
    let dataset = regime.dataset
    let encoded = regime.trajectories.lazy.map { trajectory in
      dataset.positionedFrames(ofTrajectory: trajectory).filter { model.encodes($0, of: dataset) }
    }
    guard let learned = LearnedDensity(model.closure, parameters: model.closureParameters, kernels: compute.kernels),
      let frames = encoded.first(where: { !$0.isEmpty })
    else { return [] }
    let chosen = [0, frames.count / 10, frames.count - 1].map { frames[$0] }
    let unique = chosen.enumerated().filter { $0.offset == 0 || chosen[$0.offset - 1] != $0.element }.map(\.element)
    let titles = Self.titles(unique.map(dataset.time(ofFrame:)))
    return try zip(unique, titles).flatMap { try snapshots(learned, frame: $0, title: $1) }
  }

  /// Times in three digits, or in as many as tell them apart.
  private static func titles(_ times: [Double]) -> [String] {
    let byDigits = (3...17).lazy.map { digits in times.map { "t = \(String(format: "%.\(digits)g", $0))" } }
    return byDigits.first { Set($0).count == times.count } ?? times.map { "t = \($0)" }
  }

  /// The species of a frame that have particles, all in one range.
  private func snapshots(_ learned: LearnedDensity, frame: Int, title: String) throws -> [DensitySnapshot] {
    let dataset = regime.dataset
    let source = DatasetPointSets(dataset, for: model)
    let sets = source.sets(ofFrames: [frame])
    let bySpecies = sets.map { set in
      var values: [Float] = []
      source.withPoints(ofSet: set) { points, _ in values = Array(points) }
      return values
    }
    // An encoder that sees no types has one density, of all points.
    let positions = model.closure.shape.encodesWholeFrames ? [bySpecies.flatMap(\.self)] : bySpecies
    let closure = try SetEncoder(
      model.closure, parameters: model.closureParameters, source: source, compute: compute
    ).encode(sets, isOrdered: true)
    let width = closure.count / positions.count
    let d = dataset.dimension
    let shown = min(d, 2)
    func coordinates(_ values: [Float], _ axis: Int) -> [Double] {
      stride(from: axis, to: values.count, by: d).map { Double(values[$0]) }
    }
    let cell = source.cell(ofSet: sets[0])
    let box = dataset.box(ofFrame: frame)?.moved(
      by: PositionOffset.shift(from: dataset.description.positionOffset, to: model.description.positionOffset))
    let ranges = (0..<shown).map { axis in
      box.map { range($0, axis) } ?? range(positions.flatMap { coordinates($0, axis) })
    }
    let counts = Array(repeating: Self.gridCount, count: shown)
    return positions.indices.filter { !positions[$0].isEmpty }.map { s in
      let columns = (0..<shown).map { coordinates(positions[s], $0) }
      return DensitySnapshot(
        title: title, frame: frame, time: dataset.time(ofFrame: frame),
        species: positions.count > 1 ? dataset.speciesNames[s] : nil, dimension: d, gridCounts: counts, ranges: ranges,
        values: density(
          learned, closure: Array(closure[s * width..<(s + 1) * width]), cell: cell, ranges: ranges, counts: counts),
        points: shownPoints(columns[0].count).map { i in columns.map { $0[i] } })
    }
  }

  /// The points of `count` that are shown: all, or as many as are allowed at even distances in their order.
  private func shownPoints(_ count: Int) -> [Int] {
    let shown = min(count, Self.pointLimit)
    return (0..<shown).map { $0 * count / shown }
  }

  /// The box with a narrow margin, the same for all frames.
  private func range(_ box: SimulationBox, _ axis: Int) -> [Double] {
    let (low, high) = box.bounds(axis)
    let margin = (high - low) / 32
    return [low - margin, high + margin]
  }

  /// The range of values with a margin of a sixth on each side.
  private func range(_ values: [Double]) -> [Double] {
    let (low, high) = (values.min() ?? -1, values.max() ?? 1)
    let margin = high > low ? (high - low) / 6 : 1e-3 * max(abs(high), 1)
    return [low - margin, high + margin]
  }

  /// p on the grid; in three dimensions the density of the first two coordinates, and that of a density without
  /// likelihood, by samples.
  private func density(
    _ learned: LearnedDensity, closure: [Float], cell: PeriodicCell?, ranges: [[Double]], counts: [Int]
  ) -> [Double] {
    let d = model.description.closure.dimension
    func coordinate(_ axis: Int, _ i: Int) -> Double {
      ranges[axis][0] + (Double(i) + 0.5) * (ranges[axis][1] - ranges[axis][0]) / Double(counts[axis])
    }
    if d <= 2 && learned.hasLikelihood {
      let rows = (0..<counts.reduce(1, *)).flatMap { i in
        (0..<d).map { axis in Float(coordinate(axis, axis == 0 ? i % counts[0] : i / counts[0])) }
      }
      return (learned.logDensity(at: rows, closure: closure, in: cell) ?? []).map { exp(Double($0)) }
    }
    let samples = 40_000
    let drawn = learned.samples(closure: closure, count: samples, seed: 0, in: cell)
    let axes = counts.indices
    var values = [Double](repeating: 0, count: counts.reduce(1, *))
    let cell = axes.map { (ranges[$0][1] - ranges[$0][0]) / Double(counts[$0]) }
    for s in 0..<samples {
      let place = axes.map { Int(((Double(drawn[s * d + $0]) - ranges[$0][0]) / cell[$0]).rounded(.down)) }
      guard axes.allSatisfy({ place[$0] >= 0 && place[$0] < counts[$0] }) else { continue }
      let at = axes.reversed().reduce(0) { $0 * counts[$1] + place[$1] }
      values[at] += 1 / (Double(samples) * cell.reduce(1, *))
    }
    return values
  }
}
