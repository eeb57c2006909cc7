import MacrostateRecipes
import MacrostateSettings
import MacrostateStorage
import MacrostateTraining

/// One training with its evaluation: a run that one or more tables need.
public struct PlannedRun: Sendable {
  /// The name for people: `ours-deepset-dim-3-seed-1`.
  public let name: String
  /// The kind of run.
  let kind: Kind
  /// All settings, with the data sets where they are.
  public let configuration: RunConfiguration
  /// The name of the result: a hash of the settings, with the data sets by what is in them.
  public let hash: String
  /// The hash of what each training depends on: runs with the same hash share that training.
  let trainings: [SharedTraining: String]

  /// The data that a run learns from.
  enum Kind: Equatable {
    /// Both stages on the trajectories of a system.
    case trajectories(ReproducedSystem)
    /// Stage I alone, on the sets of Sec. 4.1.
    case density
  }

  /// Whether it is asked what ẑ retains: of each method as it is in Table 1.
  let wantsProbes: Bool

  /// The system that it learns from; nil for sets in memory.
  var system: ReproducedSystem? {
    if case .trajectories(let system) = kind { return system }
    return nil
  }

  /// The name of its folder.
  public var folderName: String { "\(name)-\(hash)" }
}

/// A training within a run that other runs may share.
enum SharedTraining: CaseIterable {
  /// Stage I.
  case closure
  /// The dynamics without closure variables.
  case withoutClosure

  /// The name of the training, or that which those of its parts begin with.
  var name: TrainingName {
    switch self {
    case .closure: .closure
    case .withoutClosure: .withoutClosure
    }
  }

  /// The hash of the settings that this training depends on: equal hashes, equal bits.
  func hash(_ identity: RunConfiguration) -> String? {
    var configuration = identity
    let defaults = RunConfiguration()
    switch self {
    case .closure:
      // A dynamics that is trained with the encoder is a part of stage I.
      let closure = configuration.closureTraining
      if closure.objective != .dynamics && closure.dynamicsWeight == 0 { configuration.dynamics = defaults.dynamics }
      configuration.dynamicsTraining = defaults.dynamicsTraining
      // Of the dynamics that is trained with the encoder, stage II's limit says nothing.
      configuration.dynamicsTraining.gradientClip = 0
    case .withoutClosure:
      configuration.encoder = defaults.encoder
      configuration.density = defaults.density
      configuration.decoder = defaults.decoder
      configuration.closureTraining = defaults.closureTraining
      configuration.dynamics.ensemble = defaults.dynamics.ensemble
      configuration.dynamicsTraining.jointDynamics = defaults.dynamicsTraining.jointDynamics
    }
    return configuration.resultHash
  }

  /// The names under which a run keeps it: its own, and those of its parts, such as the unrolled training after it.
  func names(in run: RunFolder) throws -> [TrainingName] {
    try run.trainingNames().filter { $0.belongs(to: name) }
  }
}

/// All runs of the experiments that are asked for. Runs that several of them need are there once.
public struct ReproductionPlan: Sendable {
  /// The experiments, in the paper's order.
  public let experiments: [Experiment]
  /// The runs, in the order in which they are made.
  public let runs: [PlannedRun]
  private let hashes: [String: [[String]]]

  /// The plan of `experiments`.
  ///
  /// - Throws: `MacrostateError` for settings that make no sense, such as an `only` that no run has in its name.
  public init(_ experiments: [Experiment], _ settings: ReproductionSettings) throws {
    self.experiments = Experiment.allCases.filter(experiments.contains)
    let data = ReproductionData(settings)
    var runs: [PlannedRun] = []
    var known: Set<String> = []
    var hashes: [String: [[String]]] = [:]
    for experiment in self.experiments {
      let groups = try experiment.runs(settings, data)
      runs += groups.joined().filter { known.insert($0.hash).inserted }
      hashes[experiment.rawValue] = groups.map { $0.map(\.hash) }
    }
    for text in settings.only where !runs.contains(where: { $0.name.contains(text) }) {
      throw MacrostateError(
        .usage, "--only \(text): no run has this in its name; the same command with --plan alone shows the names")
    }
    self.runs = runs
    self.hashes = hashes
  }

  /// The hashes of an experiment's runs, `[rows or cells][seeds]`.
  func hashes(_ experiment: Experiment) -> [[String]] { hashes[experiment.rawValue] ?? [] }

  /// The hashes of the runs of some of an experiment's rows: where its runs are those of all methods, of these methods.
  func hashes(_ experiment: Experiment, rows: [ExperimentRow]) -> [[String]] {
    let all = hashes(experiment)
    guard experiment.isOfReview, !all.isEmpty else { return all }
    return zip(experiment.methods, all).filter { pair in rows.contains { $0.method == pair.0 } }.map(\.1)
  }

  /// The experiments that need a run.
  public func users(of run: PlannedRun) -> [Experiment] {
    experiments.filter { hashes($0).joined().contains(run.hash) }
  }
}

extension PlannedRun {
  /// The run of a row of a table.
  init(
    _ row: ExperimentRow, _ base: RunConfiguration, seed: UInt64, data: ReproductionData, isSearch: Bool = false
  ) throws {
    let configuration = row.configuration(base, seed: seed)
    try configuration.validate()
    let system = row.system
    let identity = data[system].identify(configuration)
    // The setting that is varied may have the value that it has anyway: that run is the plain one.
    let isPlain = row.variation.configuration(base) == base
    let kindOfRun = isSearch ? "search-" : system == .mixing ? "mixing-" : ""
    name = "\(kindOfRun)\(row.method.rawValue)\(isPlain ? "" : row.variation.suffix)-seed-\(seed)"
    kind = .trajectories(system)
    wantsProbes = isPlain && !isSearch
    self.configuration = data[system].locate(configuration)
    hash = identity.resultHash
    trainings = SharedTraining.allCases.reduce(into: [:]) { $0[$1] = $1.hash(identity) }
  }

  /// The run of a cell of Fig. 4.
  init(_ cell: DensityCell, _ configuration: RunConfiguration) throws {
    try configuration.validate()
    name = "\(cell.name)-seed-\(configuration.seed)"
    kind = .density
    wantsProbes = false
    self.configuration = configuration
    hash = configuration.resultHash
    trainings = [:]
  }
}
