import Foundation
import MacrostateSettings
import MacrostateStorage
import TestSupport
import Testing
import TrajectoryFormats

/// DCD files of others (Tests/Fixtures/chemfiles/make-fixtures.py), and as the writers of the field make them.
@Suite struct DCDTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures/dcd")

  private func frames(_ url: URL, from mark: FrameMark? = nil) throws -> [ParticleFrame] {
    #expect(DCDFormat.recognises(try FileBeginning(url)))
    return try framesOfAny(url, from: mark)
  }

  private func framesOfAny(_ url: URL, from mark: FrameMark? = nil) throws -> [ParticleFrame] {
    let file = try DCDFormat.open(url, ParticleRequest(), NoSettings(), from: mark)
    var frames: [ParticleFrame] = []
    while let frame = try file.next() { frames.append(frame) }
    return frames
  }

  private func frames(_ sample: DCDSample) throws -> [ParticleFrame] {
    try frames(folder.file("x.dcd", sample.data(Self.positions)))
  }

  /// Three frames of five atoms.
  private static let positions: [[Float]] = (0..<3).map { f in (0..<15).map { Float(100 * f + $0) / 4 } }

  private func positions(_ frame: ParticleFrame) -> [Float] {
    (0..<frame.count).flatMap { row in (0..<3).map { Float(frame.positions[row, $0]) } }
  }

  @Test(arguments: ["mdtraj", "openmm", "mdanalysis"]) func filesOfOthersAreReadAtAnyPlace(name: String) throws {
    let url = Self.fixtures.appendingPathComponent("\(name).dcd")
    let file = try DCDFormat.open(url, ParticleRequest(), NoSettings(), from: nil)
    #expect(file.frameCount == 4)
    var marks = [file.mark]
    while try file.next() != nil { marks.append(file.mark) }
    let all = try frames(url)
    for (f, frame) in all.enumerated() {
      #expect(frame.units.length == "Å" && frame.units.time == "ps" && frame.count == 12)
      for i in 0..<12 {
        for k in 0..<3 { #expect(abs(frame.positions[i, k] - Double((7 * f + 5 * i + 3 * k) % 29)) < 1e-5) }
      }
      #expect(try frames(url, from: marks[f]).map(positions) == all.dropFirst(f).map(positions))
    }
    #expect(try frames(url, from: marks[4]).isEmpty)
  }

  @Test func timesComeFromTheHeader() throws {
    func times(_ name: String) throws -> [Double?] {
      try frames(Self.fixtures.appendingPathComponent("\(name).dcd")).map(\.time)
    }
    // 2 fs, from step 100 on, every 100th; MDAnalysis writes 0.5 ps between frames as a step.
    #expect(try times("openmm") == [0.2, 0.4, 0.6, 0.8].map { Optional(($0 * 500).rounded() * 0.002) })
    for (time, expected) in zip(try times("mdanalysis"), [0, 1, 2, 3.0]) {
      #expect(abs(try #require(time) - expected) < 1e-6)
    }
    #expect(try times("mdtraj") == [nil, nil, nil, nil])
    for (length, isKnown) in [(0.0, false), (1.0, false), (0.5, true), (-1, false)] {
      for isCHARMM in [true, false] {
        let sample = DCDSample(firstStep: 7, interval: 3, stepLength: length, isCHARMM: isCHARMM)
        let url = try folder.file("x.dcd", sample.data(Self.positions))
        let file = try DCDFormat.open(url, ParticleRequest(), NoSettings(), from: nil)
        #expect((file.timeProblem == nil) == isKnown)
        let first = try #require(try file.next())
        #expect(first.step == 7 && (first.time != nil) == isKnown)
        if let time = first.time { #expect(abs(time - 7 * 0.5 * 0.04888821) < 1e-6) }
      }
    }
    #expect(try frames(DCDSample(interval: 0)).allSatisfy { $0.step == nil && $0.time == nil })
  }

  @Test func recordsMayLieInAnyWay() throws {
    for isBigEndian in [false, true] {
      for markerSize in [4, 8] {
        for hasFourth in [false, true] {
          let sample = DCDSample(
            isBigEndian: isBigEndian, markerSize: markerSize, firstStep: 5, box: [10, 90, 11, 90, 90, 12],
            hasFourthCoordinate: hasFourth)
          let found = try frames(sample)
          #expect(found.map(positions) == Self.positions && found.map(\.step) == [5, 6, 7])
          #expect(found[2].box?.bounds.map(\.high) == [10, 11, 12] && found[2].box?.tilt == nil)
        }
      }
    }
    #expect(try frames(DCDSample(isCHARMM: false)).map(positions) == Self.positions)
  }

  @Test func atomsThatNeverMoveAreThoseOfTheFirstFrame() throws {
    let sample = DCDSample(box: [10, 90, 11, 90, 90, 12], moving: [1, 3])
    let url = try folder.file("x.dcd", sample.data(Self.positions))
    let expected = Self.positions.map { frame in
      frame.indices.map { [1, 3].contains($0 / 3) ? frame[$0] : Self.positions[0][$0] }
    }
    #expect(try frames(url).map(positions) == expected)
    let file = try DCDFormat.open(url, ParticleRequest(), NoSettings(), from: nil)
    _ = try (file.next(), file.next())
    #expect(file.frameCount == 3)
    #expect(try frames(url, from: file.mark).map(positions) == [expected[2]])
  }

  @Test func boxesHaveAnglesOrCosinesOrEdges() throws {
    func box(_ numbers: [Double]) throws -> FrameBox? { try frames(DCDSample(box: numbers))[0].box }
    let degrees = try #require(try box([10, 60, 20, 90, 90, 30])?.tilt)
    #expect(abs(degrees.edges[1][0] - 10) < 1e-12 && abs(degrees.edges[1][1] - 300.0.squareRoot()) < 1e-12)
    let cosines = try #require(try box([10, 0.5, 20, 0, 0, 30])?.tilt)
    #expect(abs(cosines.edges[1][0] - 10) < 1e-12 && cosines.edges[2] == [0, 0, 30])
    let matrix = try #require(try box([10, -2, 20, 1.5, 0, 30])?.tilt)
    #expect(matrix.edges == [[10, -2, 1.5], [-2, 20, 0], [1.5, 0, 30]])
    #expect(try box([0, 90, 0, 90, 90, 0]) == nil && frames(DCDSample())[0].box == nil)
    expectError(.badData, containing: "x.dcd", "frame 0", "which is no box") { _ = try box([10, 90, -1, 90, 90, 30]) }
  }

  @Test func whatIsWrongIsSaid() throws {
    let good = DCDSample(box: [10, 90, 11, 90, 90, 12]).data(Self.positions)
    func expect(_ parts: String..., at offset: Int, _ bytes: [UInt8]) throws {
      var data = good
      data.replaceSubrange(offset..<(offset + bytes.count), with: bytes)
      let url = try folder.file("x.dcd", data)
      let error = #expect(throws: MacrostateError.self) { try framesOfAny(url) }
      #expect(error?.kind == .badData && error?.message.hasPrefix(url.path) == true)
      for part in parts { #expect(error?.message.contains(part) == true, "\(error?.message ?? "")") }
    }
    let atoms = 92 + 92
    try expect("does not begin as a DCD file does", at: 4, Array("VELD".utf8))
    try expect("another length before it than behind it", at: 88, [83])
    try expect("its title has 4294967295 bytes", at: 92, [255, 255, 255, 255])
    try expect("4278190085 atoms, and there is room for", at: atoms + 4, [5, 0, 0, 255])
    try expect("frame 0", "x: a record of 20 bytes, where 24 are needed", at: atoms + 4, [6, 0, 0, 0])
    try expect("atoms never move", at: 8 + 4 * 8, [200, 0, 0, 0])
    try expect("frame 0", "its box: a record of 40 bytes, where 48 are needed", at: atoms + 12, [40])
    try expect("frame 0", "y: a record of 7 bytes", at: atoms + 12 + 56 + 28, [7])
  }

  @Test func aFileThatIsCutOffAnywhereIsRefused() throws {
    let good = DCDSample(box: [10, 90, 11, 90, 90, 12]).data(Self.positions)
    let frame = 56 + 3 * 28
    let header = good.count - 3 * frame
    for length in 0..<good.count where !(length >= header && (length - header) % frame == 0) {
      let url = try folder.file("x.dcd", good.prefix(length))
      let error = #expect(throws: MacrostateError.self, "\(length) bytes") { try framesOfAny(url) }
      #expect(error?.kind == .badData && error?.message.hasPrefix(url.path) == true)
    }
  }

  @Test func noByteDoesHarm() throws {
    let good = DCDSample(box: [10, 0.5, 20, 0, 0, 30], moving: [1, 3]).data(Self.positions)
    for place in good.indices {
      for change: UInt8 in [0xff, 0x80, 0x01] {
        var data = good
        data[place] ^= change
        let url = try folder.file("x.dcd", data)
        do {
          #expect(try framesOfAny(url).count < 10)
        } catch let error as MacrostateError {
          #expect(error.message.hasPrefix(url.path))
        }
      }
    }
  }
}
