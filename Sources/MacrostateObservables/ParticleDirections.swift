import Foundation
import MacrostateSettings
import MacrostateStorage
import Microstates

/// Which features tell the directions of particles.
public enum DirectionSource: String, SettingChoice, Sendable {
  /// The headings where there are any, else the velocities.
  case auto
  /// The feature `heading`: angles in the plane, in radians.
  case heading
  /// The velocities, each divided by its length; a particle at rest has no direction.
  case velocity
}

/// The directions of particles.
public struct DirectionSettings: SettingsGroup {
  /// What the group is about.
  public static let summary = "The directions of particles"
  /// The keys.
  public static let settings = [
    Setting("direction", \DirectionSettings.direction, "The features heading or vx, vy, vz; headings first")
  ]

  /// The features.
  public var direction = DirectionSource.auto

  /// The defaults.
  public init() {}
}

extension MicrostateView {
  /// The velocities, 0 along axes that space lacks; in states without positions vz may be missing.
  ///
  /// - Throws: `MacrostateError` of kind `badData` where there are none, or one is not finite.
  func velocities() throws -> [SIMD3<Double>] {
    var velocities = [SIMD3<Double>](repeating: .zero, count: pointCount)
    for (axis, name) in FeatureName.velocities.enumerated() where axis < (dimension > 0 ? dimension : 3) {
      if dimension == 0, axis == 2, !featureNames.contains(name) { continue }
      for (i, value) in try feature(name).enumerated() { velocities[i][axis] = Double(value) }
    }
    guard velocities.allSatisfy({ $0.dot($0).isFinite }) else {
      throw MacrostateError(.badData, "a velocity is not finite; correct the input")
    }
    return velocities
  }

  /// The directions of all particles, vectors of length 1, or 0 for particles at rest.
  ///
  /// - Throws: `MacrostateError` of kind `badData` where the features are missing, or one is not finite.
  func directions(_ source: DirectionSource) throws -> [SIMD3<Double>] {
    if source == .heading || (source == .auto && featureNames.contains(FeatureName.heading)) {
      return try feature(FeatureName.heading).map { angle in
        guard angle.isFinite else { throw MacrostateError(.badData, "a heading is not finite; correct the input") }
        return SIMD3(cos(Double(angle)), sin(Double(angle)), 0)
      }
    }
    if source == .auto, !featureNames.contains(FeatureName.velocities[0]) {
      throw MacrostateError(
        .badData,
        "neither a feature 'heading' nor 'vx', 'vy', …; write headings (radians) or velocities with the particles: columns "
          + "of the file, or features of arrays with these names")
    }
    return try velocities().map { velocity in
      let length = velocity.dot(velocity).squareRoot()
      return length > 0 ? velocity / length : .zero
    }
  }
}
