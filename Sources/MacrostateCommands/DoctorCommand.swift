import ArgumentParser
import Foundation
import MacrostateKit

/// `macrostate doctor`: what this machine offers.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Show what this machine offers, and what is missing.")

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let health = MachineHealth()
    try json ? Results.print(json: health) : Results.print(health.text, terminator: "")
  }
}
