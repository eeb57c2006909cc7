import Foundation
import MacrostateKit
import Testing

/// `import --observables` of tables beside files of particles.
@Suite struct ObservedImportTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func writeDump(_ name: String, steps: [Int]) throws {
    let frames = steps.map { step in
      """
      ITEM: TIMESTEP
      \(step)
      ITEM: NUMBER OF ATOMS
      2
      ITEM: BOX BOUNDS pp pp pp
      0 8
      0 8
      -0.5 0.5
      ITEM: ATOMS id type x y vx vy
      1 1 1 1 0.5 0
      2 1 2.5 \(2 + Double(step) / 1000) 0 1

      """
    }
    try Data(frames.joined().utf8).write(to: scratch.file(name))
  }

  private func writeLog(_ name: String, steps: [Int]) throws {
    let rows = steps.map { "\($0) \(Double($0) / 64) -\($0).5\n" }.joined()
    try Data("LAMMPS (7 Jan 2022)\nStep Temp PotEng\n\(rows)Loop time of 1 on 1 procs\n".utf8).write(
      to: scratch.file(name))
  }

  @Test func rowsOfLogsGoToTheirFrames() throws {
    for name in ["a", "b"] {
      try writeDump("\(name).dump", steps: [0, 50, 100])
      try writeLog("\(name).log", steps: [0, 25, 50, 75, 100])
    }
    let command = ["import", "a.dump", "b.dump", "--time-step", "0.002", "-q"]
    let outcome = try scratch.succeed(
      command + ["--observables", "a.log,b.log", "--observable-names", "PotEng,Temp", "-o", "x.dataset"])
    #expect(outcome.errors.contains("per atom in units lj"))
    let dataset = try Dataset.open(scratch.file("x.dataset"))
    #expect(dataset.observables.map(\.name) == ["PotEng", "Temp"])
    #expect(dataset.observables(ofTrajectory: 1) == [-0.5, 0, -50.5, 0.78125, -100.5, 1.5625])
    // Chosen frames keep their rows.
    try scratch.succeed(
      command + [
        "--observables", "a.log,b.log", "--first", "1", "--every", "2", "-o", "y.dataset", "--observable", "volume",
      ])
    let chosen = try Dataset.open(scratch.file("y.dataset"))
    #expect(chosen.observables(ofTrajectory: 0) == [0.78125, -50.5, 64])
    try scratch.fail(
      command + ["--observables", "a.log", "-o", "z.dataset"], code: 64,
      containing: ["1 files of observables for the 2 trajectories"])
    try writeLog("b.log", steps: [0, 50])
    try scratch.fail(
      command + ["--observables", "a.log,b.log", "-o", "z.dataset"], code: 65,
      containing: ["b.log", "no row at the time 0.2 of frame 2 of trajectory 1"])
    try scratch.fail(
      command + ["--observables", "none.log,b.log", "-o", "z.dataset"], code: 66, containing: ["none.log: no such file"]
    )
  }

  /// Velocities that are not stored are read again where a prediction starts from a file.
  @Test func observablesOfColumnsAreComputedOfFilesToPredictFrom() throws {
    let names = (0..<10).map { "m\($0).dump" }
    for (m, name) in names.enumerated() { try writeCloud(name, trajectory: m, frames: 6) }
    try scratch.succeed(
      ["import"] + names + [
        "--time-step", "0.5", "--observable", "temperature,drift=kept", "--observable", "polarisation", "-q", "-o",
        "x.dataset",
      ])
    let dataset = try Dataset.open(scratch.file("x.dataset"))
    #expect(
      dataset.description.featureNames.isEmpty && dataset.observables.map(\.name) == ["temperature", "polarisation"])
    try scratch.succeed(["train", "x.dataset", "--run", "run", "--quiet"] + Example.settings())
    let predict = ["predict", "run", "--steps", "2", "--quiet", "--output"]
    try scratch.succeed(predict + ["a.csv", "--frame", "x.dataset:0:3"])
    try scratch.succeed(predict + ["b.csv", "--frame", "m0.dump:0:3", "--time-step", "0.5"])
    #expect(try scratch.text("a.csv") == scratch.text("b.csv"))
    try scratch.succeed(["evaluate", "run", "--data", "own=m0.dump", "--time-step", "0.5", "--quiet"])
  }

  /// A cloud that cools down while it contracts.
  private func writeCloud(_ name: String, trajectory m: Int, frames: Int) throws {
    var text = ""
    for frame in 0..<frames {
      text += "ITEM: TIMESTEP\n\(frame)\nITEM: NUMBER OF ATOMS\n8\nITEM: BOX BOUNDS ss ss pp\n-9 9\n-9 9\n-0.5 0.5\n"
      text += "ITEM: ATOMS id type x y vx vy\n"
      for i in 0..<8 {
        let angle = Double(i) * 0.785 + 0.1 * Double(m)
        let size = pow(0.9, Double(frame)) * (1 + 0.1 * Double(m))
        text += "\(i + 1) 1 \(size * cos(angle)) \(size * sin(angle)) \(size * cos(3 * angle)) \(0.25 * size)\n"
      }
    }
    try Data(text.utf8).write(to: scratch.file(name))
  }
}
