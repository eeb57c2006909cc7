import Foundation
import MacrostateKit

/// A batch of inputs in a process of its own, and what came of it.
struct BatchProcess {
  /// Something that must not be.
  struct Finding {
    var input: Int
    var problem: String
    /// The first lines that the process wrote.
    var lines: String
  }

  var format: FuzzFormat
  var seed: UInt64
  /// The folder of samples, of inputs and of journals.
  var work: URL

  /// Where the input is written.
  var folder: URL { work.appendingPathComponent("input-\(format.rawValue)") }

  /// Tries inputs until time is over or one of them ends the process.
  ///
  /// - Returns: the next input to try, the counts, and what was found.
  func run(
    first: Int, count: Int, seconds: Double, overlay: URL? = nil
  ) throws -> (next: Int, accepted: Int, refused: Int, findings: [Finding]) {
    let errors = work.appendingPathComponent("errors-\(format.rawValue)")
    try Data().write(to: errors)
    let process = Process()
    process.executableURL = Bundle.main.executableURL
    process.arguments =
      [
        "batch", "--format", format.rawValue, "--seed", "\(seed)", "--samples", work.path, "--folder", folder.path,
        "--first", "\(first)", "--count", "\(count)", "--seconds", "\(seconds)",
      ] + (overlay.map { ["--overlay", $0.path] } ?? [])
    process.environment = ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    process.waitUntilExit()
    let lines = String(decoding: try Data(contentsOf: errors), as: UTF8.self).prefix(1000)
    let journal = try JournalText(folder.appendingPathExtension("journal"))
    var findings = journal.found.map { Finding(input: $0.input, problem: $0.problem, lines: "") }
    if process.terminationReason == .uncaughtSignal || process.terminationStatus != 0 {
      guard let input = journal.unfinished else {
        throw MacrostateError(.failure, "\(format.rawValue): the batch itself failed: \(lines)")
      }
      let problem =
        process.terminationReason == .uncaughtSignal
        ? ProcessLimits.meaning(process.terminationStatus) : "ended with code \(process.terminationStatus)"
      findings.append(Finding(input: input, problem: problem, lines: String(lines)))
      return (input + 1, journal.accepted, journal.refused, findings)
    }
    return ((journal.last ?? first - 1) + 1, journal.accepted, journal.refused, findings)
  }
}

/// A folder for samples and inputs that goes with this object; in memory where there is such a place.
final class WorkFolder {
  let url: URL

  init() throws {
    let memory = URL(fileURLWithPath: "/dev/shm")
    let place = access(memory.path, W_OK) == 0 ? memory : FileManager.default.temporaryDirectory
    url = place.appendingPathComponent("macrostate-fuzz-\(UUID().uuidString)")
    try Folder.create(url)
  }

  deinit { try? Folder.remove(url) }
}
