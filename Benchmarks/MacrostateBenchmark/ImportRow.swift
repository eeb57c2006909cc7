import Foundation
import Microstates
import TrajectoryFormats

/// Import of one LAMMPS text dump into a data set on the disk: reading, checking, sorting by species and id, writing.
struct ImportRow {
  private let dump: URL

  init(dump: String) { self.dump = URL(fileURLWithPath: dump) }

  func run(seconds: Double) throws -> BenchmarkCommand.Line {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("macrostate-import-\(getpid())")
    defer { try? FileManager.default.removeItem(at: folder) }
    let frames = try LAMMPSDumpSource([dump]).trajectory(0).frames
    let atoms = frames.reduce(0) { $0 + $1.positions.reduce(0) { $0 + $1.count / 2 } }
    let rate = try rate(units: Double(atoms), seconds: seconds) { call in
      let url = folder.appendingPathComponent("\(call).dataset")
      let source = try LAMMPSDumpSource([dump])
      try importTrajectories(from: source, to: url, options: ImportOptions(programVersion: "benchmark"))
      try FileManager.default.removeItem(at: url)
    }
    return .init(row: "import-dump", unit: "atoms/s", rate: rate)
  }
}
