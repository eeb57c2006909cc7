import ArgumentParser
import MacrostateCommands

/// All commands of `macrostate`, with the parts of this package beside its own.
struct OwnParts: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "own-parts", abstract: "Macrostate with parts of one's own.", subcommands: MacrostateTool.commands)
}

MacrostateTool.main(
  OwnParts.self,
  parts: [SpreadMoment.self, GridEncoder.self, EnergyDensity.self, RecurrentMap.self, PointTable.self])
