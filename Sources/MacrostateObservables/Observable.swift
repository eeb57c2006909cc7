import Microstates

/// A macroscopic observable z̄ = φ̄(X): k numbers that are computed from the particles of one frame and do not depend
/// on their order.
///
/// Observables should be intensive (not grow with n), or what is learned at one n says nothing about another;
/// `IntensivityCheck` notices those that are not.
public protocol Observable: Sendable {
  /// The names and units of the k values.
  var descriptions: [ObservableDescription] { get }

  /// The k values.
  ///
  /// - Throws: `MacrostateError` of kind `badData` where the observable is not defined for this frame.
  func evaluate(_ microstate: MicrostateView) throws -> [Double]
}

extension Observable {
  /// The values `[k]` of a frame in space of `dimension` dimensions, in `box` or in open space.
  ///
  /// - Throws: `MacrostateError` of kind `badData` where the observable is not defined for this frame.
  public func evaluate(
    _ frame: Trajectory.Frame, dimension: Int, box: SimulationBox? = nil
  ) throws -> [Double] {
    let counts = frame.positions.map { $0.count / dimension }
    // Most data sets have one species, whose positions can be seen in place.
    let positions = frame.positions.count == 1 ? frame.positions[0] : frame.positions.flatMap(\.self)
    return try positions.withUnsafeBufferPointer {
      try evaluate(MicrostateView(dimension: dimension, positions: $0, speciesCounts: counts, box: box))
    }
  }
}
