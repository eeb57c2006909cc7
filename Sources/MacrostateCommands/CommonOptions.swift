import ArgumentParser
import Foundation
import MacrostateKit

/// Options of every command that works for a while.
struct CommonOptions: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Print errors and results only.")
  var quiet = false

  @Option(
    parsing: .unconditional, help: "Worker threads; 0 takes one for each core that this process may use.",
    transform: wholeNumber(NumberLimit.threads))
  var threads = 0

  var progress: TerminalProgress { TerminalProgress(isQuiet: quiet) }
}

/// The folder of a data set that is written to `path`.
///
/// - Throws: `MacrostateError` of kind `usage` for what means a stream elsewhere: a data set is a folder.
func datasetFolder(_ path: String) throws -> URL {
  guard !path.isEmpty, path != "-" else {
    throw MacrostateError(.usage, "--output '\(path)': a data set is a folder; name one, such as my.dataset")
  }
  return URL(fileURLWithPath: path)
}

/// Stopping after a time.
struct WallTimeOption: ParsableArguments {
  @Option(
    name: .customLong("walltime"), parsing: .unconditional,
    help: "Stop with a checkpoint after this time: seconds, or with a unit: 90m, 3h, 1h30m.",
    transform: parseDuration)
  var wallTime: Duration?

  /// The flag of this process, set by signals and by the time limit.
  func installStopFlag() -> StopFlag { StopFlag.install(wallTime: wallTime) }
}

/// The longest time that a limit may be, in seconds: ten years.
private let longestWallTime = 10 * 365 * 86400.0

/// 90, 90s, 15m, 1h30m.
func parseDuration(_ text: String) throws -> Duration {
  var seconds = 0.0
  var number = ""
  for character in text {
    if character.isNumber || character == "." {
      number.append(character)
      continue
    }
    guard let value = Double(number), let unit = ["s": 1.0, "m": 60, "h": 3600, "d": 86400][character] else {
      throw ValidationError("'\(text)' is no time: write seconds, or 90m, 3h, 1h30m")
    }
    seconds += value * unit
    number = ""
  }
  if !number.isEmpty {
    guard let value = Double(number) else {
      throw ValidationError("'\(text)' is no time: write seconds, or 90m, 3h, 1h30m")
    }
    seconds += value
  }
  guard seconds > 0 else { throw ValidationError("'\(text)' is no time: it must be positive") }
  guard seconds <= longestWallTime else { throw ValidationError("it may be 3650d at most") }
  return .seconds(seconds)
}

/// The run in the folder that an argument names.
func namedRun(_ path: String) throws -> RunFolder {
  guard !path.isEmpty else {
    throw MacrostateError(.usage, "the name of the run's folder is empty (a variable that is not set?); name a folder")
  }
  return RunFolder(URL(fileURLWithPath: path))
}

/// The command line as typed, for provenance.
var commandLine: String {
  let program = CommandLine.arguments.first.map { URL(fileURLWithPath: $0).lastPathComponent } ?? "macrostate"
  return ([program] + CommandLine.arguments.dropFirst()).joined(separator: " ")
}
