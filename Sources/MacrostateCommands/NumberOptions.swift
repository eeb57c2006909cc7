import ArgumentParser
import MacrostateKit

/// Reads a whole number of `range`. Options that take it are parsed as `.unconditional`: what follows them is their value,
/// so that `--steps -3` is a number that is too small and no unknown option.
func wholeNumber(_ range: ClosedRange<Int>) -> @Sendable (String) throws -> Int {
  { text in
    guard let value = Int(text), range.contains(value) else {
      throw ValidationError("it must be a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }
}

/// Reads a positive number, a time or a length.
@Sendable func positiveNumber(_ text: String) throws -> Double {
  guard let value = Double(text), QuantityLimits.range.contains(value) else {
    throw ValidationError(
      "it must be a positive number, such as 0.05, from \(QuantityLimits.range.lowerBound) to "
        + "\(QuantityLimits.range.upperBound); choose another unit for one that is smaller or larger")
  }
  return value
}

/// Reads a seed.
@Sendable func seedNumber(_ text: String) throws -> UInt64 {
  guard let value = UInt64(text) else { throw ValidationError("it must be a whole number from 0 to \(UInt64.max)") }
  return value
}

/// The numbers that options take at most, so that no product of them overflows and no array of them is absurd.
enum NumberLimit {
  static let threads = 0...1024
  static let trajectories = 1...100_000_000
  static let particles = 2...1_000_000
  static let predictedSteps = 1...100_000_000
  static let trainingSeeds = 1...10_000
}

/// The numbers of cells along the axes of a grid: `16x16`.
func gridExtents(_ text: String) throws -> [Int] {
  let extents = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
  guard (1...3).contains(extents.count), extents.allSatisfy({ (1...1 << 20).contains($0) }) else {
    throw ValidationError("grid '\(text)': write the numbers of cells along 1 to 3 axes, such as 16x16")
  }
  return extents
}
