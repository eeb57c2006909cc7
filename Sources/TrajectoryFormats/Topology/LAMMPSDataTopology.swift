import Foundation

extension TopologyContents {
  /// A data file of LAMMPS: the sections `Atoms`, `Masses` and `Bonds`. The style of atoms is that of the comment
  /// (`Atoms # full`), or is told by the number of columns where there is but one that fits.
  static func lammpsData(_ lines: TopologyLines) throws -> TopologyContents {
    var lines = lines
    var contents = TopologyContents()
    var massOfType: [String: Double] = [:]
    var counts: [String: Int] = [:]
    var types: [String] = []
    _ = lines.next()
    while let line = lines.next() {
      let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace).map(String.init)
      if words.count == 2, let count = TopologyLines.count(words[0]) { counts[words[1]] = count }
      guard let section = words.first, Int(section) == nil else { continue }
      switch section {
      case "Masses":
        for row in try lines.rows(counts: counts, of: words, line) where row.count >= 2 {
          massOfType[row[0]] = Double(row[1])
        }
      case "Atoms":
        let style = line.split(separator: "#").dropFirst().first?.trimmingCharacters(in: .whitespaces)
        let rows = try lines.rows(counts: counts, of: words, line)
        let columns = try LAMMPSAtomColumns(style, width: rows.first?.count ?? 0, lines)
        contents.ids = []
        contents.molecules = columns.molecule == nil ? nil : []
        contents.charges = columns.charge == nil ? nil : []
        for row in rows {
          guard row.count > columns.last, let id = Int(row[0]) else { throw lines.error("no whole row of an atom") }
          contents.ids?.append(id)
          types.append(row[columns.type])
          contents.add(.type, row[columns.type])
          if let place = columns.molecule { contents.molecules?.append(Int(row[place]) ?? 0) }
          if let place = columns.charge { contents.charges?.append(Double(row[place]) ?? 0) }
        }
      case "Bonds":
        for row in try lines.rows(counts: counts, of: words, line) {
          guard row.count >= 4, let first = Int(row[2]), let second = Int(row[3]) else {
            throw lines.error("no whole row of a bond: number, type and two atoms")
          }
          contents.bonds.append((first, second))
        }
      default: break
      }
    }
    let masses = types.compactMap { massOfType[$0] }
    contents.masses = masses.count == types.count && !masses.isEmpty ? masses : nil
    return contents
  }
}

/// The places of columns in the section `Atoms`.
private struct LAMMPSAtomColumns {
  let type: Int
  let molecule: Int?
  let charge: Int?
  /// The last column that is looked at.
  var last: Int { max(type, molecule ?? 0, charge ?? 0) }

  init(_ style: String?, width: Int, _ lines: TopologyLines) throws {
    // Three image flags may follow.
    let known = [5: "atomic", 8: "atomic", 7: "full", 10: "full"][width]
    switch style ?? known {
    case "atomic": (type, molecule, charge) = (1, nil, nil)
    case "charge": (type, molecule, charge) = (1, nil, 2)
    case "bond", "angle", "molecular": (type, molecule, charge) = (2, 1, nil)
    case "full": (type, molecule, charge) = (2, 1, 3)
    default:
      throw lines.error(
        "the style of atoms is \(style.map { "'\($0)'" } ?? "not said"); write it behind the section's name, as in "
          + "'Atoms # molecular'; atomic, charge, bond, angle, molecular and full are read")
    }
  }
}

extension TopologyLines {
  /// The words of the rows of a section: as many as the head of the file says.
  fileprivate mutating func rows(counts: [String: Int], of section: [String], _ line: String) throws -> [[String]] {
    let key = ["Masses": "atom", "Atoms": "atoms", "Bonds": "bonds"][section[0]] ?? ""
    // `2 atom types` has three words.
    let types = prefix(100).lazy.compactMap { line -> Int? in
      let words = line.split(whereSeparator: \.isWhitespace)
      return words.count >= 3 && words[1] == "atom" && words[2] == "types" ? Self.count(words[0]) : nil
    }.first
    let count = section[0] == "Masses" ? types ?? 0 : counts[key] ?? 0
    var rows: [[String]] = []
    while rows.count < count {
      guard let line = next() else { throw error("the file ends, and \(section[0]) has not its \(count) rows") }
      let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace).map(String.init)
      if !words.isEmpty { rows.append(words) }
    }
    return rows
  }
}
