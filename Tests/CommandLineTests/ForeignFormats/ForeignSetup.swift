import Foundation
import MacrostateSettings
import Testing
import TrajectoryFormats

/// Whether the libraries are there that read files of other programs, which the tool beside the tests uses.
enum ForeignSetup {
  static func has(_ library: ForeignLibrary) -> Bool {
    guard let executable = RunningTool.executable else { return false }
    setenv(ForeignProcess.environmentVariable, executable.path, 1)
    return (try? library.examine()) != nil
  }

  static let hasChemfiles = has(.chemfiles)
  static let hasHDF5 = has(.hdf5)
  static let comment: Comment = "needs the libraries of Scripts/setup-formats --readers"

  static func fixture(_ name: String) -> URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/\(name)")
  }

  /// All frames of a file, read by the format's own name.
  static func frames<Format: ParticleFormat>(
    _ url: URL, as format: Format.Type, _ settings: Format.Settings, _ request: ParticleRequest = ParticleRequest(),
    from mark: FrameMark? = nil
  ) throws -> [ParticleFrame] {
    let file = try Format.open(url, request, settings, from: mark)
    var frames: [ParticleFrame] = []
    while let frame = try file.next() { frames.append(frame) }
    return frames
  }
}
