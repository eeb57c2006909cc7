import ArgumentParser
import Foundation

/// The `macrostate-fuzz` command: damaged files for every reader of Macrostate, and kills for its commands.
@main
struct FuzzTool: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "macrostate-fuzz",
    abstract: "Hand damaged files to every reader, and kill commands at random moments.",
    discussion: "See Tests/Fuzz/README.md. Exit code 1: something was found.",
    subcommands: [InputsCommand.self, BatchCommand.self, RegressionsCommand.self, KillsCommand.self],
    defaultSubcommand: InputsCommand.self)
}

/// Writes a line to standard output at once, also where that is a file.
func say(_ line: String) {
  print(line)
  fflush(nil)
}

extension ContinuousClock.Instant {
  /// Seconds since then.
  var secondsSince: Double { (ContinuousClock.now - self) / .seconds(1) }
}
