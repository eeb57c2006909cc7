import Foundation
import MacrostateStorage

/// One shard of an open data set: its files, mapped, and checked for everything that later access relies on.
@usableFromInline struct Shard: Sendable {
  let manifest: ShardManifest
  let url: URL
  @usableFromInline let positions: MappedArray<Float>
  @usableFromInline let features: MappedArray<Float>?
  @usableFromInline let offsets: MappedArray<Int64>
  let time: MappedArray<Double>
  let observables: MappedArray<Double>?
  let parameters: MappedArray<Double>?
  /// Where each trajectory's frames start in this shard, and after the last one the number of frames.
  let frameStarts: [Int]

  private static let remedy = "remove this shard and run the command that made the data set again"

  init(_ url: URL, description: DatasetDescription, trajectories: Range<Int>) throws {
    let manifest = try JSONFile.read(
      ShardManifest.self, from: url.appendingPathComponent(ShardManifest.fileName), remedy: Self.remedy)
    let frameCount = manifest.frameCount
    let pointCount = manifest.pointCount
    func array<Element>(_ file: ShardFile, _ shape: [Int]) throws -> MappedArray<Element> {
      try Self.open(url.appendingPathComponent(file.fileName), shape, manifest.files[file.fileName])
    }
    func table<Element>(_ file: ShardFile, _ rows: Int, columns: Int) throws -> MappedArray<Element>? {
      columns > 0 ? try array(file, [rows, columns]) : nil
    }
    self.url = url
    self.manifest = manifest
    positions = try array(.positions, [pointCount, description.dimension])
    features = try table(.features, pointCount, columns: description.featureNames.count)
    offsets = try array(.offsets, [frameCount * description.speciesNames.count + 1])
    time = try array(.time, [frameCount])
    observables = try table(.observables, frameCount, columns: description.observables.count)
    parameters = try table(.parameters, trajectories.count, columns: description.parameterNames.count)
    try Self.checkOffsets(offsets, pointCount: pointCount)
    frameStarts = try Self.frameStarts(array(.trajectory, [frameCount]), trajectories)
    guard manifest.firstTrajectory == trajectories.lowerBound, manifest.trajectoryCount == trajectories.count else {
      throw MacrostateError(.badData, "\(url.path): its shard.json does not fit dataset.json; \(Self.remedy)")
    }
  }

  /// Compares every file with its check sum.
  func verifyChecksums() throws {
    for (name, record) in manifest.files.sorted(by: { $0.key < $1.key }) {
      try record.verify(url.appendingPathComponent(name), remedy: Self.remedy)
    }
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
