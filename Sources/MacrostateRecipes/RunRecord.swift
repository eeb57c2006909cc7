import Foundation
import MacrostateStorage

/// The record of a run, `run.json`: that its folder is one of ours, and how it was begun.
struct RunRecord: Codable, Equatable {
  /// The layout version that this program writes.
  static let currentVersion = 1

  /// The layout version.
  var version = RunRecord.currentVersion
  /// Whether it was begun by `--restart`. The same command carries such a run on until it is finished.
  var isRestarted: Bool
  /// Whether the model was written.
  var isFinished = false
}
