extension Collection<Double> {
  /// The mean over paths, nan of none. Where all agree it is their value: sums of it would be rounded, and a constant would
  /// seem to be missed.
  package var pathMean: Double {
    guard let first, contains(where: { $0 != first }) else { return first ?? .nan }
    return reduce(0, +) / Double(count)
  }
}
