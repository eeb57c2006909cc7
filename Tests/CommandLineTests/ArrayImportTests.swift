import Foundation
import MacrostateKit
import Testing

/// `import` of arrays as NumPy and other programs write them.
@Suite struct ArrayImportTests {
  private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures/numpy")

  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
  }

  private func fixture(_ name: String) -> String { Self.fixtures.appendingPathComponent(name).path }

  @Test func timesOfTheFileAreUsedAndOtherArraysNamed() throws {
    let outcome = try scratch.succeed(["import", fixture("everything.npz"), "--output", "x.dataset", "--quiet"])
    let dataset = try Dataset.open(scratch.file("x.dataset"))
    #expect(dataset.times(ofTrajectory: 1) == [1, 1.02, 1.04])
    let step = DatasetSummary(dataset).timeStep
    #expect(step.map { [$0.least, $0.mean, $0.greatest] } == [0.02, 0.02, 0.02])
    #expect(dataset.observables.map(\.name) == ["sum"])
    #expect(dataset.description.box?.lengths == [4, 16])
    let warnings = outcome.errors.split(separator: "\n").filter { $0.hasPrefix("warning: ") }
    #expect(warnings.count == 2)
    #expect(warnings.contains { $0.hasSuffix("not used: note, velocities") })
    try scratch.fail(
      ["import", fixture("everything.npz"), "--time-step", "0.5", "--output", "y.dataset", "--quiet"], code: 65,
      containing: ["everything.npz[time]", "leave out --time-step"])
  }

  @Test func aTimeStepThatNobodyGaveIsSaid() throws {
    let said = "warning: the time between frames is 1, since none is given; say it by --time-step"
    for (name, options, isSaid) in [
      ("fortran.npy", [], true), ("fortran.npy", ["--time-step", "1"], false), ("everything.npz", [], false),
    ] {
      try? Folder.remove(scratch.file("x.dataset"))
      let outcome = try scratch.succeed(["import", fixture(name), "--output", "x.dataset", "--quiet"] + options)
      #expect(outcome.errors.split(separator: "\n").filter { $0 == said }.count == (isSaid ? 1 : 0))
    }
  }

  @Test func observablesComeFromAFile() throws {
    try Data("pair-energy:tanh: {a: 2}\nradial-distribution:\n  cutoff: 0.5\n  bins: 2\n".utf8)
      .write(to: scratch.file("observables.yaml"))
    let arguments = ["import", fixture("fortran.npy"), "--observable-file", "observables.yaml", "--output"]
    try scratch.succeed(arguments + ["x.dataset", "--quiet"])
    let dataset = try Dataset.open(scratch.file("x.dataset"))
    #expect(
      dataset.observables.map(\.name) == ["pair-energy", "g_particle_particle(0.125)", "g_particle_particle(0.375)"])
    #expect(dataset.observables[0].definition == .init(observable: "pair-energy:tanh", settings: ["a": 2, "b": 0.1]))
    try scratch.fail(
      ["import", fixture("fortran.npy"), "--observable-file", "none.yaml", "--output", "y"], code: 66,
      containing: ["none.yaml"])
  }

  @Test func aGridIsImportedAndInspected() throws {
    try scratch.write("field.npy", (0..<320).map { Float($0) / 10 }, [2, 5, 8, 4])
    try scratch.succeed(["import", "field.npy", "--grid", "8x4", "--time-step", "1", "-o", "field.dataset", "-q"])
    let text = try scratch.succeed(["inspect", "field.dataset", "--verify"]).output
    #expect(text.contains("positions     none: points have features alone") && text.contains("grid          8 × 4"))
    #expect(text.contains("features      feature-1"))
    let failures: [([String], Int32, String)] = [
      (["--grid", "4x8"], 65, "shape (2, 5, 8, 4)"), (["--grid", "8x0"], 64, "such as 16x16"),
      (["--grid", "8x4", "--observable", "pair-energy:tanh"], 65, "needs positions"),
    ]
    for (options, code, part) in failures {
      try scratch.fail(["import", "field.npy", "-o", "bad", "-q"] + options, code: code, containing: [part])
    }
  }

  @Test func theOrderOfAnArrayChangesNothing() throws {
    for name in ["fortran", "big-endian", "long-double", "python-2"] {
      try scratch.succeed(["import", fixture(name + ".npy"), "--output", name, "--quiet"])
      let dataset = try Dataset.open(scratch.file(name))
      #expect(dataset.trajectoryCount == 2)
      #expect(dataset.withPositions(frame: 5, species: 0, Array.init) == (40..<48).map { Float($0) / 4 })
    }
  }

  @Test func remediesAreWords() throws {
    let failures: [(arguments: [String], code: Int32, parts: [String])] = [
      ([fixture("objects.npy")], 65, ["objects.npy", "a list of arrays of different shapes", "in a file each"]),
      ([fixture("structured.npy")], 65, ["named columns", "one plain array of numbers for each quantity"]),
      ([fixture("two.npz")], 65, ["arr_0, arr_1", "'positions'"]),
      ([fixture("lzma.npz")], 65, ["LZMA"]),
      ([fixture("fortran.npy"), "--types", fixture("text.npy")], 65, ["text.npy", "where numbers are needed"]),
      ([fixture("fortran.npy"), fixture("half.npy"), "--join"], 64, ["it has 2 trajectories, and --join makes one"]),
      (
        [fixture("fortran.npy"), fixture("half.npy"), "--types", fixture("text.npy")], 64,
        ["2 arrays, and one file for --types"]
      ),
    ]
    for failure in failures {
      try scratch.fail(
        ["import"] + failure.arguments + ["--output", "bad", "--quiet"], code: failure.code, containing: failure.parts)
      #expect(!scratch.exists("bad"))
    }
  }
}
