import Foundation
import MacrostateSettings

/// GSD files of the schema hoomd, as HOOMD-blue and the Python package gsd write them (gsd.readthedocs.io).
package enum GSDFormat: ParticleFormat {
  package static let name = "gsd"
  package static let title = "GSD files"
  package static let kind = "GSD file"
  package static let appearance = "a GSD file of HOOMD-blue"

  package static func recognises(_ file: FileBeginning) -> Bool { file.bytes.starts(with: GSDFile.magic) }

  package static func open(
    _ url: URL, _ request: ParticleRequest, _ settings: NoSettings, from mark: FrameMark?
  ) throws -> any ParticleFile {
    try GSDParticles(url, request, from: mark)
  }
}
