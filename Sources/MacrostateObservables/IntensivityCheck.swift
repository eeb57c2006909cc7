/// Notices an observable that grows with the number of particles, from pairs (n, value) seen one after the other.
///
/// A straight line is fitted to value over n. Its slope in units of mean value per mean n is 0 for an intensive
/// observable, 1 for a sum over particles and 2 for a sum over pairs; from ½ on, and clear of the scatter, it is
/// reported. Where n hardly varies nothing can be said.
///
///     var check = IntensivityCheck()
///     for frame in frames { check.add(pointCount: frame.n, value: frame.energy) }
///     if let warning = check.warning(for: "energy") { log(warning) }
public struct IntensivityCheck: Sendable {
  private var count = 0.0
  private var smallest = Int.max
  private var largest = 0
  private var meanN = 0.0
  private var meanValue = 0.0
  // Sums of squares and products about the means (Welford's recurrence loses no digits).
  private var squaresN = 0.0
  private var squaresValue = 0.0
  private var products = 0.0

  /// A check that has seen nothing.
  public init() {}

  /// A check of all the `pairs`.
  public init(_ pairs: some Sequence<(pointCount: Int, value: Double)>) {
    for pair in pairs { add(pointCount: pair.pointCount, value: pair.value) }
  }

  /// Takes in the value of the observable for `pointCount` particles; values that are not finite are left out.
  public mutating func add(pointCount: Int, value: Double) {
    guard value.isFinite else { return }
    count += 1
    smallest = min(smallest, pointCount)
    largest = max(largest, pointCount)
    let differenceN = Double(pointCount) - meanN
    let differenceValue = value - meanValue
    meanN += differenceN / count
    meanValue += differenceValue / count
    squaresN += differenceN * (Double(pointCount) - meanN)
    squaresValue += differenceValue * (value - meanValue)
    products += differenceN * (value - meanValue)
  }

  /// The power p of value ∝ nᵖ that the line suggests at the means; `nil` where n or the data do not allow to tell.
  public var exponent: Double? {
    guard count >= 4, smallest > 0, Double(largest) >= 1.05 * Double(smallest), meanValue != 0 else { return nil }
    let slope = products / squaresN
    let residual = max(0, squaresValue - slope * products)
    let slopeError = (residual / ((count - 2) * squaresN)).squareRoot()
    guard abs(slope) > 4 * slopeError else { return nil }
    return slope * meanN / meanValue
  }

  /// A warning about the observable `name` if it grows with n, else `nil`.
  public func warning(for name: String) -> String? {
    guard let exponent, exponent >= 0.5 else { return nil }
    let power = (exponent * 10).rounded() / 10
    return "the observable '\(name)' grows about as n^\(power) with the number of particles "
      + "(n = \(smallest) to \(largest)): predictions will not carry over to another n; divide it by n"
      + (exponent > 1.5 ? "²" : "")
  }
}
