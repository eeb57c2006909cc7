import Foundation
import MacrostateStorage
import Microstates
import Testing
import TrajectoryFormats

/// Dumps as they come: from other systems, editors, restarts, and in several files.
@Suite struct LAMMPSDumpTextTests {
  let folder: DumpFolder
  let dump = DumpText()
  /// Types 1 and 2 of both frames.
  let frames: [[[Float]]] = [
    [[-2, 2, 4.5, 8.5], [0.5, 3, 1, 1.25]], [[-1.75, 2, 4.75, 8.5], [0.75, 3, 1.25, 1.25]],
  ]

  init() throws { folder = try DumpFolder() }

  /// The text of the frame with number f alone.
  private func frame(_ f: Int, step: Int? = nil) -> String {
    var one = dump
    one.frames = [dump.frames[f]]
    return one.text.replacing("TIMESTEP\n0", with: "TIMESTEP\n\(step ?? 100 * f)")
  }

  @Test func endsOfLinesAndBlankLines() throws {
    let text = dump.text
    for variant in [
      text.replacing("\n", with: "\r\n"), text + "\n\n  \n", "\n# made by hand\n" + text, "\u{FEFF}" + text,
      frame(0) + "\r\n# next\n" + frame(1), text.replacing("x y\n", with: "x y \n"),
    ] {
      #expect(try folder.positions(variant) == frames)
    }
  }

  @Test func aLastLineWithoutLineFeed() throws {
    // LAMMPS ends its lines with a blank; where others do not, nothing tells whether the last one is whole.
    #expect(try folder.positions(String(dump.text.dropLast())) == frames)
    let bare = dump.text.replacing(" \n", with: "\n")
    for text in [bare, bare.replacing("\n", with: "\r\n")] {
      let source = try folder.source(String(text.dropLast()))
      #expect(try source.trajectory(0).frames.map(\.positions) == frames)
      #expect(source.notes.count == 1 && source.notes[0].contains("the last line has no line feed"))
    }
    folder.expectRefusal("3 of its 4 atoms are there", String(dump.text.dropLast(2)))
    folder.expectRefusal("3 of its 4 atoms are there", String(dump.text.replacing("\n", with: "\r\n").dropLast(2)))
  }

  @Test func boxesThatDoNotSayHowTheyEnd() throws {
    let silent = dump.text.replacing(/BOUNDS .*/, with: "BOUNDS")
    let source = try folder.source(silent)
    #expect(source.box == nil && source.notes.count == 1 && source.notes[0].contains("space is taken as open"))
    // What the note advises, with tilts of zero, too.
    let said = silent.replacing(/ITEM: BOX BOUNDS.*/, with: { "\($0.output) pp pp pp" })
    #expect(try folder.source(said).box?.boundaries == [.periodic, .periodic])
    #expect(try folder.source(dump.text).notes.isEmpty)
  }

  @Test func boxesOfTiltZero() throws {
    var text = dump.text.replacing("BOUNDS pp", with: "BOUNDS xy xz yz pp")
    for line in ["-3.0 5.0", "1.0 9.0", "-0.5 0.5"] { text = text.replacing(line, with: line + " 0.0") }
    var source = try folder.source(text)
    #expect(source.box == SimulationBox(origin: [-3, 1], lengths: [8, 8], boundaries: [.periodic, .reflecting]))
    #expect(try source.trajectory(0).frames.map(\.positions) == frames)
    text = dump.text.replacing("BOUNDS pp", with: "BOUNDS abc origin pp")
    for (line, vector) in [("-3.0 5.0", "8 0 0 -3"), ("1.0 9.0", "0 8 0 1"), ("-0.5 0.5", "0 0 1 -0.5")] {
      text = text.replacing(line, with: vector)
    }
    source = try folder.source(text)
    #expect(source.box == SimulationBox(origin: [-3, 1], lengths: [8, 8], boundaries: [.periodic, .reflecting]))
    #expect(try source.trajectory(0).frames.map(\.positions) == frames)
  }

  /// Absolute positions stay along periodic axes; between walls those in relation to the walls do.
  @Test func aBoxThatMoves() throws {
    var moved = dump
    moved.bounds[0] = (-1, 7)
    moved.bounds[1] = (1.5, 9.5)
    let atoms = dump.frames[1]
    for columns in ["id type x y", "id type xs ys"] {
      var first = dump
      first.columns = columns
      first.frames = [dump.frames[0]]
      moved.columns = columns
      // The second atom has left the first box, whose image of it lies 8 to the left.
      moved.frames = [
        atoms.map { .init(id: $0.id, type: $0.type, x: $0.id == 2 ? 6 : $0.x, y: $0.y + 0.5) }
      ]
      let source = try folder.source(first.text + moved.text.replacing("TIMESTEP\n0", with: "TIMESTEP\n100"))
      var expected = frames
      expected[1][1][0] = -2
      #expect(try source.trajectory(0).frames.map(\.positions) == expected)
      #expect(source.notes.contains { $0.contains("the walls move") })
    }
  }

  @Test func roundingKeepsInsideThePeriod() throws {
    var dump = dump
    dump.bounds[0] = (0.7, 10)
    dump.frames = [[.init(id: 1, type: 1, x: 9.99999999, y: 2), .init(id: 2, type: 1, x: 0.7, y: 2)]]
    let lowest = Float(0.7).nextUp
    #expect(Double(Float(0.7)) < 0.7)
    #expect(try folder.positions(dump.text) == [[[lowest, 2, lowest, 2]]])
  }

  @Test func repeatedAndEmptyFrames() throws {
    let empty =
      frame(0).replacing("ATOMS\n4", with: "ATOMS\n0").split(separator: "\n")[..<9].joined(separator: "\n") + "\n"
    let source = try folder.source(empty + frame(0) + frame(1) + frame(0) + frame(1) + empty + frame(1, step: 200))
    let read = try source.trajectory(0).frames
    #expect(read.map(\.time) == [0, 100, 200])
    #expect(read.map(\.positions) == frames + [frames[1]])
    #expect(source.notes.map { $0.contains("x.dump: frames ") } == [true, true])
    #expect(source.notes.contains { $0.hasSuffix("frames that repeat an earlier one are left out (2 times)") })
    #expect(source.notes.contains { $0.hasSuffix("frames without atoms are left out") })
    folder.expectRefusal("it has no frames with atoms", empty + empty)
  }

  // MARK: Species

  private func named(_ column: String) -> String {
    var dump = dump
    dump.columns = "id \(column) x y"
    return dump.text.split(separator: "\n").map { line in
      let words = line.split(separator: " ")
      guard words.count == 4, let id = Int(words[0]) else { return String(line) }
      return "\(id) \(["Si", "O"][(id + 1) % 2]) \(words[2]) \(words[3])"
    }.joined(separator: "\n") + "\n"
  }

  @Test(arguments: ["element", "typelabel"]) func namesMakeSpecies(column: String) throws {
    // Atoms 1 and 3 are Si; species are sorted by name.
    let text = named(column)
    let source = try folder.source(text)
    #expect(source.speciesNames == ["O", "Si"])
    #expect(try source.trajectory(0).frames.map(\.positions) == frames.map { $0.reversed() })
    // Names of the dump are their order, others are new names in it.
    let ordered = try folder.source(text, options: .init(speciesNames: ["Si", "H", "O"]))
    #expect(ordered.speciesNames == ["Si", "H", "O"])
    #expect(try ordered.trajectory(0).frames.map(\.positions) == frames.map { [$0[0], [], $0[1]] })
    let renamed = try folder.source(text, options: .init(speciesNames: ["A", "B"]))
    #expect(renamed.speciesNames == ["A", "B"])
    #expect(try renamed.trajectory(0).frames.map(\.positions) == frames.map { $0.reversed() })
    folder.expectRefusal("1 names for the species O,Si", text, kind: .usage, options: .init(speciesNames: ["A"]))
    // A name that comes later.
    let range = try #require(text.range(of: "\n1 Si", options: .backwards))
    folder.expectRefusal(
      "line 23: atom 1, step 100: its \(column) is H, and the species of the first frames are O,Si; name all: --species "
        + "O,Si,H", text.replacingCharacters(in: range, with: "\n1 H"))
    folder.expectRefusal(
      "line 10: the column '\(column)' names the species, and has more than 64 names or one of more than 63 letters",
      text.replacing("Si", with: String(repeating: "a", count: 64)))
  }

  @Test func typesAreCalledByTheirNames() throws {
    var dump = dump
    dump.columns = "id type element x y vx"
    func text(_ names: [String]) -> String {
      dump.text.split(separator: "\n").map { line in
        var words = line.split(separator: " ").map(String.init)
        guard words.count == 6, let id = Int(words[0]) else { return String(line) }
        words[2] = names[(id + 1) % 2]
        return words.joined(separator: " ")
      }.joined(separator: "\n") + "\n"
    }
    let source = try folder.source(text(["Si", "O"]))
    #expect(source.speciesNames == ["Si", "O"])
    #expect(try source.trajectory(0).frames.map(\.positions) == frames)
    #expect(source.notes.contains { $0.hasSuffix("these columns are not used: vx") })
    // Two types of one element stay two species.
    #expect(try folder.source(text(["C", "C"])).speciesNames == ["type-1", "type-2"])
    #expect(
      try folder.source(text(["Si", "O"]), options: .init(speciesNames: ["A", "B"])).speciesNames == ["A", "B"])
  }

  @Test func whatIsNotUsedIsSaid() throws {
    var dump = dump
    dump.columns = "id mol type q x y vx vy ix iy c_pe"
    #expect(try folder.source(dump.text).notes.map { $0.hasSuffix("not used: mol q vx vy ix iy c_pe") } == [true])
    dump.columns = "id type x y z"
    #expect(try folder.source(dump.text, options: .init(dimension: 2)).notes == [])
    let timed = dump.text.replacing(/TIMESTEP\n(.*)\n/) {
      "TIME\n\(2.5 + (Double($0.output.1) ?? 0))\nITEM: \($0.output.0)"
    }
    let source = try folder.source(timed, options: .init(timeStep: 0.5))
    #expect(try source.trajectory(0).frames.map(\.time) == [2.5, 102.5])
    #expect(source.notes.count == 1 && source.notes[0].contains("--time-step 0.5 is not"))
    #expect(source.remarks["units of LAMMPS"] == nil)
    #expect(try folder.source("ITEM: UNITS\nmetal\n" + timed).remarks["units of LAMMPS"] == .text("metal"))
  }

  // MARK: Files

  @Test func framesInFilesOfTheirOwnAreOneTrajectory() throws {
    let names = [1000, 50, 0, 200]
    var files = try names.map { try folder.write(frame($0 % 100 == 0 ? 0 : 1, step: $0), "run.\($0).dump") }
    let source = try LAMMPSDumpSource(files)
    #expect(source.trajectoryCount == 1)
    #expect(try source.trajectory(0).frames.map(\.time) == [0, 50, 200, 1000])
    #expect(try source.trajectory(0).frames[1].positions == frames[1])
    #expect(source.notes.count == 1 && source.notes[0].contains("4 files of one frame each are one trajectory"))
    // Those of another run are another, though steps and atoms are the same; so is a file of several frames.
    files.append(try folder.write(dump.text, "whole.100.dump"))
    files += try [50, 0].map { try folder.write(frame(1, step: $0), "other.\($0).dump") }
    let several = try LAMMPSDumpSource(files)
    #expect(several.trajectoryCount == 3)
    #expect(
      try (0..<3).map { try several.trajectory($0).frames.map(\.time) } == [[0, 50, 200, 1000], [0, 100], [0, 50]])
  }

  @Test func otherNamesAndPieces() throws {
    let numbered = try [300, 100, 200].enumerated().map { try folder.write(frame(0, step: $1), "part-\($0).dump") }
    #expect(try LAMMPSDumpSource(numbered).trajectory(0).frames.map(\.time) == [100, 200, 300])
    // Starts of several runs stay apart.
    let starts = try (0..<3).map { try folder.write(frame(0, step: 0), "start-\($0).dump") }
    #expect(try LAMMPSDumpSource(starts).trajectoryCount == 3)
    // Pieces of one run, the second of which begins with the last frame of the first.
    let pieces = try [
      folder.write(frame(1, step: 100) + frame(0, step: 200), "b.dump"), folder.write(dump.text, "a.dump"),
    ]
    #expect(try LAMMPSDumpSource(pieces).trajectoryCount == 2)
    let joined = try LAMMPSDumpSource(pieces, options: .init(joinsFiles: true))
    #expect(joined.trajectoryCount == 1)
    #expect(try joined.trajectory(0).frames.map(\.time) == [0, 100, 200])
  }

  @Test func otherFormatsAreCalledByTheirNames() throws {
    let formats: [(Data, String)] = [
      (Data("BZh91AY&SY".utf8), "bzip2"), (Data([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0]), "xz"),
      (Data([0x28, 0xB5, 0x2F, 0xFD, 4]), "zstd"),
      (Data([0xF6] + Array(repeating: 0xFF, count: 7)) + Data("DUMPCUSTOM".utf8), "a binary dump of LAMMPS"),
      (Data("ITEM: TIMESTEP\n0\nITEM: NUMBER OF ENTRIES\n2\n".utf8), "a dump of style local"),
      (Data("ITEM: TIMESTEP\n".utf16.flatMap { [UInt8($0 & 255), 0] }), "neither NumPy arrays"),
      (Data([0xFF, 0xFE, 0x49, 0]), "UTF-16"), (Data("hello\n".utf8), "neither NumPy arrays"), (Data(), "neither"),
    ]
    // Their names say nothing.
    let file = folder.url.appendingPathComponent("x.dump")
    for (bytes, name) in formats {
      try bytes.write(to: file)
      let error = #expect(throws: MacrostateError.self) { _ = try TrajectoryReaders.type(of: file) }
      #expect(error?.kind == .badData && error?.message.contains(name) == true, "\(error?.message ?? "")")
      let refusal = #expect(throws: MacrostateError.self) { _ = try LAMMPSDumpSource([file]) }
      #expect(refusal?.kind == .badData)
    }
    #expect(mkfifo(folder.url.appendingPathComponent("pipe").path, 0o600) == 0)
    let pipe = #expect(throws: MacrostateError.self) {
      _ = try TrajectoryReaders.type(of: folder.url.appendingPathComponent("pipe"))
    }
    #expect(pipe?.kind == .missingInput)
  }
}
