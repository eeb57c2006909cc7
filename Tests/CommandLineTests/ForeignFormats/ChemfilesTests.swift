import Foundation
import MacrostateSettings
import MacrostateStorage
import TestSupport
import Testing
import TrajectoryFormats

/// Files of Tests/Fixtures/chemfiles, whose numbers are known by formula.
@Suite(.enabled(if: ForeignSetup.hasChemfiles, ForeignSetup.comment)) struct ChemfilesTests {
  private static func frames(
    _ name: String, _ request: ParticleRequest = ParticleRequest(), from mark: FrameMark? = nil
  ) throws -> [ParticleFrame] {
    let url = ForeignSetup.fixture("chemfiles/\(name)")
    func read<Format: ParticleFormat>(_ format: Format.Type) throws -> [ParticleFrame]
    where Format.Settings == NoSettings {
      #expect(Format.recognises(try FileBeginning(url)), "\(name)")
      return try ForeignSetup.frames(url, as: format, NoSettings(), request, from: mark)
    }
    return switch url.pathExtension {
    case "xtc": try read(XTCFormat.self)
    case "trr": try read(TRRFormat.self)
    case "nc", "ncdf": try read(NetCDFFormat.self)
    case "pdb": try read(PDBFormat.self)
    default: try read(GROFormat.self)
    }
  }

  /// A coordinate in Å.
  private static func coordinate(_ frame: Int, _ atom: Int, _ axis: Int) -> Double {
    Double((7 * frame + 5 * atom + 3 * axis) % 29)
  }

  private static let files = [
    "mdtraj.xtc", "mdtraj-9.xtc", "mdanalysis.xtc", "mdtraj.trr",
    "mdanalysis.trr", "mdtraj.nc", "mdanalysis.ncdf", "amber-cdf2.nc", "mdtraj.pdb", "openmm.pdb", "mdtraj.gro",
    "mdanalysis.gro",
  ]

  @Test(arguments: files) func positionsAndUnits(name: String) throws {
    let frames = try Self.frames(name)
    #expect(frames.count == (name == "mdanalysis.gro" ? 1 : 4))
    let count = name.contains("-9") ? 9 : 12
    for (number, frame) in frames.enumerated() {
      #expect(frame.count == count && frame.coordinates.count == 3 && frame.place.frame == number)
      #expect(frame.units.length == "Å" && frame.units.time == "ps")
      for atom in 0..<count {
        for axis in 0..<3 {
          let expected = Self.coordinate(number, atom, axis)
          #expect(abs(frame.positions[atom, axis] - expected) < 2e-6 * max(1, expected), "\(name)")
        }
      }
    }
  }

  @Test(arguments: files) func readingGoesOnAtAnyFrame(name: String) throws {
    let all = try Self.frames(name)
    for number in all.indices {
      let rest = try Self.frames(name, from: FrameMark(frame: number, byte: 0, line: 0))
      #expect(rest.map { $0.positions[0, 0] } == all.dropFirst(number).map { $0.positions[0, 0] })
      #expect(rest.map(\.time) == all.dropFirst(number).map(\.time))
      #expect(rest.first?.box?.bounds.map(\.high) == all[number].box?.bounds.map(\.high))
    }
  }

  @Test(arguments: files) func boxesAreThoseOfTheFrames(name: String) throws {
    for (number, frame) in try Self.frames(name).enumerated() {
      let box = try #require(frame.box, "\(name), frame \(number)")
      #expect(box.boundaries == [.periodic, .periodic, .periodic])
      // A PDB file has one box.
      let isTilted = number == 2 && !name.hasSuffix("pdb")
      guard isTilted else {
        #expect(box.tilt == nil && box.bounds.allSatisfy { $0.low == 0 && abs($0.high - 30) < 1e-5 }, "\(name)")
        continue
      }
      let edges = try #require(box.tilt?.edges)
      func product(_ a: Int, _ b: Int) -> Double { zip(edges[a], edges[b]).reduce(0) { $0 + $1.0 * $1.1 } }
      let cosines = [(1, 2), (0, 2), (0, 1)].map { product($0, $1) / (product($0, $0) * product($1, $1)).squareRoot() }
      for (cosine, degrees) in zip(cosines, [80.0, 85, 95]) {
        #expect(abs(cosine - cos(degrees * .pi / 180)) < 2e-5, "\(name)")
      }
      for edge in 0..<3 { #expect(abs(product(edge, edge).squareRoot() - 30) < 1e-4, "\(name)") }
      #expect(edges[0][1] == 0 && edges[0][2] == 0)
    }
  }

  @Test func timesAreThoseOfTheFiles() throws {
    for name in [
      "mdtraj.xtc", "mdtraj-9.xtc", "mdanalysis.xtc", "mdtraj.trr", "mdanalysis.trr", "mdtraj.nc", "mdanalysis.ncdf",
      "amber-cdf2.nc", "mdtraj.gro",
    ] {
      #expect(try Self.frames(name).map(\.time) == [1, 1.5, 2, 2.5], "\(name)")
    }
    // What mdtraj writes as the step of each frame of an XTC file is 0.
    #expect(try Self.frames("mdtraj.xtc").allSatisfy { $0.step == nil })
  }

  @Test func velocitiesHaveTheUnitsOfPositions() throws {
    let request = ParticleRequest(columns: ["vx", "vz"])
    for (name, unit) in [("mdanalysis.trr", 0.1), ("amber-cdf2.nc", 0.1), ("mdanalysis.gro", 0.1)] {
      for (number, frame) in try Self.frames(name, request).enumerated() {
        for (axis, column) in [(0, "vx"), (2, "vz")] {
          let velocities = try #require(frame.columns[column]?.values)
          for atom in 0..<12 {
            #expect(abs(velocities[atom] - unit * Self.coordinate(number, atom, axis)) < 2e-6 * 30, "\(name)")
          }
        }
        #expect(frame.columns["vy"] != nil && frame.columns["mass"] == nil)
      }
    }
    // A GRO file without velocities has none, though chemfiles has zeros.
    let file = try GROFormat.open(ForeignSetup.fixture("chemfiles/mdtraj.gro"), request, NoSettings(), from: nil)
    #expect(try file.next()?.columns.isEmpty == true && !file.columnNames.contains("vx"))
  }

  @Test(arguments: ["mdtraj.pdb", "mdtraj.gro"]) func atomsHaveNamesMassesAndMolecules(name: String) throws {
    let request = ParticleRequest(columns: ["mass", "molecule"], wantsAllLabels: true)
    for frame in try Self.frames(name, request) {
      let names = try #require(frame.labels[.name])
      #expect(names.names == ["O", "H1", "H2"] && names.numbers.values == (0..<12).map { Double($0 % 3) })
      #expect(frame.labels[.residue]?.names == ["HOH"])
      #expect(frame.columns["molecule"]?.values == (0..<12).map { Double($0 / 3 + 1) })
      #expect(frame.columns["mass"]?[0] == 15.999)
      if name == "mdtraj.pdb" {
        #expect(frame.labels[.element]?.names == ["O", "H"] && frame.columns["mass"]?[4] == 1.008)
      }
    }
  }

  @Test func aBoxOfOneIsNoBox() throws {
    let folder = try TemporaryFolder()
    let text = try String(contentsOf: ForeignSetup.fixture("chemfiles/openmm.pdb"), encoding: .utf8)
    let url = try folder.file(
      "x.pdb", Data(text.replacing("   30.000   30.000   30.000", with: "    1.000    1.000    1.000").utf8))
    #expect(try ForeignSetup.frames(url, as: PDBFormat.self, NoSettings()).allSatisfy { $0.box == nil })
  }

  @Test func compressedTextIsUnpacked() throws {
    let folder = try TemporaryFolder()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = [
      "-c", "gzip -c \"$0\" > \"$1\"", ForeignSetup.fixture("chemfiles/mdtraj.pdb").path, folder.file("x.pdb.gz").path,
    ]
    try process.run()
    process.waitUntilExit()
    let url = folder.file("x.pdb.gz")
    #expect(PDBFormat.recognises(try FileBeginning(url)))
    #expect(try ForeignSetup.frames(url, as: PDBFormat.self, NoSettings()).map(\.count) == [12, 12, 12, 12])
  }

  @Test func otherFormatsAreKnownByTheirNames() throws {
    let folder = try TemporaryFolder()
    let text =
      "@<TRIPOS>MOLECULE\nwater\n 3 2 1 0 0\nSMALL\nUSER_CHARGES\n\n@<TRIPOS>ATOM\n"
      + " 1 O  1.0 2.0 3.0 O.3 1 HOH -0.5\n 2 H1 2.0 2.0 3.0 H 1 HOH 0.25\n 3 H2 1.0 3.0 3.5 H 1 HOH 0.25\n"
      + "@<TRIPOS>BOND\n 1 1 2 1\n 2 1 3 1\n"
    let url = try folder.file("x.mol2", Data(text.utf8))
    #expect(ChemfilesFormat.recognises(try FileBeginning(url)))
    let request = ParticleRequest(columns: ["charge", "molecule"], wantsAllLabels: true)
    let frames = try ForeignSetup.frames(url, as: ChemfilesFormat.self, ChemfilesFormat.Settings(), request)
    let frame = try #require(frames.first)
    #expect((0..<3).map { frame.positions[2, $0] } == [1, 3, 3.5] && frame.box == nil && frame.time == nil)
    #expect(frame.columns["charge"]?.values == [-0.5, 0.25, 0.25] && frame.columns["molecule"]?.values == [1, 1, 1])
    expectError(.usage, containing: "--format chemfiles,format=NAME", "MOL2") {
      var settings = ChemfilesFormat.Settings()
      settings.format = "LAMMPS"
      _ = try ForeignSetup.frames(url, as: ChemfilesFormat.self, settings)
    }
  }

  @Test(arguments: ["mdtraj.xtc", "mdtraj.trr", "amber-cdf2.nc", "mdtraj.gro"])
  func aFileThatIsCutOffIsRefused(name: String) throws {
    let folder = try TemporaryFolder()
    let data = try Data(contentsOf: ForeignSetup.fixture("chemfiles/\(name)"))
    // The last line of a GRO file is the box, whose last number may be any.
    for length in [0, 3, 50, data.count / 2 + 1, data.count - (name.hasSuffix("gro") ? 40 : 5)] {
      let url = try folder.file("x.\(ForeignSetup.fixture(name).pathExtension)", data.prefix(length))
      do {
        let source = try TrajectoryReaders.open([url], options: ReadingOptions())
        #expect(try source.trajectory(0).frames.count < 4, "\(length) bytes of \(name)")
      } catch let error as MacrostateError {
        #expect(error.kind == .badData && error.message.contains(url.path), "\(error.message)")
      }
    }
  }

  @Test func filesOfOneFormatAreImported() throws {
    let scratch = try Scratch()
    let result = try scratch.succeed([
      "import", ForeignSetup.fixture("chemfiles/mdtraj.xtc").path, "--output", "x.dataset",
    ])
    #expect((result.output + result.errors).contains("4 frames"))
  }
}
