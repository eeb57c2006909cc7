import Foundation
import MacrostateSettings
import MacrostateStorage
import TestSupport
import Testing
import TrajectoryFormats

/// Files of Tests/Fixtures/hdf5, whose numbers are known by formula.
@Suite(.enabled(if: ForeignSetup.hasHDF5, ForeignSetup.comment)) struct HDF5Tests {
  private static func h5md(
    _ name: String, group: String = "", _ request: ParticleRequest = ParticleRequest(), from mark: FrameMark? = nil
  ) throws -> [ParticleFrame] {
    var settings = H5MDFormat.Settings()
    settings.group = group
    return try ForeignSetup.frames(
      ForeignSetup.fixture("hdf5/\(name)"), as: H5MDFormat.self, settings, request, from: mark)
  }

  private static func arrays(
    _ change: (inout HDF5Format.Settings) -> Void, from mark: FrameMark? = nil
  ) throws -> [ParticleFrame] {
    var settings = HDF5Format.Settings()
    change(&settings)
    return try ForeignSetup.frames(
      ForeignSetup.fixture("hdf5/plain.h5"), as: HDF5Format.self, settings, ParticleRequest(), from: mark)
  }

  /// Expects the positions by formula, multiplied and moved.
  private static func expectPositions(
    _ frames: [ParticleFrame], axes: Int = 3, count: Int = 6, unit: Double = 1, shift: Double = 0,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(frames.count == 4, sourceLocation: sourceLocation)
    for (f, frame) in frames.enumerated() {
      #expect(frame.count == count && frame.coordinates.count == axes, sourceLocation: sourceLocation)
      for i in 0..<count {
        for k in 0..<axes {
          let expected = unit * (Double((7 * f + 5 * i + 3 * k) % 29) / 10 + shift)
          #expect(abs(frame.positions[i, k] - expected) < 1e-5, sourceLocation: sourceLocation)
        }
      }
    }
  }

  @Test func listsOfStepsAndTimes() throws {
    let request = ParticleRequest(
      columns: ["vx", "vy", "vz", "mass"], wantsAllLabels: true, wantsImages: true)
    let frames = try Self.h5md("listed.h5", group: "all", request)
    Self.expectPositions(frames)
    #expect(frames.map(\.step) == [0, 10, 20, 30] && frames.map(\.time) == [1, 1.5, 2, 2.5])
    for (number, frame) in frames.enumerated() {
      #expect(frame.units.length == "nm" && frame.units.time == "ps")
      let box = try #require(frame.box)
      #expect(box.tilt?.edges == [[3 + Double(number), 0, 0], [0.5, 3, 0], [0, 0, 4]])
      #expect(box.boundaries == [.periodic, .periodic, .open] && box.saysBoundaries)
      #expect(frame.ids?.values == [6, 5, 4, 3, 2, 1] && frame.columns["mass"]?.values == [1, 2, 2, 1, 1, 2])
      #expect(frame.labels[.type]?.names == ["A", "B"])
      #expect(frame.labels[.type]?.numbers.values == [0, 1, 1, 0, 0, 1])
      #expect(frame.images?.map(\.values) == Array(repeating: [0, 1, 2, 3, 4, 5], count: 3))
      // Ten times the positions, in Å/ps: once, in nm/ps.
      for (axis, name) in ["vx", "vy", "vz"].enumerated() {
        let velocities = try #require(frame.columns[name]?.values)
        for i in 0..<6 { #expect(abs(velocities[i] - frame.positions[i, axis]) < 1e-5) }
      }
    }
    #expect(
      try Self.h5md("listed.h5", group: "all", from: FrameMark(frame: 2, byte: 0, line: 0)).map(\.step) == [20, 30])
  }

  @Test func stepsAndTimesByTheirIntervals() throws {
    let frames = try Self.h5md("even.h5", ParticleRequest(wantsAllLabels: true))
    Self.expectPositions(frames, axes: 2)
    #expect(frames.map(\.step) == [100, 105, 110, 115] && frames.map(\.time) == [7.5, 7.75, 8, 8.25])
    for frame in frames {
      #expect(frame.box?.bounds.prefix(2).map(\.high) == [3, 4] && frame.units.length == nil)
      #expect(frame.box?.boundaries.prefix(2) == [.periodic, .periodic])
      #expect(frame.labels[.type]?.names == ["0", "2", "7"])
      #expect(frame.labels[.type]?.numbers.values == [1, 0, 1, 0, 2, 2])
    }
  }

  @Test func oneOfSeveralGroupsIsChosen() throws {
    Self.expectPositions(try Self.h5md("listed.h5", group: "others"), count: 2)
    expectError(.usage, containing: "listed.h5", "2 groups of particles", "h5md,group=NAME", "all, others") {
      _ = try Self.h5md("listed.h5")
    }
    expectError(.usage, containing: "no particles 'x'", "all, others") { _ = try Self.h5md("listed.h5", group: "x") }
  }

  /// MDAnalysis keeps the unit of what it has read.
  @Test(arguments: [("mdanalysis-trr.h5md", "nm", 1.0), ("mdanalysis-nc.h5md", "Angstrom", 10), ("mdtraj.h5", "nm", 1)])
  func unitsAreThoseOfTheFile(name: String, unit: String, size: Double) throws {
    let frames = try Self.h5md(name)
    Self.expectPositions(frames, unit: size)
    #expect(frames.map(\.time) == [1, 1.5, 2, 2.5])
    for frame in frames {
      #expect(frame.units.length == unit && frame.units.time == "ps")
      #expect(frame.box?.bounds.allSatisfy { abs($0.high - 3 * size) < 1e-5 } == true)
    }
  }

  @Test func asManyFramesAsAxesHaveTheirOwnBoxes() throws {
    let frames = try Self.h5md("mdtraj-3.h5")
    #expect(frames.count == 3)
    for frame in frames {
      let edges = try #require(frame.box?.tilt?.edges)
      #expect(abs(edges[1][0] - 1.5) < 1e-5 && abs(edges[1][1] - 1.5 * 3.0.squareRoot()) < 1e-5)
    }
  }

  @Test func arraysAreNamed() throws {
    let frames = try Self.arrays {
      ($0.positions, $0.times, $0.box, $0.types) = ("/run/x", "/run/t", "/run/box", "run/kinds")
    }
    Self.expectPositions(frames)
    #expect(frames.map(\.time) == [0, 0.125, 0.25, 0.375])
    #expect(frames[0].box?.bounds.map(\.high) == [3, 3, 3] && frames[0].labels[.type]?.names == ["0", "1"])
    #expect(try Self.arrays({ $0.positions = "/run/x" }).allSatisfy { $0.time == nil && $0.box == nil })
    let second = try Self.arrays { ($0.positions, $0.times, $0.trajectory) = ("/many", "/many-times", 1) }
    Self.expectPositions(second, shift: 1)
    #expect(second.map(\.time) == [10, 11, 12, 13])
  }

  @Test func whatIsMissingIsSaid() throws {
    expectError(.usage, containing: "plain.h5", "positions=/PATH", "/run/x [4, 6, 3]") { _ = try Self.arrays { _ in } }
    expectError(.usage, containing: "no array '/y'", "/many [2, 4, 6, 3]") {
      _ = try Self.arrays { $0.positions = "/y" }
    }
    expectError(.usage, containing: "2 trajectories", "trajectory=0 … 1") {
      _ = try Self.arrays { $0.positions = "/many" }
    }
    expectError(.badData, containing: "/run/t", "[4]", "[frames, n, d]") {
      _ = try Self.arrays { $0.positions = "/run/t" }
    }
    expectError(.badData, containing: "plain.h5", "not H5MD", "--format hdf5,positions=/PATH", "/run/x") {
      _ = try Self.h5md("plain.h5")
    }
  }

  @Test(arguments: ["listed.h5", "even.h5"]) func aFileThatIsCutOffIsRefused(name: String) throws {
    let folder = try TemporaryFolder()
    let data = try Data(contentsOf: ForeignSetup.fixture("hdf5/\(name)"))
    for length in [0, 9, 100, 1000, data.count / 2, data.count - 1] {
      let url = try folder.file("x.h5", data.prefix(length))
      var settings = H5MDFormat.Settings()
      settings.group = "all"
      let error = #expect(throws: MacrostateError.self) {
        try ForeignSetup.frames(url, as: H5MDFormat.self, settings)
      }
      #expect(error?.kind == .badData && error?.message.hasPrefix(url.path) == true, "\(error?.message ?? "")")
    }
  }

  @Test func aFileIsImported() throws {
    let scratch = try Scratch()
    let result = try scratch.succeed([
      "import", ForeignSetup.fixture("hdf5/even.h5").path, "--output", "x.dataset",
    ])
    #expect((result.output + result.errors).contains("4 frames"))
    try scratch.fail(
      ["import", ForeignSetup.fixture("hdf5/listed.h5").path, "--output", "y.dataset"], code: 64,
      containing: ["listed.h5", "all, others"])
  }
}
