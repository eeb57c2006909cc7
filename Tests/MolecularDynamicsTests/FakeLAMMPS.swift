import Foundation
import MacrostateCompute
import MacrostateStorage
import Microstates
import MolecularDynamics
import TestSupport
import Testing

/// A folder with a program that behaves as LAMMPS does, and a script for it; removed with it.
///
/// The program writes a dump of three frames whose first coordinate is the variable `a`. The variable `mode` makes it fail
/// (`error`), wait (`wait`), write no dump (`none`) or two (`two`), another box (`box`), a third type (`type`), or be
/// killed (`kill`), in the run in which the file `bad` does not exist yet or in all of them.
final class FakeLAMMPS {
  private let folder: TemporaryFolder
  var url: URL { folder.url }

  init() throws {
    folder = try TemporaryFolder()
    let program = #"""
      #!/bin/sh
      if [ "$1" = -h ]; then
        printf '\nLarge-scale Atomic/Molecular Massively Parallel Simulator - 1 Jan 2026\n'; exit 0
      fi
      a=0; seed=0; mode=good; high=9
      while [ $# -gt 0 ]; do
        if [ "$1" = -var ]; then
          case $2 in a) a=$3;; seed) seed=$3;; mode) mode=$3;; esac; shift 2
        fi
        shift
      done
      here=$(dirname "$0"); echo "$a $seed" >> "$here/started"
      [ -e "$here/mended" ] && mode=good
      case $mode in
        error) echo 'ERROR: Lost atoms: original 529 current 528 (../thermo.cpp:438)'
               echo 'Last command: run 100000'; exit 1;;
        file) echo 'ERROR: Cannot open file data.lmp: No such file'; exit 1;;
        folder) echo 'ERROR on proc 0: Cannot open dump file (../dump.cpp:604)'; exit 1;;
        kill) kill -9 $$;;
        wait) echo $$ > "$here/pid"; exec sleep 100;;
        none) exit 0;;
        box) [ "$(wc -l < "$here/started")" -gt 1 ] && high=10;;
      esac
      type=2; [ $mode = type ] && [ "$(wc -l < "$here/started")" -gt 1 ] && type=3
      for step in 0 10 20; do
        printf 'ITEM: TIMESTEP\n%s\nITEM: NUMBER OF ATOMS\n2\nITEM: BOX BOUNDS ss ff pp\n0 9\n0 %s\n0 1\n' $step $high
        printf 'ITEM: ATOMS id type x y\n2 %s %s 2\n1 1 %s 1\n' $type $step "$a"
      done > frames.dump
      [ $mode = two ] && cp frames.dump more.dump
      [ $mode = cut ] && head -n 20 frames.dump > cut && mv cut frames.dump
      exit 0
      """#
    try write(program, "program")
    // A child of another test may hold a file open that this process writes, and such a file cannot be started.
    let copy = try Process.run(URL(fileURLWithPath: "/bin/cp"), arguments: [file("program").path, file("lmp").path])
    copy.waitUntilExit()
    chmod(file("lmp").path, 0o755)
    try write("timestep 0.5\nprint \"${a} $z v_b ${seed} ${mode}\"\n", "in.fake")
  }

  /// Another program in the place of LAMMPS, which says its version, too; it finds this folder as `$here`.
  func replaceProgram(_ body: String) throws {
    try Folder.remove(file("lmp"))
    try write(
      """
      #!/bin/sh
      [ "$1" = -h ] && { echo 'Large-scale Atomic/Molecular Massively Parallel Simulator - 1 Jan 2026'; exit 0; }
      here=$(dirname "$0")
      \(body)
      """, "lmp")
    chmod(file("lmp").path, 0o755)
  }

  /// What a program may leave as its dump.
  static let dump = """
    ITEM: TIMESTEP
    0
    ITEM: NUMBER OF ATOMS
    1
    ITEM: BOX BOUNDS ss ff pp
    0 9
    0 9
    0 1
    ITEM: ATOMS id type x y
    1 1 2 3

    """

  func text(_ name: String) throws -> String { try folder.text(name) }

  func file(_ name: String) -> URL { folder.file(name) }

  func write(_ text: String, _ name: String) throws { try folder.file(name, text) }

  /// How many runs were started, the first one too.
  var startedRuns: Int {
    ((try? String(contentsOf: file("started"), encoding: .utf8)) ?? "").split(separator: "\n").count
  }

  func simulation(runs: Int = 6, mode: String = "good") throws -> LAMMPSSimulation {
    var simulation = LAMMPSSimulation(
      script: try LAMMPSScript(file("in.fake")), runCount: runs, seed: 7, observables: try ObservableRequest(named: []))
    simulation.draw(try .range(parsing: "a=1:2"))
    simulation.set("mode", to: mode)
    return simulation
  }

  func job(_ name: String, threads: Int = 1, stop: StopFlag = StopFlag()) throws -> LAMMPSJob {
    LAMMPSJob(
      engine: try LAMMPS(file("lmp").path), dataset: file(name), pool: WorkerPool(threads: threads), stop: stop,
      programVersion: "1")
  }

  /// Simulates, and opens the data set.
  @discardableResult
  func run(_ simulation: LAMMPSSimulation, _ name: String = "x", threads: Int = 1) throws -> Dataset {
    try simulateLAMMPS(simulation, job: job(name, threads: threads))
    return try Dataset.open(file(name))
  }
}
