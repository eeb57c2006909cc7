import Foundation
import MacrostateStorage
import Microstates
import TestSupport
import Testing
import TrajectoryFormats

/// Observables from tables: the row of every frame, or an error.
@Suite struct ObservedTrajectoriesTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// One particle at the times `times`.
  private struct Frames: TrajectorySource {
    var times: [[Double]]
    var name: String { "x.dump" }
    var trajectoryCount: Int { times.count }
    var dimension: Int { 1 }
    var observables: [ObservableDescription] { [ObservableDescription(name: "own")] }
    var files: [(role: String, url: URL)] { [] }
    func frames(ofTrajectory m: Int, from first: Int) throws -> FrameStream {
      Trajectory(frames: times[m].map { Trajectory.Frame(time: $0, positions: [[1]], observables: [-1]) }).stream
        .frames(from: first)
    }
  }

  /// The observables of the frames at `times`, without the source's own.
  private func values(
    _ text: String, _ times: [Double], names: [String]? = nil, timeStep: Double? = nil, factor: Double = 1,
    from first: Int = 0
  ) throws -> [[Double]] {
    let table = try ObservableTable(
      folder.file("table", text), names: names, timeStep: timeStep, timeFactor: factor)
    let source = try ObservedTrajectories(Frames(times: [times]), [table])
    #expect(source.observables.map(\.name) == ["own"] + table.names)
    return try source.frames(ofTrajectory: 0, from: first).trajectory().frames.map {
      #expect($0.observables.first == -1)
      return Array($0.observables.dropFirst())
    }
  }

  /// Two runs of one log, as LAMMPS 7 Jan 2022 writes them: step 100 stands twice, with other pressures.
  private let log = """
    LAMMPS (7 Jan 2022)
    units lj
    thermo_style custom step time temp pe press
    Per MPI rank memory allocation (min/avg/max) = 4.282 | 4.282 | 4.282 Mbytes
    Step Time Temp PotEng Press
           0            0         1.44   -5.8401585    -2.795347
          50         0.25   0.57566378   -4.5478634    2.9919093
    WARNING: something stands between rows
         100          0.5   0.79280585   -4.8730179    1.6621719
    Loop time of 0.0198087 on 1 procs for 100 steps with 256 atoms

    Nlocal:            256 ave         256 max         256 min
    run 60
    Per MPI rank memory allocation (min/avg/max) = 4.282 | 4.282 | 4.282 Mbytes
    Step Time Temp PotEng Press
         100          0.5   0.79280585   -4.8730179    1.7
         150         0.75   0.75839269   -4.8215981    1.8821334
    Loop time of 0.0115188 on 1 procs for 60 steps with 256 atoms
    Total wall time: 0:00:00

    """

  @Test func rowsOfALogAreFoundByTheirTimes() throws {
    let all = try values(log, [0, 0.25, 0.5, 0.75])
    #expect(
      all == [
        [1.44, -5.8401585, -2.795347], [0.57566378, -4.5478634, 2.9919093], [0.79280585, -4.8730179, 1.6621719],
        [0.75839269, -4.8215981, 1.8821334],
      ])
    // Rows in between are passed over; steps by the time step go first.
    #expect(try values(log, [0, 1], names: ["PotEng"], timeStep: 0.01) == [[-5.8401585], [-4.8730179]])
    #expect(try values(log, [250, 750], names: ["PotEng"], factor: 1000) == [[-4.5478634], [-4.8215981]])
    #expect(try values(log, [0, 0.25, 0.5], names: ["Temp"], from: 2) == [[0.79280585]])
    expectError(
      .badData, containing: "table: no row at the time 0.6 of frame 1 of trajectory 0 of x.dump; the nearest is at 0.5"
    ) { _ = try values(log, [0, 0.6]) }
    expectError(.usage, containing: "no column 'Poteng' (did you mean 'PotEng'?)") {
      _ = try values(log, [0], names: ["Poteng"])
    }
  }

  @Test func aLogOfStepsNeedsATimeStep() throws {
    let steps = log.split(separator: "\n", omittingEmptySubsequences: false).map {
      $0.replacingOccurrences(of: "Time", with: "Clock")
    }
    .joined(separator: "\n")
    #expect(try values(steps, [0, 2.5], names: ["Temp"], timeStep: 0.05) == [[1.44], [0.57566378]])
    expectError(.usage, containing: "steps and no times", "--time-step") { _ = try values(steps, [0]) }
  }

  @Test func thermoOutputInYAMLIsRead() throws {
    let text = """
      LAMMPS (22 Jul 2025)
      thermo_modify line yaml
      ---
      keywords: ['Step', 'Temp', 'TotEng', ]
      data:
        - [0, 1.5, -4.25, ]
        - [10, 1.25, -4.5, ]
      ...
      Loop time of 0.1 on 1 procs
      """
    #expect(try values(text, [0, 20], timeStep: 2) == [[1.5, -4.25], [1.25, -4.5]])
  }

  @Test func aLogThatWasKilledKeepsItsRows() throws {
    let text = log.components(separatedBy: "     150")[0] + "     150         0.7"
    #expect(try values(text, [0, 0.5], names: ["Temp"]) == [[1.44], [0.79280585]])
    let damaged = log.replacingOccurrences(of: "   0.57566378", with: "")
    expectError(.badData, containing: "line 7: 4 columns where the header has 5") { _ = try values(damaged, [0]) }
  }

  @Test func timesThatGoBackAreRefused() {
    let text = log.replacingOccurrences(of: "150         0.75", with: " 50         0.25")
    expectError(.badData, containing: "line 17: the time 0.25 does not come after 0.5") { _ = try values(text, [0]) }
  }

  @Test func averagesOfLAMMPSAreRead() throws {
    let text = "# Time-averaged data for fix 2\n# TimeStep c_thermo_pe v_q\n0 -3182.37 1\n100 -3100.5 2\n"
    #expect(try values(text, [0, 1], timeStep: 0.01) == [[-3182.37, 1], [-3100.5, 2]])
    let table = try ObservableTable(folder.file("ave.txt", text), timeStep: 1)
    #expect(try ObservedTrajectories(Frames(times: [[0]]), [table]).notes[0].contains("is of all atoms, not per atom"))
    let vector = "# Time-averaged data for fix 2\n# TimeStep Number-of-rows\n# Row c_x[1]\n0 2\n1 3.5\n2 3.5\n"
    expectError(.badData, containing: "'mode vector' is not read") { _ = try values(vector, [0], timeStep: 1) }
  }

  @Test func filesOfGROMACSAreRead() throws {
    let text = """
      # This file was created by gmx energy
      @    title "GROMACS Energies"
      @    xaxis  label "Time (ps)"
      @    yaxis  label "(kJ/mol)"
      @TYPE xy
      @ s0 legend "Potential"
      @ s1 legend "Kinetic En."
          0.000000  -421.5  80.25
          0.200000  -422.5  81.5
      """
    #expect(try values(text, [0, 0.2], names: ["Kinetic En."]) == [[80.25], [81.5]])
    #expect(try values(text, [0.2]) == [[-422.5, 81.5]])
    // gmx gyrate and its like may have no legends.
    let plain = "@ xaxis label \"Time (ps)\"\n@ yaxis label \"Rg (nm)\"\n0 1.5\n1 1.25\n&\n0 7\n"
    #expect(try values(plain, [1], names: ["Rg (nm)"]) == [[1.25]])
  }

  @Test(arguments: [
    "time,energy,area\n0,1.5,2\n1,2.5,3\n", "# t energy area\n0 1.5 2\n\n1 2.5 3\n",
    "Time (ps)\tenergy\tarea\n0\t1.5\t2\n1\t2.5\t3\n",
    "#\"Time (ps)\",\"energy\",\"area\"\n0.0,1.5,2\n1.0,2.5,3\n", "area,energy,time\n2,1.5,0\n3,2.5,1\n",
  ])
  func tablesWithALineOfNamesAreRead(text: String) throws {
    #expect(try values(text, [0, 1], names: ["energy", "area"]) == [[1.5, 2], [2.5, 3]])
  }

  @Test(arguments: [
    ("0 1\n1 2\n", "line 1: no names of columns"), ("energy\n1\n", "no column 'time' or 'step'"),
    ("time e\n0 1\n1\n", "line 3: 1 columns where the header names 2 (time, e)"),
    ("time e\n0 1\n1 x\n", "line 3: 'x' is no number"),
    ("time\n0\n", "no columns beside times"), ("", "no rows of numbers"), ("time e\n", "no rows of numbers"),
    ("time e\n0 nan\n", "line 2: 'e' is nan"),
    ("Per MPI rank memory\n------------ Step 0 ----- CPU = 0 -----\nTotEng = 1\n", "thermo_style multi is not read"),
  ])
  func tablesThatAreNoneAreRefused(text: String, problem: String) {
    expectError(.badData, containing: "table", problem) { _ = try values(text, [0]) }
  }

  /// What single precision leaves of a time is the same time; half a row is not.
  @Test func timesAgreeAsFarAsTheyAreKnown() throws {
    let text = "time e\n" + (0..<100).map { "\(100000 + Double($0) * 0.1) \($0)" }.joined(separator: "\n")
    #expect(try values(text, [Double(Float(100000.7))]) == [[7]])
    expectError(.badData, containing: "no row at the time 100000.05") { _ = try values(text, [100000.05]) }
    expectError(.badData, containing: "no row at the time 1e-05") {
      _ = try values("time e\n0 1\n1 2\n", [0.00001, 1])
    }
    #expect(try values("time e\n0 1\n1 2\n", [0.0000001, 1]) == [[1], [2]])
  }

  @Test func arraysHaveARowForEveryFrame() throws {
    let url = folder.file("o.npy")
    func observed(_ values: [Double], _ shape: [Int], names: [String]? = nil, frames: Int) throws -> [[Double]] {
      try NumPyFile.write(values, shape: shape, to: url)
      let source = try ObservedTrajectories(
        Frames(times: [(0..<frames).map(Double.init)]), [ObservableTable(url, names: names)])
      return try source.trajectory(0).frames.map { Array($0.observables.dropFirst()) }
    }
    #expect(try observed([1, 2, 3, 4], [2, 2], names: ["a", "b"], frames: 2) == [[1, 2], [3, 4]])
    #expect(try observed([1, 2], [2], frames: 2) == [[1], [2]])
    expectError(.badData, containing: "o.npy: 2 rows, and trajectory 0 of x.dump has a frame 2") {
      _ = try observed([1, 2], [2], frames: 3)
    }
    expectError(.badData, containing: "o.npy: 2 rows for the 1 frames of trajectory 0") {
      _ = try observed([1, 2], [2], frames: 1)
    }
    expectError(.usage, containing: "1 names for the 2 observables") {
      _ = try observed([1, 2], [1, 2], names: ["a"], frames: 1)
    }
    expectError(.badData, containing: "shape [1, 1, 2]") { _ = try observed([1, 2], [1, 1, 2], frames: 1) }
  }

  @Test func everyTrajectoryHasItsTable() throws {
    let (a, b) = (
      try ObservableTable(folder.file("a", "t e\n0 1\n")), try ObservableTable(folder.file("b", "t e\n0 2\n"))
    )
    let source = try ObservedTrajectories(Frames(times: [[0], [0]]), [a, b])
    #expect(try source.trajectory(1).frames[0].observables == [-1, 2])
    #expect(source.files.map(\.url) == [a.url, b.url] && source.files.map(\.role) == ["observables", "observables"])
    expectError(.usage, containing: "1 files of observables for the 2 trajectories") {
      _ = try ObservedTrajectories(Frames(times: [[0], [0]]), [a])
    }
    let other = try ObservableTable(folder.file("c", "t f\n0 2\n"))
    expectError(.badData, containing: "its columns are f, and those of", "--observable-names") {
      _ = try ObservedTrajectories(Frames(times: [[0], [0]]), [a, other])
    }
  }
}
