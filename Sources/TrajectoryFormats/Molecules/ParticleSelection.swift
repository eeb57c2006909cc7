import Foundation
import MacrostateStorage
import Microstates

/// A condition that particles must meet to be read: `type=1,2`, `name=CA`, `id=1-100,200`.
public struct ParticleSelection: Equatable, Sendable {
  /// What is looked at.
  enum Key: String, CaseIterable {
    case type, name, element, residue, id, molecule

    /// The label of that key; nil for numbers.
    var label: ParticleLabel? { ParticleLabel(rawValue: rawValue) }
  }

  /// The condition in words.
  let text: String
  let key: Key
  /// The names, or the numbers as text.
  let names: Set<String>
  /// The numbers.
  let ranges: [ClosedRange<Int>]

  /// The condition in words `key=value,value`; values are names, numbers or ranges of numbers.
  ///
  /// - Throws: `MacrostateError` of kind `usage` for what makes no sense.
  public init(_ text: String) throws {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2, let key = Key(rawValue: parts[0]) else {
      let keys = Key.allCases.map(\.rawValue).joined(separator: ", ")
      throw MacrostateError(.usage, "selection '\(text)': write KEY=VALUE,… such as type=1,2; keys are \(keys)")
    }
    self.text = text
    self.key = key
    names = Set(parts[1].split(separator: ",").map(String.init))
    ranges = names.compactMap(Self.range)
    guard !names.isEmpty, key.label != nil || ranges.count == names.count else {
      throw MacrostateError(
        .usage, "selection '\(text)': write numbers or ranges of them, such as \(key.rawValue)=1-100,200")
    }
  }

  private static func range(_ text: String) -> ClosedRange<Int>? {
    let ends = text.split(separator: "-").map { Int($0) }
    guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first <= last else {
      return nil
    }
    return first...last
  }

  /// Whether each particle of a frame meets the condition.
  ///
  /// - Throws: `MacrostateError` of kind `badData` where the frame does not say what is asked for.
  func matches(_ frame: ParticleFrame) throws -> [Bool] {
    if let label = key.label {
      guard let labels = frame.labels[label] else { throw missing(frame) }
      guard let known = labels.names else {
        return labels.numbers.values.map { value in names.contains(ParticleRows.text(value)) }
      }
      let isWanted = known.map(names.contains)
      return labels.numbers.values.map { isWanted[Int($0)] }
    }
    let numbers = key == .id ? frame.ids : frame.columns[FeatureName.molecule]
    guard let numbers = numbers?.values ?? (key == .id ? (1...max(1, frame.count)).map(Double.init) : nil) else {
      throw missing(frame)
    }
    return numbers.map { number in
      ranges.contains { Double($0.lowerBound) <= number && number <= Double($0.upperBound) }
    }
  }

  private func missing(_ frame: ParticleFrame) -> MacrostateError {
    let there = frame.labels.keys.map(\.rawValue).sorted().joined(separator: ", ")
    return frame.place.errorInHeader(
      "no \(key.rawValue) of particles to select by; the file has \(there.isEmpty ? "none" : there); give --topology, or "
        + "select by what is there")
  }
}
