import Foundation
import MacrostateCompute
import MacrostateStorage

/// A variable of an input script whose value is drawn for every run: a function of (seed, name, run) alone.
public struct DrawnVariable: Equatable, Sendable {
  /// The values that are drawn.
  enum Values: Equatable {
    /// Uniform in the union of intervals.
    case intervals([ClosedRange<Double>])
    /// One of these, each as likely as the others.
    case choices([Double])
    /// A seed of a random number generator: 1 … `largest`.
    case seed(largest: Int)
  }

  /// The variable's name in the script.
  public let name: String
  /// The seed of its values; `nil` for that of the data set.
  public let ownSeed: UInt64?
  let values: Values
  /// As it was written.
  let text: String

  /// The largest seed that LAMMPS's random numbers take: those of Marsaglia's kind take no more.
  private static let largestSeed = 900_000_000
  /// The largest seed that earlier versions drew.
  private static let earlierLargestSeed = Int(Int32.max)

  /// A seed for the script's own random numbers, drawn from `ownSeed` or from the seed of the data set: 1 … 900 000 000.
  public static func seed(named name: String, from ownSeed: UInt64? = nil) -> DrawnVariable {
    let text = ownSeed.map { "seed \($0)" } ?? "seed"
    return DrawnVariable(
      name: name, ownSeed: ownSeed, values: .seed(largest: largestSeed), text: "\(text) up to \(largestSeed)")
  }

  /// A seed as earlier versions drew it, 1 … 2³¹ − 1, of which some of LAMMPS's random numbers refuse most; for data
  /// that were made so.
  package static func earlierSeed(named name: String, from ownSeed: UInt64? = nil) -> DrawnVariable {
    DrawnVariable(
      name: name, ownSeed: ownSeed, values: .seed(largest: earlierLargestSeed),
      text: ownSeed.map { "seed \($0)" } ?? "seed")
  }

  /// Whether it is a seed.
  var isSeed: Bool {
    if case .seed = values { true } else { false }
  }

  /// Whether it is a seed as earlier versions drew it.
  var isEarlierSeed: Bool { values == .seed(largest: Self.earlierLargestSeed) }

  /// The variable of `--seed-variable`: `NAME`, or `NAME=S` for a seed S of its own.
  ///
  /// - Throws: `MacrostateError` of kind `usage` for anything else.
  public static func seed(parsing text: String) throws -> DrawnVariable {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard isName(parts[0]), parts.count == 1 || UInt64(parts[1]) != nil else {
      throw MacrostateError(.usage, "seed variable '\(text)': write NAME or NAME=S, such as velocity_seed=12")
    }
    return seed(named: parts[0], from: parts.count > 1 ? UInt64(parts[1]) : nil)
  }

  /// The variable of `--vary`: `half_l=10:22` for the numbers from 10 to 22, `half_l=8:10,22:24` for two intervals,
  /// `n=1,2,3` for one of several numbers.
  ///
  /// - Throws: `MacrostateError` of kind `usage` for anything else.
  public static func range(parsing text: String) throws -> DrawnVariable {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, isName(parts[0]), let values = values(parts[1]) else {
      throw MacrostateError(
        .usage, "vary '\(text)': write NAME=from:to, such as half_l=10:22, half_l=8:10,22:24, or NAME=a,b,c")
    }
    return DrawnVariable(name: parts[0], ownSeed: nil, values: values, text: parts[1])
  }

  private init(name: String, ownSeed: UInt64?, values: Values, text: String) {
    self.name = name
    self.ownSeed = ownSeed
    self.values = values
    self.text = text
  }

  /// The value in run m of a data set with this seed.
  public func value(seed: UInt64, run m: Int) -> Double {
    // Named by the variable and not by its place: options in another order draw the same.
    let number = Array(name.utf8).withUnsafeBytes { Checksum($0).value }
    var stream = RandomStream(seed: ownSeed ?? seed, purpose: .engineVariable, step: Int(number), set: m)
    switch values {
    case .seed(let largest): return Double(1 + stream.next(below: largest))
    case .choices(let choices): return choices[stream.next(below: choices.count)]
    case .intervals(let intervals):
      let total = intervals.reduce(0) { $0 + $1.upperBound - $1.lowerBound }
      var rest = stream.nextDouble() * total
      for interval in intervals.dropLast() {
        let length = interval.upperBound - interval.lowerBound
        if rest < length { return interval.lowerBound + rest }
        rest -= length
      }
      return min(intervals[intervals.count - 1].lowerBound + rest, intervals[intervals.count - 1].upperBound)
    }
  }

  /// Whether LAMMPS takes this as the name of a variable.
  static func isName(_ text: String) -> Bool {
    !text.isEmpty && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
  }

  private static func values(_ text: String) -> Values? {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    let ends = parts.map { part in
      part.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) ?? .nan }
    }
    guard ends.allSatisfy({ $0.allSatisfy(\.isFinite) }) else { return nil }
    if ends.allSatisfy({ $0.count == 1 }) { return .choices(ends.map { $0[0] }) }
    guard ends.allSatisfy({ $0.count == 2 && $0[0] < $0[1] }) else { return nil }
    return .intervals(ends.map { $0[0]...$0[1] })
  }
}
