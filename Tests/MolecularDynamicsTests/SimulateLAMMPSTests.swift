import Foundation
import MacrostateCompute
import MacrostateStorage
import Microstates
import MolecularDynamics
import Synchronization
import TestSupport
import Testing

@Suite struct SimulateLAMMPSTests {
  let fake: FakeLAMMPS

  init() throws { fake = try FakeLAMMPS() }

  /// What `import` says of a dump, a simulation says of the dumps of its runs.
  @Test func whatIsNotUsedOfTheDumpsIsSaidOnce() throws {
    let fake = try FakeLAMMPS()
    try fake.write(
      FakeLAMMPS.dump.replacing("id type x y", with: "id type x y vx").replacing("1 1 2 3", with: "1 1 2 3 4"), "dump")
    try fake.replaceProgram("cp \"$here/dump\" frames.dump")
    var notes: [String] = []
    try simulateLAMMPS(fake.simulation(runs: 3), job: fake.job("x", threads: 2), notice: { notes.append($0) })
    #expect(notes.count == 1 && notes[0].hasPrefix("run 0 ("), "\(notes)")
    #expect(notes[0].hasSuffix(" and 2 more: these columns are not used: vx"))
    try simulateLAMMPS(
      fake.simulation(runs: 3), job: fake.job("x"), notice: { Issue.record("nothing was read: \($0)") })
  }

  @Test func runsBecomeTrajectories() throws {
    let simulation = try fake.simulation()
    let dataset = try fake.run(simulation, threads: 2)
    #expect(dataset.trajectoryCount == 6)
    #expect(dataset.speciesNames == ["type-1", "type-2"])
    #expect(dataset.description.parameterNames == ["seed", "a"])
    #expect(dataset.description.generator.seed == 7)
    #expect(dataset.description.generator.parameters["draw a"] == "1:2")
    #expect(dataset.description.generator.parameters["engine"] == "LAMMPS 1 Jan 2026")
    for m in 0..<6 {
      let values = simulation.values(run: m)
      #expect(dataset.parameters(ofTrajectory: m) == ["seed": values[0], "a": values[1]])
      #expect((1.0..<2.0).contains(values[1]))
      #expect(dataset.times(ofTrajectory: m) == [0, 5, 10])
      let frame = dataset.frames(ofTrajectory: m).lowerBound
      #expect(dataset.withPositions(frame: frame + 2, species: 0, Array.init) == [Float(values[1]), 1])
      #expect(dataset.withPositions(frame: frame + 2, species: 1, Array.init) == [20, 2])
    }
    // The first run is not made twice, and nothing is left.
    #expect(fake.startedRuns == 6)
    #expect(!Folder.exists(fake.file("x.runs")))
  }

  @Test func partsAndThreadsGiveTheSameBytes() throws {
    let simulation = try fake.simulation()
    try fake.run(simulation, "one")
    for part in ["2/3", "0/3", "1/3"] {
      var job = try fake.job("parts", threads: 2)
      job.part = try DatasetPart(part)
      try simulateLAMMPS(simulation, job: job)
    }
    let compare = Process()
    compare.executableURL = URL(fileURLWithPath: "/usr/bin/diff")
    compare.arguments = ["-r", fake.file("one").path, fake.file("parts").path]
    try compare.run()
    compare.waitUntilExit()
    #expect(compare.terminationStatus == 0)
    #expect(!Folder.exists(fake.file("parts.runs")))
  }

  @Test func aFailureIsPassedOnAndCarriedOnFrom() throws {
    try fake.run(fake.simulation(runs: 1), "good")
    expectError(
      .failure, containing: "in.fake: run 0 (seed = ",
      "mode = error) failed: LAMMPS says: ERROR: Lost atoms: original 529",
      "Last command: run 100000"
    ) { try fake.run(fake.simulation(mode: "error")) }
    expectError(.failure, containing: "Cannot open file data.lmp", "--file") {
      try fake.run(fake.simulation(mode: "file"))
    }
    expectError(.failure, containing: "Cannot open dump file", "a name without a folder") {
      try fake.run(fake.simulation(mode: "folder"))
    }
    expectError(.failure, containing: "ended by signal 9") { try fake.run(fake.simulation(mode: "kill")) }
    try fake.write("", "mended")
    #expect(try fake.run(fake.simulation(mode: "error")).trajectoryCount == 6)
  }

  @Test func runsThatAreDoneAreNotRepeated() throws {
    let simulation = try fake.simulation()
    let stop = StopFlag()
    expectError(.stopped, containing: "run the same command again") {
      try simulateLAMMPS(
        simulation, job: fake.job("x", stop: stop), progress: { done, _ in if done == 3 { stop.request() } })
    }
    let before = fake.startedRuns
    try fake.run(simulation)
    #expect(before == 3)
    #expect(fake.startedRuns == 6)
  }

  @Test func aDataSetGrows() throws {
    try fake.run(fake.simulation(runs: 4))
    #expect(fake.startedRuns == 4)
    #expect(try fake.run(fake.simulation(runs: 6)).trajectoryCount == 6)
    #expect(fake.startedRuns == 6)
    expectError(.badData, containing: "+ \"trajectoryCount\" : 4") { try fake.run(fake.simulation(runs: 4)) }
  }

  @Test func whatGrowsTellsItsSizeByWhatIsThere() throws {
    let written = try fake.run(fake.simulation(runs: 4))
    let shards = try Folder.contents(fake.file("x")).filter(Folder.exists)
    let each = try Double(shards.reduce(0) { try $0 + Folder.byteCount($1) }) / Double(written.trajectoryCount)
    var sizes: [Double] = []
    try simulateLAMMPS(fake.simulation(runs: 7), job: fake.job("x"), estimate: { sizes.append($0.datasetBytes) })
    #expect(each > 0 && sizes == [3 * each])
    // Nothing is missing any more.
    try simulateLAMMPS(fake.simulation(runs: 7), job: fake.job("x"), estimate: { sizes.append($0.datasetBytes) })
    #expect(sizes.count == 1)
  }

  @Test func aStopEndsTheChildren() throws {
    let stop = StopFlag()
    let simulation = try fake.simulation(mode: "wait")
    let pid = fake.file("pid")
    let watcher = Thread {
      while !FileManager.default.fileExists(atPath: pid.path) { usleep(1000) }
      usleep(20_000)
      stop.request()
    }
    watcher.start()
    let start = ContinuousClock.now
    expectError(.stopped, containing: "stopped") {
      try simulateLAMMPS(simulation, job: fake.job("x", threads: 2, stop: stop))
    }
    #expect(ContinuousClock.now - start < .seconds(30))
    let process = try #require(
      Int32(String(contentsOf: pid, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)))
    #expect(kill(process, 0) == -1, "the child lives on")
  }

  @Test func dumpsAreLookedAt() throws {
    expectError(.badData, containing: "run 0", "has left no text dump") { try fake.run(fake.simulation(mode: "none")) }
    expectError(.badData, containing: "has left 2 text dumps (frames.dump, more.dump)") {
      try fake.run(fake.simulation(mode: "two"), "two")
    }
    try Folder.remove(fake.file("started"))
    // A run may have a box of its own.
    try fake.run(fake.simulation(mode: "box"), "box")
    let boxes = try Dataset.open(fake.file("box"))
    #expect(boxes.hasChangingBoxes && boxes.box(ofFrame: 0) == boxes.description.box)
    #expect(boxes.box(ofFrame: boxes.frames(ofTrajectory: 1).lowerBound) != boxes.description.box)
    try Folder.remove(fake.file("started"))
    expectError(.badData, containing: "run 1", "its type is 3, and the species are type-1, type-2") {
      try fake.run(fake.simulation(mode: "type"), "type")
    }
    expectError(.badData, containing: "is cut off") { try fake.run(fake.simulation(mode: "cut"), "cut") }
  }

  @Test func dumpsCanBeKept() throws {
    var simulation = try fake.simulation(runs: 3)
    simulation.keepsDumps = true
    simulation.speciesNames = ["A", "B"]
    #expect(try fake.run(simulation).speciesNames == ["A", "B"])
    let kept = try Folder.contents(fake.file("x.dumps")).map(\.lastPathComponent)
    #expect(kept == ["run-00000-frames.dump", "run-00001-frames.dump", "run-00002-frames.dump"])
    #expect(!Folder.exists(fake.file("x.runs")))
  }

  @Test func mistakesAreFoundBeforeAnythingRuns() throws {
    func expect(_ part: String, _ change: (inout LAMMPSSimulation) throws -> Void) throws {
      var simulation = try fake.simulation()
      try change(&simulation)
      expectError(.usage, containing: part) { try simulateLAMMPS(simulation, job: fake.job("x")) }
    }
    try expect("the script does not use the variable 'half_l' (as ${half_l} or v_half_l); it uses a, b, mode, seed, z")
    {
      $0.draw(try .range(parsing: "half_l=1:2"))
    }
    try expect("does not use the variable 'lx'") { $0.set("lx", to: "3") }
    try expect("'a' is both set and drawn") { $0.set("a", to: "3") }
    try expect("0 runs") { $0.runCount = 0 }
    try expect("6 runs would all be the same") { $0.drawn = [] }
    try expect("time step 0.0") { $0.timeStep = 0 }
    try expect("a frame without positions needs observables") { $0.positions = try FrameSelection("0") }
    #expect(fake.startedRuns <= 1)
    expectError(.missingInput, containing: "not found; install it (apt-get install lammps)") {
      _ = try LAMMPS("no-such-lmp")
    }
    expectError(.failure, containing: "this is not LAMMPS") { _ = try LAMMPS("/bin/echo").version() }
    expectError(.missingInput, containing: "no such file") { _ = try LAMMPSScript(fake.file("none.in")) }
  }

  @Test func aTimeStepThatIsDrawnIsThatOfEachRun() throws {
    try fake.write("variable b index 0\nvariable a index 1\ntimestep ${a}\nprint \"${seed} ${mode}\"\n", "in.fake")
    let simulation = try fake.simulation()
    let dataset = try fake.run(simulation)
    #expect(dataset.description.generator.parameters["time step"] == nil)
    for m in 0..<6 {
      let step = simulation.values(run: m)[1]
      #expect(zip(dataset.times(ofTrajectory: m), [0, 10 * step, 20 * step]).allSatisfy { abs($0 - $1) < 1e-9 })
    }
  }

  @Test func aTimeStepThatChangesWhileFramesAreDumpedIsRefused() throws {
    let change = "timestep 0.5\ndump 1 all atom 10 x\nrun 10\ntimestep 0.25\nrun 10\nprint \"${a} ${seed} ${mode}\"\n"
    try fake.write(change, "in.fake")
    expectError(.usage, containing: "the time step changes", "dump_modify ID time yes") {
      try fake.simulation().validate()
    }
    var given = try fake.simulation()
    given.timeStep = 2
    try given.validate()
    try fake.write("dump_modify 1 sort id time yes\n" + change, "in.fake")
    try fake.simulation().validate()
    #expect(try fake.simulation().stepTime(run: 0) == nil)
  }

  @Test func otherSettingsAreAnotherDataSet() throws {
    try fake.run(fake.simulation())
    var other = try fake.simulation()
    other.seed = 8
    expectError(.badData, containing: "- \"seed\" : 7", "+ \"seed\" : 8") { try fake.run(other) }
    try fake.simulation().requireOrigin(of: fake.file("x"))
    expectError(.badData, containing: "(seed)") { try other.requireOrigin(of: fake.file("x")) }
    expectError(.badData, containing: "(set mode)") {
      try fake.simulation(mode: "other").requireOrigin(of: fake.file("x"))
    }
    try fake.write("# as it was\ntimestep 0.5\nprint \"${a} $z v_b ${seed} ${mode}\"\n", "in.fake")
    expectError(.badData, containing: "(script crc32)") { try fake.simulation().requireOrigin(of: fake.file("x")) }
  }
}
