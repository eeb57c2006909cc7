import Foundation
import MacrostateCompute
import MacrostateStorage

/// The origin of a result: written as `provenance.json` and shown at the end of a report.
public struct Provenance: Codable, Equatable, Sendable {
  /// The version of the program.
  public var programVersion: String
  /// The command as typed.
  public var command: String
  /// The date and time of the last session's end (UTC).
  public var date: String
  /// The seed of the run.
  public var seed: UInt64
  /// The instruction set of the kernels.
  public var instructionSet: InstructionSet
  /// Worker threads.
  public var threads: Int
  /// The operating system.
  public var system: String
  /// Cores that the process could use.
  public var cores: Int
  /// Seconds of work in the last session.
  public var seconds: Double

  /// The provenance of a run that ends now.
  public init(command: String, seed: UInt64, threads: Int, instructionSet: InstructionSet, seconds: Double) {
    programVersion = ProgramVersion.current
    self.command = command
    date = ISO8601DateFormatter().string(from: Date())
    self.seed = seed
    self.instructionSet = instructionSet
    self.threads = threads
    system = ProcessInfo.processInfo.operatingSystemVersionString
    cores = Processors.available
    self.seconds = seconds
  }
}
