import Foundation
import MacrostateSettings
import MacrostateStorage
import Microstates

/// Which neighbours count for the bond order, and how.
public struct HexaticSettings: SettingsGroup {
  /// What the mean is taken of.
  public enum Average: String, SettingChoice, Sendable {
    /// ⟨|ψ_k|⟩: how ordered the surroundings are.
    case local
    /// |⟨ψ_k⟩|: whether they are turned alike in the whole system.
    case global
  }

  /// How much a neighbour counts by its distance.
  public enum Weight: String, SettingChoice, Sendable {
    /// All alike.
    case none
    /// ½(1 + cos πr/r_c), which goes to 0 at the cut-off.
    case cosine
  }

  /// What the group is about.
  public static let summary = "Bond-orientational order in the plane"
  /// The keys.
  public static let settings: [Setting<HexaticSettings>] =
    [Setting("fold", \.fold, .between(1, 12), "k: 6 for hexagonal, 4 for square order")]
    + NeighbourSettings.settings.map { Setting($0, at: \.neighbours) } + [
      Setting(
        "nearest", \.nearest, .zeroOrBetween(1, 64), "Number of nearest neighbours that count instead, at any distance"),
      Setting("average", \.average, "Mean of |psi|, or |mean of psi|"),
      Setting("weight", \.weight, "Weight of a neighbour by its distance"),
    ]

  /// The number k of directions that are alike.
  public var fold = 6
  /// The cut-off, by default between the first and second shell of particles of diameter 1.
  public var neighbours = NeighbourSettings(cutoff: 1.5)
  /// The number of nearest neighbours that count; 0 for those within the cut-off.
  public var nearest = 0
  /// What the mean is taken of.
  public var average = Average.local
  /// The weight of a neighbour.
  public var weight = Weight.none

  /// The defaults: ⟨|ψ₆|⟩ of neighbours within 1.5.
  public init() {}
}

/// The bond-orientational order in the plane, ⟨|ψ_k|⟩ or |⟨ψ_k⟩|, from 0 to 1: hexatic order for k = 6.
///
///     ψ_k(i) = Σ_j w_ij e^{ikθ_ij} / Σ_j w_ij
///
/// with the direction θ_ij of the vector from particle i to its neighbour j, and w = 1 or ½(1 + cos πr/r_c). A particle
/// without neighbours has ψ = 0. |ψ₆| is 1 in a hexagonal lattice and 0 in a square one. (B. I. Halperin and D. R. Nelson,
/// Phys. Rev. Lett. 41, 121, 1978.) Of `nearest` neighbours at equal distances, which ones count is undecided: of a square
/// lattice take 4. Species are not told apart. It is intensive; the cost is O(n).
public struct HexaticOrder: Observable {
  /// The name.
  public static let name = "hexatic-order"
  /// The meaning in a line.
  public static let summary = "Bond-orientational order in the plane: <|psi_6|>, or another psi_k"
  /// Yes.
  public static let isLocal = true

  /// The settings.
  public let settings: HexaticSettings

  /// The order with these settings.
  ///
  /// - Throws: `MacrostateError` of kind `usage` for weights by the cut-off where there is none.
  public init(_ settings: HexaticSettings, speciesNames: [String] = [], box: SimulationBox? = nil) throws {
    guard settings.nearest == 0 || settings.weight == .none else {
      throw PartRequest("observable", named: Self.name)
        .error("has weights that go to 0 at the cut-off, which nearest neighbours do not have; leave one of them out")
    }
    self.settings = settings
  }

  /// One value, `psi_6`, or `global_psi_6`.
  public var quantities: [ObservableDescription] {
    [ObservableDescription(name: (settings.average == .global ? "global_" : "") + "psi_\(settings.fold)")]
  }

  /// The order.
  ///
  /// - Throws: `MacrostateError` of kind `badData` outside of the plane, without particles, or where neighbours cannot be
  ///   found.
  public func evaluate(_ microstate: MicrostateView) throws -> [Double] {
    let n = microstate.pointCount
    guard microstate.dimension == 2, n > 0 else {
      throw MacrostateError(
        .badData,
        n > 0
          ? "the observable '\(Self.name)' is for particles in the plane, and space has \(microstate.dimension) dimensions"
          : "a frame without particles has no bond order; leave such frames out")
    }
    var (sum, sizes) = (SIMD2<Double>.zero, 0.0)
    func add(_ neighbours: ArraySlice<NeighbourPairs.Neighbour>) {
      let psi = order(neighbours)
      sum += psi
      sizes += (psi * psi).sum().squareRoot()
    }
    try microstate.forEachNeighbourhood(cutoff: settings.neighbours.cutoff, nearest: settings.nearest) { add($1) }
    return [(settings.average == .global ? (sum * sum).sum().squareRoot() : sizes) / Double(n)]
  }

  /// ψ_k of one particle, its real and imaginary part.
  private func order(_ neighbours: ArraySlice<NeighbourPairs.Neighbour>) -> SIMD2<Double> {
    var (sum, weights) = (SIMD2<Double>.zero, 0.0)
    for neighbour in neighbours {
      let angle = Double(settings.fold) * atan2(neighbour.vector.y, neighbour.vector.x)
      let weight =
        settings.weight == .none
        ? 1 : (1 + cos(Double.pi * neighbour.square.squareRoot() / settings.neighbours.cutoff)) / 2
      sum += weight * SIMD2(cos(angle), sin(angle))
      weights += weight
    }
    return weights > 0 ? sum / weights : .zero
  }
}
