import Foundation
import MacrostateKit

/// Makes small valid files of every format: what is damaged.
struct SampleMaker {
  /// The folder of all samples.
  let folder: URL

  private static let (trajectories, frames, particles) = (6, 5, 6)

  /// Makes the samples that `formats` need.
  func make(_ formats: [FuzzFormat]) throws {
    for format in formats {
      switch format {
      case .npy: try arrays()
      case .npz: try archives()
      case .dump: try dumps()
      case .script: try scripts()
      case .configuration: try configurations()
      case .table: try tables()
      case .xyz, .yaml, .topology: try particles(format)
      case .gsd, .dcd: try fixtures(format)
      case .ragged: try ragged()
      case .dataset, .model, .checkpoints, .report: try runs(format)
      }
    }
  }

  /// A training of a moment.
  static func configuration() throws -> RunConfiguration {
    var configuration = RunConfiguration()
    configuration.threads = 1
    for setting in [
      "encoder.point_widths=[8, 8]", "encoder.set_widths=[8]", "encoder.closure_dimension=2", "density.widths=[8]",
      "density.layers=1", "density.samples=4", "dynamics.widths=[8]", "dynamics.ensemble=2",
      "closure_training.steps=20",
      "closure_training.batch=4", "closure_training.validation_sets=4", "closure_training.validation_interval=10",
      "dynamics_training.steps=20", "dynamics_training.batch=8", "dynamics_training.validation_interval=10",
      "data.test_fraction=0.2", "run.log_interval=5",
    ] { try configuration.set(setting) }
    return configuration
  }

  func sample(_ format: FuzzFormat, _ name: String) throws -> URL {
    let url = folder.appendingPathComponent(format.rawValue).appendingPathComponent(name)
    try Folder.create(url)
    return url
  }

  func write(_ text: String, _ url: URL) throws { try Data(text.utf8).write(to: url) }

  /// Coordinates of a contracting cloud, trajectory by trajectory, frame by frame.
  private func positions() -> [Double] {
    (0..<Self.trajectories * Self.frames * Self.particles * 2).map { i in
      let frame = i / (Self.particles * 2) % Self.frames
      return sin(12.9898 * Double(i % 97 + 1)) * pow(0.9, Double(frame))
    }
  }

  // MARK: Tables

  private func tables() throws {
    let rows = (0..<6).map { "  \(50 * $0)  \(0.25 * Double($0))  -5.84\($0)\n" }.joined()
    let yaml = "---\nkeywords: ['Step', 'Time', 'PotEng', ]\ndata:\n  - [400, 2.5, -4, ]\n...\n"
    let end = "Loop time of 0.01 on 1 procs for 300 steps with 256 atoms\n"
    for (name, text) in [
      ("t.log", "LAMMPS (7 Jan 2022)\nPer MPI rank memory\nStep Time PotEng\n\(rows)\(end)\(yaml)"),
      ("t.ave", "# Time-averaged data for fix 1\n# TimeStep c_pe v_x\n\(rows)"),
      ("t.xvg", "@ xaxis label \"Time (ps)\"\n@ s0 legend \"Rg\"\n@ s1 legend \"Rg x\"\n\(rows)&\n"),
      ("t.csv", "#\"Step\",\"Time (ps)\",\"Energy (kJ/mole)\"\n0,0.5,-3\n1,1.0,-4e3\n"),
      ("p.txt", "# r u\n0.5 3 # near\n1, -1\n2.5 0\n"),
      ("p.table", "# two columns are not read\n\nPAIR\nN 3 RSQ 0.5 2.5\n\n1 0.5 3 1\n2 1 -1 0\n3 2.5 0 0\n"),
    ] { try write(text, sample(.table, name).appendingPathComponent(name)) }
  }

  // MARK: Arrays

  private func arrays() throws {
    let values = positions()
    let shape = [Self.trajectories, Self.frames, Self.particles, 2]
    let observables = (0..<Self.trajectories * Self.frames).map(Double.init)
    let types = (0..<Self.particles).map { Int32($0 % 2) }
    func companions(_ url: URL) throws {
      try NumPyFile.write(
        observables, shape: [Self.trajectories, Self.frames, 1], to: url.appendingPathComponent("observables.npy"))
      try NumPyFile.write(types, shape: [Self.particles], to: url.appendingPathComponent("types.npy"))
      try start(url)
    }
    let doubles = try sample(.npy, "f8")
    try NumPyFile.write(values, shape: shape, to: doubles.appendingPathComponent("x.npy"))
    try companions(doubles)
    let floats = try sample(.npy, "f4")
    try NumPyFile.write(values.map(Float.init), shape: shape, to: floats.appendingPathComponent("x.npy"))
    try companions(floats)
    // Kinds that this program does not write: a header by hand, version 2, columns first, the other byte order.
    for (name, header, width) in [
      ("big-endian", "{'descr': '>f8', 'fortran_order': False, 'shape': (6, 5, 6, 2), }", 8),
      ("fortran", "{'descr': '<f8', 'fortran_order': True, 'shape': (6, 5, 6, 2), }", 8),
      ("half", "{'descr': '<f2', 'fortran_order': False, 'shape': (6L, 5L, 6L, 2L), }", 2),
      ("integers", "{'descr': '|i1', 'fortran_order': False, 'shape': (6, 5, 6, 2), }", 1),
    ] {
      let url = try sample(.npy, name)
      let text = Array(header.utf8) + [10]
      let start: [UInt8] = [0x93] + Array("NUMPY".utf8) + [2, 0, UInt8(text.count), 0, 0, 0]
      let bytes = start + text + [UInt8](repeating: 0x3c, count: values.count * width)
      try Data(bytes).write(to: url.appendingPathComponent("x.npy"))
      try companions(url)
    }
  }

  /// One configuration, to predict from.
  private func start(_ url: URL) throws {
    let values = Array(positions().prefix(Self.particles * 2))
    try NumPyFile.write(values, shape: [Self.particles, 2], to: url.appendingPathComponent("start.npy"))
  }

  private func archives() throws {
    try arrays()
    let arrays = folder.appendingPathComponent(FuzzFormat.npy.rawValue).appendingPathComponent("f4")
    func entry(_ name: String, _ file: String) throws -> (name: String, bytes: [UInt8]) {
      ("\(name).npy", [UInt8](try Data(contentsOf: arrays.appendingPathComponent("\(file).npy"))))
    }
    for isDeflated in [false, true] {
      let url = try sample(.npz, isDeflated ? "deflated" : "stored")
      for (name, entries) in try [
        ("x", [entry("positions", "x"), entry("observables", "observables"), entry("types", "types")]),
        ("start", [entry("positions", "start"), entry("types", "types")]),
      ] {
        let archive = ZipFile.archive(entries, isDeflated: isDeflated)
        try Data(archive).write(to: url.appendingPathComponent("\(name).npz"))
      }
    }
  }

  // MARK: Text

  private func dumps() throws {
    let orthogonal = (0..<3).map { frame in
      """
      ITEM: TIMESTEP
      \(frame * 10)
      ITEM: NUMBER OF ATOMS
      4
      ITEM: BOX BOUNDS pp ff ss
      0 9.5
      -1.5e0 8
      0 1
      ITEM: ATOMS id type xs y z vx
      2 2 0.5 \(2 + frame) 0 1
      1 1 0.25 2 0.5 1
      4 1 0.125 8 0 0
      3 2 0.75 \(7 - frame) 0 0

      """
    }.joined()
    let others = """
      ITEM: UNITS
      lj
      ITEM: TIME
      0.5
      ITEM: TIMESTEP
      0
      ITEM: NUMBER OF ATOMS
      2
      ITEM: BOX BOUNDS xy xz yz pp pp pp
      0 9 0
      0 9 0
      0 9 0
      ITEM: ATOMS element xu yu zu
      Ar 1 2 3
      Ne 4 5 6

      """
    try write(orthogonal, try sample(.dump, "plain").appendingPathComponent("x.dump"))
    try write(others, try sample(.dump, "elements").appendingPathComponent("x.lammpstrj"))
    try Data(ZipFile.gzip(Array(orthogonal.utf8)))
      .write(to: try sample(.dump, "gzip").appendingPathComponent("x.dump.gz"))
    let files = try sample(.dump, "two")
    for name in ["x.0.dump", "x.10.dump"] { try write(orthogonal, files.appendingPathComponent(name)) }
  }

  private func scripts() throws {
    let url = try sample(.script, "including")
    try write(
      """
      variable dt index 0.005 # ${comment}
      variable T equal v_one+2*v_two
      velocity all create $T ${seed} &
        loop ${mode}
      include more.in
      print "# ${quoted}"
      timestep ${dt}
      run 10
      """, url.appendingPathComponent("in.x"))
    try write("region r block 0 ${inner} 0 1 0 1\ninclude in.x\n", url.appendingPathComponent("more.in"))
  }

  private func configurations() throws {
    try write(
      try Self.configuration().yamlText, try sample(.configuration, "small").appendingPathComponent("config.yaml"))
    try write(
      """
      # By hand.
      seed: 3
      encoder: {kind: set-transformer, width: 32, heads: 2}
      dynamics:
        kind: "sde"
        widths: [8]
      data:
        tests:
          in-dst: 'test.dataset'
      """, try sample(.configuration, "flow").appendingPathComponent("config.yaml"))
  }

  // MARK: Data sets and runs

  private func runs(_ format: FuzzFormat) throws {
    let url = try sample(format, "run")
    let dataset = url.appendingPathComponent("stored")
    try self.dataset(dataset)
    guard format != .dataset else { return }
    var configuration = try Self.configuration()
    configuration.data.training = dataset.path
    let run = RunFolder(url.appendingPathComponent("run"))
    _ = try TrainingRun(
      run, configuration: configuration, stop: StopFlag(), progress: SilentProgress(), command: "macrostate train"
    ).run()
    try start(url)
    if format == .report { _ = try RunEvaluation(run).run(progress: SilentProgress()) }
    if format == .checkpoints { try stoppedRun(configuration) }
  }

  /// A training that was stopped in stage I.
  private func stoppedRun(_ configuration: RunConfiguration) throws {
    let url = try sample(.checkpoints, "stopped")
    var configuration = configuration
    try configuration.set("closure_training.steps=1000000")
    do {
      _ = try TrainingRun(
        RunFolder(url.appendingPathComponent("run")), configuration: configuration,
        stop: StopFlag(wallTime: .seconds(0.5)), progress: SilentProgress(), command: "macrostate train"
      ).run()
    } catch let error as MacrostateError where error.kind == .stopped {
      return
    }
  }

  private func dataset(_ url: URL) throws {
    let values = positions().map(Float.init)
    let description = DatasetDescription(
      dimension: 2, box: SimulationBox(origin: [-2, -2], lengths: [4, 4], boundaries: [.periodic, .open]),
      observables: [ObservableDescription(name: "radius")], parameterNames: ["a"],
      generator: .init(name: "fuzz", seed: 1, parameters: ["b": 1]), programVersion: "1")
    let plan = DatasetPlan(trajectoryCount: Self.trajectories, trajectoriesPerShard: 4)
    let size = Self.particles * 2
    try DatasetWriter(url, description: description, plan: plan).writeMissingShards { m in
      Trajectory(
        frames: (0..<Self.frames).map { f in
          let points = Array(values[(m * Self.frames + f) * size..<(m * Self.frames + f + 1) * size])
          return Trajectory.Frame(
            time: Double(f), positions: [points], observables: [Double(points.reduce(0) { $0 + $1 * $1 })])
        }, parameters: [Double(m)])
    }
  }
}
