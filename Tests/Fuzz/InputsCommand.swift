import ArgumentParser
import Foundation
import MacrostateKit

/// Damaged files for every reader: success or one message, nothing else.
struct InputsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inputs", abstract: "Hand damaged files to the readers (the default).")

  @Option(help: "A format: \(FuzzFormat.allCases.map(\.rawValue).joined(separator: ", ")); may be repeated.")
  var format: [FuzzFormat] = []

  @Option(help: "Seed of all damage.")
  var seed: UInt64 = 1

  @Option(help: "Minutes for all formats together.")
  var minutes = 1.0

  @Option(help: "Try this input alone.")
  var input: Int?

  @Option(help: "The first input.")
  var first = 0

  @Option(help: "With --input: write the files of the input that are not those of a sample into this folder.")
  var write: String?

  @Option(help: "Where the files of what is found are kept.")
  var findings = "fuzz-findings"

  /// Seconds of a format before the next has its turn.
  private static let turn = 10.0

  func validate() throws {
    if write != nil, input == nil || format.count != 1 { throw ValidationError("--write needs --format and --input") }
    guard minutes > 0, first >= 0, input ?? 0 >= 0 else { throw ValidationError("numbers must be positive") }
  }

  func run() throws {
    let formats = format.isEmpty ? FuzzFormat.allCases : format
    let work = try WorkFolder()
    try SampleMaker(folder: work.url).make(formats)
    if let input, let write {
      try changes(formats[0], input, work.url).write(to: URL(fileURLWithPath: write))
    } else {
      try search(formats, work.url)
    }
  }

  /// The files of an input that are damaged.
  private func changes(_ format: FuzzFormat, _ input: Int, _ work: URL) throws -> Sample {
    let samples = try Sample.all(format, in: work)
    var mutation = Mutation(seed: seed, format: format, input: input)
    let sample = mutation.damage(samples, format)
    return sample.changes(from: samples[0])
  }

  private func search(_ formats: [FuzzFormat], _ work: URL) throws {
    for format in formats { try check(format, work) }
    let start = ContinuousClock.now
    let turn = min(Self.turn, 60 * minutes / Double(formats.count))
    var tallies = formats.map { Tally(format: $0, next: input ?? first) }
    repeat {
      for i in tallies.indices {
        let batch = BatchProcess(format: tallies[i].format, seed: seed, work: work)
        let begin = ContinuousClock.now
        while ContinuousClock.now - begin < .seconds(turn) {
          let result = try batch.run(
            first: tallies[i].next, count: input == nil ? 100_000 : 1, seconds: turn - begin.secondsSince)
          for finding in result.findings { try report(finding, &tallies[i], work) }
          tallies[i].add(next: result.next, accepted: result.accepted, refused: result.refused)
          if input != nil { break }
        }
      }
    } while input == nil && ContinuousClock.now - start < .seconds(60 * minutes)
    for tally in tallies { say(tally.line) }
    if tallies.contains(where: { $0.found > 0 }) { throw ExitCode(1) }
  }

  /// Samples must be accepted as they are: else damage would be tried on what is refused at once.
  private func check(_ format: FuzzFormat, _ work: URL) throws {
    for (i, sample) in try Sample.all(format, in: work).enumerated() {
      let driver = ReaderDriver(format: format, folder: work.appendingPathComponent("sample"))
      try sample.write(to: driver.folder)
      do {
        try driver.read()
      } catch let error as MacrostateError {
        throw MacrostateError(.failure, "\(format.rawValue), sample \(i) as it is: \(error.message)")
      }
    }
  }

  private func report(_ finding: BatchProcess.Finding, _ tally: inout Tally, _ work: URL) throws {
    tally.found += 1
    let format = tally.format
    say("FOUND \(format.rawValue) --seed \(seed) --input \(finding.input): \(finding.problem)")
    if !finding.lines.isEmpty { say("  " + finding.lines.replacing("\n", with: "\n  ")) }
    let kept = URL(fileURLWithPath: findings).appendingPathComponent("\(format.rawValue)-\(seed)-\(finding.input)")
    try changes(format, finding.input, work).write(to: kept)
  }
}

/// Counts of a format.
private struct Tally {
  let format: FuzzFormat
  var next: Int
  var (inputs, accepted, refused, found) = (0, 0, 0, 0)

  init(format: FuzzFormat, next: Int) {
    self.format = format
    self.next = next
  }

  mutating func add(next: Int, accepted: Int, refused: Int) {
    inputs += next - self.next
    self.next = next
    self.accepted += accepted
    self.refused += refused
  }

  var line: String {
    "\(format.rawValue): \(inputs) inputs, \(accepted) accepted, \(refused) refused with a message, \(found) found"
  }
}
