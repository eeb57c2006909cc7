import Foundation
import MacrostateKit
import Testing

/// Wrong input ends in one clear message and the right exit code.
@Suite struct BadInputTests {
  let scratch: Scratch
  let shape = [Example.trajectories, Example.frames, Example.particles, 2]

  init() throws { scratch = try Scratch() }

  private func importFails(_ name: String, code: Int32 = 65, _ parts: String..., options: [String] = []) throws {
    try scratch.fail(
      ["import", name, "--output", "bad.dataset", "--quiet"] + options, code: code, containing: [name] + parts)
  }

  @Test func arraysThatCannotBeRead() throws {
    try importFails("none.npy", code: 66, "no such file")
    try scratch.write("x.npy", Example.positions(), shape)
    try Data(contentsOf: scratch.file("x.npy")).dropLast(10).write(to: scratch.file("short.npy"))
    try importFails("short.npy", "truncated")
    try scratch.write("flat.npy", Example.positions(), [Example.positions().count])
    try importFails("flat.npy", "[trajectories, frames, n, d]")
    try scratch.write("wide.npy", Example.positions(), [12, 6, 2, 10])
    try importFails("wide.npy", "1 to 3 dimensions")
  }

  @Test(arguments: [Float.nan, .infinity])
  func positionsThatAreNoNumbersAreNamed(value: Float) throws {
    var positions = Example.positions()
    positions[((7 * Example.frames + 4) * Example.particles + 9) * 2 + 1] = value
    try scratch.write("x.npy", positions, shape)
    try importFails("x.npy", "trajectory 7, frame 4, particle 9")
    #expect(!scratch.exists("bad.dataset"), "an import that fails leaves nothing in the way")
  }

  @Test func emptySets() throws {
    try scratch.write("empty.npy", [], [2, 3, 0, 2])
    try importFails("empty.npy", "without particles")
    try scratch.trainExample()
    try scratch.write("none.npy", [], [0, 2])
    try scratch.fail(
      ["predict", "run", "--input", "none.npy", "--start", "radius=1", "--output", "y.csv"], code: 65,
      containing: ["none.npy", "no particles"])
    #expect(!scratch.exists("y.csv"))
  }

  @Test func oneParticle() throws {
    try scratch.write("one.npy", Example.positions(particles: 1), [Example.trajectories, Example.frames, 1, 2])
    try importFails(
      "one.npy", "trajectory 0, frame 0", "two particles or more", options: ["--observable", "pair-energy"])
    try scratch.succeed(["import", "one.npy", "--output", "one.dataset", "--quiet"])
    try scratch.succeed(["train", "one.dataset", "--run", "one", "--quiet"] + Example.settings())
    try scratch.succeed(["evaluate", "one", "--quiet"])
  }

  @Test func trajectoriesOfOneFrame() throws {
    try scratch.write("still.npy", Example.positions(frames: 1), [Example.trajectories, 1, Example.particles, 2])
    try scratch.succeed(["import", "still.npy", "--output", "still.dataset", "--quiet"])
    #expect(try scratch.succeed(["inspect", "still.dataset"]).errors.contains("one frame"))
    try scratch.fail(
      ["train", "still.dataset", "--run", "still", "--quiet"] + Example.settings(), code: 65,
      containing: ["still.dataset", "two or more frames"])
    #expect(!scratch.exists("still"), "a run that cannot begin leaves nothing")
  }

  @Test func anotherDimension() throws {
    try scratch.trainExample()
    try scratch.write("space.npy", Example.positions(dimension: 3), [12, 6, 10, 3])
    try scratch.succeed(["import", "space.npy", "--output", "space.dataset", "--quiet"])
    try scratch.fail(
      ["evaluate", "run", "--data", "test=space.dataset", "--quiet"], code: 65,
      containing: ["space.dataset", "3 dimensions", "model 2"])
    try scratch.write("space0.npy", Example.positions(trajectories: 1, frames: 1, dimension: 3), [10, 3])
    try scratch.fail(
      ["predict", "run", "--input", "space0.npy", "--start", "radius=1", "--output", "y.csv"], code: 65,
      containing: ["3 dimensions", "2"])
    try scratch.fail(
      ["predict", "run", "--frame", "space.dataset:0:0", "--output", "y.csv"], code: 65, containing: ["3 dimensions"])
  }

  @Test func framesThatAreNotThere() throws {
    try scratch.trainExample()
    try scratch.fail(
      ["predict", "run", "--input", "x.dataset", "--output", "y.csv"], code: 65,
      containing: ["x.dataset: a folder", "--frame x.dataset:0:0"])
    try Data("ITEM: TIMESTEP\n0\n".utf8).write(to: scratch.file("x.dump"))
    try scratch.fail(
      ["predict", "run", "--input", "x.dump", "--output", "y.csv"], code: 65,
      containing: ["x.dump: the frame from line 1 on is cut off"])
    let frame =
      "ITEM: TIMESTEP\n%\nITEM: NUMBER OF ATOMS\n1\nITEM: BOX BOUNDS pp pp pp\n0 1\n0 1\n0 1\nITEM: ATOMS id x y\n1 0 0\n"
    try Data([0, 1].map { frame.replacing("%", with: "\($0)") }.joined().utf8).write(to: scratch.file("x.dump"))
    try scratch.fail(
      ["predict", "run", "--input", "x.dump", "--output", "y.csv"], code: 65,
      containing: ["x.dump: it has several frames", "--frame x.dump:0:0"])
    for (frame, part) in [("x.dump:1:0", "trajectories 0 … 0"), ("x.dump:0:2", "trajectory 0 has 2 frames")] {
      try scratch.fail(["predict", "run", "--frame", frame, "--output", "y.csv"], code: 64, containing: [part])
    }
    for frame in ["x.dataset:12:0", "x.dataset:0:6", "x.dataset:-1:0", "x.dataset"] {
      try scratch.fail(
        ["predict", "run", "--frame", frame, "--output", "y.csv"], code: 64, containing: ["--frame \(frame)"])
    }
  }

  @Test func configurationErrorsHaveLinesAndSuggestions() throws {
    try scratch.importExample()
    let wrong = [
      ("seed: 1\nencoder:\n  closre_dimension: 3\n", ["c.yaml:3", "closre_dimension", "'closure_dimension'"]),
      ("seed: 1\nencoder:\n  closure_dimension: three\n", ["c.yaml:3", "integer", "three"]),
      ("seed: 1\n\nencodr:\n  closure_dimension: 3\n", ["c.yaml:3", "encodr", "'encoder'"]),
    ]
    for (text, parts) in wrong {
      try Data(text.utf8).write(to: scratch.file("c.yaml"))
      try scratch.fail(["train", "x.dataset", "--config", "c.yaml"], code: 65, containing: parts)
    }
    try scratch.fail(["train", "x.dataset", "--config", "none.yaml"], code: 66, containing: ["none.yaml"])
    try scratch.fail(
      ["train", "x.dataset", "--set", "closure_training.stps=3"], code: 64, containing: ["stps", "'steps'"])
    try scratch.fail(
      ["train", "x.dataset", "--set", "closure_training.steps=many"], code: 65, containing: ["many", "integer"])
  }

  @Test func testsThatAreNotThereAreNamedBeforeTheTraining() throws {
    try scratch.importExample()
    let settings = Example.settings() + ["--set", "data.tests={t: none.dataset, u: x.dataset}"]
    let errors = try scratch.succeed(["train", "x.dataset", "--run", "run", "--quiet"] + settings).errors
    #expect(errors.contains("warning: data.tests, t: ") && errors.contains("none.dataset: no such data set"))
    #expect(!errors.contains("data.tests, u"))
  }

  @Test func wrongCommandLines() throws {
    try scratch.fail(["trian"], code: 64, containing: ["trian"])
    try scratch.fail(["train", "x.dataset", "--stpes", "3"], code: 64, containing: ["--stpes"])
    try scratch.fail(["train"], code: 64, containing: ["no training data"])
    try scratch.fail(["train", "x.dataset", "--walltime", "soon"], code: 64, containing: ["soon", "90m"])
    try scratch.fail(["train", "none.dataset"], code: 66, containing: ["none.dataset"])
    try scratch.fail(["evaluate", "none"], code: 66, containing: ["none", "macrostate train"])
    try scratch.fail(["predict", "none", "--input", "x.npy", "--output", "y.csv"], code: 66, containing: ["none"])
    try scratch.fail(
      ["simulate", "particles", "--regime", "in-dist", "--output", "q"], code: 64, containing: ["in-dst"])
  }

  @Test func otherSettingsAreShownAsADifference() throws {
    try scratch.trainExample()
    try scratch.fail(
      ["train", "x.dataset", "--run", "run"] + Example.settings(closureSteps: 21), code: 65,
      containing: ["closure_training.steps is 20, not 21", "--restart"])
    try scratch.succeed(["train", "x.dataset", "--run", "run", "-q", "--restart"] + Example.settings(closureSteps: 21))
  }

  @Test(arguments: [(99, ["newer version", "update"]), (1, ["earlier version", "training command"])])
  func modelsOfAnotherTime(version: Int, remedy: [String]) throws {
    try scratch.trainExample()
    let text = try scratch.text("run/model/model.json")
    let written = "\"version\" : \(TrainedModel.Description.currentVersion)"
    #expect(text.contains(written))
    try Data(text.replacing(written, with: "\"version\" : \(version)").utf8)
      .write(to: scratch.file("run/model/model.json"))
    try scratch.fail(
      ["predict", "run", "--frame", "x.dataset:0:0", "--output", "y.csv"], code: 65,
      containing: ["model.json"] + remedy)
  }

  /// One changed byte in the middle of `name`.
  private func damage(_ name: String) throws {
    var bytes = try Data(contentsOf: scratch.file(name))
    bytes[bytes.count - 5] ^= 0x10
    try bytes.write(to: scratch.file(name))
  }

  @Test func damageIsFoundByCheckSums() throws {
    try scratch.trainExample()
    try damage("run/model/closure.safetensors")
    try scratch.fail(["evaluate", "run", "--quiet"], code: 65, containing: ["closure.safetensors", "check sum"])
    try damage("x.dataset/shard-00000/positions.npy")
    for command in [["inspect", "x.dataset"], ["train", "x.dataset", "--run", "other"]] {
      try scratch.fail(command, code: 65, containing: ["positions.npy", "check sum"])
    }
  }

  @Test func damagedCheckpointsAreFound() throws {
    try scratch.trainExample()
    let latest = try scratch.text("run/checkpoints/closure/latest")
    try damage("run/checkpoints/closure/\(latest)/optimizer.safetensors")
    try scratch.fail(
      ["train", "x.dataset", "--run", "run", "--quiet"] + Example.settings(), code: 65,
      containing: ["optimizer.safetensors", "check sum", "--restart"])
  }

  @Test func outputsThatAreNoFilesStayAsTheyAre() throws {
    try scratch.trainExample()
    let predict = ["predict", "run", "--frame", "x.dataset:0:0", "--quiet", "--output"]
    #expect(mkfifo(scratch.file("pipe").path, 0o600) == 0)
    try scratch.fail(predict + ["pipe"], code: 1, containing: ["pipe", "not a plain file"])
    try Folder.create(scratch.file("folder"))
    try scratch.fail(predict + ["folder"], code: 1, containing: ["folder", "not a plain file"])
    try scratch.fail(predict + ["x0.npy/y.csv"], code: 1, containing: ["x0.npy/y.csv"])
  }
}
