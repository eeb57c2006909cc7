import Foundation
import MacrostateCompute
import MacrostateRecipes
import MacrostateSettings
import MacrostateStorage
import MacrostateTraining
import Microstates

/// A system whose trajectories the paper learns from.
enum ReproducedSystem: String, CaseIterable {
  /// Sec. 4.2: interacting particles, an ODE for their energy.
  case particles
  /// Sec. 4.3: two species that mix, an SDE for their mixing ratios.
  case mixing

  /// Its name in texts.
  var label: String {
    switch self {
    case .particles: "interacting particles"
    case .mixing: "mixing of two species"
    }
  }

  /// The error of predictions on it.
  var measure: Measure { self == .mixing ? .discrepancy : .relativeError }
}

/// The error that a table of the paper shows.
enum Measure: String {
  /// The error of single paths.
  case relativeError = "MRE"
  /// The distance of distributions of paths.
  case discrepancy = "MMD²"
}

/// The data sets that all runs on a system share, made once: one to learn from and its tests.
protocol SystemData {
  /// Bytes of all data sets.
  var bytes: Double { get }
  /// Bytes of the data sets that are not complete yet.
  var missingBytes: Double { get }
  /// Frames that are encoded: those of the training data set.
  var frames: Int { get }
  /// Frames that are predicted.
  var testFrames: Int { get }
  /// Names the data sets in `configuration` by where they are.
  func locate(_ configuration: RunConfiguration) -> RunConfiguration
  /// Names the data sets by what is in them, so that a result's name does not depend on where its data are.
  func identify(_ configuration: RunConfiguration) -> RunConfiguration
  /// Writes a data set of a few trajectories like those to learn from at `url`, for measurements of time; returns the
  /// seconds that making the missing data would take.
  func calibrate(_ url: URL, threads: Int) throws -> Double
  /// Makes what is missing and checks what is there, so that a later error is not the data's.
  ///
  /// - Throws: `MacrostateError` where data there were made with other settings or are damaged, the disk is full, or
  ///   after a stop.
  func prepare(pool: WorkerPool, stop: StopFlag, progress: any ProgressObserver) throws
}

extension SystemData {
  /// Compares the files of the data set at `url` with their check sums.
  func check(_ url: URL, pool: WorkerPool) throws {
    do {
      let dataset = try Dataset.open(url)
      try pool.run(tasks: dataset.shardCount) { try dataset.verifyChecksums(ofShard: $0) }
    } catch let error as MacrostateError where error.kind != .stopped {
      throw MacrostateError(
        error.kind, "\(error.message)\nRemove \(url.relativePath) and run the same command again: it is made anew")
    }
  }
}

/// The data sets of a reproduction, system by system.
struct ReproductionData {
  private let particles: ParticleData
  private let mixing: MixingData

  init(_ settings: ReproductionSettings) {
    particles = ParticleData(settings)
    mixing = MixingData(settings)
  }

  /// The data of a system.
  subscript(system: ReproducedSystem) -> any SystemData {
    switch system {
    case .particles: particles
    case .mixing: mixing
    }
  }
}
