import Foundation
import MacrostateKit
import Testing

/// Dumps and LAMMPS by the command line: `import`, `simulate lammps`, and what they say of mistakes.
@Suite(.serialized) struct LAMMPSCommandTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Two particles of two types in 6 frames, the second moving away.
  private static let dump = (0..<6).map { f in
    """
    ITEM: TIMESTEP
    \(10 * f)
    ITEM: NUMBER OF ATOMS
    3
    ITEM: BOX BOUNDS ff ff pp
    0 9
    0 9
    0 1
    ITEM: ATOMS id type x y
    2 2 1.5 \(2 + f)
    1 1 1 2
    3 2 8 \(8 - f)

    """
  }.joined()

  private func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: scratch.file(name))
  }

  /// A program in the place of LAMMPS that writes the dump above, `sleep` seconds later.
  private func writeEngine(sleep: String = "0") throws {
    try write("frames.txt", Self.dump)
    try write(
      "lmp",
      """
      #!/bin/sh
      [ "$1" = -h ] && { echo 'Large-scale Atomic/Molecular Massively Parallel Simulator - 1 Jan 2026'; exit 0; }
      case "$*" in *"a -"*) echo 'ERROR: Illegal variable'; exit 1;; esac
      echo $$ >> "$(dirname "$0")/started"
      sleep \(sleep)
      cp "$(dirname "$0")/frames.txt" frames.dump
      """)
    chmod(scratch.file("lmp").path, 0o755)
    try write("in.mix", "print ${a}\ntimestep 0.5\n")
  }

  @Test func dumpsAreImported() throws {
    try write("one.dump", Self.dump)
    try write("two.lammpstrj", Self.dump)
    let outcome = try scratch.succeed([
      "import", "one.dump", "two.lammpstrj", "--time-step", "0.002", "--species", "A,B", "--observable", "mixing-ratio",
      "--observable", "pair-energy:tanh", "--cutoff", "3", "--positions", "0,3:", "--output", "x.dataset", "--quiet",
    ])
    #expect(outcome.output == "x.dataset: 2 trajectories, 12 frames\n")
    #expect(outcome.errors.isEmpty, "\(outcome.errors)")
    let summary = try scratch.succeed(["inspect", "x.dataset", "--quiet"]).output
    for part in ["species: A, B", "positions     of 8 frames", "R_AB", "R_BA", "pair-energy", "0.02 … 0.02"] {
      #expect(summary.contains(part), "\(summary)")
    }
  }

  @Test func mistakesWithDumpsAreNamed() throws {
    try write("cut.dump", String(Self.dump.dropLast(20)))
    try scratch.fail(
      ["import", "cut.dump", "--output", "bad", "--quiet", "--time-step", "1", "--observable", "pair-energy"], code: 65,
      containing: ["cut.dump", "frame from line 61 on is cut off", "head -n 60"])
    try write("no.txt", "1 2 3\n")
    try scratch.fail(["import", "no.txt", "--output", "bad"], code: 65, containing: ["no.txt", "begins with 'ITEM:'"])
    try scratch.fail(["import", "none.dump", "--output", "bad"], code: 66, containing: ["none.dump", "no such file"])
    try write("x.dump", Self.dump)
    try scratch.fail(
      ["import", "x.dump", "--types", "t.npy", "--output", "bad"], code: 64, containing: ["--types is for"])
    try scratch.fail(
      ["import", "x.dump", "--positions", "1-2", "--output", "bad"], code: 64, containing: ["start:stop:step:length"])
    try scratch.fail(["import", "x.dump", "--cutoff", "2", "--output", "bad"], code: 64, containing: ["--observable"])
  }

  @Test func simulationsAreStoppedWithTheirChildrenAndCarriedOn() throws {
    try writeEngine(sleep: "30")
    let arguments = [
      "simulate", "lammps", "in.mix", "--lammps", scratch.file("lmp").path, "--vary", "a=1:2", "--runs", "4",
      "--observable",
      "pair-energy", "--threads", "2", "--output", "x.dataset", "--quiet",
    ]
    let tool = try scratch.start(arguments)
    tool.wait { ((try? scratch.text("started")) ?? "").split(separator: "\n").count == 2 }
    tool.send(SIGTERM)
    let outcome = try tool.finish()
    #expect(outcome.exitCode == 75, "\(outcome.errors)")
    #expect(outcome.errors.contains("run the same command again"), "\(outcome.errors)")
    for pid in try scratch.text("started").split(separator: "\n").compactMap({ Int32($0) }) {
      #expect(kill(pid, 0) == -1, "a child lives on")
    }
    try writeEngine()
    #expect(try scratch.succeed(arguments).output == "x.dataset: 4 runs of in.mix\n")
    #expect(!scratch.exists("x.dataset.runs"))
  }

  /// What a shell or a queue may hand down: an ignored SIGCHLD, and no standard streams.
  @Test(arguments: ["trap '' CHLD; exec \"$0\" \"$@\"", "exec \"$0\" \"$@\" <&- >&-"])
  func failedRunsAreNoticedHoweverTheToolIsStarted(script: String) throws {
    try writeEngine()
    func arguments(_ range: String, _ output: String) -> [String] {
      [
        "simulate", "lammps", "in.mix", "--lammps", scratch.file("lmp").path, "--vary", "a=\(range)", "--runs", "2",
        "--threads", "2", "--output", output, "--quiet",
      ]
    }
    let failed = try scratch.start(arguments("-2:-1", "bad"), script: script).finish()
    #expect(failed.exitCode == 1, "\(failed.errors)")
    #expect(failed.errors.contains("LAMMPS says: ERROR: Illegal variable"), "\(failed.errors)")
    let good = try scratch.start(arguments("1:2", "good"), script: script).finish()
    #expect([0, 1].contains(good.exitCode), "without standard output the result cannot be said: \(good.errors)")
    #expect(try Dataset.open(scratch.file("good")).trajectoryCount == 2)
  }

  #if os(Linux)
    /// However the tool ends, nothing of what it has started lives on.
    @Test(arguments: [[SIGKILL], [SIGTERM, SIGINT]])
    func nothingOutlivesTheTool(signals: [Int32]) throws {
      try writeEngine()
      try write(
        "lmp",
        """
        #!/bin/sh
        [ "$1" = -h ] && { echo 'Large-scale Atomic/Molecular Massively Parallel Simulator - 1 Jan 2026'; exit 0; }
        here=$(dirname "$0")
        sleep 100 & echo $! >> "$here/started"
        setsid sleep 100 & echo $! >> "$here/started"
        trap '' TERM HUP INT
        echo $$ >> "$here/started"
        wait; sleep 100
        """)
      let tool = try scratch.start([
        "simulate", "lammps", "in.mix", "--lammps", scratch.file("lmp").path, "--vary", "a=1:2", "--runs", "1",
        "--threads", "1", "--output", "x.dataset", "--quiet",
      ])
      func started() -> [Int32] {
        ((try? scratch.text("started")) ?? "").split(separator: "\n").compactMap { Int32($0) }
      }
      tool.wait { started().count == 3 }
      for signal in signals { tool.send(signal) }
      let outcome = try tool.finish()
      #expect(outcome.exitCode != 0)
      let start = ContinuousClock.now
      func living() -> [Int32] { started().filter { kill($0, 0) == 0 } }
      while !living().isEmpty, ContinuousClock.now - start < .seconds(10) { usleep(10_000) }
      #expect(started().count == 3 && living().isEmpty)
    }
  #endif

  /// The disk fills up while the third run writes its dump, which LAMMPS does not notice.
  @Test(.enabled(if: SmallDisk.isPossible, "mounting a small disk takes a superuser"))
  func fullDisksLoseNoRun() throws {
    let disk = try SmallDisk(scratch.file("disk"), size: "4m")
    try write("frames.txt", Self.dump)
    try write(
      "lmp",
      """
      #!/bin/sh
      [ "$1" = -h ] && { echo 'Large-scale Atomic/Molecular Massively Parallel Simulator - 1 Jan 2026'; exit 0; }
      here=$(dirname "$0")
      echo $$ >> "$here/started"
      [ "$(wc -l < "$here/started")" = 3 ] && head -c 8000000 /dev/zero > restart.bin
      cp "$here/frames.txt" frames.dump
      exit 0
      """)
    chmod(scratch.file("lmp").path, 0o755)
    try write("in.mix", "print ${a}\ntimestep 0.5\n")
    func arguments(_ output: String) -> [String] {
      [
        "simulate", "lammps", "in.mix", "--lammps", scratch.file("lmp").path, "--vary", "a=1:2", "--runs", "4",
        "--observable", "pair-energy", "--threads", "1", "--output", output, "--quiet",
      ]
    }
    try scratch.fail(
      arguments("disk/x.dataset"), code: 1, containing: ["disk full", "disk/x.dataset", "run the same command again"])
    try disk.resize("20m")
    try scratch.succeed(arguments("disk/x.dataset"))
    #expect(try scratch.text("started").split(separator: "\n").count == 5, "the third run alone is made again")
    try scratch.succeed(arguments("whole.dataset"))
    #expect(try scratch.bytes(of: "disk/x.dataset") == scratch.bytes(of: "whole.dataset"))
  }

  @Test func mistakesWithLAMMPSAreNamed() throws {
    try writeEngine()
    func fail(_ options: [String], code: Int32, _ parts: String..., engine: String = "lmp") throws {
      try scratch.fail(
        ["simulate", "lammps", "in.mix", "--lammps", scratch.file(engine).path, "--output", "bad", "--quiet"] + options,
        code: code, containing: parts)
    }
    try fail(["--vary", "a=1:2"], code: 66, "not found; install it (apt-get install lammps)", engine: "none")
    try fail(["--vary", "b=1:2"], code: 64, "in.mix", "does not use the variable 'b'", "it uses a")
    try fail(["--vary", "a"], code: 64, "write NAME=from:to")
    try fail([], code: 64, "100 runs would all be the same")
    try fail(["--vary", "a=-2:-1"], code: 1, "(a = -", "failed: LAMMPS says: ERROR: Illegal variable")
    #expect(!scratch.exists("bad"))
  }
}
