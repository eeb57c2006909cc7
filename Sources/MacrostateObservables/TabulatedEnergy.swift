import Foundation
import MacrostateSettings
import MacrostateStorage
import Microstates

/// A tabulated pair potential.
public struct TabulatedSettings: SettingsGroup {
  /// How u(r) is found between the rows of the table.
  public enum Interpolation: String, SettingChoice, Sendable {
    /// By straight lines.
    case linear
    /// By the natural cubic spline, whose second derivative is 0 at both ends.
    case cubic
  }

  /// What the group is about.
  public static let summary = "A tabulated pair potential"
  /// The keys.
  public static let settings: [Setting<TabulatedSettings>] = [
    Setting("file", \.file, "File of two columns r u(r), or of LAMMPS's pair_style table"),
    Setting("section", \.section, "Section of a table of LAMMPS, where it has several"),
    Setting("interpolation", \.interpolation, "How u(r) is found between the rows"),
  ]

  /// The path of the file; empty where the table comes with the data.
  public var file = ""
  /// The keyword of a section of a table of LAMMPS; empty for the only one.
  public var section = ""
  /// How u(r) is found between the rows.
  public var interpolation = Interpolation.cubic

  /// The defaults.
  public init() {}
}

/// The potential energy per particle of a tabulated pair potential u(r), in the table's unit of energy:
///
///     E/n = (1/n) Σ_{i<j} u(r_ij),   u(r) = 0 from the last r of the table on
///
/// with distances to the nearest images. Between rows u is interpolated in r (LAMMPS's `pair_style table linear` does so in
/// r², and differs by the error of the interpolation). A pair closer than the first r is an error. Species are not told
/// apart. The table is kept with the data set and the model: the file is needed once. The cost is O(n).
public struct TabulatedEnergy: Observable {
  /// The name.
  public static let name = "pair-energy:table"
  /// The meaning in a line.
  public static let summary = "The energy per particle of a tabulated pair potential"
  /// Yes.
  public static let isLocal = true

  /// The settings.
  public let settings: TabulatedSettings
  /// The table.
  public let table: PotentialTable
  private let potential: InterpolatedPotential

  /// The energy of the potential in the file of `settings`.
  ///
  /// - Throws: `MacrostateError` of kind `usage` without a file; as `PotentialTable` does.
  public init(_ settings: TabulatedSettings, speciesNames: [String], box: SimulationBox? = nil) throws {
    guard !settings.file.isEmpty else {
      throw PartRequest("observable", named: Self.name).error("needs file, a table of r and u(r): file=potential.txt")
    }
    self.init(
      settings, table: try PotentialTable(URL(fileURLWithPath: settings.file), section: settings.section))
  }

  /// The energy of the potential `table`.
  public init(_ settings: TabulatedSettings, table: PotentialTable) {
    self.settings = settings
    self.table = table
    potential = InterpolatedPotential(table, isCubic: settings.interpolation == .cubic)
  }

  /// One value, `table-energy`.
  public var quantities: [ObservableDescription] { [ObservableDescription(name: "table-energy")] }

  /// The energy per particle.
  ///
  /// - Throws: `MacrostateError` of kind `badData` without particles, where neighbours cannot be found, and where two
  ///   particles are closer than the first row of the table.
  public func evaluate(_ microstate: MicrostateView) throws -> [Double] {
    let (first, last) = (table.distances[0], table.distances[table.distances.count - 1])
    return [
      try microstate.energyPerParticle(cutoff: last) { square, _, _ in
        let r = square.squareRoot()
        guard r >= first else {
          throw MacrostateError(
            .badData,
            "two particles are \(r) apart, closer than the first row of the potential (r = \(first)); extend it")
        }
        return potential.energy(r)
      }
    ]
  }
}

extension TabulatedEnergy {
  private static let tableKey = "table"
  private static let interpolationKey = "interpolation"

  /// The interpolation and the table itself, wherever it was read from.
  public var definition: ObservableDescription.Definition {
    .init(
      observable: Self.name,
      settings: [
        Self.interpolationKey: .text(settings.interpolation.rawValue), Self.tableKey: .text(table.text),
      ])
  }

  /// The energy of the stored table.
  public init(stored definition: ObservableDescription.Definition, speciesNames: [String]) throws {
    var definition = definition
    guard case .text(let text) = definition.settings.removeValue(forKey: Self.tableKey) else {
      throw MacrostateError(.badData, "the stored observable '\(Self.name)' has no table; import the data set again")
    }
    self.init(try PartRequest(definition).settings(), table: try PotentialTable(text: text))
  }
}

/// u(r) between the rows of a table.
private struct InterpolatedPotential: Sendable {
  private let r: [Double]
  private let u: [Double]
  /// The second derivatives at the rows; 0 for straight lines.
  private let curvatures: [Double]

  init(_ table: PotentialTable, isCubic: Bool) {
    (r, u) = (table.distances, table.energies)
    curvatures = isCubic ? Self.naturalCurvatures(r, u) : [Double](repeating: 0, count: r.count)
  }

  /// The value at `x` within the table.
  func energy(_ x: Double) -> Double {
    // The last row that is not beyond x.
    var (low, high) = (0, r.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if r[middle] <= x { low = middle } else { high = middle }
    }
    let h = r[high] - r[low]
    let (a, b) = ((r[high] - x) / h, (x - r[low]) / h)
    return a * u[low] + b * u[high]
      + ((a * a * a - a) * curvatures[low] + (b * b * b - b) * curvatures[high]) * h * h / 6
  }

  /// Solves the tridiagonal equations of the natural cubic spline.
  private static func naturalCurvatures(_ r: [Double], _ u: [Double]) -> [Double] {
    var curvatures = [Double](repeating: 0, count: r.count)
    var ratios = curvatures
    for i in 1..<max(1, r.count - 1) {
      let share = (r[i] - r[i - 1]) / (r[i + 1] - r[i - 1])
      let pivot = share * ratios[i - 1] + 2
      ratios[i] = (share - 1) / pivot
      let bend = (u[i + 1] - u[i]) / (r[i + 1] - r[i]) - (u[i] - u[i - 1]) / (r[i] - r[i - 1])
      curvatures[i] = (6 * bend / (r[i + 1] - r[i - 1]) - share * curvatures[i - 1]) / pivot
    }
    for i in stride(from: r.count - 2, through: 1, by: -1) { curvatures[i] += ratios[i] * curvatures[i + 1] }
    return curvatures
  }
}
