import Foundation
import MacrostateObservables
import MacrostateSettings
import MacrostateStorage
import Microstates
import TrajectoryFormats

/// Observables to compute from the particles, by name, as a command asks for them.
public struct ObservableRequest: Sendable {
  /// The observables and their settings.
  public let choices: [PartRequest]

  /// The observables written as `texts`, such as `mixing-ratio` or `pair-energy:tanh,a=4,b=0.1`, then those of a file.
  ///
  /// - Parameters:
  ///   - file: a YAML file of names with settings below them.
  ///   - cutoff: the distance below which particles are neighbours, for those that do not say their own.
  ///   - bins: the intervals of distance, for those that do not say their own.
  /// - Throws: `MacrostateError` of kind `usage` for an unknown name, or a setting that none of them has; `missingInput` or
  ///   `badData` for what is wrong with the file.
  public init(named texts: [String], file: URL? = nil, cutoff: Double? = nil, bins: Int? = nil) throws {
    var choices =
      try texts.map { try PartRequest($0, of: "observable") }
      + (file.map { try PartRequest.read($0, of: "observable") } ?? [])
    let settingNames = try choices.map(Observables.settingNames)
    for (name, value) in [("cutoff", cutoff.map { "\($0)" }), ("bins", bins.map { "\($0)" })] {
      guard let value else { continue }
      guard !choices.isEmpty else {
        throw MacrostateError(.usage, "--cutoff and --bins belong to an observable; name one with --observable")
      }
      let owners = choices.indices.filter { settingNames[$0].contains(name) }
      guard !owners.isEmpty else {
        throw MacrostateError(.usage, "no observable that is asked for has --\(name); leave it out")
      }
      for owner in owners where !choices[owner].gives(name) { choices[owner].give(name, value) }
    }
    self.choices = choices
  }

  /// The warnings on the request.
  public var warnings: [String] {
    guard choices.contains(where: { PairEnergy.earlierNames.contains($0.name) }) else { return [] }
    return [
      "pair-energy is the energy of the paper's tanh force (a = 4, b = 0.1), not of your simulation; write "
        + "pair-energy:tanh to say so. An energy of your own comes with arrays: --observables energy.npy "
        + "--observable-names energy"
    ]
  }

  /// The names of the features that they look at.
  public var usedFeatures: [String] {
    var names: [String] = []
    for choice in choices {
      // One that makes no sense is refused later, with its reason.
      let used =
        (try? Observables.observable(choice, speciesNames: ["particle"], dimension: 3))?.usedFeatures
        ?? (try? Observables.type(named: choice.name))?.features ?? []
      names += used.filter { !names.contains($0) }
    }
    return names
  }

  /// The computation of them for particles of the species `speciesNames`; `nil` if there are none.
  ///
  /// - Parameter stored: the observables of a data set that is there already; one of them is computed as it was then.
  /// - Throws: `MacrostateError` of kind `usage` for settings that make no sense or too few species.
  public func computed(
    dimension: Int, box: SimulationBox?, speciesNames: [String], featureNames: [String] = [],
    stored: [ObservableDescription] = []
  ) throws -> ComputedObservables? {
    guard !choices.isEmpty else { return nil }
    let definitions = Set(stored.compactMap(\.definition))
    let chosen = try choices.map { choice in
      let observable = try Observables.observable(
        choice, speciesNames: speciesNames, box: box, dimension: dimension)
      guard let now = observable.descriptions.first?.definition, !definitions.contains(now),
        definitions.contains(now.ofEarlierVersions)
      else { return observable }
      return try Observables.observable(now.ofEarlierVersions, speciesNames: speciesNames)
    }
    return ComputedObservables(chosen.flatMap(\.descriptions)) { frame in
      try chosen.flatMap { try $0.evaluate(frame, dimension: dimension, box: box, featureNames: featureNames) }
    }
  }
}
