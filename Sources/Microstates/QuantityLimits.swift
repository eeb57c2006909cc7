/// The sizes of times and lengths.
public enum QuantityLimits {
  /// The sizes that they may have: what is made of them, such as a rate of change, must keep its digits in single
  /// precision.
  public static let range = 1e-25...1e25

  /// What is wrong with the time of a frame that comes after one at `earlier`, if there is one; `nil` for nothing.
  public static func problem(time: Double, after earlier: Double?) -> String? {
    guard abs(time) <= range.upperBound else {
      return "its time is \(time), and may be \(range.upperBound) at most; choose another unit of time"
    }
    guard let earlier, time - earlier < range.lowerBound else { return nil }
    return "its time \(time) is \(time - earlier) after that of the frame before, and the least may be "
      + "\(range.lowerBound); choose another unit of time"
  }
}
