import MacrostateSettings
import MacrostateStorage

/// Two species of a mixture, by their places and names.
public struct SpeciesPair: Sendable, Equatable {
  /// The place of the first species, whose particles have neighbours.
  public let first: Int
  /// The place of the second species, whose particles are the neighbours.
  public let second: Int
  /// Both names: `AB` for the species A and B, `Na_Cl` for longer names.
  public let name: String

  private init(_ first: Int, _ second: Int, of names: [String]) {
    self.first = first
    self.second = second
    let separator = names.allSatisfy { $0.count == 1 } ? "" : "_"
    name = names[first] + separator + names[second]
  }

  /// Checks that there are pairs of different species.
  ///
  /// - Throws: `MacrostateError` of kind `usage` that names the observable.
  static func requireTwo(_ names: [String], for observable: String) throws {
    guard names.count > 1 else {
      throw PartRequest("observable", named: observable).error("needs two species or more; the data have one")
    }
  }

  /// Every ordered pair of different species: AB, BA for A and B.
  static func ordered(_ names: [String]) -> [SpeciesPair] {
    names.indices.flatMap { a in
      names.indices.filter { $0 != a }.map { SpeciesPair(a, $0, of: names) }
    }
  }

  /// Every ordered pair, of one species with itself too: AA, AB, BA, BB for A and B.
  static func all(_ names: [String]) -> [SpeciesPair] {
    names.indices.flatMap { a in names.indices.map { SpeciesPair(a, $0, of: names) } }
  }

  /// Every unordered pair, of one species with itself too: AA, AB, BB for A and B.
  static func unordered(_ names: [String]) -> [SpeciesPair] {
    names.indices.flatMap { a in (a..<names.count).map { SpeciesPair(a, $0, of: names) } }
  }
}

extension MicrostateView {
  /// Checks that there are as many species as there are names.
  ///
  /// - Throws: `MacrostateError` of kind `badData`.
  func require(species names: [String]) throws {
    guard speciesCounts.count == names.count else {
      throw MacrostateError(
        .badData,
        "the frame has \(speciesCounts.count) species, the observable wants \(names.joined(separator: ", "))")
    }
  }
}
