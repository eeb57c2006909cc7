import Foundation
import MacrostateSettings
import MacrostateStorage

/// A Lennard-Jones potential for each pair of species.
public struct LennardJonesSettings: SettingsGroup {
  /// How ε and σ of a pair of different species follow from those of both.
  public enum Mixing: String, SettingChoice, Sendable {
    /// ε = √(ε_A ε_B), σ = √(σ_A σ_B).
    case geometric
    /// ε = √(ε_A ε_B), σ = ½(σ_A + σ_B): Lorentz and Berthelot.
    case arithmetic
  }

  /// The energy at the cut-off.
  public enum Shift: String, SettingChoice, Sendable {
    /// It jumps to 0.
    case none
    /// It is subtracted, so that the energy has no jump.
    case energy
  }

  /// What the group is about.
  public static let summary = "A Lennard-Jones potential"
  /// The keys.
  public static let settings: [Setting<LennardJonesSettings>] =
    [
      Setting(
        "epsilon", \.epsilon, .each(.positive, to: 100),
        "Depth: one for all, one for each species, or one for each pair AA, AB, BB"),
      Setting("sigma", \.sigma, .each(.positive, to: 100), "Distance where the energy is 0, likewise"),
    ] + NeighbourSettings.settings.map { Setting($0, at: \.neighbours) } + [
      Setting("shift", \.shift, "Whether the energy at the cut-off is subtracted"),
      Setting("mixing", \.mixing, "How pairs of different species follow from values for each species"),
    ]

  /// The depths ε, in the unit of energy.
  public var epsilon: NumberList = [1]
  /// The distances σ at which the energy is 0, in the unit of positions.
  public var sigma: NumberList = [1]
  /// The distance from which on the energy is 0.
  public var neighbours = NeighbourSettings()
  /// The energy at the cut-off.
  public var shift = Shift.none
  /// How pairs of different species follow from values for each species.
  public var mixing = Mixing.geometric

  /// The defaults: ε = σ = 1, cut off at 2.5, in reduced units.
  public init() {}

  /// The values of `list` for every two of `count` species, `[S][S]`, where those for each are combined by `combined`; nil
  /// for another number of them.
  static func byPair(
    _ list: NumberList, species count: Int, combined: (Double, Double) -> Double
  ) -> [[Double]]? {
    let values = list.values
    let places = 0..<count
    switch values.count {
    case 1: return places.map { _ in places.map { _ in values[0] } }
    case count: return places.map { a in places.map { a == $0 ? values[a] : combined(values[a], values[$0]) } }
    case count * (count + 1) / 2:
      // AA, AB, …, BB, …
      func place(_ a: Int, _ b: Int) -> Int { a * count - a * (a - 1) / 2 + b - a }
      return places.map { a in places.map { values[place(min(a, $0), max(a, $0))] } }
    default: return nil
    }
  }
}
