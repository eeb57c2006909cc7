/// The settings that a user has set: no other setting changes them. No part of the values, so configurations with the same
/// values are equal whoever chose them.
public struct ChosenSettings: Equatable, Sendable {
  /// Their paths: `dynamics.kind`.
  public internal(set) var paths: Set<String> = []
  /// The settings that were left out, and why: words for the user.
  public internal(set) var notes: [String] = []

  /// Nothing was set.
  public init() {}

  public static func == (first: ChosenSettings, second: ChosenSettings) -> Bool { true }
}
