import ClosureModels
import MacrostateSettings
import MacrostateTraining
import Microstates

/// Count, mean, spread and range of columns.
struct ColumnStatistics {
  private var count: [Double]
  private var sum: [Double]
  /// The first value of each column. Of squares of differences from it, no digits are lost where values are far from 0.
  private var first: [Double]
  private var shifted: [Double]
  private var squares: [Double]
  private var least: [Float]
  private var greatest: [Float]
  /// Number and sum of the periods of each column; of those of periodic axes alone.
  private var periods: [(count: Double, sum: Double)]

  init(columns: Int) {
    count = Array(repeating: 0, count: columns)
    sum = count
    first = count
    shifted = count
    squares = count
    least = Array(repeating: .infinity, count: columns)
    greatest = Array(repeating: -.infinity, count: columns)
    periods = Array(repeating: (0, 0), count: columns)
  }

  /// Adds the period of a frame to the column of a periodic axis.
  mutating func addPeriod(_ length: Double, column: Int) {
    periods[column].count += 1
    periods[column].sum += length
  }

  mutating func add(_ values: UnsafeBufferPointer<Float>, width: Int, firstColumn: Int) {
    for (i, value) in values.enumerated() {
      let column = firstColumn + i % width
      if count[column] == 0 { first[column] = Double(value) }
      count[column] += 1
      sum[column] += Double(value)
      let difference = Double(value) - first[column]
      shifted[column] += difference
      squares[column] += difference * difference
      least[column] = min(least[column], value)
      greatest[column] = max(greatest[column], value)
    }
  }

  /// The scaling that is asked for.
  func scaling(_ kind: DataSettings.Scaling) -> PointScaling {
    var scaling: PointScaling =
      switch kind {
      case .none: .identity(columns: count.count)
      case .standard: standard
      case .range: range
      }
    // Of a periodic axis, positions may be any number of periods away: its size is that of the period.
    for (j, (number, sum)) in periods.enumerated() where number > 0 && kind != .none {
      scaling.factor[j] = Self.factor(sum / number / (kind == .standard ? Self.uniformSpreads : 2))
    }
    return scaling
  }

  /// A period in standard deviations of uniform points.
  private static let uniformSpreads = 12.0.squareRoot()

  private var means: [Double] { zip(sum, count).map { $0 / max($1, 1) } }

  private var spreads: [Double] {
    count.indices.map { j in
      let n = max(count[j], 1)
      return max(squares[j] / n - (shifted[j] / n) * (shifted[j] / n), 0).squareRoot()
    }
  }

  /// Mean 0, spread 1; a column that never changes is only shifted.
  private var standard: PointScaling {
    PointScaling(shift: means.map(Float.init), factor: spreads.map(Self.factor))
  }

  /// Least −1, greatest 1.
  private var range: PointScaling {
    PointScaling(
      shift: zip(least, greatest).map { $0 / 2 + $1 / 2 },
      factor: zip(least, greatest).map { Self.factor((Double($1) - Double($0)) / 2) })
  }

  /// The factor that makes a column of this size one of size 1; 1 for a size of 0, or one that single precision hardly has.
  private static func factor(_ size: Double) -> Float {
    size > Double(Float.leastNormalMagnitude) ? Float(1 / size) : 1
  }

  /// Sizes of numbers that networks learn from as they are.
  private static let suitable = 0.1...10.0

  /// Words for columns that say nothing, and for those that are not scaled and should be.
  func warnings(_ dataset: Dataset, _ kind: DataSettings.Scaling) -> [String] {
    let names =
      ["x", "y", "z"].prefix(dataset.dimension).map { "the coordinate \($0)" }
      + dataset.description.featureNames.map { "the feature '\($0)'" }
    return zip(names, zip(means, spreads)).enumerated().compactMap { j, column in
      let (name, (mean, spread)) = column
      if count[j] > 1, least[j] == greatest[j] {
        return
          "\(name) is \(shortText(mean)) at every particle: there is nothing to learn from it; leave it out of the "
          + "data set"
      }
      // Circles have no size.
      guard kind == .none, periods[j].count == 0,
        !Self.suitable.contains(spread) || abs(mean) > Self.suitable.upperBound
      else { return nil }
      return "\(name) is \(shortText(mean)) ± \(shortText(spread)) and is not scaled (data.scaling is none), while the "
        + "networks expect numbers about 1; use data.scaling=standard"
    }
  }
}
