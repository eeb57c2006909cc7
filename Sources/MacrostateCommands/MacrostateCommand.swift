import ArgumentParser
import MacrostateKit

/// The `macrostate` command.
public struct MacrostateCommand: ParsableCommand {
  /// The name, the help and the commands below it.
  public static let configuration = CommandConfiguration(
    commandName: "macrostate",
    abstract: "Learn the macroscopic dynamics of unordered particles.",
    discussion: """
      From particle trajectories to predicted observables: a few closure variables that do not depend on the order of \
      the particles, and an ODE or SDE for them and the observables.

      Begin with `macrostate demo`; with your own arrays, `macrostate import` and `macrostate train`.

      Exit codes: 0 done, 1 failure, 64 usage, 65 bad configuration or data, 66 missing input, 75 stopped by a signal \
      or a time limit with a checkpoint (run the same command again).
      """,
    version: ProgramVersion.current,
    subcommands: MacrostateTool.commands)

  /// The command with nothing said.
  public init() {}
}
