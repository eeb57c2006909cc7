import MacrostateCompute

/// The start of particles: clusters, each a Gaussian around a mean that is drawn uniformly from a disc.
///
/// The clusters have equal weights: every particle draws its own uniformly, so their sizes vary a little.
public struct InitialCondition: Codable, Equatable, Sendable {
  /// The number of clusters.
  public var componentCount: Int
  /// The standard deviation of a cluster along each axis; 0.1 is the covariance 0.01·I.
  public var standardDeviation: Double
  /// The radius of the disc, about the origin, that the means are drawn from.
  public var radius: Double

  /// `componentCount` clusters with means in the unit disc and covariance 0.01·I.
  public init(componentCount: Int, standardDeviation: Double = 0.1, radius: Double = 1) {
    self.componentCount = componentCount
    self.standardDeviation = standardDeviation
    self.radius = radius
  }

  /// Draws the positions of `count` particles, `[n, 2]`, from `stream`.
  public func positions(count: Int, from stream: inout RandomStream) -> [Float] {
    let means = (0..<componentCount).map { _ in meanInDisc(from: &stream) }
    let clusters = (0..<count).map { _ in stream.next(below: componentCount) }
    var positions = stream.normals(2 * count)
    for i in 0..<count {
      let mean = means[clusters[i]]
      positions[2 * i] = mean.x + Float(standardDeviation) * positions[2 * i]
      positions[2 * i + 1] = mean.y + Float(standardDeviation) * positions[2 * i + 1]
    }
    return positions
  }

  /// A point of the disc: points of the square around it are drawn until one lies inside. This takes no sine or cosine,
  /// whose last bit differs between systems.
  private func meanInDisc(from stream: inout RandomStream) -> (x: Float, y: Float) {
    while true {
      let x = 2 * stream.nextDouble() - 1
      let y = 2 * stream.nextDouble() - 1
      if x * x + y * y <= 1 { return (Float(radius * x), Float(radius * y)) }
    }
  }
}
