import Foundation

extension TopologyContents {
  /// A PSF file of CHARMM, X-PLOR or NAMD: the sections `!NATOM` and `!NBOND`.
  static func psf(_ lines: TopologyLines) throws -> TopologyContents {
    var lines = lines
    var contents = TopologyContents()
    (contents.masses, contents.charges, contents.molecules) = ([], [], [])
    var residue = (name: "", count: 0)
    while let line = lines.next() {
      guard let mark = line.firstIndex(of: "!"), let count = TopologyLines.count(line[..<mark])
      else {
        continue
      }
      if line[mark...].hasPrefix("!NATOM") {
        for _ in 0..<count {
          guard let words = lines.next()?.split(whereSeparator: \.isWhitespace), words.count >= 8,
            let charge = Double(words[6]), let mass = Double(words[7])
          else { throw lines.error("it is no particle: number, segment, residue, name, type, charge, mass") }
          let name = words[1...3].joined(separator: " ")
          if name != residue.name { residue = (name, residue.count + 1) }
          contents.molecules?.append(residue.count)
          contents.add(.residue, words[3])
          contents.add(.name, words[4])
          contents.add(.type, words[5])
          contents.charges?.append(charge)
          contents.masses?.append(mass)
        }
      } else if line[mark...].hasPrefix("!NBOND") {
        var numbers: [Int] = []
        while numbers.count < 2 * count {
          guard let words = lines.next()?.split(whereSeparator: \.isWhitespace).map({ Int($0) }), !words.contains(nil)
          else {
            throw lines.error("the bonds end, or are no numbers, and \(count) were to come")
          }
          numbers += words.compactMap(\.self)
        }
        contents.bonds = stride(from: 0, to: 2 * count - 1, by: 2).map { (numbers[$0], numbers[$0 + 1]) }
      }
    }
    return contents
  }
}
