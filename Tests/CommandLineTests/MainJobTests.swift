import Foundation
import MacrostateKit
import Testing

/// The whole job on a user's own arrays, as a user does it.
@Suite struct MainJobTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func object(_ text: String) throws -> [String: Any] {
    // Anything but exactly one object is an error here.
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  private func rows(_ name: String) throws -> (header: [String], values: [[Double]]) {
    let lines = try scratch.text(name).split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
    return (try #require(lines.first), try lines.dropFirst().map { try $0.map { try #require(Double($0)) } })
  }

  @Test func inspectDescribesTheImport() throws {
    try scratch.importExample()
    let summary = try object(scratch.succeed(["inspect", "x.dataset", "--json"]).output)
    #expect(summary["trajectories"] as? Int == Example.trajectories)
    #expect(summary["frames"] as? Int == Example.trajectories * Example.frames)
    #expect(summary["dimension"] as? Int == 2)
    let observable = try #require((summary["observables"] as? [[String: Any]])?.first)
    #expect(observable["name"] as? String == "radius")
    let range = try #require(observable["range"] as? [String: Double])
    let radii = Example.radii()
    #expect(range["greatest"] == radii.max())
    #expect(abs(try #require(range["least"]) - (radii.min() ?? 0)) < 1e-12)
  }

  @Test func evaluationHasTheShapeThatScriptsRelyOn() throws {
    try scratch.trainExample()
    let outcome = try scratch.succeed(["evaluate", "run", "--json"])
    let regimes = try #require(object(outcome.output)["regimes"] as? [String: [String: Any]])
    #expect(Array(regimes.keys) == ["test"])
    let regime = try #require(regimes["test"])
    let mre = try #require(regime["mre"] as? [String: Double])
    #expect(Set(mre.keys) == ["mean", "median", "spread", "physicalMean"])
    #expect(mre.values.allSatisfy { $0.isFinite && $0 >= 0 })
    #expect(regime["trajectories"] as? Int == 2)
    let alone = try #require(regime["withoutClosure"] as? [String: Double])
    #expect(Array(alone.keys) == ["mean"])
    #expect(outcome.errors.contains("evaluate"), "progress belongs on stderr")
  }

  @Test func probesAreAnOptionOfTheEvaluation() throws {
    try scratch.trainExample()
    let plain = try object(scratch.succeed(["evaluate", "run", "--json"]).output)
    #expect(plain["probes"] == nil)
    let outcome = try scratch.succeed(["evaluate", "run", "--probes", "--json"])
    let probes = try #require(object(outcome.output)["probes"] as? [String: Any])
    let readings = try #require(probes["readings"] as? [[String: Any]])
    #expect(readings.map { $0["source"] as? String } == ["closure variables", "observables"])
    let text = try scratch.succeed(["evaluate", "run", "--probes"]).output
    #expect(text.contains("pair distances") && text.split(separator: "\n").allSatisfy { $0.count <= 80 })
    try scratch.succeed(["report", "run"])
    #expect(try scratch.text("run/report.html").contains("What ẑ retains"))
    #expect(try scratch.text("run/tables/probes.csv").contains("moments of order 4"))
  }

  @Test func theSetTransformerTakesTheSameWay() throws {
    try scratch.importExample()
    let encoder = ["kind=set-transformer", "width=8", "heads=2", "blocks=1", "inducing_points=4"].map {
      "encoder.\($0)"
    }
    try scratch.succeed(
      ["train", "x.dataset", "--run", "run", "--quiet"] + Example.settings(with: encoder))
    let outcome = try scratch.succeed(["evaluate", "run", "--json", "--quiet"])
    let regimes = try #require(object(outcome.output)["regimes"] as? [String: [String: Any]])
    let mre = try #require(regimes["test"]?["mre"] as? [String: Double])
    #expect(mre.values.allSatisfy { $0.isFinite && $0 >= 0 })
    try scratch.succeed([
      "predict", "run", "--frame", "x.dataset:3:1", "--output", "frame.csv", "--steps", "4", "--quiet",
    ])
    #expect(try rows("frame.csv").values.count == 5)
  }

  @Test func predictionsStartAtTheTruth() throws {
    try scratch.trainExample()
    let steps = ["--steps", "4", "--quiet"]
    try scratch.succeed(["predict", "run", "--frame", "x.dataset:3:1", "--output", "frame.csv"] + steps)
    let (header, values) = try rows("frame.csv")
    #expect(header == ["time", "radius", "radius_lower", "radius_upper"])
    #expect(values.map { $0[0] } == [0, 0.5, 1, 1.5, 2])
    let truth = Example.radii()[3 * Example.frames + 1]
    #expect(values[0].dropFirst().allSatisfy { abs($0 - truth) < 1e-6 * truth })
    #expect(values.allSatisfy { $0[2] <= $0[1] && $0[1] <= $0[3] })

    let input = ["predict", "run", "--input", "x0.npy", "--output", "input.csv"] + steps
    try scratch.fail(input, code: 64, containing: ["radius", "--start radius="])
    try scratch.succeed(input + ["--start", "radius=0.75", "--closure"])
    let (names, predicted) = try rows("input.csv")
    #expect(names.suffix(6) == ["z1", "z1_lower", "z1_upper", "z2", "z2_lower", "z2_upper"])
    #expect(predicted.count == 5)
    #expect(predicted[0][1...3] == [0.75, 0.75, 0.75])
  }

  /// A frame of an array, and of a dump, is one of the data set made of it.
  @Test func predictionsStartFromFilesThatImportReads() throws {
    try scratch.trainExample()
    let size = 2 * Example.particles
    let points = Array(Example.positions()[(3 * Example.frames + 1) * size..<(3 * Example.frames + 2) * size])
    let rows = (0..<Example.particles).map { "\($0 + 1) \(points[2 * $0]) \(points[2 * $0 + 1])\n" }.joined()
    let header = "ITEM: BOX BOUNDS ss ss pp\n-9 9\n-9 9\n-1 1\nITEM: ATOMS id x y\n"
    try Data("ITEM: TIMESTEP\n7\nITEM: NUMBER OF ATOMS\n\(Example.particles)\n\(header)\(rows)".utf8)
      .write(to: scratch.file("x.dump"))
    for (name, start) in [
      ("frame", ["--frame", "x.dataset:3:1"]), ("array", ["--frame", "x.npy:3:1"]), ("dump", ["--input", "x.dump"]),
    ] {
      try scratch.succeed(
        ["predict", "run", "--start", "radius=0.75", "--closure", "--steps", "3", "--output", name, "--quiet"] + start)
    }
    #expect(try scratch.text("frame") == scratch.text("array") && scratch.text("frame") == scratch.text("dump"))
  }

  /// Test data in a file that import reads are those of the data set made of it.
  @Test func evaluationsReadFilesThatImportReads() throws {
    try scratch.trainExample()
    let evaluate = ["evaluate", "run", "--json", "--quiet", "--data"]
    let expected = try scratch.succeed(evaluate + ["test=x.dataset"]).output
    // The observable is not known how to compute; it stands beside the positions of a data set alone.
    try scratch.fail(evaluate + ["test=x.npy"], code: 64, containing: ["x.npy", "times", "--time-step"])
    try scratch.fail(evaluate + ["test=x.npy", "--time-step", "0.5"], code: 65, containing: ["radius"])
    try scratch.succeed([
      "import", "x.npy", "--observable", "pair-energy:tanh", "--time-step", "0.5", "--output", "energy.dataset", "-q",
    ])
    try scratch.succeed(["train", "energy.dataset", "--run", "energy", "--quiet"] + Example.settings())
    let run = ["evaluate", "energy", "--json", "--quiet", "--data"]
    let whole = try scratch.succeed(run + ["test=energy.dataset"]).output
    #expect(try scratch.succeed(run + ["test=x.npy", "--time-step", "0.5"]).output == whole && whole != expected)
  }

  @Test func theOrderOfTheParticlesDoesNotMatter() throws {
    try scratch.trainExample()
    let points = Example.positions(trajectories: 1, frames: 1)
    let reversed = stride(from: points.count - 2, through: 0, by: -2).flatMap { [points[$0], points[$0 + 1]] }
    try scratch.write("reversed.npy", reversed, [Example.particles, 2])
    for name in ["x0", "reversed"] {
      try scratch.succeed([
        "predict", "run", "--input", "\(name).npy", "--start", "radius=0.75", "--closure", "--steps", "3",
        "--output", "\(name).csv", "--quiet",
      ])
    }
    #expect(try scratch.text("x0.csv") == scratch.text("reversed.csv"))
  }

  @Test func aReportFollowsTheEvaluation() throws {
    try scratch.trainExample()
    try scratch.fail(["report", "run"], code: 66, containing: ["not evaluated yet", "macrostate evaluate run"])
    try scratch.succeed(["evaluate", "run", "--quiet"])
    let path = try scratch.succeed(["report", "run"]).output.trimmingCharacters(in: .newlines)
    #expect(path.hasSuffix("run/report.html"))
    let page = try scratch.text("run/report.html")
    #expect(page.contains("radius"))
    #expect(!page.contains("src=\"http"), "the page must work offline")
    #expect(scratch.exists("run/tables/errors.csv"))
  }

  @Test func quietMeansQuiet() throws {
    try scratch.importExample()
    let train = try scratch.succeed(["train", "x.dataset", "--run", "run", "--quiet"] + Example.settings())
    #expect(train.errors.isEmpty)
    #expect(train.output.contains("run: trained in"))
    let again = try scratch.succeed(["train", "x.dataset", "--run", "loud"] + Example.settings())
    #expect(again.errors.contains("closure") && again.errors.contains("dynamics-1"))
  }

  @Test func tablesFitATerminal() throws {
    try scratch.trainExample()
    for arguments in [["evaluate", "run"], ["--help"]] {
      let output = try scratch.succeed(arguments).output
      #expect(output.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(output)")
    }
  }

  @Test func withoutObservablesTheClosureIsPredicted() throws {
    try scratch.importExample()
    let notice = try scratch.succeed(["import", "x.npy", "--output", "bare.dataset"])
    #expect(notice.errors.contains("the macrostate is the closure variables alone"))
    try scratch.succeed(["train", "bare.dataset", "--run", "bare", "--quiet"] + Example.settings())
    let regimes = try object(scratch.succeed(["evaluate", "bare", "--json", "--quiet"]).output)["regimes"]
    let regime = try #require((regimes as? [String: [String: Any]])?["test"])
    #expect(regime["withoutClosure"] == nil)
    try scratch.succeed([
      "predict", "bare", "--input", "x0.npy", "--steps", "3", "--output", "bare.csv", "--quiet",
    ])
    #expect(try rows("bare.csv").header.prefix(2) == ["time", "z1"])
    #expect(try rows("bare.csv").values.count == 4)
  }

  @Test func machinesAreDescribedAsOneObject() throws {
    let health = try object(scratch.succeed(["doctor", "--json"]).output)
    #expect(health["programVersion"] as? String == ProgramVersion.current)
    #expect(health["instructionSets"] as? [String] != nil)
  }
}
