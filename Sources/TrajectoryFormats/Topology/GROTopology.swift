import Foundation

extension TopologyContents {
  /// The first frame of a GRO file: residue number and name, atom name and number, in columns of five letters.
  static func gro(_ lines: TopologyLines) throws -> TopologyContents {
    var lines = lines
    _ = lines.next()
    guard let count = lines.next().flatMap({ TopologyLines.count($0) }) else {
      throw lines.error("a GRO file has the number of its particles in the second line")
    }
    var contents = TopologyContents()
    var residue = (number: "", count: 0)
    var molecules: [Int] = []
    for _ in 0..<count {
      guard let line = lines.next() else { throw lines.error("the file ends, and has not its \(count) particles") }
      guard line.utf8.count >= 20 else { throw lines.error("'\(line.prefix(40))' is no particle of a GRO file") }
      let number = line.columns(0..<10)
      // Numbers of residues begin again at 0 after 99999.
      if number != residue.number { residue = (number, residue.count + 1) }
      molecules.append(residue.count)
      contents.add(.residue, line.columns(5..<10))
      contents.add(.name, line.columns(10..<15))
    }
    contents.molecules = molecules
    return contents
  }
}

extension String {
  /// The letters in columns counted from 0, as far as there are any.
  func columns(_ range: Range<Int>) -> String {
    String(decoding: utf8.dropFirst(range.lowerBound).prefix(range.count), as: UTF8.self)
  }
}
