import Foundation
import MacrostateAutodiff
import MacrostateCompute
import MacrostateEvaluation
import MacrostateRecipes
import MacrostateSettings
import MacrostateStorage
import MacrostateTraining
import Microstates
import TrajectoryFormats

/// The evaluation of a run on its test data.
public struct RunEvaluation {
  private let folder: RunFolder
  private let configuration: RunConfiguration
  private let compute: Compute

  /// The regime of trajectories that a training held out by itself.
  public static let heldOutRegime = "test"

  /// An evaluation of the run in `folder`.
  ///
  /// - Throws: `MacrostateError` where the folder has no run.
  public init(_ folder: RunFolder, threads: Int? = nil, kernels: Kernels = .best) throws {
    try folder.requireRun()
    self.folder = folder
    configuration = try folder.settings()
    compute = Compute(kernels, threads: threads ?? configuration.threads)
  }

  /// Evaluates the run's test regimes, or those named in `tests`, and writes `evaluation.json`.
  ///
  /// - Parameters:
  ///   - tests: regime → path of a data set, or of a file that `import` reads; empty for the run's own. Those named here have no twins or independents.
  ///   - reading: how such files are read: their format, where it is said, and what they do not say.
  ///   - withProbes: whether to ask what ẑ retains: probes are fitted on training frames, and tested on the first regime
  ///     that the model applies to.
  public func run(
    tests: [String: String] = [:], reading: (format: PartRequest?, options: ReadingOptions) = (nil, ReadingOptions()),
    withProbes: Bool = false, progress: any ProgressObserver
  ) throws -> EvaluationResult {
    try folder.owned { _ in try evaluate(tests, reading, withProbes: withProbes, progress: progress) }
  }

  private func evaluate(
    _ tests: [String: String], _ reading: (format: PartRequest?, options: ReadingOptions), withProbes: Bool,
    progress: any ProgressObserver
  ) throws -> EvaluationResult {
    let model = try TrainedModel(of: folder)
    if withProbes && model.description.closure.dimension == 0 {
      throw MacrostateError(
        .usage,
        "\(folder.url.path): --probes reads moments and distances of positions, and the points have none; leave it out")
    }
    // Twins and independents are those of the run's own tests: other data have other starts.
    let named = tests.isEmpty ? configuration.data.tests : tests
    let own = withProbes || named.isEmpty ? try ownData(progress) : nil
    // Data sets made of files are there as long as they are read.
    let files = try named.filter { Self.isFile($0.value) }.mapValues {
      try FileDataset(
        URL(fileURLWithPath: $0), for: model, as: reading.format, options: reading.options,
        programVersion: ProgramVersion.current,
        pool: compute.pool)
    }
    defer { withExtendedLifetime(files) {} }
    let regimes =
      try named.isEmpty
      ? heldOut(own) : regimes(named, files).map { tests.isEmpty ? try withFloors($0) : $0 }
    var result = try ModelEvaluation(model, compute: compute).run(regimes, progress: progress)
    result.warnings = try (named.isEmpty ? words(own) : seen(regimes)) + result.warnings
    if withProbes, let own, let regime = regimes.first(where: { result.notApplicable[$0.name] == nil }) {
      result.probes = try ProbeEvaluation(model, compute: compute).run(
        training: .init(own.dataset, own.split.training), test: .init(regime.dataset, regime.trajectories),
        regime: regime.name)
    }
    try JSONFile.write(result, to: folder.evaluation)
    return result
  }

  /// The data that the run was trained on, which are recorded now where an earlier version did not.
  private func ownData(_ progress: any ProgressObserver) throws -> RunDataset {
    let data = try RunDataset(configuration, of: folder, for: .evaluation, pool: compute.pool)
    try data.write(folder, hasBegun: true, notice: progress.warn)
    return data
  }

  /// The trajectories that the training held out.
  private func heldOut(_ data: RunDataset?) throws -> [TestRegime] {
    guard let data, !data.split.test.isEmpty else {
      throw MacrostateError(
        .badData, "\(folder.url.path): the run held out no test trajectories; name test data with --data test=path")
    }
    return [
      try withFloors(
        TestRegime(name: Self.heldOutRegime, dataset: data.dataset, trajectories: data.split.test))
    ]
  }

  /// A word where the data set has grown since the training, and where it has trajectories more than once.
  private func words(_ data: RunDataset?) -> [String] {
    let copies = [data?.warning].compactMap(\.self)
    guard let data, data.addedTrajectories > 0 else { return copies }
    return copies + [
      "\(data.dataset.url.path) has grown: \(data.addedTrajectories) trajectories that were added after the training are "
        + "left out; the tests are the \(data.split.test.count) that the run held out"
    ]
  }

  /// A word for each regime that has trajectories of the training.
  private func seen(_ regimes: [TestRegime]) throws -> [String] {
    guard let record = try DataRecord.read(folder) else { return [] }
    return try regimes.compactMap { regime in
      let checksums = try regime.dataset.trajectoryChecksums(pool: compute.pool)
      let count = record.seen(among: regime.trajectories.map { checksums[$0] })
      return count == 0
        ? nil
        : "\(regime.name): \(count) of \(regime.trajectories.count) trajectories are ones that the run was trained on or "
          + "chosen by: its errors say little of new ones"
    }
  }

  /// One of the run's own tests with the true runs that its floors come from.
  private func withFloors(_ regime: TestRegime) throws -> TestRegime {
    var regime = regime
    regime.twins = try configuration.data.twins[regime.name].map(checkedDataset)
    regime.independents = try configuration.data.independents[regime.name].map(checkedDataset)
    return regime
  }

  /// Whether there is a file at `path`, and no folder.
  private static func isFile(_ path: String) -> Bool {
    let url = URL(fileURLWithPath: path)
    return !Folder.exists(url) && FileManager.default.fileExists(atPath: url.path)
  }

  private func regimes(_ tests: [String: String], _ files: [String: FileDataset]) throws -> [TestRegime] {
    try TestRegime.ordered(tests.keys).compactMap { name in
      guard let dataset = try files[name]?.dataset ?? tests[name].map(checkedDataset) else { return nil }
      return TestRegime(name: name, dataset: dataset, trajectories: Array(0..<dataset.trajectoryCount))
    }
  }

  private func checkedDataset(_ path: String) throws -> Dataset {
    let dataset = try Dataset.open(URL(fileURLWithPath: path))
    try dataset.requireIntact(trajectories: 0..<dataset.trajectoryCount, pool: compute.pool)
    return dataset
  }
}
