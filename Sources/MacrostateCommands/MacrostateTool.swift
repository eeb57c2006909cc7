import ArgumentParser
import Foundation
import MacrostateKit

/// The command-line tool as a program of its own has it: with parts and commands that it adds.
///
///     MacrostateTool.main(MyCommand.self, parts: [MyEncoder.self, MyObservable.self])
///
/// where `MyCommand.configuration.subcommands` has `MacrostateTool.commands` and those of the program.
public enum MacrostateTool {
  /// The commands of `macrostate`.
  public static let commands: [any ParsableCommand.Type] = [
    DemoCommand.self, SimulateCommand.self, ImportCommand.self, InspectCommand.self, TrainCommand.self,
    ObservablesCommand.self, PredictCommand.self, EncodeCommand.self, EvaluateCommand.self, ExportCommand.self,
    ReproduceCommand.self, ReportCommand.self,
    DoctorCommand.self,
  ]

  /// Runs the command line of the process with `parts` added to those of this package, and ends the process with the
  /// command's exit code.
  ///
  /// - Parameter root: the command that has all others below it; `macrostate` itself by default.
  public static func main(_ root: any ParsableCommand.Type = MacrostateCommand.self, parts: [any Part.Type] = [])
    -> Never
  {
    ProcessStart.prepare()
    if let code = ForeignProcess.run(CommandLine.arguments.dropFirst()) { Foundation.exit(code) }
    ForeignProcess.register()
    Foundation.exit(Parts(parts).use { run(root) })
  }

  /// Runs the command of the command line; returns the exit code.
  private static func run(_ root: any ParsableCommand.Type) -> Int32 {
    do {
      do {
        try PartLists.check()
        try checkCommand(Array(CommandLine.arguments.dropFirst()), of: root)
        var command = try root.parseAsRoot()
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
        let code = root.exitCode(for: error).rawValue
        let text = root.fullMessage(for: error)
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
  private static func checkCommand(_ arguments: [String], of root: any ParsableCommand.Type) throws {
    var command = root
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
