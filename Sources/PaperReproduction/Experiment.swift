import MacrostateRecipes
import MacrostateSettings
import ParticleSimulators
import PointDensities

/// A table or a figure of the paper.
public enum Experiment: String, CaseIterable, Sendable {
  /// All methods in the three regimes.
  case table1
  /// All methods on the mixing of two species.
  case table2
  /// Ours with either encoder.
  case table3
  /// Ours over dim ẑ.
  case table4
  /// Ours over ε.
  case table5
  /// Densities of one dimension over ε and dim ẑ.
  case figure4
  /// Snapshots, energies, and predictions from permutations.
  case figure5
  /// Mixing ratios of three cases, snapshots.
  case figure6
  /// The questions of the paper's public review, on the interacting particles.
  case questions
  /// The same on the mixing of two species.
  case questionsMixing = "questions-mixing"
  /// The learning rate and the length of stage I of every method, by validation data.
  case tuning
  /// The search for what lowers the error of ours, by validation data.
  case study

  /// The experiments of Secs. 4.1 and 4.2, and those that the review asked for; the searches are extra.
  public static let ofParticles: [Experiment] = allCases.filter { !$0.isSearch && $0.system != .mixing }

  /// The experiments of Sec. 4.3, for which LAMMPS is needed, and those that the review asked for.
  public static let ofMixing: [Experiment] = allCases.filter { $0.system == .mixing }

  /// Whether settings are compared on validation data, with a shorter budget.
  var isSearch: Bool { self == .tuning || self == .study }

  /// The title.
  public var title: String {
    switch self {
    case .table1: "Table 1: methods"
    case .table2: "Table 2: methods, mixing of two species"
    case .table3: "Table 3: encoders"
    case .table4: "Table 4: dimension of ẑ"
    case .table5: "Table 5: smoothing scale ε"
    case .figure4: "Figure 4: densities of one dimension"
    case .figure5: "Figure 5: snapshots, energies, permutations"
    case .figure6: "Figure 6: mixing ratios and snapshots"
    case .questions: "Questions of the review"
    case .questionsMixing: "Questions of the review, mixing of two species"
    case .tuning: "Tuning of every method"
    case .study: "What lowers the error of ours"
    }
  }

  /// The difference between the rows of its table, which heads the column of their names.
  enum RowKind: String {
    case method
    case objective
    case setting
  }

  /// The kind of its rows.
  var rowKind: RowKind {
    switch self {
    case .table1, .table2, .table3: .method
    case .questions, .questionsMixing: .objective
    default: .setting
    }
  }

  /// The errors in its table.
  var measure: Measure { (system ?? .particles).measure }

  /// The file names of its table begin so.
  var tableName: String { isOfReview ? "\(rawValue)-objective" : rawValue }

  /// The title of its table.
  var tableTitle: String { isOfReview ? "One DeepSet encoder, several objectives" : title }

  /// Whether it is what the review asked.
  var isOfReview: Bool { self == .questions || self == .questionsMixing }

  /// The system that its runs learn from; nil for sets in memory.
  var system: ReproducedSystem? {
    switch self {
    case .figure4: nil
    case .table2, .figure6, .questionsMixing: .mixing
    default: .particles
    }
  }

  /// The methods that it compares.
  var methods: [Method] {
    switch self {
    case .table1, .table2: Method.table1
    case .table3: Method.table3
    case .questions: Method.allCases
    // The Set Transformer is a matter of the other system.
    case .questionsMixing: Method.table1
    default: []
    }
  }

  /// The rows of a table of runs on particles; none for the others.
  var rows: [ExperimentRow] {
    switch self {
    case .table1, .table3:
      methods.map { method in
        ExperimentRow(label: method.label, method: method) { PublishedResults.table1(method, $0) }
      }
    case .table2:
      methods.map { method in
        ExperimentRow(label: method.label, method: method, system: .mixing) { PublishedResults.table2(method, $0) }
      } + [
        ExperimentRow(
          label: "ours, without fractions", method: .oursDeepSet, variation: .withoutComposition, system: .mixing
        ) { PublishedResults.table2(.oursDeepSet, $0) }
      ]
    case .table4:
      PublishedResults.table4.map { dimension, value in
        ExperimentRow(
          label: "dim ẑ = \(dimension)", method: .oursDeepSet, variation: .closureDimension(dimension)
        ) { $0 == .inDistribution ? value : nil }
      }
    case .table5:
      PublishedResults.table5.map { smoothing, value in
        ExperimentRow(
          label: "ε = \(Variation.powerText(smoothing))", method: .oursDeepSet, variation: .smoothing(smoothing)
        ) { $0 == .inDistribution ? value : nil }
      }
    case .questions, .questionsMixing:
      methods.compactMap { method in
        method.objectiveLabel.map { label in
          ExperimentRow(label: label, method: method, system: system ?? .particles) { _ in nil }
        }
      }
    case .tuning:
      Method.table1.flatMap { method in
        [ExperimentRow(method)] + SearchChange.tuning.map { ExperimentRow(method, $0) }
      }
    case .study:
      [ExperimentRow(.oursDeepSet)] + SearchChange.study.map { ExperimentRow(.oursDeepSet, $0) }
    case .figure4, .figure5, .figure6: []
    }
  }

  /// Its runs, group by group (a row of a table, a cell of a figure) and seed by seed.
  func runs(_ settings: ReproductionSettings, _ data: ReproductionData) throws -> [[PlannedRun]] {
    let seeds = (0..<settings.seeds).map(UInt64.init)
    let system = system ?? .particles
    let base = try settings.baseConfiguration(system, isSearch: isSearch)
    func run(_ method: Method, seed: UInt64) throws -> PlannedRun {
      var row = ExperimentRow(method)
      row.system = system
      return try PlannedRun(row, base, seed: seed, data: data)
    }
    switch self {
    case .table1, .table2, .table3, .table4, .table5, .study:
      return try rows.map { row in try seeds.map { try PlannedRun(row, base, seed: $0, data: data, isSearch: isSearch) }
      }
    case .tuning:
      // One seed: the search's budget goes into settings.
      return try rows.map { [try PlannedRun($0, base, seed: 0, data: data, isSearch: true)] }
    case .figure4:
      return try DensityCell.grid.map { cell in
        try seeds.map { try PlannedRun(cell, cell.configuration(settings, seed: $0)) }
      }
    case .figure5:
      return try EnergyFigure.methods.map { [try run($0, seed: 0)] }
    case .figure6:
      return try MixingFigure.methods.map { [try run($0, seed: 0)] }
    case .questions, .questionsMixing:
      return try methods.map { method in try seeds.map { try run(method, seed: $0) } }
    }
  }
}

/// A row of a table: a method, or a setting of ours; each of its seeds is a run.
struct ExperimentRow {
  var label: String
  var method: Method
  var system = ReproducedSystem.particles
  var variation = Variation.none
  /// The number that the paper prints for a regime.
  var published: (Regime) -> PublishedValue?

  /// A row without a published value.
  init(_ method: Method, _ change: SearchChange? = nil) {
    label = change?.label ?? method.label
    self.method = method
    variation = change.map { .search($0) } ?? .none
    published = { _ in nil }
  }

  /// A row with what was published.
  init(
    label: String, method: Method, variation: Variation = .none, system: ReproducedSystem = .particles,
    published: @escaping (Regime) -> PublishedValue?
  ) {
    self.label = label
    self.method = method
    self.system = system
    self.variation = variation
    self.published = published
  }

  /// Whether it is what the other rows of a table of methods are compared with.
  var isOurs: Bool { method == .oursDeepSet && variation == .none }

  /// The settings of the run of `seed`.
  func configuration(_ base: RunConfiguration, seed: UInt64) -> RunConfiguration {
    var configuration = method.configuration(variation.configuration(base))
    configuration.seed = seed
    return configuration
  }
}

/// One setting that is varied.
enum Variation: Equatable {
  case none
  case closureDimension(Int)
  case smoothing(Double)
  /// z = [z̄, ẑ], as in the paper.
  case withoutComposition
  case search(SearchChange)

  func configuration(_ base: RunConfiguration) -> RunConfiguration {
    var configuration = base
    switch self {
    case .none: break
    case .closureDimension(let dimension): configuration.encoder.closureDimension = dimension
    case .smoothing(let smoothing): configuration.density.smoothing = Smoothing(smoothing)
    case .withoutComposition: configuration.dynamics.composition = .none
    case .search(let change): change.apply(&configuration)
    }
    return configuration
  }

  /// The end of a run's name.
  var suffix: String {
    switch self {
    case .none: ""
    case .closureDimension(let dimension): "-dim-\(dimension)"
    case .smoothing(let smoothing): "-eps-\(Self.powerText(smoothing))"
    case .withoutComposition: "-without-composition"
    case .search(let change): "-\(change.rawValue)"
    }
  }

  /// 1e-2 for 0.01.
  static func powerText(_ value: Double) -> String {
    let text = value.description
    return value < 1e-4
      ? text.replacing("e-0", with: "e-") : (1...4).first { value == pow10(-$0) }.map { "1e-\($0)" } ?? text
  }

  private static func pow10(_ exponent: Int) -> Double { Double("1e\(exponent)") ?? .nan }
}
