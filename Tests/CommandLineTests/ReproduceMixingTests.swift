import Foundation
import MacrostateKit
import Testing

/// `macrostate reproduce mixing` from nothing to its tables, with a program in the place of LAMMPS.
@Suite struct ReproduceMixingTests {
  private let scratch: Scratch

  /// Forty particles (32 in the lower box) on a random walk between walls, the left ones of type 1. The random numbers are
  /// Lehmer's, which every awk gives alike.
  private static let engine = #"""
    #!/bin/sh
    [ "$1" = -h ] && { echo 'Large-scale Atomic/Molecular Massively Parallel Simulator - 1 Jan 2026'; exit 0; }
    half_l=16; seed=1; velocity_seed=0; steps=100000; ly=32
    while [ $# -gt 0 ]; do
      if [ "$1" = -var ]; then eval "$2=$3"; shift 2; fi
      shift
    done
    awk -v half_l="$half_l" -v seed="$seed" -v velocity_seed="$velocity_seed" -v frames="$((steps / 200))" \
      -v ly="$ly" '
      function uniform() { state = state * 16807 % 2147483647; return state / 2147483647 }
      function begin(number) { state = number % 2147483646 + 1; uniform(); uniform() }
      BEGIN {
      begin(seed); n = ly < 30 ? 32 : 40
      for (i = 0; i < n; i++) { x[i] = 32 * (i + uniform()) / n; y[i] = 4 * uniform(); type[i] = x[i] < half_l ? 1 : 2 }
      if (velocity_seed > 0) begin(seed + velocity_seed)
      for (f = 0; f <= frames; f++) {
        printf "ITEM: TIMESTEP\n%d\nITEM: NUMBER OF ATOMS\n%d\nITEM: BOX BOUNDS ff ff pp\n", 200 * f, n
        printf "0 32\n0 %g\n-0.5 0.5\nITEM: ATOMS id type x y\n", ly
        for (i = 0; i < n; i++) {
          printf "%d %d %.5f %.5f\n", i + 1, type[i], x[i], y[i]
          x[i] += uniform() - 0.5; if (x[i] < 0) x[i] = -x[i]; if (x[i] > 32) x[i] = 64 - x[i]
        }
      }
    }' > mixing.dump
    """#

  init() throws {
    scratch = try Scratch()
    try Folder.create(scratch.file("bin"))
    try Data(Self.engine.utf8).write(to: scratch.file("program"))
    // A child of another test may hold a file open that this process writes, and such a file cannot be started.
    let copy = try Process.run(
      URL(fileURLWithPath: "/bin/cp"), arguments: [scratch.file("program").path, scratch.file("bin/lmp").path])
    copy.waitUntilExit()
    chmod(scratch.file("bin/lmp").path, 0o755)
  }

  private func reproduce(_ more: String...) throws -> Outcome {
    let settings = [
      "encoder.point_widths=[8, 8]", "encoder.set_widths=[8]", "density.widths=[8]", "density.layers=2",
      "density.samples=8", "dynamics.widths=[8]", "dynamics.diffusion_widths=[8]", "closure_training.steps=20",
      "closure_training.batch=8", "closure_training.validation_sets=8", "closure_training.validation_interval=10",
      "dynamics_training.steps=20", "dynamics_training.batch=16", "dynamics_training.validation_interval=20",
    ].flatMap { ["--set", $0] }
    return try scratch.start(
      ["reproduce", "mixing", "--output", "out", "--seeds", "1", "--trajectories", "10", "--test-trajectories", "4"]
        + settings + more, searching: scratch.file("bin")
    ).finish()
  }

  @Test func tableFigureAndQuestionsAreMadeFromNothing() throws {
    let outcome = try reproduce("--quiet")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    try Record.expect("reproduce mixing", Digest(reproduction: scratch.file("out")))
    let table = try scratch.text("out/table2.csv").split(separator: "\n")
    let names = table[0].split(separator: ",")
    for name in ["published", "unbiased", "floor", "floor_independent", "coverage_90"] {
      #expect(names.contains(Substring(name)), "\(name)")
    }
    #expect(table.count == 1 + 7 * 3, "six methods, and ours without the species' fractions, in three regimes")
    let ours = try #require(table.first { $0.hasPrefix("\"ours, DeepSet\",in-dst") })
    #expect(ours.contains(",0.0109,"), "the published value stands beside ours")
    #expect(table.contains { $0.hasPrefix("AE-Aug,diff-N,N/A") }, "it cannot take another n")
    let other = try #require(table.first { $0.contains("without fractions\",in-dst") })
    #expect(
      other.split(separator: ",").dropFirst(3).first != ours.split(separator: ",").dropFirst(3).first,
      "the fractions change the prediction")
    for name in ["figure6", "questions-mixing-objective", "questions-mixing-permutation", "questions-mixing-probes"] {
      #expect(scratch.exists("out/\(name).csv"), "\(name)")
    }
    let figure = try scratch.text("out/figure6.csv").split(separator: "\n").dropFirst()
    // Three methods, two observables, two times, of the cases that six draws gave.
    #expect(figure.count >= 3 * 2 * 2 && figure.count % (3 * 2 * 2) == 0)
    for method in ["\"ours, DeepSet\"", "\"InvE, MLP\"", "\"InvE, OnsagerNet\""] {
      #expect(figure.contains { $0.hasPrefix(method) }, "\(method)")
    }
    #expect(try scratch.text("out/report.html").contains("Table 2"))
    let again = try reproduce("--plan")
    #expect(again.output.contains(" 0 missing"))
    try whatIsMissingIsLeftOut()
    try dataOfAnotherScriptAreRefused()
    try resultsOutliveTheirData()
  }

  /// A method without a run has no row, instead of one with zeros; complete data need no LAMMPS.
  private func whatIsMissingIsLeftOut() throws {
    try breakEngine()
    try removeResult("mixing-ae-aug-seed-0")
    #expect(try reproduce("--plan").output.contains(" 1 missing"))
    let outcome = try reproduce("--quiet", "--only", "ours-deepset")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let permutations = try scratch.text("out/questions-mixing-permutation.csv")
    #expect(!permutations.contains("AE-Aug") && permutations.contains("AE-InvE"))
    #expect(try scratch.text("out/questions-mixing-probes.csv").split(separator: "\n").count > 1)
  }

  private func dataOfAnotherScriptAreRefused() throws {
    let manifest = scratch.file("out/data-mixing/in-dst-twins.dataset/dataset.json")
    let text = try String(contentsOf: manifest, encoding: .utf8)
    let other = text.replacing(/"script crc32" : \d+/, with: "\"script crc32\" : 1")
      .replacing(#/  "checksum" : \d+,\n/#, with: "")
    try Data(other.utf8).write(to: manifest)
    let outcome = try reproduce("--quiet")
    #expect(outcome.exitCode == 65)
    #expect(outcome.errors.contains("in-dst-twins.dataset") && outcome.errors.contains("(script crc32)"))
  }

  private func resultsOutliveTheirData() throws {
    try Folder.remove(scratch.file("out/data-mixing"))
    try Folder.remove(scratch.file("out/figure6.csv"))
    let outcome = try reproduce("--quiet", "--only", "ours-deepset")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(scratch.exists("out/figure6.csv"))
    #expect(try scratch.text("out/report.html").contains("Fig. 6 has no snapshots"))
  }

  private func breakEngine() throws {
    try Data("#!/bin/sh\nexit 1\n".utf8).write(to: scratch.file("bin/lmp"))
  }

  private func removeResult(_ name: String) throws {
    let results = try Folder.contents(scratch.file("out/results"))
    let file = try #require(results.first { try String(contentsOf: $0, encoding: .utf8).contains("\"\(name)\"") })
    try Folder.remove(file)
  }
}
