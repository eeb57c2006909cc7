import MacrostateStorage

/// Which columns of a dump's atoms are read: coordinates, what names the species, and the id, in any order.
struct LAMMPSDumpColumns {
  /// How a coordinate is written.
  enum Coordinate {
    /// `x` or unwrapped, `xu`: in the unit of positions.
    case absolute
    /// `xs` or `xsu`: in units of the box, from its lower bound.
    case scaled
  }

  /// Of each axis that is there, x first.
  let coordinates: [Coordinate]
  /// The columns to read: the coordinates, then the type, the name of the type and the id where they are there.
  let table: TextColumns
  let typePlace: Int?
  /// Of `typelabel`, or else of `element`.
  let namePlace: Int?
  let idPlace: Int?
  /// The columns that are not read, though nobody asked to leave them out.
  let unused: [String]

  private static let letters = ["x", "y", "z"]

  /// The spellings of an axis, the preferred first.
  private static func spellings(_ letter: String) -> [(name: String, kind: Coordinate)] {
    [(letter, .absolute), (letter + "s", .scaled), (letter + "u", .absolute), (letter + "su", .scaled)]
  }

  /// The columns after `ITEM: ATOMS`.
  ///
  /// - Parameters:
  ///   - axes: how many axes are needed; `nil` for as many as there are.
  ///   - readsNamesOfTypes: whether names are read where there are types, too.
  /// - Throws: what is wrong with them.
  init(_ names: [String], axes: Int?, readsNamesOfTypes: Bool) throws(Problem) {
    let found = Self.letters.map { letter in
      Self.spellings(letter).lazy.compactMap { spelling in
        names.firstIndex(of: spelling.name).map { (column: $0, kind: spelling.kind) }
      }.first
    }
    let count = axes ?? max(1, found.lastIndex { $0 != nil }.map { $0 + 1 } ?? 1)
    var wanted: [Int] = []
    var coordinates: [Coordinate] = []
    for axis in 0..<count {
      guard let coordinate = found[axis] else { throw .missingAxis(Self.letters[axis]) }
      wanted.append(coordinate.column)
      coordinates.append(coordinate.kind)
    }
    self.coordinates = coordinates
    func place(_ name: String) -> Int? {
      guard let column = names.firstIndex(of: name) else { return nil }
      wanted.append(column)
      return wanted.count - 1
    }
    typePlace = place("type")
    namePlace = typePlace == nil || readsNamesOfTypes ? place("typelabel") ?? place("element") : nil
    idPlace = place("id")
    // Which of two is meant, nobody knows.
    if let twice = wanted.map({ names[$0] }).first(where: { name in names.count { $0 == name } > 1 }) {
      throw .doubled(twice)
    }
    table = TextColumns(names: names, wanted: wanted, named: namePlace.map { wanted[$0] })
    let leftOut = Self.letters[count...].flatMap { Self.spellings($0).map(\.name) }
    unused = table.unread.filter { !leftOut.contains($0) }
  }

  /// What names the species: `type`, `typelabel` or `element`; `nil` where nothing does.
  var speciesColumn: String? {
    if typePlace != nil { return "type" }
    guard namePlace != nil else { return nil }
    return table.names.contains("typelabel") ? "typelabel" : "element"
  }

  /// Why atoms cannot be read from columns.
  enum Problem: Error {
    /// There are no coordinates along an axis that is needed: `x`, `y` or `z`.
    case missingAxis(String)
    /// A column to read is there twice.
    case doubled(String)
  }
}
