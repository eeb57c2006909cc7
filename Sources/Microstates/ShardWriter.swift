import Foundation
import MacrostateStorage

/// Writes the files of one shard, trajectory after trajectory, into a folder.
final class ShardWriter {
  private let folder: URL
  private let description: DatasetDescription
  private let firstTrajectory: Int
  private var trajectoryCount = 0
  /// `nil` for states without positions.
  private let positions: NumPyWriter<Float>?
  private var pointCount = 0
  private let features: NumPyWriter<Float>?
  private let offsets: NumPyWriter<Int64>
  private let trajectory: NumPyWriter<Int32>
  private let time: NumPyWriter<Double>
  private let observables: NumPyWriter<Double>?
  private let parameters: NumPyWriter<Double>?
  /// There from the first frame on that has a box of its own.
  private var boxes: NumPyWriter<Double>?
  private var trajectoryChecksums: [UInt32] = []

  init(_ folder: URL, description: DatasetDescription, firstTrajectory: Int) throws {
    func writer<Element>(_ file: ShardFile, _ rowShape: [Int]) throws -> NumPyWriter<Element> {
      try NumPyWriter(folder.appendingPathComponent(file.fileName), rowShape: rowShape)
    }
    func optional<Element>(_ file: ShardFile, columns: Int) throws -> NumPyWriter<Element>? {
      columns > 0 ? try writer(file, [columns]) : nil
    }
    self.folder = folder
    self.description = description
    self.firstTrajectory = firstTrajectory
    positions = try optional(.positions, columns: description.dimension)
    features = try optional(.features, columns: description.featureNames.count)
    offsets = try writer(.offsets, [])
    trajectory = try writer(.trajectory, [])
    time = try writer(.time, [])
    observables = try optional(.observables, columns: description.observables.count)
    parameters = try optional(.parameters, columns: description.parameterNames.count)
    try offsets.append([0])
  }

  /// Appends the next trajectory, frame by frame.
  ///
  /// - Throws: `MacrostateError` of kind `badData` for one that does not fit the description or has numbers that are not
  ///   finite; what `stream` throws.
  func append(_ stream: FrameStream) throws {
    let number = firstTrajectory + trajectoryCount
    var checks = TrajectoryChecks(description, name: "trajectory \(number)")
    try checks.check(parameters: stream.parameters)
    var pointCounts: [Int64] = []
    var ownBoxes = false
    let start = time.rowCount
    while let frame = try stream.next() {
      try checks.check(next: frame)
      if let box = frame.box, box != description.box {
        if boxes == nil { try beginBoxes(trajectoryStart: start) }
        try boxes?.append(box.numbers)
        ownBoxes = true
      } else if let boxes {
        try boxes.append(description.box?.numbers ?? [])
      }
      for (species, values) in frame.positions.enumerated() {
        let count = frame.pointCount(
          species: species, dimension: description.dimension, featureCount: description.featureNames.count)
        try positions?.append(values)
        pointCount += count
        try offsets.append([Int64(pointCount)])
        pointCounts.append(Int64(count))
      }
      for species in frame.features { try features?.append(species) }
      try time.append([frame.time])
      try trajectory.append([Int32(number)])
      try observables?.append(frame.observables)
    }
    try checks.checkEnd()
    try parameters?.append(stream.parameters)
    trajectoryCount += 1
    var checksum = TrajectoryChecksum(pointCounts: pointCounts)
    for part in [
      positions?.endSection(), features?.endSection(), time.endSection(), observables?.endSection(),
      parameters?.endSection(),
    ] {
      checksum.add(part)
    }
    // Which trajectories are beside it in a shard must not matter.
    let sum = boxes?.endSection()
    if ownBoxes { checksum.add(sum) }
    trajectoryChecksums.append(checksum.value.value)
  }

  /// Begins the file of boxes with those of the frames so far, which are the description's.
  private func beginBoxes(trajectoryStart: Int) throws {
    let d = description.dimension
    let writer = try NumPyWriter<Double>(
      folder.appendingPathComponent(ShardFile.boxes.fileName), rowShape: [d + d * d])
    let box = description.box?.numbers ?? []
    for _ in 0..<trajectoryStart { try writer.append(box) }
    _ = writer.endSection()
    for _ in trajectoryStart..<time.rowCount { try writer.append(box) }
    boxes = writer
  }

  /// Syncs the files and writes `shard.json`.
  func close() throws {
    let manifest = ShardManifest(
      firstTrajectory: firstTrajectory, trajectoryCount: trajectoryCount, frameCount: time.rowCount,
      pointCount: pointCount, files: try closeFiles(), trajectoryChecksums: trajectoryChecksums)
    try SealedJSONFile.write(manifest, to: folder.appendingPathComponent(ShardManifest.fileName))
  }

  private func closeFiles() throws -> [String: FileRecord] {
    var records: [String: FileRecord] = [:]
    for file in ShardFile.allCases {
      let record =
        switch file {
        case .positions: try positions?.close()
        case .features: try features?.close()
        case .offsets: try offsets.close()
        case .trajectory: try trajectory.close()
        case .time: try time.close()
        case .observables: try observables?.close()
        case .boxes: try boxes?.close()
        case .parameters: try parameters?.close()
        }
      records[file.fileName] = record
    }
    return records
  }
}
