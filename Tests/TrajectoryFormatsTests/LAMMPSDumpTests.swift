import Foundation
import MacrostateStorage
import Microstates
import Testing
import TrajectoryFormats

@Suite struct LAMMPSDumpTests {
  let folder: DumpFolder
  let dump = DumpText()
  /// Types 1 and 2 of the first frame.
  let first: [[Float]] = [[-2, 2, 4.5, 8.5], [0.5, 3, 1, 1.25]]
  let second: [[Float]] = [[-1.75, 2, 4.75, 8.5], [0.75, 3, 1.25, 1.25]]

  init() throws { folder = try DumpFolder() }

  @Test(arguments: [
    "id type x y", "y hello x type id", "type id xs ys zs", "xu yu zu id type", "id type xsu ysu", "id type x ys z",
  ])
  func columnsMayStandInAnyOrderAndKind(columns: String) throws {
    var dump = dump
    dump.columns = columns
    let source = try folder.source(dump.text)
    #expect(source.dimension == 2)
    #expect(source.speciesNames == ["type-1", "type-2"])
    let frames = try source.trajectory(0).frames
    #expect(frames.map(\.positions) == [first, second])
    #expect(frames.map(\.time) == [0, 100])
  }

  @Test func atomsMayBeReordered() throws {
    var dump = dump
    dump.frames = dump.frames.enumerated().map { f, atoms in f == 0 ? atoms.reversed() : [2, 0, 3, 1].map { atoms[$0] }
    }
    #expect(try folder.positions(dump.text) == [first, second])
    // Ids that are far from 1 … n.
    for (f, i) in [(0, 0), (0, 1), (0, 2), (0, 3), (1, 0), (1, 1), (1, 2), (1, 3)] {
      dump.frames[f][i].id = dump.frames[f][i].id * 1_000_003
    }
    #expect(try folder.positions(dump.text) == [first, second])
  }

  @Test func theirNumberMayChange() throws {
    var dump = dump
    dump.frames.append([DumpText.Atom(id: 9, type: 2, x: 0, y: 5)])
    #expect(try folder.positions(dump.text) == [first, second, [[], [0, 5]]])
  }

  @Test func withoutTypesThereIsOneSpeciesInTheFilesOrder() throws {
    var dump = dump
    dump.columns = "x y"
    let source = try folder.source(dump.text)
    #expect(source.speciesNames == ["particle"])
    #expect(try source.trajectory(0).frames[0].positions == [[-2, 2, 0.5, 3, 4.5, 8.5, 1, 1.25]])
  }

  @Test func theBoxKeepsItsOriginAndWrapsWhatIsOutside() throws {
    var dump = dump
    dump.frames = [[.init(id: 1, type: 1, x: 5.25, y: 9), .init(id: 2, type: 1, x: -3.5, y: 1)]]
    let source = try folder.source(dump.text)
    #expect(
      source.box
        == SimulationBox(origin: [-3, 1], lengths: [8, 8], boundaries: [.periodic, .reflecting]))
    #expect(try source.trajectory(0).frames[0].positions == [[-2.75, 9, 4.5, 1]])
    dump.boundaries = "ss mm pp"
    #expect(try folder.source(dump.text).box == nil)
    #expect(try folder.positions(dump.text) == [[[5.25, 9, -3.5, 1]]])
  }

  @Test func sixDigitsMayRoundAParticleOntoTheWall() throws {
    var dump = dump
    dump.bounds[1] = (1, 8.99999)
    dump.frames = [[.init(id: 1, type: 1, x: 0, y: 9)]]
    #expect(try folder.positions(dump.text) == [[[0, 8.99999]]])
  }

  @Test func namesDimensionAndTimesCanBeGiven() throws {
    var dump = dump
    dump.columns = "id type x y z"
    let options = LAMMPSDumpSource.Options(timeStep: 0.002, speciesNames: ["A", "B", "C"], dimension: 3)
    let source = try folder.source(dump.text, options: options)
    #expect(source.speciesNames == ["A", "B", "C"])
    #expect(source.box?.boundaries == [.periodic, .reflecting, .periodic])
    let frames = try source.trajectory(0).frames
    #expect(frames[0].positions == [[-2, 2, 0, 4.5, 8.5, 0], [0.5, 3, 0, 1, 1.25, 0], []])
    #expect(frames.map(\.time) == [0, 0.2])
    #expect(
      try folder.source(dump.text, options: .init(dimension: 1)).trajectory(0).frames[0].positions[0] == [-2, 4.5])
  }

  @Test func timesOfTheDumpAreTaken() throws {
    let text = dump.text.replacingOccurrences(
      of: "ITEM: TIMESTEP\n", with: "ITEM: UNITS\nlj\nITEM: TIME\n7.5\nITEM: TIMESTEP\n"
    )
    .replacingOccurrences(of: "7.5\nITEM: TIMESTEP\n100", with: "8.25\nITEM: TIMESTEP\n100")
    let source = try folder.source(text)
    #expect(source.hasTimes)
    #expect(try source.trajectory(0).frames.map(\.time) == [7.5, 8.25])
  }

  @Test func compressedDumpsAndSeveralAreRead() throws {
    let plain = try folder.write(dump.text, "a.dump")
    let gzip = Process()
    gzip.executableURL = URL(fileURLWithPath: "/bin/gzip")
    gzip.arguments = ["-k", plain.path]
    try gzip.run()
    gzip.waitUntilExit()
    let packed = folder.url.appendingPathComponent("a.dump.gz")
    #expect(try TrajectoryReaders.type(of: packed) == LAMMPSDumpSource.self)
    var one = dump
    one.frames = [dump.frames[1]]
    let source = try LAMMPSDumpSource([plain, packed, folder.write(one.text, "b.dump")])
    #expect(source.trajectoryCount == 3)
    #expect(source.typicalFrameCount == 2)
    try importTrajectories(
      from: source, to: folder.url.appendingPathComponent("x.dataset"), options: ImportOptions(programVersion: "1"))
    let dataset = try Dataset.open(folder.url.appendingPathComponent("x.dataset"))
    #expect(dataset.description.box == source.box)
    #expect((0..<3).map { dataset.frameCount(ofTrajectory: $0) } == [2, 2, 1])
    for frame in [0, 2] { #expect(dataset.withPositions(frame: frame, species: 1, Array.init) == first[1]) }
    for frame in [1, 3, 4] { #expect(dataset.withPositions(frame: frame, species: 0, Array.init) == second[0]) }
    // A stream that ends too early is damage.
    let cut = folder.url.appendingPathComponent("cut.dump.gz")
    try Data(contentsOf: packed).dropLast(20).write(to: cut)
    let error = #expect(throws: MacrostateError.self) { _ = try LAMMPSDumpSource([cut]).trajectory(0) }
    #expect(error?.message.contains("cut.dump.gz: its compressed data are damaged or cut off") == true)
  }

  @Test func aLargeFrameCrossesTheBuffer() throws {
    var dump = dump
    dump.frames = [
      (0..<40_000).map { i in
        DumpText.Atom(id: i + 1, type: 1 + i % 2, x: Double(i % 777) / 100 - 3, y: 1 + Double(i % 91) / 13)
      }
    ]
    let text = dump.text
    #expect(text.utf8.count > 1_000_000)
    let expected = (0..<2).map { type in
      dump.frames[0].filter { $0.type == type + 1 }.flatMap { [Float($0.x), Float($0.y)] }
    }
    #expect(try folder.positions(text) == [expected])
  }

  /// Every number must be the nearest double, as Swift's own reader gives it.
  @Test func numbersAreReadExactly() throws {
    let words = [
      "1", "-0", "+2.5", "0.1", "-3.14159", "1e-3", "2E+2", "9007199254740993", "1.7976931348623157e+300",
      "4.9406564584124654e-324", "123456789012345678901234567890", "0.000000000000000000000012345", ".5", "5.",
      "2.2250738585072011e-308", "6.02214076e23", "0.30000000000000004", "7.038531e-26", "1e22", "1e23", "1e-22",
    ]
    var rows = ""
    for word in words { rows += "\(word) 0\n" }
    let text = """
      ITEM: TIMESTEP
      0
      ITEM: NUMBER OF ATOMS
      \(words.count)
      ITEM: BOX BOUNDS ss ss ss
      0 1
      0 1
      0 1
      ITEM: ATOMS x y
      \(rows)
      """
    let read = try folder.positions(text, options: .init(dimension: 1))[0][0]
    // As 32-bit numbers in the store; infinite where they are too large for that.
    #expect(read == words.map { Float(Double($0) ?? .nan) })
  }
}
