import Foundation
import MacrostateKit
import Testing

/// `macrostate import` of dumps as they come.
@Suite struct DumpImportTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// A dump of four atoms in the plane at these steps.
  private func write(_ name: String, steps: [Int]) throws {
    let frames = steps.map { step in
      """
      ITEM: TIMESTEP
      \(step)
      ITEM: NUMBER OF ATOMS
      4
      ITEM: BOX BOUNDS pp pp pp
      0 8
      0 8
      -0.5 0.5
      ITEM: ATOMS id type x y vx
      1 1 \(1 + Double(step) / 1000) 1 0
      2 2 2.5 \(2 + Double(step) / 1000) 0
      3 1 4 4 0
      4 2 6 5 0

      """
    }
    try Data(frames.joined().utf8).write(to: scratch.file(name))
  }

  @Test func framesOfAMinimisationAreNamedAndLeftOut() throws {
    for m in 0..<2 { try write("r\(m).dump", steps: [0, 1, 50, 100, 150, 200]) }
    let command = ["import", "r0.dump", "r1.dump", "--time-step", "0.002", "-q", "-o"]
    let first = try scratch.succeed(command + ["x.dataset"])
    for part in ["times between frames differ (0.002 to ", "2 trajectories", "'import --from 0.1'", "not used: vx"] {
      #expect(first.errors.contains(part), "\(first.errors)")
    }
    #expect(try scratch.succeed(["inspect", "x.dataset"]).errors.contains("times between frames differ"))
    // The remedy works.
    let second = try scratch.succeed(command + ["y.dataset", "--from", "0.1"])
    #expect(second.output.contains("2 trajectories, 8 frames"))
    #expect(!second.errors.contains("times between frames"))
    let dataset = try Dataset.open(scratch.file("y.dataset"))
    #expect(dataset.times(ofTrajectory: 1) == [0.1, 0.2, 0.3, 0.4])
    try scratch.fail(command + ["z.dataset", "--from", "7"], code: 65, containing: ["r0.dump", "after the time 7.0"])
    try scratch.fail(command + ["z.dataset", "--from", "nan"], code: 64, containing: ["--from"])
  }

  @Test func filesOfOneFrame() throws {
    for step in [0, 1000, 50] { try write("run.\(step).dump", steps: [step]) }
    let files = ["run.0.dump", "run.1000.dump", "run.50.dump"]
    let series = try scratch.succeed(["import"] + files + ["-q", "-o", "x.dataset"])
    #expect(series.output.contains("1 trajectories, 3 frames") && series.errors.contains("by their steps (0 to 1000)"))
    #expect(try Dataset.open(scratch.file("x.dataset")).times(ofTrajectory: 0) == [0, 50, 1000])
    // Where names and steps do not tell, the hint works literally.
    try write("a.dump", steps: [0])
    try write("b.dump", steps: [0])
    #expect(try scratch.succeed(["import", "a.dump", "b.dump", "-q", "-o", "y.dataset"]).errors.contains("--join"))
    try write("c.dump", steps: [100, 200])
    let joined = try scratch.succeed(["import", "c.dump", "a.dump", "--join", "-q", "-o", "z.dataset"])
    #expect(joined.output.contains("1 trajectories, 3 frames"))
  }

  @Test func timesOfTheDumpAreNotOverriddenInSilence() throws {
    try write("x.dump", steps: [100])
    let text = try scratch.text("x.dump")
    try Data(("ITEM: TIME\n7.5\n" + text).utf8).write(to: scratch.file("x.dump"))
    let outcome = try scratch.succeed(["import", "x.dump", "--time-step", "3", "-q", "-o", "x.dataset"])
    #expect(outcome.errors.contains("ITEM: TIME") && outcome.errors.contains("--time-step 3.0 is not"))
    #expect(try Dataset.open(scratch.file("x.dataset")).times(ofTrajectory: 0) == [7.5])
  }

  @Test func dumpsOfOtherStylesAreNamed() throws {
    try Data("ITEM: TIMESTEP\n0\nITEM: NUMBER OF ENTRIES\n2\n".utf8).write(to: scratch.file("x.dump"))
    try write("good.dump", steps: [0, 100])
    for files in [["x.dump"], ["good.dump", "x.dump"]] {
      try scratch.fail(
        ["import"] + files + ["-q", "-o", "x.dataset"], code: 65, containing: ["x.dump", "style local", "custom"])
      #expect(!scratch.exists("x.dataset"))
    }
  }

  /// At constant pressure the box changes; sheared, it becomes tilted: inspect says both, observables are of each.
  @Test func boxesThatChangeAreImportedAndInspected() throws {
    let text = [8.0, 9, 10].enumerated().map { f, length in
      """
      ITEM: TIMESTEP
      \(f)
      ITEM: NUMBER OF ATOMS
      2
      ITEM: BOX BOUNDS xy xz yz pp pp pp
      0 \(length + 2) 2
      0 8 0
      -0.5 0.5 0
      ITEM: ATOMS id x y
      1 1 1
      2 \(length - 0.5) 1

      """
    }.joined()
    try Data(text.utf8).write(to: scratch.file("npt.dump"))
    try scratch.succeed([
      "import", "npt.dump", "--time-step", "1", "--observable", "radial-distribution,cutoff=2,bins=1", "-q", "-o", "x",
    ])
    let shown = try scratch.succeed(["inspect", "x", "--verify"]).output
    #expect(shown.contains("box           of each frame, volume 64 … 80, mean 72"), "\(shown)")
    #expect(shown.contains("box           tilted, edges (8.0, 0.0) (2.0, 8.0) in the first frame"), "\(shown)")
    // The pair is 1.5 apart, over the edge that changes: two ordered pairs, of the volume of the frame.
    let dataset = try Dataset.open(scratch.file("x"))
    for (frame, volume) in [64.0, 72, 80].enumerated() {
      #expect(abs(dataset.observables(ofFrame: frame)[0] - volume / (4 * Double.pi)) < 1e-12)
    }
  }
}
