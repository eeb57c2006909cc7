import ArgumentParser
import Foundation
import MacrostateKit

/// Inputs that once were found: each must now be accepted, or refused with a message.
struct RegressionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "regressions", abstract: "Try the inputs in a folder: FORMAT/NAME/files, laid over a sample.")

  @Argument(help: "The folder, such as Tests/Fuzz/Regressions.")
  var folder: String

  func run() throws {
    let work = try WorkFolder()
    var found = 0
    for url in try Folder.contents(URL(fileURLWithPath: folder)) where Folder.exists(url) {
      guard let format = FuzzFormat(rawValue: url.lastPathComponent) else {
        throw ValidationError("\(url.path): no such format")
      }
      try SampleMaker(folder: work.url).make([format])
      for input in try Folder.contents(url) where Folder.exists(input) {
        let result = try BatchProcess(format: format, seed: 0, work: work.url)
          .run(first: 0, count: 1, seconds: 60, overlay: input)
        found += result.findings.count
        for finding in result.findings { say(finding.lines) }
        let outcome = result.findings.first?.problem ?? (result.accepted > 0 ? "accepted" : "refused")
        say("\(format.rawValue)/\(input.lastPathComponent): \(outcome)")
      }
    }
    if found > 0 { throw ExitCode(1) }
  }
}
