import MacrostateStorage
import Microstates

/// The columns of a frame in an XYZ file.
struct XYZColumns {
  /// The columns as they stand in the file, each with its name.
  let names: [String]
  /// The number of coordinates.
  let axes: Int
  /// The first column of coordinates.
  private let positions: Int
  /// The columns of words: only that of species is read.
  private let words: Set<Int>

  /// `name x y z`, and `count` columns in all.
  init(plain count: Int) {
    names = ["species", "x", "y", "z"] + (4..<max(4, count)).map { "column-\($0 + 1)" }
    (axes, positions, words) = (3, 1, [0])
  }

  /// The columns that `Properties` names: `species:S:1:pos:R:3`.
  ///
  /// - Returns: nil where it makes no sense, or has no positions.
  init?(properties: String) {
    let parts = properties.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count % 3 == 0 else { return nil }
    var names: [String] = []
    var words: Set<Int> = []
    var positions: (first: Int, count: Int)?
    for start in stride(from: 0, to: parts.count, by: 3) {
      let (name, kind) = (String(parts[start]), parts[start + 1])
      guard let count = Int(parts[start + 2]), (1...1000).contains(count), "RISL".contains(kind), kind.count == 1 else {
        return nil
      }
      let isPosition = name == "pos" || name == "positions"
      if isPosition {
        guard positions == nil, count <= 3, kind == "R" || kind == "I" else { return nil }
        positions = (names.count, count)
      }
      if kind == "S" || kind == "L" { words.formUnion(names.count..<(names.count + count)) }
      names += isPosition ? Array(["x", "y", "z"][..<count]) : Self.names(name, count)
    }
    guard let positions else { return nil }
    (self.names, self.words, axes, self.positions) = (names, words, positions.count, positions.first)
  }

  /// The names of the columns of a property.
  private static func names(_ name: String, _ count: Int) -> [String] {
    switch (name.lowercased(), count) {
    case ("velo", 2...3), ("vel", 2...3), ("velocities", 2...3), ("velocity", 2...3):
      Array(FeatureName.velocities[..<count])
    case ("force", 2...3), ("forces", 2...3): Array(["fx", "fy", "fz"][..<count])
    case ("mass", 1), ("masses", 1): [FeatureName.mass]
    case ("charge", 1), ("charges", 1), ("initial_charges", 1): [FeatureName.charge]
    case ("mol", 1), ("molecule", 1): [FeatureName.molecule]
    case (_, 1): [name]
    default: (1...count).map { "\(name)-\($0)" }
    }
  }

  /// The column of the species' names; nil where there is none.
  var species: Int? { column("species") ?? column("element") }
  /// The column of ids.
  var id: Int? { column("id") }
  /// The column of numbered types.
  var type: Int? { column("type").flatMap { words.contains($0) ? nil : $0 } }

  private func column(_ name: String) -> Int? { names.firstIndex { $0.lowercased() == name } }

  /// The columns that may be asked for.
  var others: [String] {
    let known = Set([species, id, type].compactMap(\.self)).union(words).union(positions..<(positions + axes))
    return names.indices.filter { !known.contains($0) }.map { names[$0] }
  }

  /// The columns to read: coordinates, then those of `others` that are asked for, species, type and id.
  ///
  /// - Parameter axes: the number of coordinates.
  func table(axes: Int, columns: [String]) -> (table: TextColumns, places: [String: Int]) {
    var wanted = Array(positions..<(positions + axes))
    var places: [String: Int] = [:]
    for name in columns where others.contains(name) && places[name] == nil {
      guard let column = names.firstIndex(of: name) else { continue }
      places[name] = wanted.count
      wanted.append(column)
    }
    for (name, column) in [("species", species), ("type", type), ("id", id)] {
      guard let column else { continue }
      places["=" + name] = wanted.count
      wanted.append(column)
    }
    return (TextColumns(names: names, wanted: wanted, named: species), places)
  }
}
