import Foundation
import MacrostateStorage
import MolecularDynamics
import TestSupport
import Testing

/// LAMMPS as a process: what it says of a failure, and that it ends with all that it has started.
@Suite struct EngineProcessTests {
  let fake: FakeLAMMPS

  init() throws { fake = try FakeLAMMPS() }

  /// Processes whose numbers the program has written, once there are `count`.
  private func processes(_ count: Int) throws -> [pid_t] {
    let numbers = try fake.text("pids").split(separator: "\n").compactMap { pid_t($0) }
    #expect(numbers.count == count)
    return numbers
  }

  /// A child in the program's group, and one in a session of its own.
  private static let helpers = """
    sleep 100 & echo $! >> "$here/pids"
    setsid sleep 100 & echo $! >> "$here/pids"
    """

  /// Runs the program, and stops it as soon as it has written the file `ready`.
  private func stopWhenReady() {
    let stop = StopFlag()
    let ready = fake.file("ready")
    Thread {
      while !FileManager.default.fileExists(atPath: ready.path) { usleep(1000) }
      stop.request()
    }.start()
    expectError(.stopped, containing: "stopped") {
      try simulateLAMMPS(fake.simulation(runs: 1), job: fake.job("x", stop: stop))
    }
  }

  #if os(Linux)
    @Test func aStopEndsWhatWasStarted() throws {
      try fake.replaceProgram("\(Self.helpers)\necho $$ >> \"$here/pids\"; touch \"$here/ready\"; wait")
      stopWhenReady()
      for process in try processes(3) { #expect(kill(process, 0) == -1, "\(process) lives on") }
    }

    @Test func theEndOfARunEndsWhatItHasLeft() throws {
      try fake.write(FakeLAMMPS.dump, "dump")
      try fake.replaceProgram("\(Self.helpers)\ncp \"$here/dump\" frames.dump")
      #expect(try fake.run(fake.simulation(runs: 1)).trajectoryCount == 1)
      for process in try processes(2) { #expect(kill(process, 0) == -1, "\(process) lives on") }
    }
  #endif

  @Test func aProgramThatHeedsNoSignalIsEnded() throws {
    try fake.replaceProgram("trap '' TERM INT; touch \"$here/ready\"; while :; do sleep 0.1; done")
    let start = ContinuousClock.now
    stopWhenReady()
    #expect(ContinuousClock.now - start < .seconds(20))
  }

  @Test func aProgramThatDoesNotAnswerHeedsTheTime() throws {
    try fake.write("#!/bin/sh\nsleep 100\n", "lmp")
    let start = ContinuousClock.now
    expectError(.stopped, containing: "wall-time limit", "LAMMPS has not said its version yet") {
      try simulateLAMMPS(fake.simulation(), job: fake.job("x", stop: StopFlag(wallTime: .seconds(0.2))))
    }
    #expect(ContinuousClock.now - start < .seconds(20))
  }

  @Test func aRunThatNeverEndsHeedsTheTime() throws {
    try fake.replaceProgram("sleep 100")
    expectError(.stopped, containing: "wall-time limit") {
      try simulateLAMMPS(fake.simulation(), job: fake.job("x", stop: StopFlag(wallTime: .seconds(0.3))))
    }
  }

  private static let mpi = """
    --------------------------------------------------------------------------
    MPI_ABORT was invoked on rank 0 in communicator MPI_COMM_WORLD
    [host:00123] PMIX ERROR: UNREACHABLE in file ../src/server/pmix_server.c at line 2198
    """

  @Test(arguments: [
    (
      "ERROR on proc 0: Invalid seed for Marsaglia random # generator (src/random_mars.cpp:37)\nLast command: run 3",
      "LAMMPS says: ERROR on proc 0: Invalid seed for Marsaglia random # generator (src/random_mars.cpp:37) — "
        + "Last command: run 3; mend"
    ),
    (
      "ERROR: Lost atoms (/build/reproducible-path/lammps-20240829/src/thermo.cpp:494)\r\nLast input line: run 3",
      "LAMMPS says: ERROR: Lost atoms — Last input line: run 3; mend"
    ),
    ("ERROR: first\nERROR: second", "LAMMPS says: ERROR: first; mend"),
    ("lmp: cannot open shared object file", "it ended with exit code 7; its last line: [host:00123] PMIX ERROR"),
  ])
  func theMessageIsThatOfLAMMPS(printed: String, expected: String) throws {
    try fake.write("\(String(repeating: "x\n", count: 50_000))\(printed)\n\(Self.mpi)\n", "printed")
    try fake.replaceProgram("cat \"$here/printed\"; exit 7")
    expectError(.failure, containing: "failed: \(expected)") { try fake.run(fake.simulation(runs: 1)) }
  }

  @Test(.enabled(if: (try? LAMMPS()) != nil, "LAMMPS is not installed (apt-get install lammps)"))
  func lammpsItselfTellsWhatFailed() throws {
    try fake.write("units lj\r\nprint ${seed}\r\ninclude in.self\r\nbond_style &\r\n  nonsense", "in.self")
    var simulation = LAMMPSSimulation(
      script: try LAMMPSScript(fake.file("in.self")), runCount: 1, seed: 1,
      observables: try ObservableRequest(named: []))
    var job = try fake.job("x")
    job.engine = try LAMMPS()
    expectError(.failure, containing: "LAMMPS says: ERROR", "--file") { try simulateLAMMPS(simulation, job: job) }
    simulation.files = [fake.file("in.self")]
    expectError(.failure, containing: "LAMMPS says: ERROR", "Last command: include in.self") {
      try simulateLAMMPS(simulation, job: job)
    }
  }
}
