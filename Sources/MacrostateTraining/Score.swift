/// A validation score, for people.
public struct Score: Sendable, Equatable {
  /// The name: `KL`.
  public var name: String
  /// The unit, empty for a pure number.
  public var unit: String
  /// The meaning, in a sentence.
  public var explanation: String

  /// A score.
  public init(_ name: String, unit: String = "", explanation: String) {
    self.name = name
    self.unit = unit
    self.explanation = explanation
  }
}
