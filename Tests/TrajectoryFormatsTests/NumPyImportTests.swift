import Foundation
import MacrostateStorage
import Microstates
import Synchronization
import TestSupport
import Testing
import TrajectoryFormats

@Suite struct NumPyImportTests {
  /// The folder of one test, removed with it.
  final class Scratch {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    var url: URL { folder.url }

    func file(_ name: String) -> URL { folder.file(name) }

    func write<Element: NumPyElement>(_ name: String, _ values: [Element], _ shape: [Int]) throws -> URL {
      try NumPyFile.write(values, shape: shape, to: file(name))
      return file(name)
    }
  }

  let scratch: Scratch
  /// 2 trajectories, 3 frames, n = 4, d = 2.
  let values = (0..<48).map { Double($0) / 4 }

  init() throws {
    scratch = try Scratch()
  }

  private func imported(
    _ url: URL, _ options: NumPyTrajectorySource.Options = .init(timeStep: 0.5), computed: ComputedObservables? = nil,
    positions: FrameSelection = .all
  ) throws -> Dataset {
    var importOptions = ImportOptions(programVersion: "1")
    importOptions.computed = computed
    importOptions.positions = positions
    importOptions.shardByteCount = 1
    try importTrajectories(
      from: NumPyTrajectorySource(url, options: options), to: scratch.file("x.dataset"), options: importOptions)
    let dataset = try Dataset.open(scratch.file("x.dataset"))
    try dataset.verifyChecksums()
    return dataset
  }

  private func expectRefusal(
    _ kind: MacrostateError.Kind = .badData, _ part: String, _ url: URL,
    _ options: NumPyTrajectorySource.Options = .init(timeStep: 0.5), sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let error = #expect(throws: MacrostateError.self, sourceLocation: sourceLocation) { _ = try imported(url, options) }
    #expect(error?.kind == kind, sourceLocation: sourceLocation)
    let message = error?.message ?? ""
    #expect(message.contains(part), "\(message)", sourceLocation: sourceLocation)
  }

  @Test func doublesBecomeTheStore() throws {
    let dataset = try imported(scratch.write("x.npy", values, [2, 3, 4, 2]))
    #expect(dataset.trajectoryCount == 2)
    #expect(dataset.shardCount == 2)
    #expect(dataset.frameCount == 6)
    #expect(dataset.dimension == 2)
    #expect(dataset.speciesNames == ["particle"])
    #expect(dataset.times(ofTrajectory: 1) == [0, 0.5, 1])
    for frame in 0..<6 {
      #expect(
        dataset.withPositions(frame: frame, species: 0, Array.init)
          == values[(8 * frame)..<(8 * frame + 8)].map(Float.init))
    }
  }

  @Test func floatsOfOneTrajectoryBecomeTheStore() throws {
    let dataset = try imported(scratch.write("x.npy", values.map(Float.init), [6, 8, 1]))
    #expect(dataset.trajectoryCount == 1)
    #expect(dataset.frameCount == 6)
    #expect(dataset.dimension == 1)
    #expect(dataset.withPositions(frame: 5, species: 0, Array.init) == values[40...].map(Float.init))
  }

  @Test func positionsOfSomeFramesAreKept() throws {
    let url = try scratch.write("x.npy", values, [2, 3, 4, 2])
    let sum = ComputedObservables([ObservableDescription(name: "sum")]) { frame in
      [Double(frame.positions[0].reduce(0, +))]
    }
    let dataset = try imported(url, computed: sum, positions: FrameSelection("::2"))
    #expect(dataset.frameCount == 6)
    for frame in 0..<6 {
      let values = values[(8 * frame)..<(8 * frame + 8)].map(Float.init)
      #expect(dataset.hasPositions(frame: frame) == (frame % 3 != 1))
      #expect(dataset.withPositions(frame: frame, species: 0, Array.init) == (frame % 3 == 1 ? [] : values))
      #expect(dataset.observables(ofFrame: frame) == [Double(values.reduce(0, +))])
    }
    #expect(dataset.positionedFrames(ofTrajectory: 1) == [3, 5])
    #expect(dataset.positionedRuns(ofTrajectory: 1) == [3..<4, 5..<6])
  }

  @Test func framesWithoutPositionsNeedObservables() throws {
    let url = try scratch.write("x.npy", values, [2, 3, 4, 2])
    let error = #expect(throws: MacrostateError.self) { _ = try imported(url, positions: FrameSelection("0")) }
    #expect(error?.kind == .usage)
    #expect(error?.message.contains("needs observables, and there are none") == true)
    let one = ComputedObservables([ObservableDescription(name: "one")]) { _ in [1] }
    let none = #expect(throws: MacrostateError.self) {
      _ = try imported(url, computed: one, positions: FrameSelection("7:"))
    }
    #expect(none?.message.contains("'7:' selects none of the trajectory's 3 frames") == true)
  }

  @Test func typesBecomeSpecies() throws {
    let types = try scratch.write("t.npy", [7, 3, 3, 7, 3, 3, 3, 3] as [Int32], [2, 4])
    let url = try scratch.write("x.npy", values, [2, 3, 4, 2])
    let dataset = try imported(url, .init(timeStep: 1, types: types))
    #expect(dataset.speciesNames == ["type-3", "type-7"])
    #expect(dataset.withPositions(frame: 0, species: 0, Array.init) == [0.5, 0.75, 1, 1.25])
    #expect(dataset.withPositions(frame: 0, species: 1, Array.init) == [0, 0.25, 1.5, 1.75])
    #expect(dataset.pointCount(frame: 3, species: 0) == 4)
    #expect(dataset.pointCount(frame: 3, species: 1) == 0)
  }

  @Test func typesMayBeTheSameForAllTrajectories() throws {
    let types = try scratch.write("t.npy", [1, 0, 1, 1] as [UInt8], [4])
    let dataset = try imported(
      scratch.write("x.npy", values, [2, 3, 4, 2]), .init(timeStep: 1, types: types))
    #expect(dataset.withPositions(frame: 3, species: 0, Array.init) == [6.5, 6.75])
  }

  @Test func observablesOfTheFileAndComputedOnesAreKept() throws {
    let observables = try scratch.write("o.npy", (0..<12).map(Double.init), [2, 3, 2])
    let dataset = try imported(
      scratch.write("x.npy", values, [2, 3, 4, 2]),
      .init(timeStep: 1, observables: observables, observableNames: ["a", "b"]),
      computed: ComputedObservables([ObservableDescription(name: "first")]) { [Double($0.positions[0][0])] })
    #expect(dataset.observables.map(\.name) == ["a", "b", "first"])
    #expect(dataset.observables(ofFrame: 4) == [8, 9, 8])
  }

  @Test func archivesOfNumPyAreRead() throws {
    // numpy.savez_compressed(positions=(numpy.arange(8.0)/2).reshape(1, 2, 2, 2), types=[1, 0], observables=
    // numpy.array([[[5.0], [6.0]]])), written by NumPy 2.4.
    let archive = try #require(Data(base64Encoded: numPyArchive))
    try archive.write(to: scratch.file("x.npz"))
    let dataset = try imported(scratch.file("x.npz"))
    #expect(dataset.speciesNames == ["type-0", "type-1"])
    #expect(dataset.withPositions(frame: 1, species: 0, Array.init) == [3, 3.5])
    #expect(dataset.withPositions(frame: 1, species: 1, Array.init) == [2, 2.5])
    #expect(dataset.observables(ofTrajectory: 0) == [5, 6])
  }

  @Test func aStoppedImportCarriesOn() throws {
    let source = try NumPyTrajectorySource(
      scratch.write("x.npy", values, [2, 3, 4, 2]), options: .init(timeStep: 1))
    var options = ImportOptions(programVersion: "1")
    options.shardByteCount = 1
    let stop = StopFlag()
    let error = #expect(throws: MacrostateError.self) {
      try importTrajectories(from: source, to: scratch.file("y"), options: options, stop: stop) { _, _ in
        stop.request()
      }
    }
    #expect(error?.kind == .stopped)
    let seen = Mutex<[[Int]]>([])
    try importTrajectories(from: source, to: scratch.file("y"), options: options) { done, total in
      seen.withLock { $0.append([done, total]) }
    }
    #expect(seen.withLock(\.self) == [[2, 2]])
    #expect(try Dataset.open(scratch.file("y")).frameCount == 6)
  }

  @Test func otherContentsAreNotMixed() throws {
    _ = try imported(scratch.write("x.npy", values, [2, 3, 4, 2]))
    expectRefusal(
      .badData, "x.npy: its contents are not those", try scratch.write("x.npy", values.reversed(), [2, 3, 4, 2]))
  }

  @Test func wrongShapesAreRefused() throws {
    expectRefusal(.badData, "shape (12, 4); positions need", try scratch.write("x.npy", values, [12, 4]))
    expectRefusal(
      .badData, "shape (2, 3, 2, 4); the last axis is space", try scratch.write("x.npy", values, [2, 3, 2, 4]))
    expectRefusal(.badData, "frames without particles", try scratch.write("x.npy", [Float](), [2, 3, 0, 2]))
    expectRefusal(.badData, "there are no frames", try scratch.write("x.npy", [Float](), [2, 0, 4, 2]))
  }

  @Test func arraysThatDoNotFitAreRefused() throws {
    let url = try scratch.write("x.npy", values, [2, 3, 4, 2])
    let observables = try scratch.write("o.npy", [1, 2, 3, 4] as [Double], [2, 2, 1])
    expectRefusal(
      .badData, "need observables of shape [2, 3, k] or [2, 3]", url, .init(timeStep: 1, observables: observables))
    let types = try scratch.write("t.npy", [1, 2, 3] as [Int32], [3])
    expectRefusal(.badData, "need types of shape [2, 4] or [4]", url, .init(timeStep: 1, types: types))
    let fractions = try scratch.write("t.npy", [1, 0.5, 0, 1] as [Float], [4])
    expectRefusal(.badData, "element 1 is 0.5, not a whole number", url, .init(timeStep: 1, types: fractions))
    let whole = try scratch.write("o.npy", [Double](repeating: 1, count: 6), [2, 3, 1])
    expectRefusal(
      .usage, "2 names for the 1 observables", url,
      .init(timeStep: 1, observables: whole, observableNames: ["a", "b"]))
    let invalid = try scratch.write("o.npy", [1, 1, 1, 1, .nan, 1] as [Double], [2, 3, 1])
    expectRefusal(
      .badData, "o.npy: trajectory 1, frame 1: 'observable-1' is not finite (nan)", url,
      .init(timeStep: 1, observables: invalid))
  }

  @Test func numbersOfParticlesAreNotTypes() throws {
    let url = try scratch.write("x.npy", [Float](repeating: 1, count: 40), [1, 40, 1])
    let types = try scratch.write("t.npy", (0..<40).map(Int64.init), [40])
    expectRefusal(.badData, "more than 32 different types", url, .init(timeStep: 1, types: types))
  }

  @Test(arguments: [Double.nan, .infinity, 1e300])
  func particlesThatAreNotFiniteAreNamed(value: Double) throws {
    var values = values
    values[2 * (4 * (3 * 1 + 2) + 3) + 1] = value
    let url = try scratch.write("x.npy", values, [2, 3, 4, 2])
    expectRefusal(.badData, "x.npy: trajectory 1, frame 2, particle 3: its position is not finite", url)
  }

  @Test func damagedFilesAreRefused() throws {
    let url = try scratch.write("x.npy", values, [2, 3, 4, 2])
    try Data(contentsOf: url).dropLast(8).write(to: scratch.file("short.npy"))
    expectRefusal(.badData, "short.npy: truncated", scratch.file("short.npy"))
    expectRefusal(.missingInput, "none.npy: no such file", scratch.file("none.npy"))
    expectRefusal(
      .missingInput, "none.npy: no such file", url, .init(timeStep: 1, observables: scratch.file("none.npy")))
    try Data("text".utf8).write(to: scratch.file("text.npz"))
    expectRefusal(.badData, "text.npz: not a .npz file", scratch.file("text.npz"))
    expectRefusal(.usage, "time step 0.0", url, .init(timeStep: 0))
    expectRefusal(.usage, "time step nan", url, .init(timeStep: .nan))
  }
}

private let numPyArchive =
  "UEsDBC0AAAAIAAAAIQAIOeE9//////////8NABQAcG9zaXRpb25zLm5weQEAEADAAAAAAAAAAF4AAAAAAAAAm+wX6hsQychQxlCt"
  + "npJanFykbqWgbpNmoa6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkahjoKRhCkqaNQq0AG4GJAAQ/sIfQHKP0DSjM4QCgW"
  + "KM0BpXkcAFBLAwQtAAAACAAAACEAcfs5q///////////CQAUAHR5cGVzLm5weQEAEACQAAAAAAAAAEgAAAAAAAAAm+wX6hsQychQ"
  + "xlCtnpJanFykbqWgbpNpoa6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaRjqaOgq1ChQALkYGVAAAUEsDBC0AAAAIAAAA"
  + "IQCfKuBD//////////8PABQAb2JzZXJ2YWJsZXMubnB5AQAQAJAAAAAAAAAAUQAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBu"
  + "k2ahrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RqGOgpGOgqGmjoKtQrkAS4GMBBxgNASDgBQSwECLQMtAAAACAAAACEA"
  + "CDnhPV4AAADAAAAADQAAAAAAAAAAAAAAgAEAAAAAcG9zaXRpb25zLm5weVBLAQItAy0AAAAIAAAAIQBx+zmrSAAAAJAAAAAJAAAA"
  + "AAAAAAAAAACAAZ0AAAB0eXBlcy5ucHlQSwECLQMtAAAACAAAACEAnyrgQ1EAAACQAAAADwAAAAAAAAAAAAAAgAEgAQAAb2JzZXJ2"
  + "YWJsZXMubnB5UEsFBgAAAAADAAMArwAAALIBAAAAAA=="
