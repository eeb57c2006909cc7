/// The settings that a user has set: no other setting changes them. No part of the values, so configurations with the same
/// values are equal whoever chose them.
struct ChosenSettings: Equatable, Sendable {
  /// Their paths: `dynamics.kind`.
  var paths: Set<String> = []

  static func == (first: ChosenSettings, second: ChosenSettings) -> Bool { true }
}
