import Foundation
import MacrostateStorage

/// The contents of `dataset.json`: what the data set contains and how it is divided. The file carries its check sum.
struct DatasetManifest: Codable, Equatable {
  static let fileName = "dataset.json"

  var description: DatasetDescription
  var plan: DatasetPlan
  /// The number of trajectories from which the data set is growing; `nil` where it is not.
  var growsFrom: Int?

  static func read(_ folder: URL) throws -> DatasetManifest {
    let url = folder.appendingPathComponent(fileName)
    guard FileManager.default.fileExists(atPath: url.path) else { throw absence(of: folder) }
    let version = try JSONFile.read(SchemaProbe.self, from: url, remedy: remedy).description.schemaVersion
    guard version <= DatasetDescription.currentSchemaVersion else {
      throw MacrostateError(
        .badData,
        "\(url.path): written by a newer version of macrostate (schema \(version), this one reads up to "
          + "\(DatasetDescription.currentSchemaVersion)); update macrostate")
    }
    let manifest = try SealedJSONFile.read(DatasetManifest.self, from: url, remedy: remedy)
    try manifest.description.validate(source: url.path)
    try manifest.plan.validate(source: url.path)
    if let before = manifest.growsFrom, !(1..<manifest.plan.trajectoryCount).contains(before) {
      throw MacrostateError(
        .badData, "\(url.path): growsFrom \(before) is no smaller number of trajectories; \(remedy)")
    }
    return manifest
  }

  private static let remedy = "restore it from a copy, or make the data set again"

  /// The error for a path without a data set: what is there instead, and what to do with it.
  private static func absence(of folder: URL) -> MacrostateError {
    func has(_ name: String) -> Bool {
      FileManager.default.fileExists(atPath: folder.appendingPathComponent(name).path)
    }
    guard Folder.exists(folder) else {
      guard FileManager.default.fileExists(atPath: folder.path) else {
        return MacrostateError(.missingInput, "\(folder.path): no such data set; check the path")
      }
      return MacrostateError(
        .badData,
        "\(folder.path): a file, and no data set; make one of it: macrostate import \(folder.relativePath) --output "
          + "\(folder.deletingPathExtension().lastPathComponent).dataset")
    }
    let text =
      if has("config.yaml") && (has("run.json") || has("checkpoints")) {
        "a run, not a data set; name the data set that it was trained on"
      } else if has("shard.json") {
        "a shard of a data set; name the folder above it"
      } else {
        "not a data set (it has no \(fileName)); check the path, or import its files with `macrostate import`"
      }
    return MacrostateError(.missingInput, "\(folder.path): \(text)")
  }

  /// The manifest in `folder`, or `nil` if there is none.
  static func existing(_ folder: URL) throws -> DatasetManifest? {
    guard FileManager.default.fileExists(atPath: folder.appendingPathComponent(fileName).path) else { return nil }
    return try read(folder)
  }

  func write(_ folder: URL) throws {
    try SealedJSONFile.write(self, to: folder.appendingPathComponent(Self.fileName))
  }

  /// The lines that differ between this manifest and `wanted`, both as JSON, `-` before what is there and `+` before
  /// what is wanted.
  func difference(to wanted: DatasetManifest) throws -> [String] {
    var comparable = self
    comparable.growsFrom = nil
    let present = try JSONFile.text(comparable).split(separator: "\n").map(Self.plain)
    let wanted = try JSONFile.text(wanted).split(separator: "\n").map(Self.plain)
    return wanted.difference(from: present).map { change in
      switch change {
      case .remove(_, let line, _): "- \(line)"
      case .insert(_, let line, _): "+ \(line)"
      }
    }
  }

  private static func plain(_ line: Substring) -> String {
    line.trimmingCharacters(in: CharacterSet(charactersIn: " ,"))
  }

  /// Reads the version alone, since the rest may be unknown in a newer one.
  private struct SchemaProbe: Decodable {
    struct Description: Decodable { var schemaVersion: Int }
    var description: Description
  }
}

/// The contents of `shard.json`: the counts and the check sums of a shard's files. The file carries its own check sum.
struct ShardManifest: Codable, Equatable {
  static let fileName = "shard.json"

  var firstTrajectory: Int
  var trajectoryCount: Int
  var frameCount: Int
  var pointCount: Int
  var files: [String: FileRecord]
  /// The check sum of each trajectory's contents (`TrajectoryChecksum`); `nil` in shards of earlier versions.
  var trajectoryChecksums: [UInt32]?
}

/// The files of a shard.
enum ShardFile: String, CaseIterable {
  /// f32 `[P, d]`, the points of all frames, where they have positions.
  case positions
  /// f32 `[P, c]`, where there are features.
  case features
  /// i64 `[F·S + 1]`: species s of frame f owns the rows `offsets[f·S+s] ..< offsets[f·S+s+1]`.
  case offsets
  /// i32 `[F]`, the trajectory of each frame.
  case trajectory
  /// f64 `[F]`.
  case time
  /// f64 `[F, k]`, where there are observables.
  case observables
  /// f64 `[F, d + d·d]`, origin and edges of each frame's box, where some are not that of the description.
  case boxes
  /// f64 `[trajectories, parameters]`, where there are parameters.
  case parameters

  var fileName: String { "\(rawValue).npy" }

  /// The folder of shard number `shard` of the data set at `dataset`.
  static func folder(_ dataset: URL, shard: Int) -> URL {
    let digits = String(shard)
    let zeros = String(repeating: "0", count: max(0, 5 - digits.count))
    return dataset.appendingPathComponent("shard-\(zeros)\(digits)")
  }

  /// The shards of `plan` that are there. One look into the folder, however many the plan says there are.
  static func present(_ dataset: URL, plan: DatasetPlan) throws -> Set<Int> {
    let numbers = try Folder.contents(dataset).compactMap { item -> Int? in
      guard item.lastPathComponent.hasPrefix("shard-"), let number = Int(item.lastPathComponent.dropFirst(6)),
        (0..<plan.shardCount).contains(number),
        item.lastPathComponent == folder(dataset, shard: number).lastPathComponent
      else { return nil }
      return Folder.exists(item) ? number : nil
    }
    return Set(numbers)
  }
}
