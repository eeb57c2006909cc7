import ClosureModels
import Foundation
import MacrostateCompute

/// The sets of Sec. 4.1: points on a line from mixtures of four equal Gaussian components, held in memory.
///
/// Component j of a set has its mean uniform in [(j − 2)/2, (j − 1)/2], j = 0 … 3, and its standard deviation uniform in
/// [0.1, 0.2]; each of the set's points comes from a component drawn anew. A set depends on (seed, set) alone.
public struct MixtureSets: PointSetSource {
  /// One component of a mixture.
  public struct Component: Equatable, Sendable {
    /// Its mean.
    public var mean: Double
    /// Its standard deviation.
    public var deviation: Double
  }

  /// The number of sets.
  public let count: Int
  /// n, points of a set.
  public let pointsPerSet: Int
  private let seed: UInt64
  private let points: [Float]

  /// `count` sets of `pointsPerSet` points.
  public init(count: Int, pointsPerSet: Int = 200, seed: UInt64 = 0) {
    self.count = count
    self.pointsPerSet = pointsPerSet
    self.seed = seed
    var points: [Float] = []
    points.reserveCapacity(count * pointsPerSet)
    for set in 0..<count {
      var random = RandomStream(seed: seed, purpose: .oneDimensionalSets, set: set)
      let components = Self.components(&random)
      for noise in random.normals(pointsPerSet) {
        let component = components[random.next(below: components.count)]
        points.append(Float(component.mean + component.deviation * Double(noise)))
      }
    }
    self.points = points
  }

  private static func components(_ random: inout RandomStream) -> [Component] {
    (0..<4).map { j in
      Component(mean: (Double(j - 2) + random.nextDouble()) / 2, deviation: 0.1 + 0.1 * random.nextDouble())
    }
  }

  /// The components that a set was drawn from.
  public func components(ofSet set: Int) -> [Component] {
    var random = RandomStream(seed: seed, purpose: .oneDimensionalSets, set: set)
    return Self.components(&random)
  }

  /// The density that a set was drawn from, at x.
  public func density(ofSet set: Int, at x: Double) -> Double {
    let components = components(ofSet: set)
    return components.reduce(0) { sum, component in
      let t = (x - component.mean) / component.deviation
      return sum + exp(-0.5 * t * t) / (component.deviation * (2 * .pi).squareRoot())
    } / Double(components.count)
  }

  /// The points of a set, `[n]`.
  public func points(ofSet set: Int) -> [Float] { Array(points[set * pointsPerSet..<(set + 1) * pointsPerSet]) }

  public var dimension: Int { 1 }
  public var featureCount: Int { 0 }
  public func pointCount(ofSet set: Int) -> Int { pointsPerSet }

  /// None: points count alike.
  public func weights(ofSet set: Int) -> [Float]? { nil }

  /// None: the line is open.
  public func cell(ofSet set: Int) -> PeriodicCell? { nil }

  public func withPoints(
    ofSet set: Int, _ body: (UnsafeBufferPointer<Float>, UnsafeBufferPointer<Float>) -> Void
  ) {
    points.withUnsafeBufferPointer { all in
      let own = UnsafeBufferPointer(rebasing: all[set * pointsPerSet..<(set + 1) * pointsPerSet])
      body(own, UnsafeBufferPointer(start: nil, count: 0))
    }
  }
}
