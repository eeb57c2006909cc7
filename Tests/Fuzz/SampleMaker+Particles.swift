import Foundation
import MacrostateKit

/// Samples of files of particles.
extension SampleMaker {
  func particles(_ format: FuzzFormat) throws {
    func frames(_ text: (Int) -> String) -> String { (0..<4).map(text).joined() }
    let texts: [(String, String)] =
      switch format {
      case .xyz:
        [
          (
            "extended.xyz",
            frames {
              "2\nProperties=id:I:1:species:S:1:pos:R:3:vel:R:3 Lattice=\"4 0 0 0.5 4 0 0 0 4\" pbc=\"T T F\" "
                + "Origin=\"-1 0 0\" Time=0.\($0)\n2 Ar 0.5 1 2 1 2 3\n1 Ne 3 2 1.\($0) 4 5 6\n"
            }
          ), ("plain.xyz", frames { "2\n Atoms. Timestep: \($0)\n1 0 0 0.5\n2 1.25 -1 \($0)\n" }),
        ]
      case .yaml:
        [
          (
            "dump.yaml",
            frames {
              "---\ncreator: LAMMPS\ntimestep: \($0)\nunits: lj\ntime: 0.\($0)\nnatoms: 2\n"
                + "boundary: [ p, p, p, p, f, f, ]\nthermo:\n  - keywords: [ Step, Temp, ]\n  - data: [ 0, 1.5, ]\nbox:\n"
                + "  - [ 0, 4 ]\n  - [ 0, 4 ]\n  - [ 0, 4 ]\n  - [ 0.5, 0, 0 ]\nkeywords: [ id, type, x, y, z, vx, ]\n"
                + "data:\n  - [ 2 , 1 , 0.5 , 1 , 2, 3, ]\n  - [ 1 , 2 , 3.\($0) , 1e0 , 2, 4, ]\n...\n"
            }
          )
        ]
      default:
        [
          (
            "data",
            "LAMMPS data file\n\n3 atoms\n2 atom types\n1 bonds\n\n0 4 xlo xhi\n\nMasses\n\n1 12.0\n2 1.008\n\n"
              + "Atoms # full\n\n1 1 1 -0.5 0 0 0\n2 1 2 0.5 1 1 1 0 0 1\n3 2 2 0 2 2 2\n\nBonds\n\n1 1 1 2\n"
          ),
          (
            "gro",
            "title t= 0.5\n    3\n    1SOL     OW    1   0.100   0.200   0.300\n    1SOL    HW1    2   0.100   0.200   "
              + "0.300\n    2NA      NA    3   1.100   0.200   0.300\n   1.0 1.0 1.0\n"
          ),
          (
            "pdb",
            "CRYST1   10.000   10.000   10.000  90.00  90.00  90.00 P 1           1\n"
              + (1...3).map {
                "ATOM      \($0)  CA  ALA A   \($0)       1.000   2.000   3.000  1.00  0.00           C\n"
              }.joined() + "CONECT    1    2\nEND\n"
          ),
          (
            "psf",
            "PSF\n\n       3 !NATOM\n"
              + (1...3).map { "       \($0) SEG  1    ALA  CA   CT1   0.07  12.011  0\n" }.joined()
              + "\n       1 !NBOND: bonds\n       1       2\n"
          ),
        ]
      }
    for (name, text) in texts {
      try write(
        text,
        sample(format, name).appendingPathComponent(
          name == "data" ? "x.data" : "x.\(name.split(separator: ".").last ?? "")"))
    }
  }

  /// Files that other programs have written.
  func fixtures(_ format: FuzzFormat) throws {
    let all = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/\(format.rawValue)")
    for file in try Folder.contents(all) where file.pathExtension == format.rawValue {
      try FileManager.default.copyItem(
        at: file, to: sample(format, file.lastPathComponent).appendingPathComponent("x.\(format.rawValue)"))
    }
  }

  func ragged() throws {
    let folder = try sample(.ragged, "ragged")
    let arrays: [(String, [Double], [Int])] = [
      ("positions", (0..<12).map(Double.init), [6, 2]), ("offsets", [0, 2, 3, 6], [4]),
      ("trajectory_offsets", [0, 2, 3], [3]), ("times", [0, 2, 5], [3]), ("observables", [7, 8, 9], [3, 1]),
      ("types", [1, 2, 1, 2, 2, 1], [6]), ("box", [20, 20, 30, 30, 40, 40], [3, 2]),
    ]
    var members: [(name: String, bytes: [UInt8])] = []
    for (name, values, shape) in arrays {
      members.append(("\(name).npy", NumPyFile.bytes(values, shape: shape)))
    }
    try Data(ZipFile.archive(members, isDeflated: false)).write(to: folder.appendingPathComponent("x.npz"))
  }
}
