import Foundation
import MacrostateAutodiff
import MacrostateCompute
import MacrostateRecipes
import MacrostateRuns
import MacrostateSettings
import MacrostateStorage
import MacrostateTraining
import Microstates

/// The paper's tables and figures, from nothing to a page that shows them beside the published ones.
///
/// `OUTPUT/data` holds the data sets, `OUTPUT/runs` a folder for each training, `OUTPUT/results` a small file for each
/// finished one, and `OUTPUT` itself the tables, the figures and `report.html`. What is there is not done again.
public struct Reproduction {
  /// The runs to be made.
  public let plan: ReproductionPlan
  private let settings: ReproductionSettings
  private let data: ReproductionData
  private let results: ResultStore<RunResult>
  private let densities: ResultStore<DensityResult>
  private let command: String
  private let stop: StopFlag
  private let progress: any ProgressObserver

  /// A reproduction of `experiments`.
  ///
  /// - Throws: `MacrostateError` for settings that make no sense.
  public init(
    _ experiments: [Experiment], _ settings: ReproductionSettings, command: String, stop: StopFlag,
    progress: any ProgressObserver
  ) throws {
    plan = try ReproductionPlan(experiments, settings)
    self.settings = settings
    data = ReproductionData(settings)
    results = ResultStore(folder: settings.folder.appendingPathComponent("results"), layout: RunResult.layout)
    densities = ResultStore(
      folder: settings.folder.appendingPathComponent("densities"), layout: DensityResult.layout)
    self.command = command
    self.stop = stop
    self.progress = progress
  }

  /// The end of a reproduction.
  public struct Outcome: Sendable {
    /// The tables in Markdown.
    public var tables: [String]
    /// The page.
    public var report: URL
  }

  /// The finished runs and the missing ones, with an estimate of time and disk; nothing is written.
  ///
  /// - Throws: `MacrostateError`: `.failure` where what is missing does not fit on the disk, `.badData` where the folder is
  ///   neither one of reproduce nor empty.
  public func schedule() throws -> ReproductionSchedule {
    try ReproductionFolder(url: settings.folder).requireOwn()
    let schedule = try ReproductionSchedule(
      plan, settings: settings, data: data, done: finished { progress.warn($0) }.hashes, donors: finishedTrainings())
    try DiskSpace.require(schedule.bytes, at: settings.folder)
    return schedule
  }

  /// Does what is missing and writes the tables and the page; returns the tables as Markdown and where the page is.
  ///
  /// - Throws: `MacrostateError`; after `.stopped` or a failure the same call carries on.
  public func run(_ schedule: ReproductionSchedule) throws -> Outcome {
    try FolderOwner.owning([settings.folder]) {
      for system in schedule.systems {
        try data[system].prepare(pool: WorkerPool(threads: settings.threads), stop: stop, progress: progress)
      }
      let failures = try executeMissing(schedule)
      let outcome = Result {
        try ReproductionReport(plan, finished: finished { _ in }, settings: settings, command: command).write()
      }
      if let first = failures.first {
        let others = failures.count > 1 ? "\n\(failures.count) runs failed, this is the first; the others are done" : ""
        throw MacrostateError(first.kind, first.message + others)
      }
      return try outcome.get()
    }
  }

  /// Makes one missing run after the other. One that fails (a training that diverges, a damaged folder) does not keep
  /// the others from being made; its error is returned.
  private func executeMissing(_ schedule: ReproductionSchedule) throws -> [MacrostateError] {
    var clock = RemainingTime(schedule.missing.map(\.seconds))
    var failures: [MacrostateError] = []
    for (i, entry) in schedule.missing.enumerated() {
      let place = "run \(i + 1) of \(schedule.missing.count)"
      try stop.check("\(place) is not begun, \(i - failures.count) are finished")
      progress.log("\(place): \(entry.run.name), \(timeText(clock.left)) left")
      let start = ContinuousClock.now
      do {
        try execute(entry.run, RunProgress("\(i + 1)/\(schedule.missing.count) ", progress))
      } catch let error as MacrostateError where error.kind != .stopped {
        // On a full disk the others would fail, too.
        guard DiskSpace.free(at: settings.folder).map({ $0 > Self.leastFreeBytes }) ?? true else { throw error }
        if i + 1 < schedule.missing.count { progress.warn("\(entry.run.name) failed; going on with the others") }
        failures.append(MacrostateError(error.kind, "\(entry.run.name): \(error.message)"))
      }
      clock.finish(i, seconds: start.secondsSince)
    }
    return failures
  }

  private static let leastFreeBytes = 50e6

  // MARK: What is there

  /// The results that are there; `warn` is told of damaged ones.
  private func finished(warn: (String) -> Void) throws -> FinishedResults {
    try plan.runs.reduce(into: FinishedResults()) { found, run in
      switch run.kind {
      case .trajectories:
        let result = try results.read(run.hash, warn: warn)
        found.runs[run.hash] = result.flatMap { suffices($0, run) ? $0 : nil }
      case .density: found.densities[run.hash] = try densities.read(run.hash, warn: warn)
      }
    }
  }

  /// Whether a result holds all that is asked for now: one of an earlier version may lack probes, and figures are drawn
  /// from the run's own evaluation.
  private func suffices(_ result: RunResult, _ run: PlannedRun) -> Bool {
    let isDrawn = plan.users(of: run).contains { [.figure5, .figure6].contains($0) }
    let evaluation = runFolder(result.folder).evaluation
    return (!run.wantsProbes || result.probes != nil)
      && (!isDrawn || FileManager.default.fileExists(atPath: evaluation.path))
  }

  /// The folders of finished trainings that others may share, by kind and hash; of any run in the folder, planned now or
  /// earlier.
  private func finishedTrainings() throws -> Set<TrainingKey> {
    try finishedTrainingFolders().keys.reduce(into: []) { $0.insert($1) }
  }

  private func finishedTrainingFolders() throws -> [TrainingKey: RunFolder] {
    guard Folder.exists(results.folder) else { return [:] }
    let hashes = try Folder.contents(results.folder).map { $0.lastPathComponent.prefix(16) }.map(String.init)
    return try hashes.reduce(into: [:]) { folders, hash in
      guard let result = try results.read(hash, warn: { _ in }) else { return }
      let folder = runFolder(result.folder)
      guard Folder.exists(folder.url) else { return }
      for (name, hash) in result.trainings {
        guard let training = SharedTraining.allCases.first(where: { $0.name.rawValue == name }) else { continue }
        folders[TrainingKey(training: training, hash: hash)] = folder
      }
    }
  }

  private func runFolder(_ name: String) -> RunFolder {
    RunFolder(settings.folder.appendingPathComponent("runs").appendingPathComponent(name))
  }

  // MARK: One run

  private func execute(_ run: PlannedRun, _ progress: RunProgress) throws {
    let folder = runFolder(run.folderName)
    do {
      switch run.kind {
      case .trajectories: try executeTrajectories(run, folder, progress)
      case .density: try executeDensity(run, folder, progress)
      }
    } catch let error as MacrostateError where [.badData, .missingInput].contains(error.kind) {
      throw MacrostateError(
        error.kind,
        "\(error.message)\nRemove \(folder.url.relativePath) and run the same command again: this run is "
          + "made anew, the others stay")
    }
  }

  private func executeTrajectories(_ run: PlannedRun, _ folder: RunFolder, _ progress: RunProgress) throws {
    let start = ContinuousClock.now
    // Before there were the species' fractions, runs on several species had the same names.
    if run.system == .mixing, FileManager.default.fileExists(atPath: folder.configuration.path),
      try folder.settings().dynamics.composition != run.configuration.dynamics.composition
    {
      progress.warn("\(folder.url.relativePath): of an earlier version; this run is made anew")
      try folder.owned { try Folder.remove($0.url) }
    }
    try shareTrainings(run, folder)
    try folder.owned { folder in
      _ = try TrainingRun(folder, configuration: run.configuration, stop: stop, progress: progress).run()
      let evaluation = try RunEvaluation(folder, threads: settings.threads)
        .run(withProbes: run.wantsProbes, progress: progress)
      let provenance = provenance(run, since: start)
      try JSONFile.write(provenance, to: folder.provenance)
      try results.write(RunResult(run, evaluation, provenance), run.hash)
    }
  }

  private func executeDensity(_ run: PlannedRun, _ folder: RunFolder, _ progress: RunProgress) throws {
    let start = ContinuousClock.now
    try folder.owned { folder in
      let measurement = try DensityStudy(run.configuration).run(in: folder, stop: stop, progress: progress)
      let provenance = provenance(run, since: start)
      try JSONFile.write(provenance, to: folder.provenance)
      try densities.write(DensityResult(run, measurement, provenance), run.hash)
    }
  }

  private func provenance(_ run: PlannedRun, since start: ContinuousClock.Instant) -> Provenance {
    Provenance(
      command: command, seed: run.configuration.seed, threads: WorkerPool.threadCount(settings.threads),
      instructionSet: Kernels.best.instructionSet, seconds: start.secondsSince)
  }

  /// Begins a run with the trainings that another one has finished with the same bits.
  private func shareTrainings(_ run: PlannedRun, _ folder: RunFolder) throws {
    guard !Folder.exists(folder.url) else { return }
    let donors = try finishedTrainingFolders()
    let shared = try SharedTraining.allCases.flatMap { training -> [FinishedTraining] in
      guard let hash = run.trainings[training], let donor = donors[TrainingKey(training: training, hash: hash)]
      else { return [] }
      return try training.names(in: donor).map { FinishedTraining($0, of: donor) }
    }
    guard !shared.isEmpty else { return }
    try Folder.create(folder.url.deletingLastPathComponent())
    try folder.begin(run.configuration, with: shared)
  }
}

/// The results that are there, by the hash of their settings.
struct FinishedResults {
  var runs: [String: RunResult] = [:]
  var densities: [String: DensityResult] = [:]

  var hashes: Set<String> { Set(runs.keys).union(densities.keys) }
}

/// A training that runs may share.
struct TrainingKey: Hashable {
  var training: SharedTraining
  var hash: String
}

/// Says which run it is that progress is made in. Each training's own estimate is left out: the plan has said it.
struct RunProgress: ProgressObserver {
  private let place: String
  private let base: any ProgressObserver

  init(_ place: String, _ base: any ProgressObserver) {
    self.place = place
    self.base = base
  }

  func update(_ name: String, done: Int, of total: Int, note: String) {
    base.update(place + name, done: done, of: total, note: note)
  }
  func log(_ line: String) {}
  func warn(_ line: String) { base.warn(line) }
}

/// The time that is left, by the estimates and by how the runs of this session compared with theirs.
struct RemainingTime {
  private var estimates: [Double]
  private var estimated = 0.0
  private var taken = 0.0

  init(_ estimates: [Double]) { self.estimates = estimates }

  /// Seconds.
  var left: Double { estimates.reduce(0, +) * (estimated > 0 ? taken / estimated : 1) }

  mutating func finish(_ index: Int, seconds: Double) {
    estimated += estimates[index]
    taken += seconds
    estimates[index] = 0
  }
}
