import Foundation
import MacrostateSettings
import MacrostateStorage
import TestSupport
import Testing
import TrajectoryFormats

/// GSD files against what the package gsd reads from them (Tests/Fixtures/gsd/make-fixtures.py).
@Suite struct GSDTests {
  private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures/gsd")

  /// A frame as gsd reads it.
  private struct Reference: Decodable {
    var step, dimensions: Int
    var box: [Double]
    var types: [String]
    var energy, force, position, typeid, mass, charge, velocity, image, orientation: [Double]
  }

  private static let everything = ParticleRequest(
    columns: [
      "mass", "charge", "vx", "vy", "vz", "q0", "q1", "q2", "q3", "energy", "force[1]", "force[2]", "force[3]",
    ],
    wantsAllLabels: true, wantsImages: true)

  private static func open(
    _ url: URL, _ request: ParticleRequest = everything, from mark: FrameMark? = nil
  ) throws -> any ParticleFile {
    try GSDFormat.open(url, request, NoSettings(), from: mark)
  }

  private static func frames(
    _ url: URL, _ request: ParticleRequest = everything, from mark: FrameMark? = nil
  ) throws -> [ParticleFrame] {
    let file = try open(url, request, from: mark)
    var frames: [ParticleFrame] = []
    while let frame = try file.next() { frames.append(frame) }
    return frames
  }

  private static func fixture(_ name: String) -> URL { fixtures.appendingPathComponent("\(name).gsd") }

  /// Columns by rows.
  private static func rows(_ columns: [ParticleColumn?], _ count: Int) -> [Double] {
    let columns = columns.compactMap(\.self)
    return (0..<count).flatMap { row in columns.map { $0[row] } }
  }

  @Test(arguments: ["tilted", "flat", "double", "still", "version-1"]) func framesAreThoseThatTheirPackageReads(
    name: String
  ) throws {
    let url = Self.fixtures.appendingPathComponent("reference.json")
    let all = try JSONDecoder().decode([String: [Reference]].self, from: Data(contentsOf: url))
    let reference = try #require(all[name])
    let frames = try Self.frames(Self.fixture(name))
    #expect(try Self.open(Self.fixture(name)).frameCount == reference.count)
    #expect(frames.count == reference.count)
    for (frame, expected) in zip(frames, reference) {
      #expect(frame.step == expected.step && frame.time == nil && frame.units.length == nil)
      #expect(frame.coordinates.count == expected.dimensions && frame.count == expected.typeid.count)
      #expect(Self.rows((0..<3).map(frame.positions.column), frame.count) == expected.position)
      #expect(frame.labels[.type]?.numbers.values == expected.typeid)
      #expect(frame.labels[.type]?.names == expected.types)
      func columns(_ names: String...) -> [Double] { Self.rows(names.map { frame.columns[$0] }, frame.count) }
      for (values, expected) in [
        (columns("mass"), expected.mass), (columns("charge"), expected.charge),
        (columns("vx", "vy", "vz"), expected.velocity), (columns("q0", "q1", "q2", "q3"), expected.orientation),
        (columns("force[1]", "force[2]", "force[3]"), expected.force), (columns("energy"), expected.energy),
        (Self.rows(frame.images ?? [], frame.count), expected.image),
      ] {
        // What a file has nowhere is no column.
        #expect(values.isEmpty || values == Array(expected.prefix(values.count)))
      }
      if name == "tilted" || name == "version-1" { #expect(frame.columns.count == (frame.count == 4 ? 13 : 9)) }
      guard ["tilted", "flat", "version-1"].contains(name) else {
        #expect(frame.box == nil)
        continue
      }
      let (x, y, z) = (expected.box[0], expected.box[1], expected.dimensions == 2 ? 1 : expected.box[2])
      let edges = [[x, 0, 0], [expected.box[3] * y, y, 0], [expected.box[4] * z, expected.box[5] * z, z]]
      let tilt = try #require(frame.box?.tilt)
      #expect(tilt.edges == edges)
      for axis in 0..<3 {
        let sum: Double = edges[0][axis] + edges[1][axis] + edges[2][axis]
        #expect(tilt.origin[axis] == -sum / 2)
      }
      #expect(frame.box?.boundaries == [.periodic, .periodic, .periodic])
    }
  }

  @Test func aFrameThatSetsNothingHasTheValuesOfTheFirst() throws {
    let frames = try Self.frames(Self.fixture("tilted"))
    #expect(
      frames.map { $0.columns["mass"]?.values } == [
        [1, 2, 3, 4], [5, 6, 7, 8], [1, 2, 3, 4], [1, 1], [1, 2, 3, 4],
      ])
    #expect(frames.map { $0.box?.tilt?.edges[0][0] } == [4, 4.5, 4, 4, 4])
    #expect(frames[4].positions[3, 2] == frames[0].positions[3, 2] && frames[3].columns["energy"] == nil)
  }

  @Test func columnsAreThoseOfTheFileAndReadWhereWanted() throws {
    let file = try Self.open(Self.fixture("tilted"), ParticleRequest())
    let frame = try #require(try file.next())
    #expect(frame.columns.isEmpty && frame.images == nil)
    #expect(
      Set(file.columnNames) == [
        "vx", "vy", "vz", "mass", "charge", "q0", "q1", "q2", "q3", "energy", "force[1]", "force[2]", "force[3]",
      ])
    guard case .singles = frame.positions.numbers else { throw MacrostateError(.failure, "positions were converted") }
    guard case .doubles = try #require(Self.frames(Self.fixture("double")).first).positions.numbers else {
      throw MacrostateError(.failure, "positions of double precision were rounded")
    }
  }

  @Test(arguments: ["tilted", "still"]) func readingGoesOnAtAMark(name: String) throws {
    let file = try Self.open(Self.fixture(name))
    var marks = [file.mark]
    while try file.next() != nil { marks.append(file.mark) }
    let all = try Self.frames(Self.fixture(name))
    for (number, mark) in marks.enumerated() {
      let rest = try Self.frames(Self.fixture(name), from: mark)
      #expect(rest.map(\.step) == all.dropFirst(number).map(\.step))
      #expect(rest.map { $0.positions[0, 1] } == all.dropFirst(number).map { $0.positions[0, 1] })
    }
  }

  @Test func aBoxThatNobodySetsIsNoBox() throws {
    #expect(try Self.open(Self.fixture("double")).notes.first?.contains("no frame sets a box") == true)
    #expect(try Self.open(Self.fixture("tilted")).notes.isEmpty)
  }

  // MARK: Files that are wrong

  /// Writes the file of `name` with `bytes` from `offset` on.
  private func damaged(
    _ folder: TemporaryFolder, _ name: String = "tilted", at offset: Int, _ bytes: some Collection<UInt8>
  ) throws -> URL {
    var data = try Data(contentsOf: Self.fixture(name))
    data.replaceSubrange(offset..<(offset + bytes.count), with: bytes)
    return try folder.file("x.gsd", data)
  }

  private func bytes<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }

  /// The first entry of the index whose array is called `name`, among those of `tilted.gsd`.
  private func entry(of name: String) throws -> Int {
    let data = try Data(contentsOf: Self.fixture("tilted"))
    func integer(_ at: Int, _ size: Int) -> Int { data[at..<(at + size)].reversed().reduce(0) { $0 << 8 | Int($1) } }
    let names = data[integer(24, 8)...].split(separator: 0, omittingEmptySubsequences: false)
    let number = try #require(names.firstIndex { $0.elementsEqual(name.utf8) })
    let places = (0..<128).map { integer(8, 8) + 32 * $0 }
    return try #require(places.first { integer($0 + 28, 2) == number })
  }

  private func lastEntry() throws -> Int {
    let data = try Data(contentsOf: Self.fixture("tilted"))
    func integer(_ at: Int) -> Int { data[at..<(at + 8)].reversed().reduce(0) { $0 << 8 | Int($1) } }
    let places = (0..<128).map { integer(8) + 32 * $0 }
    return try #require(places.last { integer($0 + 16) != 0 })
  }

  @Test func whatIsWrongIsSaid() throws {
    let folder = try TemporaryFolder()
    func expect(_ parts: String..., at offset: Int, _ bytes: [UInt8]) throws {
      let url = try damaged(folder, at: offset, bytes)
      let error = #expect(throws: MacrostateError.self) { try Self.frames(url) }
      #expect(error?.kind == .badData && error?.message.hasPrefix(url.path) == true)
      for part in parts { #expect(error?.message.contains(part) == true, "\(error?.message ?? "")") }
    }
    try expect("does not begin as a GSD file", at: 0, [1])
    try expect("index has 9223372036854775807 entries", at: 16, bytes(Int.max))
    try expect("index has 128 entries of 32 bytes from byte 99999999", at: 8, bytes(99_999_999))
    try expect("list of names has 18446744073709551615 entries", at: 32, bytes(UInt64.max))
    try expect("version 3.0 of GSD", at: 44, bytes(UInt32(3 << 16)))
    try expect("its schema is 'hoomy'", at: 112, Array("hoomy".utf8))
    let (positions, count) = (try entry(of: "particles/position"), try entry(of: "particles/N"))
    try expect("'particles/position' has 18446744073709551615 × 3", at: positions + 8, bytes(UInt64.max))
    try expect("particles/position has 3 × 3 elements, and 4 × 3 are needed", at: positions + 8, bytes(UInt64(3)))
    try expect("particles/position has 4 × 2 elements", at: positions + 24, bytes(UInt32(2)))
    try expect("its name has the number 500", at: positions + 28, bytes(UInt16(500)))
    try expect("elements of the unknown type 77", at: positions + 30, [77])
    let place = try Data(contentsOf: Self.fixture("tilted"))[(count + 16)..<(count + 24)]
    let number = Int(place.reversed().reduce(0) { $0 << 8 | Int($1) })
    try expect("frame 0", "elements, and 4294967295 × 3 are needed", at: number, bytes(UInt32.max))
    let types = try Data(contentsOf: Self.fixture("tilted"))[
      (try entry(of: "particles/typeid") + 16)..<(try entry(of: "particles/typeid") + 24)]
    try expect(
      "frame 0, particle 1: its type has the number 9.0, and there are 2 types",
      at: Int(types.reversed().reduce(0) { $0 << 8 | Int($1) }) + 4, bytes(UInt32(9)))
    // An entry of frame 0 becomes one of frame 3, and those behind it cannot follow.
    try expect("stands behind frame 3", at: try entry(of: "particles/image"), bytes(UInt64(3)))
    try expect("for 1099511627777 frames", at: try lastEntry(), bytes(UInt64(1) << 40))
    expectError(.badData, containing: "other.schema", "its schema is 'other'") {
      _ = try Self.frames(Self.fixtures.appendingPathComponent("other.schema"))
    }
    expectError(.missingInput, containing: "none.gsd") { _ = try Self.frames(folder.file("none.gsd")) }
  }

  @Test func aFileThatIsCutOffAnywhereIsRefused() throws {
    let folder = try TemporaryFolder()
    for name in ["tilted", "version-1"] {
      let data = try Data(contentsOf: Self.fixture(name))
      for length in Array(stride(from: 0, to: data.count, by: 61)) + Array((data.count - 70)..<data.count) {
        let url = try folder.file("x.gsd", data.prefix(length))
        let error = #expect(throws: MacrostateError.self, "\(name), \(length) bytes") { try Self.frames(url) }
        #expect(error?.kind == .badData && error?.message.hasPrefix(url.path) == true)
      }
    }
  }

  /// Whatever byte is damaged, the end is a message or frames.
  @Test func noByteDoesHarm() throws {
    let folder = try TemporaryFolder()
    let data = try Data(contentsOf: Self.fixture("version-1"))
    for place in data.indices where place < 900 || place > data.count - 800 {
      var changed = data
      changed[place] ^= place % 2 == 0 ? 0xff : 0x81
      let url = try folder.file("x.gsd", changed)
      do {
        let file = try Self.open(url, ParticleRequest())
        for _ in 0..<10 where try file.next() == nil { break }
      } catch let error as MacrostateError {
        #expect(error.message.hasPrefix(url.path))
      }
    }
  }
}
