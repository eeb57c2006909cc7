import Foundation
import MacrostateSettings

/// DCD files of CHARMM, NAMD, OpenMM, LAMMPS and others: lengths in Å, times by the header.
package enum DCDFormat: ParticleFormat {
  package static let name = "dcd"
  package static let title = "DCD files"
  package static let kind = "DCD file"
  package static let appearance = "a DCD file (CHARMM, NAMD, OpenMM, LAMMPS)"

  package static func recognises(_ file: FileBeginning) -> Bool {
    [4, 8].contains { file.bytes.dropFirst($0).starts(with: Array("CORD".utf8)) }
  }

  package static func open(
    _ url: URL, _ request: ParticleRequest, _ settings: NoSettings, from mark: FrameMark?
  ) throws -> any ParticleFile {
    try DCDFile(url, from: mark)
  }
}
