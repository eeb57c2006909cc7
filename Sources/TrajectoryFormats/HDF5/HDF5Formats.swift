import Foundation
import MacrostateSettings

/// H5MD files, read by libhdf5; files of MDTraj in HDF5, too.
package enum H5MDFormat: ParticleFormat {
  package struct Settings: SettingsGroup {
    package static let summary = "An H5MD file"
    package static let settings = [
      Setting("group", \Settings.group, "Group of particles below /particles; empty for the only one")
    ]
    package var group = ""
    package init() {}
  }

  package static let name = "h5md"
  package static let title = "H5MD files"
  package static let kind = "H5MD file"
  package static let appearance = "an H5MD file, in HDF5"

  package static func recognises(_ file: FileBeginning) -> Bool {
    file.bytes.starts(with: [0x89] + Array("HDF\r\n".utf8))
  }

  package static func open(
    _ url: URL, _ request: ParticleRequest, _ settings: Settings, from mark: FrameMark?
  ) throws -> any ParticleFile {
    try ForeignParticleFile(
      url, with: .hdf5, format: name, settings: ["group": settings.group], request, from: mark)
  }
}

/// Arrays in HDF5 that are named by the user.
package enum HDF5Format: ParticleFormat {
  package struct Settings: SettingsGroup {
    package static let summary = "Arrays in an HDF5 file"
    package static let settings = [
      Setting(
        "positions", \Settings.positions, "Path of the positions, [frames, n, d] or [trajectories, frames, n, d]"),
      Setting("times", \Settings.times, "Path of the times, [frames]; empty for none"),
      Setting("box", \Settings.box, "Path of the periodic box's edges, [d], [d, d] or one a frame; empty for none"),
      Setting("types", \Settings.types, "Path of the particles' types, [n]; empty for none"),
      Setting("trajectory", \Settings.trajectory, .atLeast(-1), "Number of the trajectory from 0; -1 for the only one"),
    ]
    package var positions = ""
    package var times = ""
    package var box = ""
    package var types = ""
    package var trajectory = -1
    package init() {}
  }

  package static let name = "hdf5"
  package static let title = "arrays in HDF5"
  package static let kind = "HDF5 file"
  package static let appearance = "arrays in HDF5 (--format hdf5,positions=/PATH)"

  /// Only where it is asked for: nothing says which arrays are meant.
  package static func recognises(_ file: FileBeginning) -> Bool { false }

  package static func open(
    _ url: URL, _ request: ParticleRequest, _ settings: Settings, from mark: FrameMark?
  ) throws -> any ParticleFile {
    var given = [
      "positions": settings.positions, "times": settings.times, "box": settings.box, "types": settings.types,
    ]
    if settings.trajectory >= 0 { given["trajectory"] = "\(settings.trajectory)" }
    return try ForeignParticleFile(url, with: .hdf5, format: name, settings: given, request, from: mark)
  }
}
