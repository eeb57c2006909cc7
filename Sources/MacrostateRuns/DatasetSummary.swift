import Foundation
import MacrostateObservables
import Microstates

/// The contents of a data set, in a few numbers.
public struct DatasetSummary: Codable, Sendable {
  /// The least, mean and greatest of something.
  public struct Range: Codable, Sendable {
    /// The least.
    public var least: Double
    /// The mean.
    public var mean: Double
    /// The greatest.
    public var greatest: Double

    init(_ values: some Sequence<Double>) {
      var (least, greatest, sum, count) = (Double.infinity, -Double.infinity, 0.0, 0.0)
      for value in values {
        least = min(least, value)
        greatest = max(greatest, value)
        sum += value
        count += 1
      }
      self.least = least
      self.greatest = greatest
      mean = sum / max(count, 1)
    }

    /// In four digits, or as many as tell the ends apart so well.
    var text: String {
      let size = max(abs(least), abs(greatest))
      let extra = greatest > least && size.isFinite ? log10(size / (greatest - least)).rounded(.down) : 0
      return text(digits: 4 + Int(min(max(extra, 0), 13)))
    }

    func text(digits: Int) -> String {
      String(format: "%.\(digits)g … %.\(digits)g, mean %.\(digits)g", least, greatest, mean)
    }
  }

  /// One observable.
  public struct ObservableSummary: Codable, Sendable {
    /// Its name.
    public var name: String
    /// Its unit; 1 for a pure number.
    public var unit: String
    /// Its values.
    public var range: Range
    /// Its mean over trajectories, from the first frame to the last, as a curve of letters.
    public var curve: String
  }

  /// The data set's path.
  public var path: String
  /// Trajectories.
  public var trajectories: Int
  /// Frames of all trajectories.
  public var frames: Int
  /// Frames whose positions are stored; of the others there are observables only.
  public var positionedFrames: Int
  /// Particles of all frames whose positions are stored.
  public var points: Int
  /// Bytes on the disk.
  public var bytes: Int
  /// d.
  public var dimension: Int
  /// The cells along the axes of a grid; nil for other points.
  public var grid: [Int]?
  /// The volumes of frames in boxes of their own; nil where all have the same.
  public var boxVolume: Range?
  /// The edges of a tilted box, in the first frame; nil where none is tilted.
  public var boxEdges: [[Double]]?
  /// The point that positions are relative to; nil for 0.
  public var positionOffset: [Double]?
  /// The names of the species.
  public var species: [String]
  /// The names of the features beyond positions.
  public var features: [String]
  /// Points of a frame.
  public var pointsPerFrame: Range
  /// Frames of a trajectory.
  public var framesPerTrajectory: Range
  /// Time between frames; nil where no trajectory has two.
  public var timeStep: Range?
  /// The observables, in the order of the data.
  public var observables: [ObservableSummary]
  /// The program that made the data.
  public var generator: String
  /// Things a user should look at.
  public var warnings: [String]

  /// Frames that are looked at, at most.
  private static let sampled = 20_000

  /// The summary of `dataset`.
  public init(_ dataset: Dataset) {
    path = dataset.url.path
    trajectories = dataset.trajectoryCount
    frames = dataset.frameCount
    positionedFrames = (0..<dataset.frameCount).lazy.filter(dataset.hasPositions).count
    grid = dataset.description.grid
    boxVolume =
      dataset.hasChangingBoxes
      ? Range((0..<dataset.frameCount).compactMap { dataset.box(ofFrame: $0)?.volume }) : nil
    boxEdges = dataset.box(ofFrame: 0)?.edges
    points = dataset.pointCount
    bytes = dataset.byteCount
    dimension = dataset.dimension
    positionOffset = dataset.description.positionOffset
    species = dataset.speciesNames
    features = dataset.description.featureNames
    generator = dataset.description.generator.name
    let chosen = Array(stride(from: 0, to: dataset.frameCount, by: max(1, dataset.frameCount / Self.sampled)))
    pointsPerFrame = Range(chosen.filter(dataset.hasPositions).map { Double(dataset.pointCount(frame: $0)) })
    let lengths = (0..<dataset.trajectoryCount).map { dataset.frameCount(ofTrajectory: $0) }
    framesPerTrajectory = Range(lengths.map(Double.init))
    timeStep = Self.timeStep((0..<min(dataset.trajectoryCount, 200)).map { dataset.times(ofTrajectory: $0) })
    let values = chosen.map { dataset.observables(ofFrame: $0) }
    observables = dataset.observables.enumerated().map { j, observable in
      ObservableSummary(
        name: observable.name, unit: observable.unit, range: Range(values.map { $0[j] }),
        curve: Self.curve(of: j, in: dataset))
    }
    warnings = dataset.observables.enumerated().compactMap { j, observable in
      IntensivityCheck(
        zip(chosen, values).filter { dataset.hasPositions(frame: $0.0) }
          .map { (pointCount: dataset.pointCount(frame: $0), value: $1[j]) }
      ).warning(for: observable.name)
    }
    warnings += DatasetCheck(dataset).warnings
    let short = lengths.filter { $0 < 2 }.count
    if let uneven = UnevenTimes(dataset) { warnings.append(uneven.warning) }
    if short > 0 { warnings.append("\(short) trajectories have one frame: nothing can be predicted from them") }
  }

  /// The mean of an observable over trajectories, each from its first frame to its last.
  private static func curve(of j: Int, in dataset: Dataset) -> String {
    let (width, k) = (24, dataset.observables.count)
    var sums = [(sum: Double, count: Double)](repeating: (0, 0), count: width)
    for m in 0..<min(dataset.trajectoryCount, 200) {
      let values = dataset.observables(ofTrajectory: m)
      let count = values.count / k
      for frame in 0..<count {
        let place = frame * width / count
        sums[place] = (sums[place].sum + values[frame * k + j], sums[place].count + 1)
      }
    }
    return Sparkline(sums.filter { $0.count > 0 }.map { $0.sum / $0.count }, width: width).text
  }

  /// The time between frames at these times of trajectories. Where the differences are those of rounding it is one number.
  private static func timeStep(_ times: [[Double]]) -> Range? {
    let steps = Range(times.flatMap { zip($0, $0.dropFirst()).map { $1 - $0 } })
    guard steps.least <= steps.greatest else { return nil }
    let latest = times.joined().map(\.magnitude).max() ?? 0
    guard steps.greatest - steps.least <= 4 * latest.ulp else { return steps }
    return Range(CollectionOfOne(Double(String(format: "%.12g", steps.mean)) ?? steps.mean))
  }

  /// The summary for people.
  public var text: String {
    var lines = [
      "\(path)  (\(generator), \(bytes / 1_000_000) MB)",
      "  trajectories  \(trajectories), frames in each \(framesPerTrajectory.text)",
      "  frames        \(frames), points in each \(pointsPerFrame.text)",
      dimension > 0
        ? "  dimension     \(dimension), species: \(species.joined(separator: ", "))"
        : "  positions     none: points have features alone",
    ]
    if let grid { lines.append("  grid          \(grid.map { "\($0)" }.joined(separator: " × "))") }
    if positionedFrames < frames { lines.append("  positions     of \(positionedFrames) frames; observables of all") }
    if let boxVolume { lines.append("  box           of each frame, volume \(boxVolume.text)") }
    if let boxEdges {
      let edges = boxEdges.map { "(\($0.map { "\($0)" }.joined(separator: ", ")))" }.joined(separator: " ")
      lines.append("  box           tilted, edges \(edges)\(boxVolume == nil ? "" : " in the first frame")")
    }
    if let positionOffset {
      lines.append("  positions     relative to (\(positionOffset.map { "\($0)" }.joined(separator: ", ")))")
    }
    if !features.isEmpty { lines.append("  features      \(features.joined(separator: ", "))") }
    // Differences of times are equal but for their last digits.
    if let timeStep { lines.append("  time step     \(timeStep.text(digits: 4))") }
    for observable in observables {
      let unit = observable.unit == "1" ? "" : " (\(observable.unit))"
      lines.append("  observable    \(observable.name)\(unit): \(observable.range.text)")
      lines.append("                \(observable.curve)")
    }
    if observables.isEmpty { lines.append("  observables   none: the macrostate is the closure variables alone") }
    return lines.joined(separator: "\n")
  }
}
