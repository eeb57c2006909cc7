import MacrostateStorage
import Microstates

/// An observable with its settings, as `--observable` takes it: a name, then settings, separated by commas.
///
///     try ObservableChoice("pair-energy:tanh,a=4,b=0.1")
///     try ObservableChoice("radial-distribution,cutoff=3,bins=60")
public struct ObservableChoice: Sendable, Equatable {
  /// The observable.
  public let observable: NamedObservable
  /// The settings that are given, by name.
  public var settings: [String: Double]
  /// Whether it was asked for by the name that says nothing of the force.
  public let isPlainPairEnergy: Bool

  /// The observable written as `text`.
  ///
  /// - Throws: `MacrostateError` of kind `usage` for an unknown name, or settings that are not `name=number`, each once.
  public init(_ text: String) throws {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    observable = try NamedObservable(named: parts[0])
    isPlainPairEnergy = parts[0] == NamedObservable.plainPairEnergy
    settings = [:]
    for part in parts.dropFirst() {
      let sides = part.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
      guard sides.count == 2, !sides[0].isEmpty, let value = Double(sides[1]), value.isFinite else {
        throw MacrostateError(
          .usage,
          "observable '\(text)': write its settings as name=number after commas, such as pair-energy:tanh,a=4,b=0.1")
      }
      guard settings.updateValue(value, forKey: sides[0]) == nil else {
        throw MacrostateError(.usage, "observable '\(text)': '\(sides[0])' is there twice; give it once")
      }
    }
  }
}
