import Foundation
import MacrostateStorage

/// The lines of a topology, compressed or not, which are gone through once.
struct TopologyLines {
  let url: URL
  private let lines: [String]
  private var place = 0

  /// Topologies are far smaller than this.
  private static let greatestCount = 50_000_000

  init(_ url: URL) throws {
    self.url = url
    let scanner = try TextScanner(url)
    var lines: [String] = []
    while let line = try scanner.line() {
      lines.append(line)
      guard lines.count < Self.greatestCount else {
        throw MacrostateError(.badData, "\(url.path): more than \(Self.greatestCount) lines; this is no topology")
      }
    }
    self.lines = lines
  }

  /// The next line; nil at the end.
  mutating func next() -> String? {
    guard place < lines.count else { return nil }
    place += 1
    return lines[place - 1]
  }

  /// The first lines.
  func prefix(_ count: Int) -> ArraySlice<String> { lines.prefix(count) }

  /// The number of particles, bonds or types that `text` says; nil for what is none that can be.
  static func count(_ text: some StringProtocol) -> Int? {
    Int(text.trimmingCharacters(in: .whitespaces)).flatMap { (0...Int(Int32.max)).contains($0) ? $0 : nil }
  }

  /// An error of kind `badData` at the line that was given last.
  func error(_ problem: String) -> MacrostateError {
    MacrostateError(.badData, "\(url.path): line \(place): \(problem)")
  }
}

/// What a topology says, particles in the order of the file.
struct TopologyContents {
  var ids: [Int]?
  var labels: [ParticleLabel: [String]] = [:]
  var masses: [Double]?
  var charges: [Double]?
  var molecules: [Int]?
  /// Pairs of particles by their ids; by their numbers from 1 where there are no ids.
  var bonds: [(Int, Int)] = []

  /// The number of particles.
  var count: Int { ids?.count ?? labels[.name]?.count ?? masses?.count ?? 0 }

  /// Adds the label of a particle.
  mutating func add(_ label: ParticleLabel, _ name: some StringProtocol) {
    labels[label, default: []].append(name.trimmingCharacters(in: .whitespaces))
  }
}
