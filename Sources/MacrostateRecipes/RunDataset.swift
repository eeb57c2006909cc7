import Foundation
import MacrostateCompute
import MacrostateSettings
import MacrostateStorage
import Microstates

/// The training data set of a run with its division: the recorded one, where the run has begun.
public struct RunDataset: Sendable {
  /// The purpose of the data.
  public enum Purpose: Sendable {
    /// To train, or to carry on: the data must be those the run began with.
    case training
    /// To begin anew: tests of a run on fewer trajectories stay tests.
    case restart
    /// To evaluate: trajectories that were added since are left out.
    case evaluation
  }

  /// The data set.
  public let dataset: Dataset
  /// The trajectories that train, validate and test.
  public let split: TrajectorySplit
  /// The number of trajectories that are in the data set and not in the run.
  public let addedTrajectories: Int
  private let record: DataRecord
  /// Whether the record stands in the run's folder already.
  private let isRecorded: Bool
  /// Whether the data are those of the record in the run's folder; `nil` where there is none.
  let isSame: Bool?

  /// The training data set of `configuration` for the run in `folder`.
  ///
  /// - Throws: `MacrostateError` of kind `badData` where the data are not those the run began with, with remedies, or are
  ///   damaged or too few; `missingInput` where they are missing.
  public init(
    _ configuration: RunConfiguration, of folder: RunFolder, for purpose: Purpose, pool: WorkerPool
  ) throws {
    let dataset = try Self.dataset(configuration, of: folder, for: purpose)
    let checksums = try dataset.trajectoryChecksums(pool: pool)
    let known = try DataRecord.read(folder)
    let comparison = try known?.compare(dataset, checksums: checksums)
    isSame = comparison.map { $0 == .same }
    // Without settings there is nothing to carry on: the run begins, or its clearing was cut short.
    let begins = purpose == .training && !FileManager.default.fileExists(atPath: folder.configuration.path)
    let purpose = begins ? Purpose.restart : purpose
    switch (purpose, known, comparison) {
    case (.training, let known?, .same), (.evaluation, let known?, .same), (.evaluation, let known?, .grown):
      (split, record, isRecorded) = (known.split, known, true)
    case (.training, _?, let comparison?), (.evaluation, _?, let comparison?):
      throw Self.error(comparison, folder, dataset, purpose)
    default:
      // Old tests are known where the data set has them all.
      var kept: [Int]?
      if let known, case .grown? = comparison { kept = known.test }
      if let known, comparison == .same, known.keepsTests { kept = known.test }
      split = try TrainingData.split(
        configuration, dataset, keeping: kept ?? [], firstNew: kept == nil ? 0 : known?.trajectories.count ?? 0)
      record = try DataRecord(dataset, checksums: checksums, split: split, keepsTests: !(kept ?? []).isEmpty)
      isRecorded = false
    }
    self.dataset = dataset
    addedTrajectories = checksums.count - record.trajectories.count
  }

  /// The data set that the settings name. Who evaluates has not named it: the path may be that of another working folder.
  private static func dataset(
    _ configuration: RunConfiguration, of folder: RunFolder, for purpose: Purpose
  ) throws -> Dataset {
    let path = configuration.data.training
    do {
      return try TrainingData.dataset(configuration)
    } catch let error as MacrostateError
      where error.kind == .missingInput && purpose == .evaluation && !path.hasPrefix("/")
    {
      throw MacrostateError(
        .missingInput,
        "\(error.message), or the working folder: the run names its data '\(path)', as from the folder in which its last "
          + "`macrostate train` was called")
    }
  }

  /// A word where trajectories stand in the data set more than once, so that what is held out is known from training.
  public var warning: String? {
    let held = record.validation.count + record.test.count
    return record.copies == 0
      ? nil
      : "\(dataset.url.path): \(record.copies) of the \(held) trajectories that validate or test are copies of ones that "
        + "train, so that errors on them say little; import each trajectory once"
  }

  /// Writes the record into the folder of the run, unless it is there.
  ///
  /// - Parameters:
  ///   - hasBegun: whether the run has begun before.
  ///   - notice: told, in words, where the run began without a record.
  /// - Throws: `MacrostateError` of kind `failure` if the disk is full or the folder cannot be written.
  public func write(_ folder: RunFolder, hasBegun: Bool, notice: (String) -> Void) throws {
    guard !isRecorded else { return }
    try SealedJSONFile.write(record, to: folder.data)
    if hasBegun {
      notice(
        "\(folder.url.path): begun by an earlier version, which did not record the run's data; they are recorded now as "
          + "they are in \(dataset.url.path)")
    }
  }

  private static func error(
    _ comparison: DataRecord.Comparison, _ folder: RunFolder, _ dataset: Dataset, _ purpose: Purpose
  ) -> MacrostateError {
    let change =
      switch comparison {
      case .grown(let count):
        "\(dataset.url.path) has \(count) more trajectories than the run in \(folder.url.path) began with; train on all of "
          + "them as a new run with another --run, or begin anew with --restart, which keeps the run's tests as tests"
      case .other(let difference):
        "\(dataset.url.path) is not what the run in \(folder.url.path) began with: \(difference); restore it, train a new "
          + "run with another --run, or begin anew with --restart"
          + (purpose == .evaluation ? "; or name test data with --data test=path" : "")
      case .same: ""
      }
    return MacrostateError(.badData, change)
  }
}
