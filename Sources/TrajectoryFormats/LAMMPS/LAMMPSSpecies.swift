import MacrostateStorage

/// What makes the species of a dump's atoms: their types, names of types or elements, or nothing.
struct LAMMPSSpecies: Sendable {
  /// The column that tells the species apart: `type`, `typelabel` or `element`; `nil` where all atoms are of one.
  let column: String?
  /// The names of the S species: of the types 1 … S, or in the order of the species.
  let names: [String]
  /// The species of a name that the dump has.
  private let numbers: [String: Int]

  /// The species of dumps.
  ///
  /// - Parameters:
  ///   - column: what tells them apart.
  ///   - known: the species' own names, sorted where the dump has no types.
  ///   - given: the names that the user gives: of the types 1 …, or of the names of the dump in their order. Where all
  ///     names of the dump are among them, they are the order.
  init(column: String?, known: [String], given: [String]?) {
    self.column = column
    names = given ?? known
    let isOrder = column != "type" && known.allSatisfy(names.contains)
    numbers = Dictionary(zip(isOrder ? names : known, names.indices)) { first, _ in first }
  }

  /// The species of each row; `nil` where there is but one, without a column.
  ///
  /// - Throws: `MacrostateError` of kind `badData` that names the line.
  func species(of rows: LAMMPSDumpRows) throws -> [UInt8]? {
    let columns = rows.frame.columns
    guard columns.speciesColumn == column, column != nil || names.count == 1 else { throw otherColumn(rows) }
    if let place = columns.typePlace { return try types(of: rows, place) }
    return try columns.namePlace.map { try named(rows, $0) }
  }

  private func types(of rows: LAMMPSDumpRows, _ place: Int) throws -> [UInt8] {
    var species: [UInt8] = []
    species.reserveCapacity(rows.frame.atomCount)
    for (row, place) in rows.column(place).enumerated() {
      guard let type = Int(exactly: rows.frame.values[place]), (1...names.count).contains(type) else {
        throw rows.error(
          row: row,
          "its type is \(LAMMPSDumpRows.text(rows.frame.values[place])), and the species are "
            + "\(names.joined(separator: ", ")) for the types 1 to \(names.count); name all: --species A,B,…")
      }
      species.append(UInt8(type - 1))
    }
    return species
  }

  private func named(_ rows: LAMMPSDumpRows, _ place: Int) throws -> [UInt8] {
    let numberOfName = rows.frame.names.map { numbers[$0].map(UInt8.init) }
    var species: [UInt8] = []
    species.reserveCapacity(rows.frame.atomCount)
    for (row, place) in rows.column(place).enumerated() {
      let name = Int(rows.frame.values[place])
      guard let number = numberOfName[name] else {
        let known = numbers.keys.sorted().joined(separator: ",")
        throw rows.error(
          row: row,
          "its \(column ?? "") is \(rows.frame.names[name]), and the species of the first frames are \(known); name all: "
            + "--species \(known),\(rows.frame.names[name])")
      }
      species.append(number)
    }
    return species
  }

  private func otherColumn(_ rows: LAMMPSDumpRows) -> MacrostateError {
    let what =
      switch (column, rows.frame.columns.speciesColumn) {
      case (let wanted?, _): "no column '\(wanted)' for the species \(names.joined(separator: ", "))"
      case (nil, let found?): "a column '\(found)', which the first frame has not"
      case (nil, nil): "no column 'type' for the species \(names.joined(separator: ", "))"
      }
    return rows.scanner.error(
      atLine: rows.frame.firstLine - 1,
      "\(what); dump the same columns in all frames: dump 1 all custom 100 name.dump id type x y z")
  }
}
