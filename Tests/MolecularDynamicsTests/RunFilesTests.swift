import Foundation
import MacrostateStorage
import Microstates
import MolecularDynamics
import TestSupport
import Testing

/// Files of the user that runs read: each run has copies, and nothing that it does reaches the originals.
@Suite struct RunFilesTests {
  let fake: FakeLAMMPS

  init() throws { fake = try FakeLAMMPS() }

  private func simulation(_ files: String..., runs: Int = 2) throws -> LAMMPSSimulation {
    var simulation = try fake.simulation(runs: runs)
    simulation.files = files.map(fake.file)
    return simulation
  }

  @Test func runsWriteIntoCopies() throws {
    let names = ["screen.txt", "frames.dump", "s.data", "run.json", "read-only"]
    for name in names { try fake.write("mine\n", name) }
    try FileManager.default.createSymbolicLink(at: fake.file("linked"), withDestinationURL: fake.file("s.data"))
    chmod(fake.file("read-only").path, 0o444)
    try fake.write(FakeLAMMPS.dump, "dump")
    try fake.replaceProgram(
      """
      for name in screen.txt s.data run.json linked read-only; do
        [ "$(cat $name)" = mine ] || exit 1
        echo theirs >> $name
      done
      cp "$here/dump" frames.dump
      """)
    var simulation = try simulation("screen.txt", "frames.dump", "s.data", "run.json", "read-only", "linked")
    simulation.keepsDumps = true
    #expect(try fake.run(simulation).trajectoryCount == 2)
    for name in names { #expect(try fake.text(name) == "mine\n", "\(name)") }
    #expect(try fake.text("x.dumps/run-00001-frames.dump") == FakeLAMMPS.dump)
  }

  @Test func aDumpThatIsReadIsNotTheRunsDump() throws {
    try fake.write(FakeLAMMPS.dump, "start.dump")
    try fake.replaceProgram("sed 's/1 1 2 3/1 1 4 5/' start.dump > frames.dump")
    let dataset = try fake.run(simulation("start.dump"))
    #expect(dataset.withPositions(frame: 0, species: 0, Array.init) == [4, 5])
  }

  @Test func filesAreLookedAtBeforeAnythingRuns() throws {
    try Folder.create(fake.file("a"))
    try Folder.create(fake.file("b"))
    for name in ["a/x", "b/x", ".macrostate"] { try fake.write("", name) }
    #expect(mkfifo(fake.file("pipe").path, 0o600) == 0)
    func expect(_ kind: MacrostateError.Kind, _ part: String, _ names: String...) throws {
      var simulation = try simulation()
      simulation.files = names.map(fake.file)
      expectError(kind, containing: part) { try fake.run(simulation) }
    }
    try expect(.usage, "are both called x in a run's folder", "a/x", "b/x")
    try expect(.usage, "a: a folder; name the files in it", "a")
    try expect(.usage, "give the file another name", ".macrostate")
    try expect(.missingInput, "no such file", "none")
    try expect(.missingInput, "pipe: ", "pipe")
    #expect(fake.startedRuns == 0)
    #expect(try fake.run(simulation("a/x")).trajectoryCount == 2)
  }

  @Test func whatIsChangedWhileRunsAreMadeIsNoticed() throws {
    try fake.write(FakeLAMMPS.dump, "dump")
    try fake.write("1", "s.data")
    try fake.replaceProgram("echo 2 >> \"$here/s.data\"; cp \"$here/dump\" frames.dump")
    expectError(.badData, containing: "in.fake", "has been changed while its runs were made") {
      try fake.run(simulation("s.data"))
    }
    try fake.replaceProgram("echo '# more' >> \"$here/in.fake\"; cp \"$here/dump\" frames.dump")
    expectError(.badData, containing: "in.fake", "has been changed while its runs were made") {
      try fake.run(simulation(), "y")
    }
  }

  /// Run 0 is done and run 1 fails; the script that is mended is another one.
  @Test func runsOfAnotherScriptAreMadeAnew() throws {
    try fake.write(FakeLAMMPS.dump, "dump")
    try fake.replaceProgram(
      """
      echo run >> "$here/started"
      case $PWD in *run-00001*)
        if [ ! -e "$here/mended" ]; then
          while [ ! -e "$here/x.runs/run-00000" ]; do sleep 0.01; done
          exit 1
        fi
      esac
      cp "$here/dump" frames.dump
      """)
    expectError(.failure, containing: "run 1", "failed: it ended with exit code 1") {
      try simulateLAMMPS(simulation(), job: fake.job("x", threads: 2))
    }
    #expect(Folder.exists(fake.file("x.runs/run-00000")))
    try fake.write("", "mended")
    try fake.write("timestep 0.25\nprint \"${a} ${seed} ${mode}\"\n", "in.fake")
    #expect(try fake.run(simulation()).times(ofTrajectory: 0) == [0])
    #expect(fake.startedRuns == 4, "both runs are made of the new script")
  }
}
