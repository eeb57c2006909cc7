import ArgumentParser
import Foundation
import MacrostateKit

/// The `macrostate` command.
@main
struct MacrostateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
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
    subcommands: [
      DemoCommand.self, SimulateCommand.self, ImportCommand.self, InspectCommand.self, TrainCommand.self,
      PredictCommand.self, EvaluateCommand.self, ReproduceCommand.self, ReportCommand.self, DoctorCommand.self,
    ])

  static func main() {
    ProcessStart.prepare()
    Foundation.exit(run())
  }

  /// Runs the command of the command line; returns the exit code.
  private static func run() -> Int32 {
    do {
      do {
        try checkCommand(Array(CommandLine.arguments.dropFirst()))
        var command = try parseAsRoot()
        do {
          try command.run()
        } catch let error as ValidationError {
          // The parser knows no more which command that was, and would show the usage of another.
          throw MacrostateError(.usage, error.message)
        }
        return EXIT_SUCCESS
      } catch let error as MacrostateError {
        throw error
      } catch {
        // ArgumentParser's own: errors of usage, and the texts of --help and --version, which are results.
        let code = exitCode(for: error).rawValue
        let text = fullMessage(for: error)
        if code == EXIT_SUCCESS { try Results.print(text) } else { Terminal.write(text + "\n") }
        return code
      }
    } catch {
      let problem = error as? MacrostateError ?? MacrostateError(.failure, "\(error)")
      Terminal.error(problem.message)
      return problem.kind.exitCode
    }
  }

  /// Looks at the names of commands, which the parser would take for superfluous arguments.
  private static func checkCommand(_ arguments: [String]) throws {
    var command: any ParsableCommand.Type = self
    for argument in arguments {
      let subcommands = command.configuration.subcommands
      guard !subcommands.isEmpty, !argument.hasPrefix("-"), argument != "help" else { return }
      guard let next = subcommands.first(where: { $0._commandName == argument }) else {
        let names = subcommands.map { $0._commandName }
        throw MacrostateError(
          .usage,
          "no command '\(argument)'\(Spelling.hint(for: argument, among: names)); there are: "
            + names.joined(separator: ", "))
      }
      command = next
    }
  }
}
