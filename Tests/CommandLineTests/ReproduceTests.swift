import Foundation
import MacrostateKit
import Testing

/// `macrostate reproduce`, with trainings of a moment.
@Suite(.serialized) struct ReproduceTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func reproduce(_ what: String, _ more: String..., steps: Int = 20, seeds: Int = 2) -> [String] {
    ["reproduce", what, "--output", "out", "--seeds", "\(seeds)", "--trajectories", "12", "--test-trajectories", "3"]
      + Self.settings(steps: steps) + more
  }

  private static func settings(steps: Int) -> [String] {
    [
      "encoder.point_widths=[8, 8]", "encoder.set_widths=[8]", "density.widths=[8]", "density.layers=2",
      "density.samples=8", "dynamics.widths=[8]", "closure_training.steps=\(steps)", "closure_training.batch=8",
      "closure_training.validation_sets=8", "closure_training.validation_interval=10",
      "dynamics_training.steps=\(steps)", "dynamics_training.batch=16", "dynamics_training.validation_interval=20",
    ].flatMap { ["--set", $0] }
  }

  private func rows(_ name: String) throws -> [[String]] {
    try scratch.text(name).split(separator: "\n").map { line in
      line.replacing("\"ours, ", with: "ours ").replacing("\"", with: "")
        .split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  @Test func aTableIsMadeFromNothing() throws {
    let outcome = try scratch.succeed(reproduce("table1", "--quiet"))
    try Record.expect("reproduce table1", Digest(reproduction: scratch.file("out")))
    #expect(outcome.output.contains("5.19e-05 ± 2.5e-06"), "the published value stands beside ours")
    let table = try rows("out/table1.csv")
    #expect(table[0] == ["method", "regime", "mean", "spread", "seeds", "published", "published_spread"])
    let ours = try #require(table.first { $0[0] == "ours DeepSet" })
    #expect(ours[1] == "in-dst" && ours[4] == "2" && ours[5] == "5.19e-05")
    let aug = table.filter { $0[0] == "AE-Aug" }
    #expect(aug.map { $0[2] == "N/A" } == [false, false, true], "it cannot take another n")
    // The mean and spread are those of the runs' own evaluations.
    let means = try Folder.contents(scratch.file("out/runs")).filter { $0.lastPathComponent.hasPrefix("ours-deepset") }
      .map { try #require(JSONFile.read(EvaluationResult.self, from: RunFolder($0).evaluation).regimes["in-dst"]) }
      .map(\.scaled.mean)
    let mean = (means[0] + means[1]) / 2
    let shown = try (mean: #require(Double(ours[2])), spread: #require(Double(ours[3])))
    #expect(means.count == 2 && abs(shown.mean - mean) <= 1e-12 * mean)
    #expect(abs(shown.spread - abs(means[0] - means[1]) / 2.0.squareRoot()) <= 1e-9 * mean)
    // Differences are taken seed by seed.
    let theirs = try Folder.contents(scratch.file("out/runs")).filter { $0.lastPathComponent.hasPrefix("ae-inve-seed") }
      .map { try #require(JSONFile.read(EvaluationResult.self, from: RunFolder($0).evaluation).regimes["in-dst"]) }
      .map(\.scaled.mean)
    let difference = try #require(
      rows("out/table1-differences.csv").first { $0[0] == "AE-InvE" && $0[1] == "in-dst" }.flatMap { Double($0[2]) })
    #expect(abs(difference - (means[0] - theirs[0] + means[1] - theirs[1]) / 2) <= 1e-9 * mean)
    let page = try scratch.text("out/report.html")
    #expect(page.contains("Table 1") && scratch.exists("out/figures/table1.vl.json"))
    let again = try scratch.succeed(reproduce("table1", "--plan"))
    #expect(again.output.contains(" 0 missing"))
  }

  @Test func figureFourNeedsNoParticles() throws {
    let outcome = try scratch.succeed(reproduce("figure4", "--plan", seeds: 1))
    #expect(outcome.output.contains("9 runs, 9 missing") && !outcome.output.contains("simulation"))
  }

  @Test func everythingIsMadeByOneCommand() throws {
    let outcome = try scratch.succeed(reproduce("all", seeds: 1))
    try Record.expect("reproduce all", Digest(reproduction: scratch.file("out")))
    let count = try scratch.text("out/tables/runs.csv").split(separator: "\n").count - 1 + 9
    #expect(outcome.errors.contains("run \(count) of \(count)"))
    for table in ["table1", "table4", "table5", "figure4", "figure5", "questions-objective", "questions-permutation"] {
      #expect(scratch.exists("out/\(table).csv"), "\(table)")
    }
    #expect(try rows("out/table5.csv").count == 1 + 8 * 3)

    let grid = try rows("out/figure4.csv")
    #expect(grid[0] == ["epsilon", "dim", "KL mean", "KL spread", "seeds"] && grid.count == 10)
    #expect(try grid.dropFirst().allSatisfy { try #require(Double($0[2])) > 0 })
    let figure = try scratch.text("out/figures/figure4.vl.json")
    #expect(figure.contains("generating") && figure.contains("target q_X") && figure.contains("learned"))

    // Ours does not depend on the order of the points, bit for bit.
    let ours = try #require(rows("out/figure5.csv").first { $0[0].hasPrefix("ours DeepSet") })
    #expect(ours[2] == "yes" && Double(ours[3]) == 0)
    let check = try #require(rows("out/questions-permutation.csv").first { $0[0].hasPrefix("ours DeepSet") })
    #expect(check[1] == "3" && check[2] == "3")
    let probes = try rows("out/questions-probes.csv")
    #expect(probes.contains { $0[0] == "observables alone" && $0[1] == "pair distances" })
    let page = try scratch.text("out/report.html")
    #expect(page.contains("Figure 5") && page.contains("Questions of the review"))
  }

  @Test func aFolderOfTheUserIsNotTouched() throws {
    func attempt(_ output: String, _ more: [String] = []) -> [String] {
      reproduce("table4", seeds: 1).map { $0 == "out" ? output : $0 } + more
    }
    try scratch.fail(attempt(""), code: 64, containing: ["--output ''"])
    try scratch.fail(attempt("-"), code: 64, containing: ["--output '-'"])
    try Folder.create(scratch.file("home/results"))
    for name in ["home/notes.txt", "home/report.html", "home/results/mine.json", "file"] {
      try Data("mine".utf8).write(to: scratch.file(name))
    }
    let before = try scratch.bytes(of: "home")
    for more in [[], ["--plan"]] {
      try scratch.fail(attempt("home", more), code: 65, containing: ["it has notes.txt", "nothing in it is touched"])
      try scratch.fail(attempt(".", more), code: 65, containing: ["nothing in it is touched"])
      try scratch.fail(attempt("file", more), code: 65, containing: ["a file"])
    }
    #expect(try scratch.bytes(of: "home") == before)

    // One of reproduce may have notes of its user.
    try Data("{}".utf8).write(to: scratch.file("home/results/0123456789abcdef-v1.json"))
    try scratch.succeed(attempt("home", ["--plan"]))
    try Folder.create(scratch.file("empty"))
    try scratch.succeed(attempt("empty", ["--plan"]))
  }

  @Test func plansWriteNothing() throws {
    let outcome = try scratch.succeed(reproduce("table4", "--plan"))
    #expect(outcome.output.contains("ours-deepset-dim-3-seed-1") && outcome.output.contains("16 missing"))
    #expect(!scratch.exists("out"))
  }

  @Test func nothingThatWasDoneIsDoneAgain() throws {
    let whole = reproduce("table4", steps: 60, seeds: 1).map { $0 == "out" ? "whole" : $0 }
    try scratch.succeed(whole)
    var kills = 0
    for place in ["results", "runs/ours-deepset-dim-2", "runs/ours-deepset-dim-5"] {
      let tool = try scratch.start(reproduce("table4", "--quiet", steps: 60, seeds: 1))
      let folder = place.split(separator: "/")[0]
      tool.wait {
        let names = (try? Folder.contents(scratch.file("out/\(folder)")).map(\.lastPathComponent)) ?? []
        return folder == "results" ? !names.isEmpty : names.contains { "runs/\($0)".hasPrefix(place) }
      }
      tool.send(kills == 1 ? SIGTERM : SIGKILL)
      let code = try tool.finish().exitCode
      #expect(code == (kills == 1 ? 75 : -SIGKILL))
      kills += 1
    }
    let before = try scratch.bytes(of: "out/results")
    #expect(!before.isEmpty)
    try scratch.succeed(reproduce("table4", "--quiet", steps: 60, seeds: 1))
    let after = try scratch.bytes(of: "out/results")
    #expect(before.allSatisfy { after[$0.key] == $0.value }, "finished results stay as they are")
    #expect(try scratch.text("out/table4.csv") == scratch.text("whole/table4.csv"), "the bits of one go")
  }

  @Test func settingsAreComparedOnValidationData() throws {
    try scratch.succeed(reproduce("tuning", "--quiet", steps: 4))
    let table = try rows("out/tuning.csv")
    #expect(
      table[0] == [
        "method", "setting", "mean", "spread", "seeds", "difference", "difference_spread", "seeds_lower",
      ])
    #expect(table.count == 1 + 6 * 5, "six methods, each as it is and with four changes")
    // What stands there are the scores of the dynamics in validation, and nothing of the tests.
    let folders = try Folder.contents(scratch.file("out/runs"))
    func score(_ name: String) throws -> Double {
      let folder = try #require(folders.first { $0.lastPathComponent.hasPrefix("search-\(name)-seed-0-") })
      return try JSONFile.read(EvaluationResult.self, from: RunFolder(folder).evaluation).validationScores[0]
    }
    let plain = try #require(table.first { $0[0] == "AE-InvE" && $0[1] == "as it is" })
    let changed = try #require(table.first { $0[0] == "AE-InvE" && $0[1] == "twice the steps of stage I" })
    let (before, after) = try (score("ae-inve"), score("ae-inve-steps-twice"))
    let difference = try #require(Double(changed[5]))
    #expect(Double(plain[2]) == before && Double(changed[2]) == after)
    #expect(abs(difference - (after - before)) <= 1e-9 * before && changed[7] == (after < before ? "1" : "0"))
    let longer = try #require(folders.first { $0.lastPathComponent.hasPrefix("search-ae-inve-steps-twice") })
    #expect(try RunConfiguration(contentsOf: RunFolder(longer).configuration).closureTraining.steps == 8)
    let all = try scratch.succeed(reproduce("all", "--plan"))
    #expect(!all.output.contains("search-"), "the searches are extra")
  }

  @Test func partsOfASearchAreShown() throws {
    let part = ["--only", "ours-deepset-seed", "--only", "runge-kutta-seed-1"]
    try scratch.succeed(reproduce("study", "--quiet", steps: 4) + part)
    let table = try rows("out/study.csv").dropFirst()
    #expect(table.map { $0[1] } == ["as it is", "Runge–Kutta steps"] && table.map { $0[4] } == ["2", "1"])
    let folders = try Folder.contents(scratch.file("out/runs"))
    #expect(folders.count == 3)
    let scores = try ["seed-1-", "runge-kutta-seed-1-"].map { name in
      let folder = try #require(folders.first { $0.lastPathComponent.hasPrefix("search-ours-deepset-\(name)") })
      return try JSONFile.read(EvaluationResult.self, from: RunFolder(folder).evaluation).validationScores[0]
    }
    let difference = try #require(Double(table[2][5]))
    #expect(abs(difference - (scores[1] - scores[0])) <= 1e-9 * scores[0], "with the run of the same seed")
    #expect(try scratch.succeed(reproduce("study", "--plan", steps: 4) + part).output.contains(" 0 missing"))
  }

  @Test func damageIsSaidAndMadeGood() throws {
    try scratch.succeed(reproduce("figure5", "--quiet", seeds: 1))
    let table = try scratch.text("out/figure5.csv")
    let run = try #require(try Folder.contents(scratch.file("out/runs")).first)
    let hash = try #require(run.lastPathComponent.split(separator: "-").last)
    let result = scratch.file("out/results/\(hash)-v3.json")
    let text = try String(contentsOf: result, encoding: .utf8)
    for damaged in [text.replacing("\"seed\" : 0", with: "\"seed\" : 1"), String(text.prefix(100)), ""] {
      try damaged.write(to: result, atomically: true, encoding: .utf8)
      let outcome = try scratch.succeed(reproduce("figure5", seeds: 1))
      #expect(outcome.errors.contains("warning: ") && outcome.errors.contains("made anew"), "\(outcome.errors)")
      #expect(try scratch.text("out/figure5.csv") == table)
    }
    // A damaged run whose result is gone: one message that names the folder and the remedy.
    try Folder.remove(result)
    let model = try #require(
      try Folder.contents(run.appendingPathComponent("checkpoints/closure")).first {
        $0.hasDirectoryPath || Folder.exists($0)
      })
    for file in try Folder.contents(model) { try Data("damaged".utf8).write(to: file) }
    for pointer in ["latest", "best"] {
      try model.lastPathComponent.write(
        to: model.deletingLastPathComponent().appendingPathComponent(pointer), atomically: true, encoding: .utf8)
    }
    let other = try #require(try Folder.contents(scratch.file("out/results")).first { $0 != result })
    try Folder.remove(other)
    try scratch.fail(
      reproduce("figure5", "--quiet", seeds: 1), code: 65,
      containing: ["Remove out/runs/\(run.lastPathComponent)", "run the same command again"])
    #expect(FileManager.default.fileExists(atPath: other.path), "a run that fails does not keep the others")
    try Folder.remove(run)
    try scratch.succeed(reproduce("figure5", "--quiet", seeds: 1))
    #expect(try scratch.text("out/figure5.csv") == table)
    // A run that a figure is drawn from is made again where only its result is left.
    try Folder.remove(run)
    try scratch.succeed(reproduce("figure5", "--quiet", seeds: 1))
    #expect(try scratch.text("out/figure5.csv") == table)
  }

  @Test func runsShareTheTrainingsThatTheyCanShare() throws {
    try scratch.succeed(reproduce("figure5", "--quiet", seeds: 1))
    let alone = try scratch.text("out/figure5.csv")
    // Only the dynamics differ: stage I is taken over, and gives the bits that it would have given.
    let outcome = try scratch.succeed(reproduce("figure5", "--set", "dynamics.widths=[9]", seeds: 1))
    #expect(!outcome.errors.contains(" closure "), "stage I is not trained again: \(outcome.errors)")
    let shared = try scratch.text("out/figure5.csv")
    #expect(shared != alone)
    let fresh = reproduce("figure5", "--quiet", "--set", "dynamics.widths=[9]", seeds: 1).map {
      $0 == "out" ? "new" : $0
    }
    try scratch.succeed(fresh)
    #expect(try scratch.text("new/figure5.csv") == shared)
  }

  @Test func badRequestsAreRefused() throws {
    try scratch.fail(["reproduce", "table9"], code: 64, containing: ["table9", "table1"])
    try scratch.fail(["reproduce", "table1", "--seeds", "0"], code: 64, containing: ["--seeds", "from 1 to"])
    try scratch.fail(
      ["reproduce", "table1", "--plan", "--only", "seed-0", "--only", "sed-1"], code: 64,
      containing: ["--only sed-1", "--plan"])
    try scratch.fail(["reproduce", "table1", "--scale", "huge"], code: 64, containing: ["huge", "small", "paper"])
    try scratch.fail(["reproduce"], code: 64, containing: ["Missing expected argument"])
    try scratch.fail(reproduce("table1", "--set", "density.bin=3"), code: 64, containing: ["density.bin"])
    #expect(!scratch.exists("out"))
  }

  @Test(.enabled(if: SmallDisk.isPossible, "mounting a small disk takes a superuser"))
  func whatDoesNotFitIsNotBegun() throws {
    let disk = try SmallDisk(scratch.file("disk"), size: "1m")
    let arguments = reproduce("table1", "--quiet", seeds: 1).map { $0 == "out" ? "disk/out" : $0 }
    try scratch.fail(arguments, code: 1, containing: ["disk/out", "needed", "free"])
    #expect(!scratch.exists("disk/out"))
    withExtendedLifetime(disk) {}
  }

  @Test(.enabled(if: SmallDisk.isPossible, "mounting a small disk takes a superuser"))
  func aDiskThatFillsUpLosesNothing() throws {
    let disk = try SmallDisk(scratch.file("disk"), size: "60m")
    func reproducing(_ folder: String) -> [String] {
      reproduce("figure5", "--quiet", seeds: 1).map { $0 == "out" ? folder : $0 }
    }
    let tool = try scratch.start(reproducing("disk/out"))
    let results = scratch.file("disk/out/results")
    func finished() -> [URL] { (try? Folder.contents(results).filter { $0.pathExtension == "json" }) ?? [] }
    tool.wait { !finished().isEmpty }
    // Somebody else takes the rest of the disk.
    let filler = scratch.file("disk/filler")
    try Data().write(to: filler)
    let handle = try FileHandle(forWritingTo: filler)
    while (try? handle.write(contentsOf: Data(count: 4096))) != nil {}
    let outcome = try tool.finish()
    #expect(outcome.exitCode == 1 && outcome.errors.contains("disk full"), "\(outcome.errors)")
    let kept = try #require(finished().first)
    let before = try Data(contentsOf: kept)
    try handle.close()
    try FileManager.default.removeItem(at: filler)
    try scratch.succeed(reproducing("disk/out"))
    #expect(try Data(contentsOf: kept) == before, "it holds when it was made: it was not made again")
    try scratch.succeed(reproducing("out"))
    #expect(try scratch.text("disk/out/figure5.csv") == scratch.text("out/figure5.csv"))
    withExtendedLifetime(disk) {}
  }
}
