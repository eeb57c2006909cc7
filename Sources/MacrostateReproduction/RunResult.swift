import Foundation
import MacrostateAutodiff
import MacrostateEvaluation
import MacrostateStorage

/// What is kept of a finished run: enough for every table. The file is named by the hash of the run's settings and by
/// the layout's version, so that it is found again, and made anew where either changes.
public struct RunResult: Codable, Equatable, Sendable {
  /// The version of this layout and of what its numbers mean.
  public static let layout = 1

  /// The errors of one regime.
  public struct Regime: Codable, Equatable, Sendable {
    /// Trajectories.
    public var trajectories: Int
    /// MRE on observables scaled to [−1, 1]: the published figure.
    public var mean: Double
    /// Its median over trajectories.
    public var median: Double
    /// Its standard deviation over trajectories.
    public var spread: Double
    /// The mean in physical units.
    public var physical: Double
    /// The mean of the same dynamics without ẑ.
    public var withoutClosure: Double?
  }

  /// The version of the program.
  public var programVersion = ProgramVersion.current
  /// The hash of the settings.
  public var hash: String
  /// The run's name.
  public var name: String
  /// The run's folder in `runs`.
  public var folder: String
  /// The training seed.
  public var seed: UInt64
  /// The errors by regime; a regime that the method cannot be evaluated in is missing.
  public var regimes: [String: Regime]
  /// The score of stage I in validation.
  public var validation: Double
  /// Sets that were shuffled, those whose ẑ kept its bits, and the largest change of ẑ where points are not sorted.
  public var shuffledSets: Int
  public var identicalSets: Int
  public var largestChange: Double
  /// What its trainings depended on, by name.
  public var trainings: [String: String]
  /// Seconds of the session that finished the run.
  public var seconds: Double
  /// When it was finished (UTC).
  public var date: String
  /// Its kernels.
  public var instructionSet: InstructionSet
  /// Its threads.
  public var threads: Int

  init(_ run: PlannedRun, _ evaluation: EvaluationResult, seconds: Double, threads: Int) {
    hash = run.hash
    name = run.name
    folder = run.folderName
    seed = run.configuration.seed
    regimes = evaluation.regimes.mapValues { regime in
      Regime(
        trajectories: regime.trajectories, mean: regime.scaled.mean, median: regime.scaled.median,
        spread: regime.scaled.spread, physical: regime.physical.mean, withoutClosure: regime.withoutClosure?.mean)
    }
    validation = evaluation.validationKL
    shuffledSets = evaluation.permutation.sets
    identicalSets = evaluation.permutation.identical
    largestChange = evaluation.permutation.largestUnorderedChange
    trainings = run.trainings.reduce(into: [:]) { $0[$1.key.rawValue] = $1.value }
    self.seconds = seconds
    date = ISO8601DateFormatter().string(from: Date())
    instructionSet = Kernels.best.instructionSet
    self.threads = threads
  }
}

/// The results of finished pieces of work: small JSON files that carry a check sum of themselves.
struct ResultStore<Result: Codable> {
  /// Where they are.
  let folder: URL
  /// The version of the results' layout.
  let layout: Int

  private struct Sealed: Codable {
    var checksum: UInt32
    var result: Result
  }

  func url(_ hash: String) -> URL { folder.appendingPathComponent("\(hash)-v\(layout).json") }

  /// The result of this hash; nil where there is none, or where it is damaged, which `warn` is told.
  func read(_ hash: String, warn: (String) -> Void) throws -> Result? {
    let url = url(hash)
    guard FileManager.default.fileExists(atPath: url.path) else { return nil }
    do {
      let sealed = try JSONFile.read(Sealed.self, from: url)
      if try Self.checksum(sealed.result) == sealed.checksum { return sealed.result }
      warn("\(url.relativePath): damaged (its check sum is not the one recorded); this result is made anew")
    } catch let error as MacrostateError {
      warn("\(error.message); this result is made anew")
    }
    return nil
  }

  func write(_ result: Result, _ hash: String) throws {
    try Folder.create(folder)
    try JSONFile.write(Sealed(checksum: Self.checksum(result), result: result), to: url(hash))
  }

  private static func checksum(_ result: Result) throws -> UInt32 {
    try Array(JSONFile.text(result).utf8).withUnsafeBytes { Checksum($0).value }
  }
}
