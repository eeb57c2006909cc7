import Foundation
import MacrostateKit
import TestSupport
import Testing

/// The working folder of one test, removed with it, and the tool run in it.
final class Scratch: Sendable {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  var url: URL { folder.url }

  func file(_ name: String) -> URL { folder.file(name) }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name).path) }

  func text(_ name: String) throws -> String { try folder.text(name) }

  func bytes(of name: String) throws -> [String: Data] { try folder.bytes(of: name) }

  /// Runs `macrostate` with these arguments to its end.
  @discardableResult
  func run(_ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation) throws -> Outcome {
    try start(arguments).finish(sourceLocation: sourceLocation)
  }

  /// Starts `macrostate` with these arguments; it finds programs in `folder` first.
  ///
  /// - Parameter script: a shell's script that starts the tool, `exec "$0" "$@" > /dev/full`, where it is not started
  ///   as it is.
  func start(_ arguments: [String], searching folder: URL? = nil, script: String? = nil) throws -> RunningTool {
    try RunningTool(arguments, in: url, searching: folder, script: script)
  }

  /// Runs `macrostate` with these arguments to its end, its streams led elsewhere: `> /dev/full`.
  func run(
    _ arguments: [String], redirected: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Outcome {
    try start(arguments, script: "exec \"$0\" \"$@\" \(redirected)").finish(sourceLocation: sourceLocation)
  }

  /// Runs `macrostate` and expects it to succeed.
  @discardableResult
  func succeed(_ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation) throws -> Outcome {
    let outcome = try run(arguments, sourceLocation: sourceLocation)
    #expect(outcome.exitCode == 0, "\(arguments): \(outcome.errors)", sourceLocation: sourceLocation)
    return outcome
  }

  /// Runs `macrostate` and expects one clear message and nothing else that looks like a crash.
  func fail(
    _ arguments: [String], code: Int32, containing parts: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let outcome = try run(arguments, sourceLocation: sourceLocation)
    #expect(outcome.exitCode == code, "\(arguments): \(outcome.errors)", sourceLocation: sourceLocation)
    #expect(outcome.output.isEmpty, "nothing but results belongs on stdout", sourceLocation: sourceLocation)
    let messages = outcome.errors.split(separator: "\n").filter {
      $0.hasPrefix("macrostate: ") || $0.hasPrefix("Error: ")
    }
    #expect(messages.count == 1, "\(outcome.errors)", sourceLocation: sourceLocation)
    for part in parts {
      #expect(outcome.errors.contains(part), "\(outcome.errors)", sourceLocation: sourceLocation)
    }
  }
}

/// What a finished tool left.
struct Outcome {
  var exitCode: Int32
  var output: String
  var errors: String
}

/// The tool as a child process, its output in files so that a full pipe cannot stop it.
final class RunningTool {
  private let process = Process()
  private let output: URL
  private let errors: URL

  private static let secondsToFinish = 120.0

  init(_ arguments: [String], in folder: URL, searching programs: URL? = nil, script: String? = nil) throws {
    let name = UUID().uuidString
    output = FileManager.default.temporaryDirectory.appendingPathComponent("\(name).out")
    errors = FileManager.default.temporaryDirectory.appendingPathComponent("\(name).err")
    for file in [output, errors] { try Data().write(to: file) }
    let executable: URL = try #require(Self.executable, "the tool 'macrostate' is not beside the tests")
    process.executableURL = script == nil ? executable : URL(fileURLWithPath: "/bin/bash")
    process.arguments = script.map { ["-c", $0, executable.path] + arguments } ?? arguments
    process.currentDirectoryURL = folder
    if let programs {
      let environment = ProcessInfo.processInfo.environment
      process.environment = environment.merging(["PATH": "\(programs.path):\(environment["PATH"] ?? "")"]) { $1 }
    }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
  }

  deinit {
    for file in [output, errors] { try? FileManager.default.removeItem(at: file) }
  }

  var isRunning: Bool { process.isRunning }

  func send(_ signal: Int32) {
    if process.isRunning { kill(process.processIdentifier, signal) }
  }

  /// Waits until `condition` holds or the tool has ended.
  func wait(until condition: () -> Bool) {
    while process.isRunning && !condition() { usleep(1000) }
  }

  /// Waits for the end; a tool that hangs is killed and fails the test.
  func finish(sourceLocation: SourceLocation = #_sourceLocation) throws -> Outcome {
    let start = ContinuousClock.now
    while process.isRunning {
      usleep(2000)
      guard ContinuousClock.now - start > .seconds(Self.secondsToFinish) else { continue }
      Issue.record("the tool hangs", sourceLocation: sourceLocation)
      send(SIGKILL)
      break
    }
    process.waitUntilExit()
    return Outcome(
      exitCode: process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus,
      output: try String(contentsOf: output, encoding: .utf8), errors: try String(contentsOf: errors, encoding: .utf8))
  }

  /// The tool that was built with the tests: in the folder of the test bundle.
  static let executable: URL? = {
    let arguments = CommandLine.arguments
    let bundles =
      [Bundle.main.bundlePath, arguments.first ?? ""]
      + zip(arguments, arguments.dropFirst()).compactMap {
        $0 == "--test-bundle-path" ? $1 : nil
      }
    for bundle in bundles {
      var folder = URL(fileURLWithPath: bundle)
      for _ in 0..<5 {
        let candidate = folder.appendingPathComponent("macrostate")
        if FileManager.default.isExecutableFile(atPath: candidate.path), !Folder.exists(candidate) { return candidate }
        folder.deleteLastPathComponent()
      }
    }
    return nil
  }()
}
