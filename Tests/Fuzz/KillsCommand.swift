import ArgumentParser
import Foundation
import MacrostateKit

/// Kills commands at random moments; the same command again must end with the bytes of one that was left alone.
struct KillsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kills", abstract: "Kill import, simulate and train, and carry on.")

  @Option(help: "Seed of the moments.")
  var seed: UInt64 = 1

  @Option(help: "Minutes for all commands together.")
  var minutes = 1.0

  @Option(help: "The tool; default the one beside this one.")
  var tool: String?

  /// Kills before a command is left alone.
  private static let mostKills = 8

  func run() throws {
    let work = try WorkFolder()
    let tool = try ToolRunner(tool, in: work.url)
    let jobs = try KillJob.all(tool)
    let start = ContinuousClock.now
    var (round, kills, differing) = (0, 0, 0)
    while ContinuousClock.now - start < .seconds(60 * minutes) {
      let job = jobs[round % jobs.count]
      var random = RandomStream(seed: seed, purpose: .shuffle, step: round)
      let output = "killed-\(round)"
      for _ in 0..<Self.mostKills {
        let isKilled = try tool.run(job.arguments(output), killedAfter: 0.005 + job.seconds * random.nextDouble())
        guard isKilled else { break }
        kills += 1
      }
      try tool.succeed(job.arguments(output))
      if try job.kept(tool, output) != job.expected {
        differing += 1
        say("FOUND \(job.name) --seed \(seed), round \(round): other bytes after kills")
      }
      try Folder.remove(work.url.appendingPathComponent(output))
      round += 1
    }
    say("kills: \(round) rounds, \(kills) kills, \(differing) with other bytes")
    if differing > 0 { throw ExitCode(1) }
  }
}

/// A command that writes a folder.
private struct KillJob {
  let name: String
  /// The arguments without the output.
  let command: [String]
  let outputOption: String
  /// What is compared; all but what tells of time.
  let isCompared: @Sendable (String) -> Bool
  /// Seconds that the command takes when it is left alone, and what it leaves.
  private(set) var seconds = 0.0
  private(set) var expected: [String: [UInt8]] = [:]

  func arguments(_ output: String) -> [String] { command + [outputOption, output] }

  func kept(_ tool: ToolRunner, _ output: String) throws -> [String: [UInt8]] {
    try Sample(tool.folder.appendingPathComponent(output)).files.filter { isCompared($0.key) }
  }

  private mutating func measure(_ tool: ToolRunner) throws {
    let start = ContinuousClock.now
    try tool.succeed(arguments("whole-\(name)"))
    seconds = start.secondsSince
    expected = try kept(tool, "whole-\(name)")
  }

  /// The commands, with their inputs in the tool's folder.
  static func all(_ tool: ToolRunner) throws -> [KillJob] {
    let values = (0..<200 * 20 * 20).map { Float(sin(12.9898 * Double($0 % 997))) }
    try NumPyFile.write(values, shape: [200, 20, 10, 2], to: tool.folder.appendingPathComponent("x.npy"))
    try tool.succeed(["import", "x.npy", "--output", "x.dataset", "--quiet"])
    let settings = [
      "encoder.point_widths=[8, 8]", "encoder.set_widths=[8]", "encoder.closure_dimension=2", "density.widths=[8]",
      "density.layers=1", "density.samples=4", "dynamics.widths=[8]", "dynamics.ensemble=2",
      "closure_training.steps=200", "closure_training.batch=8", "dynamics_training.steps=200",
      "dynamics_training.batch=16", "run.checkpoint_interval=0.01", "run.log_interval=10",
    ].flatMap { ["--set", $0] }
    let jobs = [
      KillJob(
        name: "import", command: ["import", "x.npy", "--quiet"], outputOption: "--output", isCompared: { _ in true }),
      KillJob(
        name: "simulate",
        command: ["simulate", "particles", "--trajectories", "48", "--particles", "60", "--seed", "3", "--quiet"],
        outputOption: "--output", isCompared: { _ in true }),
      KillJob(
        name: "train", command: ["train", "x.dataset", "--quiet"] + settings, outputOption: "--run",
        isCompared: { $0.hasPrefix("model/") || $0 == "metrics.jsonl" }),
    ]
    return try jobs.map { job in
      var job = job
      try job.measure(tool)
      return job
    }
  }

  init(
    name: String, command: [String], outputOption: String, isCompared: @escaping @Sendable (String) -> Bool
  ) {
    self.name = name
    self.command = command
    self.outputOption = outputOption
    self.isCompared = isCompared
  }
}

/// The tool `macrostate`, run in a folder.
private struct ToolRunner {
  let folder: URL
  private let executable: URL

  init(_ path: String?, in folder: URL) throws {
    let beside = Bundle.main.executableURL?.deletingLastPathComponent().appendingPathComponent("macrostate")
    guard let executable = path.map(URL.init(fileURLWithPath:)) ?? beside,
      FileManager.default.isExecutableFile(atPath: executable.path)
    else { throw ValidationError("no macrostate beside this tool; build it, or name it with --tool") }
    self.executable = executable
    self.folder = folder
  }

  private func start(_ arguments: [String]) throws -> Process {
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    let errors = folder.appendingPathComponent("errors")
    try Data().write(to: errors)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    return process
  }

  /// Runs the tool and kills it after some seconds; returns whether it was running then.
  func run(_ arguments: [String], killedAfter seconds: Double) throws -> Bool {
    let process = try start(arguments)
    usleep(UInt32(1e6 * seconds))
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    return process.terminationReason == .uncaughtSignal
  }

  /// Runs the tool to its end.
  func succeed(_ arguments: [String]) throws {
    let process = try start(arguments)
    process.waitUntilExit()
    guard process.terminationReason == .exit, process.terminationStatus == 0 else {
      let errors = String(decoding: try Data(contentsOf: folder.appendingPathComponent("errors")), as: UTF8.self)
      throw MacrostateError(
        .failure,
        "\(arguments.joined(separator: " ")): ended with \(process.terminationStatus) where it must succeed: \(errors)")
    }
  }
}
