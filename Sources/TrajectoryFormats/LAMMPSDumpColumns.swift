import MacrostateStorage

/// Which columns of a dump's atoms are read: coordinates, type and id, in any order.
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
  /// The columns to read: the coordinates, then the type and the id where they are there.
  let table: TextColumns
  let typePlace: Int?
  let idPlace: Int?

  /// The columns after `ITEM: ATOMS`.
  ///
  /// - Parameter axes: how many axes are needed; `nil` for as many as there are.
  /// - Returns: `nil`, and the name of the axis that is missing.
  init(_ names: [String], axes: Int?) throws(MissingAxis) {
    var wanted: [Int] = []
    var coordinates: [Coordinate] = []
    for (axis, letter) in ["x", "y", "z"].prefix(axes ?? 3).enumerated() {
      let choices: [(String, Coordinate)] = [
        (letter, .absolute), (letter + "s", .scaled), (letter + "u", .absolute), (letter + "su", .scaled),
      ]
      guard
        let (column, coordinate) = choices.lazy.compactMap({ name, kind in
          names.firstIndex(of: name).map { ($0, kind) }
        }).first
      else {
        if axes == nil, axis > 0 { break }
        throw MissingAxis(letter: letter)
      }
      wanted.append(column)
      coordinates.append(coordinate)
    }
    self.coordinates = coordinates
    func place(_ name: String) -> Int? {
      guard let column = names.firstIndex(of: name) else { return nil }
      wanted.append(column)
      return wanted.count - 1
    }
    typePlace = place("type")
    idPlace = place("id")
    table = TextColumns(names: names, wanted: wanted)
  }

  /// A dump without coordinates along an axis that is needed.
  struct MissingAxis: Error {
    /// `x`, `y` or `z`.
    let letter: String
  }
}
