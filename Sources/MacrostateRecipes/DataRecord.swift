import Foundation
import MacrostateCompute
import MacrostateStorage
import Microstates

/// The data that a run was trained on: the contents of its data set, trajectory by trajectory, and which of them train, validate and
/// test. The run's `data.json`.
public struct DataRecord: Codable, Equatable, Sendable {
  /// The layout version that this program writes and reads.
  public static let currentVersion = 1

  /// The layout version.
  public var version = DataRecord.currentVersion
  /// The check sum of the data set's description, without who made it and when.
  public var description: UInt32
  /// The check sum of the contents of every trajectory (`Dataset.trajectoryChecksums`).
  public var trajectories: [UInt32]
  /// The trajectories that train.
  public var training: [Int]
  /// The trajectories that the best parameters were chosen by.
  public var validation: [Int]
  /// The trajectories that were held out.
  public var test: [Int]
  /// Whether the tests are, among others, those of an earlier run on fewer trajectories: they stay tests.
  public var keepsTests: Bool

  /// The identity of the contents of a data set.
  public struct Contents: Equatable, Sendable {
    /// As in the record.
    var description: UInt32
    /// As in the record.
    var trajectories: [UInt32]
  }

  /// The contents that the run was trained on.
  public var contents: Contents { Contents(description: description, trajectories: trajectories) }

  /// The contents of `dataset`.
  ///
  /// - Throws: `MacrostateError` of kind `badData` for a damaged file.
  public static func contents(_ dataset: Dataset, pool: WorkerPool) throws -> Contents {
    try Contents(
      description: checksum(dataset.description), trajectories: dataset.trajectoryChecksums(pool: pool))
  }

  /// The record of `dataset`, whose trajectories have `checksums`, divided by `split`.
  init(_ dataset: Dataset, checksums: [UInt32], split: TrajectorySplit, keepsTests: Bool) throws {
    description = try Self.checksum(dataset.description)
    trajectories = checksums
    training = split.training
    validation = split.validation
    test = split.test
    self.keepsTests = keepsTests
  }

  /// The recorded division.
  public var split: TrajectorySplit { TrajectorySplit(training: training, validation: validation, test: test) }

  /// The comparison of a data set with the one of the record.
  enum Comparison: Equatable {
    /// Its contents are the same.
    case same
    /// It has all that was there, and more trajectories after it.
    case grown(by: Int)
    /// It has other contents; with words for them.
    case other(String)
  }

  /// Compares `dataset`, whose trajectories have `checksums`, with this record.
  func compare(_ dataset: Dataset, checksums: [UInt32]) throws -> Comparison {
    guard try Self.checksum(dataset.description) == description else {
      return .other("its description (dimension, box, species, features, observables or parameters) is another")
    }
    if let first = zip(trajectories, checksums).enumerated().first(where: { $0.element.0 != $0.element.1 })?.offset {
      return .other("trajectory \(first) is the first that differs")
    }
    guard checksums.count >= trajectories.count else {
      return .other("it has \(checksums.count) trajectories where it had \(trajectories.count)")
    }
    return checksums.count == trajectories.count ? .same : .grown(by: checksums.count - trajectories.count)
  }

  /// The number of trajectories that validate or test, and have the contents of one that trains.
  var copies: Int {
    let trained = Set(training.map { trajectories[$0] })
    return (validation + test).count { trained.contains(trajectories[$0]) }
  }

  /// The number of trajectories among `checksums` that this run was trained or validated on.
  public func seen(among checksums: [UInt32]) -> Int {
    let known = Set((training + validation).map { trajectories[$0] })
    return checksums.count(where: known.contains)
  }

  /// The record in the folder of a run; `nil` where there is none.
  ///
  /// - Throws: `MacrostateError` of kind `badData` if it is damaged or of a newer version.
  public static func read(_ folder: RunFolder) throws -> DataRecord? {
    let url = folder.data
    guard FileManager.default.fileExists(atPath: url.path) else { return nil }
    let record = try SealedJSONFile.read(DataRecord.self, from: url, remedy: remedy)
    guard (1...currentVersion).contains(record.version) else {
      throw MacrostateError(
        .badData, "\(url.path): written by a newer version of macrostate (layout \(record.version)); update macrostate")
    }
    let all = record.training + record.validation + record.test
    guard all.allSatisfy(record.trajectories.indices.contains), Set(all).count == all.count else {
      throw MacrostateError(.badData, "\(url.path): its parts do not fit its trajectories; \(remedy)")
    }
    return record
  }

  private static let remedy = "restore it, or train again with --restart"

  /// Of what numbers mean; the same data may be made again by another program or from files of other names.
  private static func checksum(_ description: DatasetDescription) throws -> UInt32 {
    var contents = description
    contents.generator = .init(name: "")
    contents.programVersion = ""
    contents.schemaVersion = 1
    return try Array(JSONFile.text(contents).utf8).withUnsafeBytes { Checksum($0).value }
  }
}
