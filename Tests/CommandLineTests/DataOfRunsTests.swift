import Foundation
import MacrostateKit
import Testing

/// Data that change, grow, are damaged or half made, from the command line.
@Suite struct DataOfRunsTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func simulate(_ count: Int) throws {
    try scratch.succeed([
      "simulate", "particles", "--particles", "10", "--seed", "5", "-q", "-o", "x.dataset",
      "--trajectories", "\(count)",
    ])
  }

  private func train(_ more: String...) -> [String] {
    ["train", "x.dataset", "--run", "run", "-q"] + Example.settings() + more
  }

  /// The number of tests, and what was said.
  private func evaluate() throws -> (tests: Int, errors: String) {
    let outcome = try scratch.succeed(["evaluate", "run", "-q", "--json"])
    let json = try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    let regimes = try #require(json["regimes"] as? [String: [String: Any]])
    return (try #require(regimes["test"]?["trajectories"] as? Int), outcome.errors)
  }

  @Test func aGrownDataSetKeepsItsTests() throws {
    try simulate(10)
    try scratch.succeed(train())
    let before = try evaluate()
    #expect(before.tests == 2 && !before.errors.contains("grown"))
    try simulate(20)
    let after = try evaluate()
    #expect(after.tests == 2)
    #expect(after.errors.contains("10 trajectories that were added after the training are left out"))
    try scratch.fail(train(), code: 65, containing: ["10 more trajectories", "--run", "--restart"])
    // Tests that the run was trained on are said to be that.
    let seen = try scratch.succeed(["evaluate", "run", "-q", "--data", "all=x.dataset"])
    #expect(seen.errors.contains("all: 8 of 20 trajectories are ones that the run was trained on"), "\(seen.errors)")
    try scratch.succeed(train("--restart"))
    #expect(try evaluate().tests == 4)
  }

  @Test func trajectoriesThatStandThereTwiceAreSaid() throws {
    let one = Example.positions(trajectories: 1)
    try scratch.write("x.npy", one + one + one + one, [4, Example.frames, Example.particles, 2])
    try scratch.succeed(["import", "x.npy", "--output", "x.dataset", "--quiet"])
    let words = "2 of the 2 trajectories that validate or test are copies of ones that train"
    for arguments in [train(), ["evaluate", "run", "-q"]] {
      let errors = try scratch.succeed(arguments).errors
      #expect(errors.contains(words), "\(errors)")
    }
    // A path of the settings is that of the working folder.
    let elsewhere = try scratch.start(
      ["evaluate", "../run", "-q"], script: "mkdir sub; cd sub; exec \"$0\" \"$@\""
    ).finish()
    #expect(elsewhere.exitCode == 66 && elsewhere.errors.contains("the run names its data 'x.dataset', as from"))
  }

  @Test func replacedDataAreNoticed() throws {
    try scratch.trainExample()
    var radii = Example.radii()
    radii[radii.count - 1] += 0.5
    try NumPyFile.write(radii, shape: [Example.trajectories, Example.frames, 1], to: scratch.file("radius.npy"))
    let again = [
      "import", "x.npy", "--observables", "radius.npy", "--observable-names", "radius", "--time-step", "0.5",
      "--output", "x.dataset", "--quiet",
    ]
    try scratch.fail(again, code: 65, containing: ["radius.npy", "--output", "remove"])
    try Folder.remove(scratch.file("x.dataset"))
    try scratch.succeed(again)
    try scratch.fail(train(), code: 65, containing: ["trajectory 11", "--restart", "--run"])
    try scratch.fail(["evaluate", "run", "-q"], code: 65, containing: ["trajectory 11", "--data"])
    try scratch.fail(["inspect", "run", "--verify"], code: 65, containing: ["trajectory 11"])
    try scratch.succeed(train("--restart"))
    try scratch.succeed(["inspect", "run", "--verify"])
  }

  /// Training data that only probes read, and the frame of a prediction.
  @Test func damageIsNoticedWhereFramesAreRead() throws {
    try scratch.trainExample()
    try FileManager.default.copyItem(at: scratch.file("x.dataset"), to: scratch.file("y.dataset"))
    var bytes = try Data(contentsOf: scratch.file("x.dataset/shard-00000/positions.npy"))
    bytes[2195] ^= 4
    try bytes.write(to: scratch.file("x.dataset/shard-00000/positions.npy"))
    try scratch.succeed(["evaluate", "run", "-q", "--data", "test=y.dataset"])
    try scratch.fail(
      ["evaluate", "run", "-q", "--probes", "--data", "test=y.dataset"], code: 65, containing: ["positions.npy"])
    try scratch.fail(
      ["predict", "run", "--frame", "x.dataset:0:0", "-o", "y.csv"], code: 65, containing: ["positions.npy"])
    #expect(!scratch.exists("y.csv"))
  }

  @Test func aChangedDigitOfADescriptionIsNoticed() throws {
    try scratch.trainExample()
    let text = try scratch.text("x.dataset/dataset.json")
    try Data(text.replacing("\"time step\" : 0.5", with: "\"time step\" : 0.6").utf8)
      .write(to: scratch.file("x.dataset/dataset.json"))
    for command in [
      ["inspect", "x.dataset"], ["inspect", "x.dataset", "--json"], train(), ["evaluate", "run"],
      ["predict", "run", "--frame", "x.dataset:0:0", "-o", "y.csv"],
      ["import", "x.npy", "--observables", "radius.npy", "-o", "x.dataset"],
    ] {
      try scratch.fail(command, code: 65, containing: ["dataset.json", "check sum"])
    }
  }

  @Test func inspectTakesWhatItIsGiven() throws {
    try scratch.trainExample()
    let run = try scratch.succeed(["inspect", "run"]).output
    #expect(run.contains("a run, trained") && run.contains("9 train, 1 validate, 2 test"), "\(run)")
    #expect(run.contains("Next: macrostate evaluate run"))
    let array = try scratch.succeed(["inspect", "x.npy"]).output
    #expect(array.contains("(12, 6, 10, 2) of '<f4'") && array.contains("macrostate import x.npy"), "\(array)")
    try Data(
      ("ITEM: TIMESTEP\n0\nITEM: NUMBER OF ATOMS\n1\nITEM: BOX BOUNDS pp pp pp\n0 1\n0 1\n0 1\n"
        + "ITEM: ATOMS id type x y z\n1 1 0 0 0\n").utf8
    ).write(to: scratch.file("run.dump"))
    let dump = try scratch.succeed(["inspect", "run.dump"]).output
    #expect(
      dump.contains("LAMMPS dump") && dump.contains("particles     1, in") && dump.contains("import run.dump"),
      "\(dump)")
    for item in ["run", "x.npy", "run.dump", "x.dataset"] {
      let json = try scratch.succeed(["inspect", item, "--json"]).output
      #expect((try? JSONSerialization.jsonObject(with: Data(json.utf8))) != nil, "\(json)")
    }
    #expect(try scratch.succeed(["inspect", "x.dataset", "--verify"]).output.contains("and so have all trajectories"))
    try scratch.fail(["inspect", "none"], code: 66, containing: ["none", "no such"])
    try scratch.fail(["train", "x.npy"], code: 65, containing: ["x.npy: a file", "macrostate import x.npy"])
  }

  /// The remedies for one long trajectory, followed to the letter.
  @Test func oneLongTrajectoryIsCutAsTheMessageSays() throws {
    let frames = 60
    try scratch.write("one.npy", Example.positions(trajectories: 1, frames: frames), [frames, Example.particles, 2])
    try scratch.succeed(["import", "one.npy", "-o", "one.dataset", "-q"])
    try scratch.fail(
      ["train", "one.dataset", "--run", "one"], code: 65, containing: ["1 trajectories", "import --segments 20"])
    try scratch.succeed(["import", "one.npy", "--segments", "6", "-o", "cut.dataset", "-q"])
    try scratch.succeed(["train", "cut.dataset", "--run", "cut", "-q"] + Example.settings())
    try scratch.fail(
      ["import", "one.npy", "--segments", "31", "-o", "bad", "-q"], code: 64, containing: ["60 frames", "--segments"])
  }
}
