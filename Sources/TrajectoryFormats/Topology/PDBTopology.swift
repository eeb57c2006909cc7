import Foundation

extension TopologyContents {
  /// The first model of a PDB file: names, elements, residues, and the bonds of `CONECT` records.
  ///
  /// Serial numbers only tell the particles of bonds: they may be hybrid-36 from 100 000 on, begin at 0, or repeat.
  static func pdb(_ lines: TopologyLines) throws -> TopologyContents {
    var lines = lines
    var contents = TopologyContents()
    var molecules: [Int] = []
    var residue = (name: "", count: 0)
    var places: [String: Int] = [:]
    var isFirstModel = true
    while let line = lines.next() {
      if line.hasPrefix("ENDMDL") || line.hasPrefix("END ") { isFirstModel = false }
      if isFirstModel, line.hasPrefix("ATOM  ") || line.hasPrefix("HETATM") {
        guard line.utf8.count >= 54 else {
          throw lines.error("'\(line.prefix(40))' is no whole particle of a PDB file")
        }
        contents.add(.name, line.columns(12..<16))
        contents.add(.residue, line.columns(17..<20))
        contents.add(.element, line.columns(76..<78))
        let name = line.columns(17..<27)
        if name != residue.name { residue = (name, residue.count + 1) }
        molecules.append(residue.count)
        let serial = line.columns(6..<11)
        places[serial] = places[serial] ?? molecules.count
      } else if line.hasPrefix("CONECT"), let first = places[line.columns(6..<11)] {
        for start in stride(from: 11, to: 31, by: 5) {
          // Each bond stands at both of its ends.
          if let second = places[line.columns(start..<(start + 5))], first < second {
            contents.bonds.append((first, second))
          }
        }
      }
    }
    contents.molecules = molecules
    if contents.labels[.element]?.contains("") ?? false { contents.labels[.element] = nil }
    return contents
  }
}
