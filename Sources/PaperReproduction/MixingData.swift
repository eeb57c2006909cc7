import Foundation
import MacrostateCompute
import MacrostateRecipes
import MacrostateRuns
import MacrostateSettings
import MacrostateStorage
import MacrostateTraining
import Microstates
import MolecularDynamics
import ParticleSimulators

/// The mixing of two species of Sec. 4.3, made by LAMMPS: a data set to learn from, three tests, for each of these a
/// second set of runs from the same starts with fresh velocities, and the cases of Fig. 6.
struct MixingData: SystemData {
  /// A data set.
  private enum Part: Hashable {
    case regime(Regime)
    /// The twins of a test.
    case twins(Regime)
    /// Runs like those of in-dst from starts of their own.
    case independents
    /// The cases of Fig. 6.
    case cases

    static let all: [Part] =
      Regime.allCases.map(Part.regime) + Regime.tests.map(Part.twins) + [.independents, .cases]

    var name: String {
      switch self {
      case .regime(let regime): regime.rawValue
      case .twins(let regime): "\(regime.rawValue)-twins"
      case .independents: "\(regime.rawValue)-independents"
      case .cases: MixingData.casesName
      }
    }

    var regime: Regime {
      switch self {
      case .regime(let regime), .twins(let regime): regime
      case .independents, .cases: .inDistribution
      }
    }

    var isTraining: Bool { self == .regime(.training) }
  }

  /// The regime of the cases of Fig. 6.
  static let casesName = "cases"
  /// Frames of a run, as the script makes them.
  private static let frameCount = 501
  /// Particles of a run with the box of training.
  private static let particleCount = 529
  /// The frames of training runs with positions: all of the first fifth, and later pairs, two of every four.
  private static let trainingPositions = "0:100,100:501:4:2"
  private static let trainingFrames = 301
  /// The frames of in-dst with positions, to see what ẑ retains over the whole time; other tests have that of the start.
  private static let inDistributionPositions = "0::50"
  /// The frames of the cases with positions, for the snapshots.
  private static let casePositions = "0:501:125"

  private let folder: URL
  private let runs: Int
  private let testRuns: Int
  private let seed: UInt64

  init(_ settings: ReproductionSettings) {
    folder = settings.folder.appendingPathComponent("data-mixing")
    runs = settings.trajectories(.mixing)
    testRuns = settings.testTrajectories(.mixing)
    seed = settings.dataSeed
  }

  private func place(_ part: Part) -> URL { folder.appendingPathComponent("\(part.name).dataset") }

  private func runCount(_ part: Part) -> Int {
    switch part {
    case .regime(.training): runs
    case .regime, .twins, .independents: testRuns
    // Three values of half_l, drawn.
    case .cases: testRuns + testRuns / 2
    }
  }

  private func bytesPerRun(_ part: Part) -> Double {
    let frames = part.isTraining ? Self.trainingFrames : part == .regime(.inDistribution) ? 11 : 5
    return Double(frames * Self.particleCount * 8 + Self.frameCount * 48)
  }

  /// The runs of a data set that are still to be made; a damaged one tells so when it is prepared.
  private func missingRuns(_ part: Part) -> Int {
    runCount(part) - ((try? DatasetWriter.writtenTrajectoryCount(place(part))) ?? 0)
  }

  var bytes: Double { Part.all.reduce(0) { $0 + bytesPerRun($1) * Double(runCount($1)) } }
  var missingBytes: Double { Part.all.reduce(0) { $0 + bytesPerRun($1) * Double(max(0, missingRuns($1))) } }
  var frames: Int { runs * Self.trainingFrames }
  var testFrames: Int {
    Part.all.filter { !$0.isTraining }.reduce(0) { $0 + runCount($1) * Self.frameCount }
  }

  // MARK: Runs of LAMMPS

  /// The simulation of a data set. Starts depend on the seed alone, so that twins have those of their test.
  private func simulation(_ part: Part, script: LAMMPSScript) throws -> LAMMPSSimulation {
    let place = UInt64(Regime.allCases.firstIndex(of: part.regime) ?? 0)
    var simulation = LAMMPSSimulation(
      script: script, runCount: runCount(part),
      seed: seed &* 16 &+ (part == .cases ? 15 : part == .independents ? 14 : place),
      observables: try ObservableRequest(named: ["mixing-ratio"]))
    // Seeds as they were drawn for the published tables.
    simulation.draw(.earlierSeed(named: "seed"))
    simulation.draw(try .range(parsing: "half_l=\(Self.halfLengths(part))"))
    simulation.speciesNames = ["A", "B"]
    simulation.positions = try FrameSelection(Self.positions(part))
    if part.regime == .differentNumber { simulation.set("ly", to: "26") }
    if case .twins = part { simulation.draw(.earlierSeed(named: "velocity_seed")) }
    return simulation
  }

  private static func halfLengths(_ part: Part) -> String {
    switch part {
    case .cases: "12,16,20"
    case .regime(.differentInitial), .twins(.differentInitial): "8:10,22:24"
    case .regime, .twins, .independents: "10:22"
    }
  }

  private static func positions(_ part: Part) -> String {
    switch part {
    case .regime(.training): trainingPositions
    case .regime(.inDistribution): inDistributionPositions
    case .regime, .twins, .independents: "0"
    case .cases: casePositions
    }
  }

  /// The input script, written into `folder`: beside the data, what is run is what is kept.
  private func script(in folder: URL) throws -> LAMMPSScript {
    try Folder.create(folder)
    let url = folder.appendingPathComponent("mixing.in")
    try AtomicFile.write(Data(PackageResources.mixing_in), to: url)
    return try LAMMPSScript(url)
  }

  func prepare(pool: WorkerPool, stop: StopFlag, progress: any ProgressObserver) throws {
    try checkOrigins()
    for part in Part.all {
      if missingRuns(part) != 0 { try simulate(part, pool: pool, stop: stop, progress: progress) }
      try check(place(part), pool: pool)
    }
  }

  private func simulate(_ part: Part, pool: WorkerPool, stop: StopFlag, progress: any ProgressObserver) throws {
    try simulateLAMMPS(
      try simulation(part, script: script(in: folder)),
      job: LAMMPSJob(
        engine: try LAMMPS(), dataset: place(part), pool: pool, stop: stop, programVersion: ProgramVersion.current),
      progress: { done, total in progress.update("LAMMPS \(part.name)", done: done, of: total, note: "") })
  }

  /// Data that are complete must be those that are wanted, too: an earlier version may have had another script.
  private func checkOrigins() throws {
    let temporary = FileManager.default.temporaryDirectory.appendingPathComponent("macrostate-\(UUID().uuidString)")
    defer { try? Folder.remove(temporary) }
    let script = try script(in: temporary)
    for part in Part.all where missingRuns(part) == 0 {
      try simulation(part, script: script).requireOrigin(of: place(part))
    }
  }

  private static let calibrationRuns = 4
  private static let runSteps = 100_000.0

  func calibrate(_ url: URL, threads: Int) throws -> Double {
    guard missingBytes > 0 else {
      // Nothing is to be simulated: what is there is measured, and LAMMPS is not needed.
      try Folder.link(url, to: place(.regime(.training)))
      return 0
    }
    // What a start takes would count many times over in one short measurement.
    let (few, many) = (1000.0, 16_000.0)
    let short = try calibrate(url.appendingPathExtension("short"), steps: few, threads: threads)
    let long = try calibrate(url, steps: many, threads: threads)
    let perRun = short + max(0, long - short) * (Self.runSteps - few) / (many - few)
    return Part.all.reduce(0) { $0 + perRun * Double(max(0, missingRuns($1))) }
  }

  /// Seconds that a run of `steps` takes where all threads have one.
  private func calibrate(_ url: URL, steps: Double, threads: Int) throws -> Double {
    var simulation = try simulation(.regime(.training), script: script(in: url.deletingLastPathComponent()))
    simulation.runCount = Self.calibrationRuns
    simulation.positions = .all
    simulation.set("steps", to: String(Int(steps)))
    let start = ContinuousClock.now
    try simulateLAMMPS(
      simulation,
      job: LAMMPSJob(
        engine: LAMMPS(), dataset: url, pool: WorkerPool(threads: threads), stop: StopFlag(),
        programVersion: ProgramVersion.current))
    return start.secondsSince / Double(Self.calibrationRuns)
  }

  // MARK: Names

  func locate(_ configuration: RunConfiguration) -> RunConfiguration {
    name(configuration) { place($0).relativePath }
  }

  func identify(_ configuration: RunConfiguration) -> RunConfiguration {
    name(configuration) { "mixing \($0.name) \(runCount($0)) seed \(seed)" }
  }

  private func name(_ configuration: RunConfiguration, _ text: (Part) -> String) -> RunConfiguration {
    var configuration = configuration
    configuration.data.training = text(.regime(.training))
    configuration.data.tests = [Self.casesName: text(.cases)]
    configuration.data.twins = [:]
    for regime in Regime.tests {
      configuration.data.tests[regime.rawValue] = text(.regime(regime))
      configuration.data.twins[regime.rawValue] = text(.twins(regime))
    }
    configuration.data.independents = [Regime.inDistribution.rawValue: text(.independents)]
    return configuration
  }
}
