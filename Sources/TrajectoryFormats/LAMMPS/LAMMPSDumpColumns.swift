import MacrostateStorage
import Microstates

/// Which columns of a dump's atoms are read: coordinates, what names the species, and the id, in any order.
struct LAMMPSDumpColumns {
  /// Of each axis that is there, x first.
  let coordinates: [ParticleFrame.Coordinate]
  /// The columns to read: the coordinates, then the type, the name of the type and the id where they are there.
  let table: TextColumns
  /// Whether all coordinates are unwrapped ones.
  let isUnwrapped: Bool
  let typePlace: Int?
  /// Of `typelabel`, or else of `element`.
  let namePlace: Int?
  let idPlace: Int?
  /// The places of the columns that were asked for by name, and are there.
  let places: [String: Int]
  /// The places of `ix`, `iy` and `iz`; nil where they are not read.
  let imagePlaces: [Int]?
  /// The columns that may be asked for: all others, but for coordinates that nobody needs.
  let others: [String]

  private static let letters = ["x", "y", "z"]

  /// The spellings of an axis, the preferred first.
  private static func spellings(
    _ letter: String, prefersUnwrapped: Bool = false
  ) -> [(name: String, kind: ParticleFrame.Coordinate)] {
    let wrapped = [(letter, ParticleFrame.Coordinate.absolute), (letter + "s", .scaled)]
    let unwrapped = [(letter + "u", ParticleFrame.Coordinate.absolute), (letter + "su", .scaled)]
    return prefersUnwrapped ? unwrapped + wrapped : wrapped + unwrapped
  }

  /// What LAMMPS calls columns that have a name of ours.
  private static let spellingOfLAMMPS = [FeatureName.molecule: "mol", FeatureName.charge: "q"]

  /// The columns after `ITEM: ATOMS`.
  ///
  /// - Parameters:
  ///   - request: what is wanted.
  /// - Throws: what is wrong with them.
  init(_ names: [String], _ request: ParticleRequest) throws(Problem) {
    let found = Self.letters.map { letter in
      Self.spellings(letter, prefersUnwrapped: request.wantsUnwrapped).lazy.compactMap { spelling in
        // Columns may have got other names (dump_modify colname).
        (names.firstIndex(of: spelling.name) ?? names.firstIndex { $0.lowercased() == spelling.name })
          .map { (column: $0, kind: spelling.kind) }
      }.first
    }
    let count = request.axes ?? max(1, found.lastIndex { $0 != nil }.map { $0 + 1 } ?? 1)
    var wanted: [Int] = []
    var coordinates: [ParticleFrame.Coordinate] = []
    for axis in 0..<count {
      guard let coordinate = found[axis] else { throw .missingAxis(Self.letters[axis]) }
      wanted.append(coordinate.column)
      coordinates.append(coordinate.kind)
    }
    self.coordinates = coordinates
    isUnwrapped = wanted.allSatisfy { names[$0].hasSuffix("u") }
    func place(_ name: String) -> Int? {
      guard let column = names.firstIndex(of: name) else { return nil }
      if let place = wanted.firstIndex(of: column) { return place }
      wanted.append(column)
      return wanted.count - 1
    }
    typePlace = place("type")
    namePlace = typePlace == nil || request.wantsAllLabels ? place("typelabel") ?? place("element") : nil
    idPlace = place("id")
    let leftOut = Self.letters[count...].flatMap { Self.spellings($0).map(\.name) }
    let known = wanted.map { names[$0] } + leftOut
    others = names.filter { !known.contains($0) }
    let asked = Dictionary(
      request.columns.compactMap { name in
        let written = names.contains(name) ? name : Self.spellingOfLAMMPS[name] ?? name
        return known.contains(written) ? nil : place(written).map { (name, $0) }
      }
    ) { first, _ in first }
    places = asked
    let images = request.wantsImages ? ["ix", "iy", "iz"].compactMap { asked[$0] ?? place($0) } : []
    imagePlaces = images.count == 3 ? images : nil
    // Which of two is meant, nobody knows.
    if let twice = wanted.map({ names[$0] }).first(where: { name in names.count { $0 == name } > 1 }) {
      throw .doubled(twice)
    }
    table = TextColumns(names: names, wanted: wanted, named: namePlace.map { wanted[$0] })
  }

  /// The frame of the numbers `values` in these columns.
  ///
  /// - Parameter names: the names that the column of names has the numbers of.
  func frame(
    _ values: [Double], names: [String], step: Int, time: Double?, units: String?, box: FrameBox, timeText: String,
    place: FramePlace
  ) -> ParticleFrame {
    let rows = ParticleTable(values, width: table.width)
    var labels: [ParticleLabel: ParticleLabels] = [:]
    labels[.type] = typePlace.map { ParticleLabels(numbers: rows.column($0), names: nil, column: "type") }
    labels[.name] = namePlace.map { ParticleLabels(numbers: rows.column($0), names: names, column: nameColumn) }
    return ParticleFrame(
      step: step, time: time, units: FileUnits(system: units), box: box, count: values.count / table.width,
      positions: rows, coordinates: coordinates, ids: idPlace.map(rows.column), isUnwrapped: isUnwrapped,
      labels: labels,
      columns: places.mapValues(rows.column), images: imagePlaces?.map(rows.column), columnsAsWritten: table.names,
      timeText: timeText, place: place)
  }

  /// The name of the column of names.
  var nameColumn: String { table.names.contains("typelabel") ? "typelabel" : "element" }

  /// Why atoms cannot be read from columns.
  enum Problem: Error {
    /// There are no coordinates along an axis that is needed: `x`, `y` or `z`.
    case missingAxis(String)
    /// A column to read is there twice.
    case doubled(String)
  }
}
