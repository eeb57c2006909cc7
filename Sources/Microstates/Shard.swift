import Foundation
import MacrostateStorage

/// One shard of an open data set: its files, mapped, and checked for everything that later access relies on.
@usableFromInline struct Shard: Sendable {
  let manifest: ShardManifest
  let url: URL
  @usableFromInline let positions: MappedArray<Float>?
  @usableFromInline let features: MappedArray<Float>?
  @usableFromInline let offsets: MappedArray<Int64>
  let time: MappedArray<Double>
  let observables: MappedArray<Double>?
  let parameters: MappedArray<Double>?
  /// `nil` where all frames have the box of the description.
  let boxes: MappedArray<Double>?
  private let commonBox: [Double]
  /// Where each trajectory's frames start in this shard, and after the last one the number of frames.
  let frameStarts: [Int]

  private static let remedy = "remove this shard and run the command that made the data set again"

  init(_ url: URL, description: DatasetDescription, trajectories: Range<Int>) throws {
    let manifest = try SealedJSONFile.read(
      ShardManifest.self, from: url.appendingPathComponent(ShardManifest.fileName), remedy: Self.remedy)
    let frameCount = manifest.frameCount
    let pointCount = manifest.pointCount
    let (offsetCount, overflows) = frameCount.multipliedReportingOverflow(by: description.speciesNames.count)
    guard frameCount >= 0, pointCount >= 0, !overflows, offsetCount < Int.max,
      manifest.firstTrajectory == trajectories.lowerBound, manifest.trajectoryCount == trajectories.count,
      manifest.trajectoryChecksums.map({ $0.count == trajectories.count }) ?? true
    else {
      throw MacrostateError(.badData, "\(url.path): its shard.json does not fit dataset.json; \(Self.remedy)")
    }
    func array<Element>(_ file: ShardFile, _ shape: [Int]) throws -> MappedArray<Element> {
      try Self.open(url.appendingPathComponent(file.fileName), shape, manifest.files[file.fileName])
    }
    func table<Element>(_ file: ShardFile, _ rows: Int, columns: Int) throws -> MappedArray<Element>? {
      columns > 0 ? try array(file, [rows, columns]) : nil
    }
    self.url = url
    self.manifest = manifest
    positions = try table(.positions, pointCount, columns: description.dimension)
    features = try table(.features, pointCount, columns: description.featureNames.count)
    offsets = try array(.offsets, [offsetCount + 1])
    time = try array(.time, [frameCount])
    observables = try table(.observables, frameCount, columns: description.observables.count)
    parameters = try table(.parameters, trajectories.count, columns: description.parameterNames.count)
    let d = description.dimension
    boxes = try manifest.files[ShardFile.boxes.fileName].map { _ in try array(.boxes, [frameCount, d + d * d]) }
    commonBox = description.box?.numbers ?? []
    try boxes.map { try Self.checkBoxes($0, description) }
    try Self.checkOffsets(offsets, pointCount: pointCount)
    frameStarts = try Self.frameStarts(array(.trajectory, [frameCount]), trajectories)
  }

  /// The size of the files in bytes.
  var byteCount: Int { records.reduce(0) { $0 + $1.record.byteCount } }

  /// The files that are there, by name; their sizes are those recorded.
  private var records: [(name: String, record: FileRecord)] {
    ShardFile.allCases.map(\.fileName).sorted().compactMap { name in manifest.files[name].map { (name, $0) } }
  }

  /// Compares every file with its check sum.
  func verifyChecksums() throws {
    for (name, record) in records { try record.verify(url.appendingPathComponent(name), remedy: Self.remedy) }
  }

  /// The check sum of the contents of the shard's trajectory number `trajectory`, as recorded; summed up where an earlier
  /// version wrote none.
  func checksum(ofTrajectory trajectory: Int, speciesCount: Int) -> UInt32 {
    manifest.trajectoryChecksums?[trajectory] ?? contentChecksum(trajectory, speciesCount)
  }

  /// Compares the contents of every trajectory with its check sum, where there are any.
  func verifyTrajectoryChecksums(speciesCount: Int) throws {
    for (trajectory, recorded) in (manifest.trajectoryChecksums ?? []).enumerated() {
      guard contentChecksum(trajectory, speciesCount) == recorded else {
        throw MacrostateError(
          .badData,
          "\(url.path): trajectory \(manifest.firstTrajectory + trajectory) has not the check sum recorded in shard.json; "
            + Self.remedy)
      }
    }
  }

  private func contentChecksum(_ trajectory: Int, _ speciesCount: Int) -> UInt32 {
    let frames = frameStarts[trajectory]..<frameStarts[trajectory + 1]
    let sets = (frames.lowerBound * speciesCount)..<(frames.upperBound * speciesCount)
    let points = Int(offsets[sets.lowerBound])..<Int(offsets[sets.upperBound])
    func rows<Element>(_ array: MappedArray<Element>?, _ range: Range<Int>) -> Range<Int> {
      let width = (array?.shape.dropFirst() ?? []).reduce(1, *)
      return (range.lowerBound * width)..<(range.upperBound * width)
    }
    var checksum = TrajectoryChecksum(pointCounts: sets.map { offsets[$0 + 1] - offsets[$0] })
    checksum.add(positions, rows(positions, points))
    checksum.add(features, rows(features, points))
    checksum.add(time, frames)
    checksum.add(observables, rows(observables, frames))
    checksum.add(parameters, rows(parameters, trajectory..<(trajectory + 1)))
    let hasOwnBoxes = frames.contains { frame in boxNumbers(frame).map { $0 != commonBox } ?? false }
    if hasOwnBoxes { checksum.add(boxes, rows(boxes, frames)) }
    return checksum.value.value
  }

  /// The numbers of the box of a frame; nil where it is that of the description.
  func boxNumbers(_ frame: Int) -> [Double]? {
    guard let boxes else { return nil }
    let width = commonBox.count
    return boxes.withUnsafeBufferPointer(in: (frame * width)..<((frame + 1) * width), Array.init)
  }

  private static func checkBoxes(_ boxes: MappedArray<Double>, _ description: DatasetDescription) throws {
    let boundaries = description.box?.boundaries ?? []
    let width = boxes.shape[1]
    let isValid =
      boundaries.count == description.dimension
      && boxes.withUnsafeBufferPointer { values in
        (0..<boxes.shape[0]).allSatisfy { frame in
          let row = values[(frame * width)..<((frame + 1) * width)]
          return row.allSatisfy(\.isFinite)
            && SimulationBox(numbers: row, boundaries: boundaries).problem(dimension: boundaries.count) == nil
        }
      }
    guard isValid else { throw MacrostateError(.badData, "\(boxes.url.path): corrupted; \(remedy)") }
  }

  private static func open<Element>(
    _ url: URL, _ shape: [Int], _ record: FileRecord?
  ) throws -> MappedArray<Element> {
    guard let record else {
      throw MacrostateError(.badData, "\(url.path): not listed in its shard.json; \(remedy)")
    }
    try record.verify(url, sizeOnly: true, remedy: remedy)
    let array = try MappedArray<Element>(url)
    guard array.shape == shape else {
      throw MacrostateError(
        .badData, "\(url.path): shape \(shapeText(array.shape)) where \(shapeText(shape)) is needed; \(remedy)")
    }
    return array
  }

  /// Rows must follow each other, from the first to the last, so that no access can leave the file.
  private static func checkOffsets(_ offsets: MappedArray<Int64>, pointCount: Int) throws {
    let isValid = offsets.withUnsafeBufferPointer { values in
      values.first == 0 && values.last == Int64(pointCount)
        && (1..<values.count).allSatisfy { values[$0 - 1] <= values[$0] }
    }
    guard isValid else { throw MacrostateError(.badData, "\(offsets.url.path): corrupted; \(remedy)") }
  }

  private static func frameStarts(_ trajectory: MappedArray<Int32>, _ trajectories: Range<Int>) throws -> [Int] {
    let starts = trajectory.withUnsafeBufferPointer { numbers in
      var starts: [Int] = []
      for (frame, number) in numbers.enumerated() where frame == 0 || number != numbers[frame - 1] {
        guard Int(number) == trajectories.lowerBound + starts.count else { return [Int]() }
        starts.append(frame)
      }
      return starts
    }
    guard starts.count == trajectories.count else {
      throw MacrostateError(.badData, "\(trajectory.url.path): corrupted; \(remedy)")
    }
    return starts + [trajectory.count]
  }
}
