import Microstates

/// The factors by which the numbers of a file become those of the data set.
struct UnitScale: Sendable {
  /// Of lengths.
  var length = 1.0
  /// Of times.
  var time = 1.0

  /// The factor of the column called `name`: velocities are lengths by times, others stay as they are.
  func factor(ofColumn name: String) -> Double {
    FeatureName.velocities.contains(name) ? length / time : 1
  }
}
