import Foundation
import MacrostateKit
import TestSupport
import Testing

/// Stops, kills and full disks: the same command ends with the bytes of an uninterrupted run.
@Suite(.serialized) struct InterruptionTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Runs that are long enough to be interrupted, with many checkpoints.
  private func train(_ run: String, _ more: String...) -> [String] {
    ["train", "x.dataset", "--run", run, "--quiet", "--set", "run.checkpoint_interval=0.01"]
      + Example.settings(closureSteps: 300, dynamicsSteps: 300) + more
  }

  /// Kills the tool after seeded delays until it has ended by itself; returns how often it was killed.
  private func surviveKills(_ arguments: [String], seed: UInt64, upTo longest: Int, kills: Int) throws -> Int {
    var random = RandomStream(seed: seed, purpose: .shuffle)
    var killed = 0
    for _ in 0..<kills {
      let tool = try scratch.start(arguments)
      usleep(UInt32(1000 * (20 + random.next(below: longest - 20))))
      guard tool.isRunning else { break }
      tool.send(SIGKILL)
      let outcome = try tool.finish()
      if outcome.exitCode == -SIGKILL { killed += 1 } else { #expect(outcome.exitCode == 0, "\(outcome.errors)") }
    }
    try scratch.succeed(arguments)
    return killed
  }

  /// What a training leaves for good.
  private func result(_ run: String) throws -> [String: Data] {
    var files = try scratch.bytes(of: "\(run)/model")
    files["metrics"] = try Data(contentsOf: scratch.file("\(run)/metrics.jsonl"))
    return files
  }

  @Test func killedSimulationsCarryOn() throws {
    func simulate(_ name: String) -> [String] {
      ["simulate", "particles", "--trajectories", "48", "--seed", "3", "--quiet", "--output", name]
    }
    try scratch.succeed(simulate("whole.dataset"))
    #expect(try surviveKills(simulate("killed.dataset"), seed: 1, upTo: 150, kills: 5) > 0)
    #expect(try scratch.bytes(of: "killed.dataset") == scratch.bytes(of: "whole.dataset"))
  }

  @Test(arguments: [1, 2] as [UInt64])
  func killedTrainingsCarryOn(seed: UInt64) throws {
    try scratch.importExample()
    try scratch.succeed(train("whole"))
    #expect(try surviveKills(train("killed"), seed: seed, upTo: 400, kills: 7) > 0)
    #expect(try result("killed") == result("whole"))
  }

  @Test func aSignalStopsWithACheckpoint() throws {
    try scratch.importExample()
    try scratch.succeed(train("whole"))
    for (moment, file) in ["closure", "dynamics-1"].map({ ($0, "run/checkpoints/\($0)/latest") }) {
      let tool = try scratch.start(train("run"))
      tool.wait { scratch.exists(file) }
      tool.send(SIGTERM)
      let outcome = try tool.finish()
      #expect(outcome.exitCode == 75, "\(outcome.errors)")
      #expect(outcome.errors.contains("stopped by a signal"))
      #expect(outcome.errors.contains(moment) && outcome.errors.contains("run the same command again"))
    }
    try scratch.succeed(train("run"))
    #expect(try result("run") == result("whole"))
  }

  @Test func theSecondSignalEndsAtOnce() throws {
    try scratch.importExample()
    let tool = try scratch.start(train("run"))
    tool.wait { scratch.exists("run/checkpoints/closure/latest") }
    tool.send(SIGTERM)
    tool.send(SIGINT)
    let code = try tool.finish().exitCode
    #expect(code == 128 + SIGTERM || code == 128 + SIGINT, "\(code)")
    try scratch.succeed(train("run"))
  }

  @Test func theTimeLimitStopsWithACheckpoint() throws {
    try scratch.importExample()
    try scratch.succeed(train("whole"))
    try scratch.fail(train("run", "--walltime", "0.001"), code: 75, containing: ["wall-time limit", "again"])
    try scratch.fail(train("run", "--walltime", "0.001"), code: 75, containing: ["wall-time limit", "again"])
    try scratch.succeed(train("run", "--threads", "1"))
    #expect(try result("run") == result("whole"), "one thread and two, stopped or not, give the same bits")
  }

  @Test(.enabled(if: SmallDisk.isPossible, "mounting a small disk takes a superuser"))
  func fullDisksLoseNothing() throws {
    try scratch.write("large.npy", Example.positions(frames: 60, particles: 100), [12, 60, 100, 2])
    let disk = try SmallDisk(scratch.file("disk"), size: "200k")
    let importing = ["import", "large.npy", "--output", "disk/large.dataset", "--quiet"]
    try scratch.fail(importing, code: 1, containing: ["disk/large.dataset", "free space"])
    try disk.resize("4m")
    try scratch.succeed(importing)
    try scratch.succeed(["inspect", "disk/large.dataset"])
    try Folder.remove(scratch.file("disk/large.dataset"))

    try scratch.importExample()
    try scratch.succeed(train("whole"))
    try disk.resize("60k")
    try scratch.fail(train("disk/run"), code: 1, containing: ["disk full", "disk/run", "run the same command again"])
    try disk.resize("4m")
    try scratch.succeed(train("disk/run"))
    #expect(try result("disk/run") == result("whole"))
  }
}

/// A file system in memory of a few kilobytes.
final class SmallDisk {
  private let folder: URL

  static let isPossible: Bool = {
    (try? withTemporaryFolder { try SmallDisk($0, size: "100k") }) != nil
  }()

  init(_ folder: URL, size: String) throws {
    self.folder = folder
    try Folder.create(folder)
    try Self.run("mount", ["-t", "tmpfs", "-o", "size=\(size)", "macrostate-test", folder.path])
  }

  deinit { try? Self.run("umount", [folder.path]) }

  func resize(_ size: String) throws { try Self.run("mount", ["-o", "remount,size=\(size)", folder.path]) }

  private static func run(_ program: String, _ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw MacrostateError(.failure, "\(program) failed") }
  }
}
