import MacrostateObservables
import MacrostateStorage
import Microstates
import TrajectoryFormats

/// Observables to compute from the particles, by name, as a command asks for them.
public struct ObservableRequest: Sendable {
  /// Their names, as in `NamedObservable`.
  public var observables: [NamedObservable]
  /// The distance below which particles are neighbours; the usual one if `nil`.
  public var cutoff: Double?
  /// Intervals of distance of the radial distribution; the usual number if `nil`.
  public var bins: Int?

  /// The observables called `names`.
  ///
  /// - Throws: `MacrostateError` of kind `usage` for an unknown name.
  public init(named names: [String], cutoff: Double? = nil, bins: Int? = nil) throws {
    observables = try names.map(NamedObservable.init(named:))
    self.cutoff = cutoff
    self.bins = bins
    guard !names.isEmpty || (cutoff == nil && bins == nil) else {
      throw MacrostateError(.usage, "--cutoff and --bins belong to an observable; name one with --observable")
    }
  }

  /// What computes them for particles of the species `speciesNames`; `nil` if there are none.
  ///
  /// A setting is handed to those observables that have it; it is an error only if none has.
  ///
  /// - Throws: `MacrostateError` of kind `usage` for settings that make no sense or too few species.
  public func computed(
    dimension: Int, box: SimulationBox?, speciesNames: [String]
  ) throws -> ComputedObservables? {
    guard !observables.isEmpty else { return nil }
    let cutoffIsUsed = observables.contains { $0 != .pairEnergy }
    let binsAreUsed = observables.contains(.radialDistribution)
    let chosen = try observables.map { observable in
      try observable.observable(
        speciesNames: speciesNames, cutoff: observable == .pairEnergy && cutoffIsUsed ? nil : cutoff,
        bins: observable != .radialDistribution && binsAreUsed ? nil : bins)
    }
    return ComputedObservables(chosen.flatMap(\.descriptions)) { frame in
      try chosen.flatMap { try $0.evaluate(frame, dimension: dimension, box: box) }
    }
  }
}
