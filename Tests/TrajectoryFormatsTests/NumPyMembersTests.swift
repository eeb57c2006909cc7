import Foundation
import MacrostateStorage
import Microstates
import TestSupport
import Testing
import TrajectoryFormats

/// What is used of the arrays in a file, and what is said of the others (Tests/Fixtures/numpy/make-fixtures.py).
@Suite struct NumPyMembersTests {
  private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures/numpy")

  let scratch: NumPyImportTests.Scratch

  init() throws {
    scratch = try NumPyImportTests.Scratch()
  }

  private func fixture(_ name: String) -> URL { Self.fixtures.appendingPathComponent(name) }

  /// An uncompressed archive of arrays, as `numpy.savez` makes it.
  private func archive(_ name: String, _ arrays: [(name: String, values: [Double], shape: [Int])]) throws -> URL {
    try NumPyArchive.write(arrays, to: scratch.file(name))
    return scratch.file(name)
  }

  private func positions(_ shape: [Int]) -> (String, [Double], [Int]) {
    ("positions", (0..<shape.reduce(1, *)).map { Double($0) / 4 }, shape)
  }

  private func expectRefusal(
    _ part: String, kind: MacrostateError.Kind = .badData, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
  ) {
    let error = #expect(throws: MacrostateError.self, sourceLocation: sourceLocation) { try body() }
    #expect(error?.kind == kind, sourceLocation: sourceLocation)
    #expect(error?.message.contains(part) == true, "\(error?.message ?? "")", sourceLocation: sourceLocation)
  }

  @Test(arguments: [
    "fortran.npy", "big-endian.npy", "half.npy", "long-double.npy", "python-2.npy", "fortran-compressed.npz",
  ])
  func arraysOfAnyFormAreTheSameTrajectories(name: String) throws {
    let source = try NumPyTrajectorySource(fixture(name), options: .init())
    #expect(source.notes.isEmpty)
    #expect(source.trajectoryCount == 2)
    let frames = try source.trajectory(1).frames
    #expect(frames.map(\.time) == [0, 1, 2])
    #expect(frames[2].positions == [(40..<48).map { Float($0) / 4 }])
  }

  @Test(arguments: ["integers.npy", "fortran-big-endian-integers.npy", "booleans.npy"])
  func placesOnALatticeArePositions(name: String) throws {
    let frames = try NumPyTrajectorySource(fixture(name), options: .init()).trajectory(0).frames
    #expect(frames[1].positions == [(8..<16).map { name == "booleans.npy" ? Float($0 % 2) : Float($0) }])
  }

  @Test func namesOfThePapersCodeAreRead() throws {
    let source = try NumPyTrajectorySource(fixture("trajectories.npz"), options: .init())
    #expect(source.speciesNames == ["type-0", "type-1"])
    #expect(source.notes.isEmpty)
    #expect(try source.trajectory(0).frames[0].positions == [[0, 0.25, 1, 1.25], [0.5, 0.75, 1.5, 1.75]])
  }

  @Test func allThatIsKnownIsUsedAndTheRestIsNamed() throws {
    let source = try NumPyTrajectorySource(fixture("everything.npz"), options: .init())
    #expect(source.observables.map(\.name) == ["sum"])
    let frames = try source.trajectory(1).frames
    // In 32 bits, as they were written: 1.0399999618530273.
    #expect(frames.map(\.time) == [1, 1.02, 1.04])
    #expect(frames[0].observables == [Double((24..<32).reduce(0, +)) / 4])
    // The axes have the periods 4 and 16, and element number i is i / 4.
    let wrapped = (40..<48).map { (i: Int) -> Float in i % 2 == 0 ? Float(i % 16) / 4 : Float(i) / 4 }
    #expect(frames[2].positions == [wrapped])
    #expect(
      source.box == SimulationBox(origin: [0, 0], lengths: [4, 16], boundaries: [.periodic, .periodic]))
    #expect(source.notes.count == 2)
    #expect(source.notes[0].hasSuffix("everything.npz: not used: note, velocities"))
    #expect(source.notes[1].contains("[box]: taken for a periodic box (0.0 … 4.0, 0.0 … 16.0)"))
  }

  @Test func otherNamesAreListedWithARemedy() throws {
    for part in [
      "it has the arrays arr_0, arr_1, and none is called 'positions'", "numpy.savez('two.npz', positions=x",
    ] {
      expectRefusal(part) { _ = try NumPyTrajectorySource(fixture("two.npz"), options: .init()) }
    }
    expectRefusal("there are no arrays") {
      _ = try NumPyTrajectorySource(archive("none.npz", []), options: .init())
    }
  }

  @Test func theFirstBytesTellWhatAFileIs() throws {
    let array = scratch.file("array.npz")
    try FileManager.default.copyItem(at: fixture("fortran.npy"), to: array)
    #expect(try NumPyTrajectorySource(array, options: .init()).trajectoryCount == 2)
    let archive = scratch.file("archive.npy")
    try FileManager.default.copyItem(at: fixture("trajectories.npz"), to: archive)
    #expect(try NumPyTrajectorySource(archive, options: .init()).speciesNames.count == 2)
  }

  @Test func timesAreOfEachTrajectoryOrOfAll() throws {
    let url = try archive("x.npz", [positions([2, 3, 1, 1]), ("times", [0, 1, 2, 10, 10.5, 12], [2, 3])])
    let source = try NumPyTrajectorySource(url, options: .init())
    #expect(try source.trajectory(0).frames.map(\.time) == [0, 1, 2])
    #expect(try source.trajectory(1).frames.map(\.time) == [10, 10.5, 12])
    let one = try archive("y.npz", [positions([3, 2, 1]), ("time", [4, 5, 7], [3])])
    #expect(try NumPyTrajectorySource(one, options: .init()).trajectory(0).frames.map(\.time) == [4, 5, 7])
  }

  @Test func timesThatNoUnitSuitsAreRefused() throws {
    for (times, part) in [
      ([0, 1e26, 2e26], "[times]: trajectory 0, frame 1: its time is 1e+26, and may be 1e+25 at most"),
      ([-1e300, 0, 1], "frame 0: its time is -1e+300"), ([0, 1, 1e25], nil), ([0, 1e-25, 1], nil),
      ([0, 1e-26, 1], "frame 1: its time 1e-26 is 1e-26 after that of the frame before, and the least may be 1e-25"),
    ] as [([Double], String?)] {
      let url = try archive("x.npz", [positions([1, 3, 1, 1]), ("times", times, [3])])
      if let part {
        expectRefusal(part) { _ = try NumPyTrajectorySource(url, options: .init()) }
      } else {
        #expect(try NumPyTrajectorySource(url, options: .init()).trajectory(0).frames.map(\.time) == times)
      }
    }
  }

  @Test func timesMustAgreeWithTheTimeStep() throws {
    let url = try archive("x.npz", [positions([1, 3, 1, 1]), ("times", [1, 1.02, 1.04], [3])])
    let source = try NumPyTrajectorySource(url, options: .init(timeStep: 0.02))
    #expect(try source.trajectory(0).frames.map(\.time) == [1, 1.02, 1.04])
    expectRefusal("[times]: trajectory 0, frame 1: its time is 1.02 where --time-step 0.5 says 1.5") {
      _ = try NumPyTrajectorySource(url, options: .init(timeStep: 0.5))
    }
  }

  @Test func timesThatAreNoneAreRefused() throws {
    func times(_ values: [Double], _ shape: [Int]) throws {
      _ = try NumPyTrajectorySource(
        archive("x.npz", [positions([2, 3, 1, 1]), ("times", values, shape)]), options: .init())
    }
    expectRefusal("trajectory 0, frame 2: its time 1.0 is not after 1.0") { try times([0, 1, 1], [3]) }
    expectRefusal("trajectory 1, frame 0: its time is not finite") { try times([0, 1, 2, .nan, 1, 2], [2, 3]) }
    expectRefusal("shape (2,) where times of the frames have the shape [3] or [2, 3]") { try times([0, 1], [2]) }
  }

  @Test func aSingleTimeIsSaidNotToBeUsed() throws {
    let url = try archive("x.npz", [positions([2, 3, 1, 1]), ("time", [7], [])])
    let source = try NumPyTrajectorySource(url, options: .init(timeStep: 0.5))
    #expect(source.notes == ["\(url.path): not used: time"])
    #expect(try source.trajectory(1).frames.map(\.time) == [0, 0.5, 1])
  }

  @Test(arguments: [
    ([2, 3, 4, 1], [2, 3]), ([3, 4, 1], [3]), ([3, 4, 1], [1, 3]), ([3, 4, 1], [3, 1]), ([1, 3, 4, 1], [3]),
  ])
  func oneObservableNeedsNoAxis(shape: [Int], observables: [Int]) throws {
    let values = (0..<observables.reduce(1, *)).map(Double.init)
    let url = try archive("x.npz", [positions(shape), ("observables", values, observables)])
    let source = try NumPyTrajectorySource(url, options: .init())
    #expect(source.observables.count == 1)
    let last = source.trajectoryCount - 1
    #expect(try source.trajectory(last).frames.map(\.observables) == values.suffix(3).map { [$0] })
  }

  @Test func observablesOfOneTrajectoryMayHaveSeveralColumns() throws {
    let url = try archive("x.npz", [positions([3, 4, 1]), ("observables", [1, 2, 3, 4, 5, 6], [3, 2])])
    let source = try NumPyTrajectorySource(url, options: .init())
    #expect(try source.trajectory(0).frames.map(\.observables) == [[1, 2], [3, 4], [5, 6]])
    let wrong = try archive("y.npz", [positions([3, 4, 1]), ("observables", [1, 2], [2])])
    expectRefusal("of shape [1, 3, k] or [1, 3], [3, k] or [3]") {
      _ = try NumPyTrajectorySource(wrong, options: .init())
    }
  }

  @Test func boundsAreABoxWhereTheyLeaveNoDoubt() throws {
    func source(_ values: [Double], _ shape: [Int]) throws -> NumPyTrajectorySource {
      try NumPyTrajectorySource(archive("x.npz", [positions([1, 2, 3, 2]), ("box", values, shape)]), options: .init())
    }
    let box = try source([-1, 1, 0, 0.5], [2, 2]).box
    #expect(box == SimulationBox(origin: [-1, 0], lengths: [2, 0.5], boundaries: [.periodic, .periodic]))
    // Lower and upper corner, or bounds of x and y; edges of which one is none; a box for each frame; a number.
    let others: [([Double], [Int])] = [
      ([0, 1, 2, 3], [2, 2]), ([1, 0], [2]), ([1, 1, 1, 1, 1, 1], [3, 2]), ([3], []), ([], [0]),
    ]
    for (values, shape) in others {
      let source = try source(values, shape)
      #expect(source.box == nil)
      #expect(source.notes.count == 1)
      #expect(source.notes.first?.contains("[box]: not used: shape \(shapeText(shape))") == true)
      #expect(try source.trajectory(0).frames[1].positions == [[1.5, 1.75, 2, 2.25, 2.5, 2.75]])
    }
  }

  @Test func arraysBesideThoseOfFilesOfTheirOwnAreNamed() throws {
    let url = try archive("x.npz", [positions([1, 2, 3, 2]), ("observables", [1, 2], [1, 2])])
    let observables = try archive("o.npz", [("observables", [3, 4], [1, 2]), ("errors", [0, 0], [1, 2])])
    let source = try NumPyTrajectorySource(url, options: .init(observables: observables))
    #expect(try source.trajectory(0).frames.map(\.observables) == [[3], [4]])
    #expect(source.notes == ["\(url.path): not used: observables", "\(observables.path): not used: errors"])
  }

  @Test func textAndListsAreNoPositionsAndNoTypes() throws {
    let url = try archive("x.npz", [positions([1, 2, 2, 2])])
    expectRefusal("text.npy: it holds text") {
      _ = try NumPyTrajectorySource(url, options: .init(types: fixture("text.npy")))
    }
    for part in ["objects.npy: it holds Python objects", "numpy.array(x.tolist())"] {
      expectRefusal(part) { _ = try NumPyTrajectorySource(fixture("objects.npy"), options: .init()) }
    }
    expectRefusal("structured.npy: it is a structured array") {
      _ = try NumPyTrajectorySource(fixture("structured.npy"), options: .init())
    }
  }

  /// Features beside positions, by species; of another shape they are something else.
  @Test func featuresBesidePositions() throws {
    let values = (0..<36).map(Double.init)
    let arrays = [positions([2, 3, 3, 2]), ("features", values, [2, 3, 3, 2]), ("types", [2, 1, 2], [3])]
    let source = try NumPyTrajectorySource(archive("x.npz", arrays), options: .init())
    #expect(source.featureNames == ["feature-1", "feature-2"])
    #expect(try source.trajectory(1).frames[0].features == [[20, 21], [18, 19, 22, 23]])
    #expect(try source.trajectory(1).frames[0].positions.map(\.count) == [2, 4])
    let other = try NumPyTrajectorySource(
      archive("y.npz", [positions([2, 3, 3, 2]), ("features", [1, 2], [2])]), options: .init())
    #expect(other.featureNames.isEmpty && other.notes.contains { $0.hasSuffix("not used: features") })
  }
}
