import ArgumentParser
import Foundation
import MacrostateKit

/// Tries inputs one after the other in this process, which the worst of them ends: `InputsCommand` starts it.
struct BatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "batch", shouldDisplay: false)

  @Option var format: FuzzFormat
  @Option var seed: UInt64
  @Option var samples: String
  /// The folder in which inputs are written, with the journal beside it.
  @Option var folder: String
  @Option var first: Int
  @Option var count: Int
  @Option var seconds: Double
  /// Files to try as they are, instead of damaged samples.
  @Option var overlay: String?

  func run() throws {
    let samples = try Sample.all(format, in: URL(fileURLWithPath: samples))
    let journal = try Journal(URL(fileURLWithPath: folder).appendingPathExtension("journal"))
    let overlay = try overlay.map { try Sample(URL(fileURLWithPath: $0)) }
    let driver = ReaderDriver(format: format, folder: URL(fileURLWithPath: folder))
    ProcessLimits.limitMemory()
    let start = ContinuousClock.now
    for input in first..<first + count where ContinuousClock.now - start < .seconds(seconds) {
      var mutation = Mutation(seed: seed, format: format, input: input)
      let sample = overlay.map { samples[0].overlaid(by: $0) } ?? mutation.damage(samples, format)
      try sample.write(to: driver.folder)
      journal.begin(input)
      ProcessLimits.restartTime()
      do {
        try driver.read()
        journal.end(.accepted)
      } catch let error as MacrostateError where !error.message.isEmpty {
        journal.end(.refused)
        if overlay != nil { say(error.message) }
      } catch {
        journal.end(.found("an error of another type: \(type(of: error)): \(error)"))
      }
    }
  }
}

/// What a batch has done so far, in a file that outlives it.
final class Journal {
  /// What became of an input.
  enum Outcome {
    case accepted, refused
    case found(String)
  }

  private let file: FileHandle
  private var (input, accepted, refused) = (0, 0, 0)

  init(_ url: URL) throws {
    try Data().write(to: url)
    file = try FileHandle(forWritingTo: url)
  }

  func begin(_ input: Int) {
    self.input = input
    write("begin \(input) \(accepted) \(refused)")
  }

  func end(_ outcome: Outcome) {
    switch outcome {
    case .accepted: accepted += 1
    case .refused: refused += 1
    case .found(let problem): write("found \(input) \(problem)")
    }
    write("end \(input) \(accepted) \(refused)")
  }

  private func write(_ line: String) { try? file.write(contentsOf: Data((line + "\n").utf8)) }
}

/// The journal of a batch that has ended.
struct JournalText {
  /// The input that was begun and not ended.
  var unfinished: Int?
  /// The last input that was ended.
  var last: Int?
  var (accepted, refused) = (0, 0)
  /// What was found in inputs that did not end the batch.
  var found: [(input: Int, problem: String)] = []

  init(_ url: URL) throws {
    for line in String(decoding: try Data(contentsOf: url), as: UTF8.self).split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 2).map(String.init)
      guard words.count == 3, let input = Int(words[1]) else { continue }
      if words[0] == "found" {
        found.append((input, words[2]))
        continue
      }
      let counts = words[2].split(separator: " ").compactMap { Int($0) }
      if counts.count == 2 { (accepted, refused) = (counts[0], counts[1]) }
      if words[0] == "begin" { unfinished = input } else { (unfinished, last) = (nil, input) }
    }
  }
}
