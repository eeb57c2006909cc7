import ArgumentParser
import Foundation
import MacrostateKit

/// `macrostate import`: trajectories from files to a data set.
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Turn files of trajectories into a data set.",
    discussion: """
      NumPy (.npy, .npz): positions have the shape [trajectories, frames, n, d], or [frames, n, d] for one trajectory. \
      In an .npz file they are called positions, and times [frames] or [trajectories, frames], types, observables, \
      observable_names, features [trajectories, frames, n, c], feature_names and box (edges of a periodic box [d], or its \
      bounds [d, 2]) are used, too.

      LAMMPS: text dumps, compressed (.gz) or not, each file one trajectory; types become species, or the names in a \
      column typelabel or element. Files of one frame each (run.*.dump) are one trajectory, sorted by step. Steps become \
      times by --time-step, the time step of the simulation, where the dump has no times.

      Without observables the macrostate is made of closure variables alone.
      """)

  @Argument(help: "Positions: a .npy or .npz file, or LAMMPS dumps.")
  var files: [String]

  @Option(
    help: ArgumentHelp(
      "Observables that are known: a .npy or .npz file [trajectories, frames, k] of arrays; or a table for each trajectory, "
        + "separated by commas, whose rows are found by their times: a log of LAMMPS or its fix ave/time, .xvg, CSV, or "
        + ".npy [frames, k].", valueName: "files"))
  var observables: String?

  @Option(
    help: "Names of these observables, or the columns of tables to take, separated by commas.",
    transform: commaSeparated)
  var observableNames: [String]?

  @Option(
    parsing: .unconditional,
    help: "Time between frames of arrays (default: times in the file, else 1), or of a step of LAMMPS.",
    transform: positiveNumber)
  var timeStep: Double?

  @Flag(help: "Make one trajectory of all dumps: the pieces of one run, sorted by step.")
  var join = false

  @Option(parsing: .unconditional, help: "The number of the first frame, from 0.", transform: wholeNumber(0...1 << 40))
  var first = 0

  @Option(parsing: .unconditional, help: "The number of the last frame.", transform: wholeNumber(0...1 << 40))
  var last: Int?

  @Option(parsing: .unconditional, help: "Take each so-manieth frame.", transform: wholeNumber(1...1 << 40))
  var every = 1

  @Option(
    parsing: .unconditional,
    help: "Cut each trajectory into so many of consecutive frames, which can train, validate and test.",
    transform: wholeNumber(NumberLimit.trajectories))
  var segments: Int?

  @Option(name: .customLong("from"), parsing: .unconditional, help: "Leave out the frames before this time.")
  var firstTime: Double?

  @Option(
    name: .customLong("feature"),
    help: ArgumentHelp(
      "Compute a local environment of every particle and store it as its feature; may be given several times: "
        + LocalFeatures.all.map { $0.name }.joined(separator: ", ")
        + ". Its settings may follow after commas: planar-bond-order,fold=6,cutoff=1.5.", valueName: "name"))
  var localFeatures: [String] = []

  @Option(name: .shortAndLong, help: "The data set's folder, such as my.dataset.")
  var output: String?

  @Flag(help: "Say what the files contain, as they would be read, and write nothing.")
  var dryRun = false

  @Flag(help: "With --dry-run: read and check all frames, not only the first.")
  var allFrames = false

  @Flag(help: "Print one JSON object.")
  var json = false

  @OptionGroup var reading: ReadingArguments
  @OptionGroup var computed: ObservableOptions
  @OptionGroup var common: CommonOptions
  @OptionGroup var limit: WallTimeOption

  func validate() throws {
    guard firstTime?.isFinite ?? true else { throw ValidationError("--from must be a number") }
    guard dryRun || output != nil else { throw ValidationError("--output is missing: the data set's folder") }
    guard dryRun || !allFrames else { throw ValidationError("--all-frames goes with --dry-run") }
    guard last.map({ $0 >= first }) ?? true else { throw ValidationError("--last comes before --first") }
  }

  func run() throws {
    var options = reading.options
    options.timeStep = timeStep
    options.joinsFiles = join
    let request = try computed.request()
    let local = try localFeatures.map { try PartRequest($0, of: "feature") }
    options.auxiliaryFeatures = request.usedFeatures + LocalFeatures.usedFeatures(local)
    let files = try ShellPattern.files(files)
    let all = try TrajectoryReaders.open(
      files, as: reading.request, options: options, observables: observableFiles, names: observableNames)
    let chosen: any TrajectorySource =
      first > 0 || last != nil || every > 1 ? FrameChoice(all, from: first, through: last, every: every) : all
    let parts = try segments.map { try TrajectorySegments(chosen, count: $0, from: firstTime) } ?? chosen
    let source = try LocalFeatures(local, speciesNames: parts.speciesNames, dimension: parts.dimension).added(to: parts)
    if dryRun {
      let kind = try TrajectoryReaders.type(of: files, as: reading.request).kind
      return try show(SourceSummary(source, kind: kind, allFrames: allFrames))
    }
    for advice in source.advice { common.progress.warn(advice) }
    try write(from: source, request, to: output ?? "")
  }

  private func show(_ summary: SourceSummary) throws {
    if json { return try Results.print(json: summary) }
    try Results.print(summary.text)
    for note in summary.notes { common.progress.warn(note) }
  }

  /// The files of observables: those between commas, or one whose name has commas.
  private var observableFiles: [URL] {
    guard let observables else { return [] }
    let names = FileManager.default.fileExists(atPath: observables) ? [observables] : commaSeparated(observables)
    return names.map { URL(fileURLWithPath: $0) }
  }

  private func write(
    from source: any TrajectorySource, _ request: ObservableRequest, to output: String
  ) throws {
    let progress = common.progress
    var options = ImportOptions(programVersion: ProgramVersion.current)
    options.positions = computed.positions
    options.firstTime = firstTime
    let url = try datasetFolder(output)
    for warning in request.warnings { progress.warn(warning) }
    options.computed = try request.computed(
      dimension: source.dimension, box: source.box, speciesNames: source.speciesNames,
      featureNames: source.featureNames, stored: try DatasetWriter.existing(url)?.description.observables ?? [])
    if source.observables.isEmpty && options.computed == nil {
      progress.warn(
        "no observables: the macrostate is the closure variables alone; give --observables file.npy or --observable to "
          + "predict a quantity")
    }
    try importTrajectories(
      from: source, to: url, options: options, pool: WorkerPool(threads: common.threads),
      stop: limit.installStopFlag(),
      progress: { done, total in progress.update("import", done: done, of: total, note: "") }, notice: progress.warn)
    let dataset = try Dataset.open(url)
    if json {
      try Results.print(json: DatasetSummary(dataset))
    } else {
      try Results.print("\(output): \(dataset.trajectoryCount) trajectories, \(dataset.frameCount) frames")
    }
    for note in source.notes { progress.warn(note) }
    if let uneven = UnevenTimes(dataset) { progress.warn(uneven.warning) }
  }
}
