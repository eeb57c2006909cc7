import Foundation
import MacrostateKit
import Synchronization
import Testing

/// The digests of small runs that are on record, `Tests/Fixtures/record.json`: first by what decides the bits, then by run.
///
/// A change that is meant to leave results alone leaves them. One that is meant to change them writes the record anew, on
/// a machine with all instruction sets: `MACROSTATE_WRITE_RECORD=1 make test ARGS='--filter
/// "Record|aTableIsMade|everythingIsMade|tableFigureAndQuestions"'`.
enum Record {
  private typealias Digests = [String: [String: String]]

  private static let url = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/record.json")
  private static let digests = Mutex<Digests>((try? JSONFile.read(Digests.self, from: url)) ?? [:])
  private static let isWriting = ProcessInfo.processInfo.environment["MACROSTATE_WRITE_RECORD"] != nil

  /// Expects `digest` to be what is on record for the run `name`; where nothing is for this compiler and instruction set,
  /// says so.
  static func expect(
    _ name: String, _ digest: Digest, _ kernels: Kernels = .best, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let key = key(kernels)
    try digests.withLock { digests in
      if isWriting {
        digests[key, default: [:]][name] = digest.text
        try JSONFile.write(digests, to: url)
      } else if let known = digests[key] {
        #expect(digest.text == known[name], "\(name), \(key)", sourceLocation: sourceLocation)
      } else {
        print("record: \(name) was not compared: nothing is on record for \(key)")
      }
    }
  }

  /// What decides the bits: the compiler (contractions, the order of sums), the loops, and the machine's best ones, which
  /// make the random numbers.
  private static func key(_ kernels: Kernels) -> String {
    "\(compiler), \(architecture), \(kernels.instructionSet.rawValue) on a machine with "
      + Kernels.best.instructionSet.rawValue
  }

  private static var compiler: String {
    #if compiler(>=6.4)
      "a later Swift"
    #elseif compiler(>=6.3)
      "Swift 6.3"
    #elseif compiler(>=6.2)
      "Swift 6.2"
    #else
      "Swift 6.1"
    #endif
  }

  private static var architecture: String {
    #if arch(x86_64)
      "x86-64"
    #elseif arch(arm64)
      "arm64"
    #else
      "another processor"
    #endif
  }
}

/// Check sums of what a run gave. No time of day, no path and no number of threads is in them.
struct Digest: Equatable {
  private var parameters = Checksum()
  private var numbers = Checksum()

  var text: String { String(format: "parameters %08x, numbers %08x", parameters.value, numbers.value) }

  /// Adds the trained parameters in a model's folder.
  mutating func add(model folder: URL) throws {
    for file in try Folder.contents(folder).sorted(by: { $0.path < $1.path })
    where file.pathExtension == "safetensors" {
      try Data(contentsOf: file).withUnsafeBytes { parameters.update($0) }
    }
  }

  /// Adds what was computed with them, all digits.
  mutating func add(_ values: some Encodable) throws { add(try JSONFile.text(values)) }

  /// Adds a table.
  mutating func add(_ text: String) { Array(text.utf8).withUnsafeBytes { numbers.update($0) } }
}

extension Digest {
  /// What a reproduction left in `folder`: all its models and tables, and by what its runs find each other's trainings.
  init(reproduction folder: URL) throws {
    let runs = try Folder.contents(folder.appending(path: "runs")).sorted { $0.path < $1.path }
    for run in runs where Folder.exists(RunFolder(run).model) { try add(model: RunFolder(run).model) }
    for table in try Folder.contents(folder).sorted(by: { $0.path < $1.path }) where table.pathExtension == "csv" {
      add(table.lastPathComponent + String(decoding: try Data(contentsOf: table), as: UTF8.self))
    }
    try add(runs.map(\.lastPathComponent))
    for result in try Folder.contents(folder.appending(path: "results")).sorted(by: { $0.path < $1.path }) {
      try add(JSONFile.read(StoredResult.self, from: result).result.trainings)
    }
  }

  private struct StoredResult: Decodable {
    struct Result: Decodable { var trainings: [String: String] }
    var result: Result
  }
}
