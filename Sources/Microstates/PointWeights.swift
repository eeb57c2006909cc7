/// The weights of points: a feature called `weight`, by which they count in means and densities.
public enum PointWeights {
  /// The name of the feature.
  public static let featureName = "weight"

  /// The weights of the points of a set, `[n]`, of their features `[n, c]`; nil where none is called so.
  public static func weights(of features: some Collection<Float>, named names: [String]) -> [Float]? {
    guard let column = names.firstIndex(of: featureName) else { return nil }
    return features.enumerated().compactMap { $0.offset % names.count == column ? $0.element : nil }
  }

  /// The features of the points of a set without their weights, `[n, c]`.
  public static func others(of features: some Collection<Float>, named names: [String]) -> [Float] {
    guard let column = names.firstIndex(of: featureName) else { return Array(features) }
    return features.enumerated().compactMap { $0.offset % names.count == column ? nil : $0.element }
  }

  /// The problem with the weights of a set: one below 0, or none above it; nil for good ones.
  public static func problem(_ weights: [Float]) -> String? {
    if let bad = weights.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
      return "the weight of particle \(bad) is \(weights[bad]); weights must be numbers of at least 0"
    }
    return weights.isEmpty || weights.contains { $0 > 0 } ? nil : "all weights are 0; one at least must be above it"
  }
}
