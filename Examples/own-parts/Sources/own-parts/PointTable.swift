import Foundation
import MacrostateKit

/// A reader of text tables, one trajectory a file: `points d=2 features=weight`, then for every frame `frame TIME N` and N
/// rows of d coordinates and the features.
struct PointTable: TrajectoryReader {
  typealias Settings = NoSettings
  static let name = "points"
  static let title = "tables of points"
  static let kind = "table of points"
  static let appearance = "a table that begins with 'points'"
  static let options: Set<ReadingOption> = []

  static func recognises(_ file: FileBeginning) -> Bool { file.text.hasPrefix("points d=") }

  let dimension: Int
  let featureNames: [String]
  private let urls: [URL]

  init(_ files: [URL], _ options: ReadingOptions, _ settings: NoSettings) throws {
    urls = files
    let header = try FileBeginning(files[0]).text.prefix { !$0.isNewline }
    let words = header.split(separator: " ").dropFirst().map { $0.split(separator: "=", maxSplits: 1) }
    let values = Dictionary(words.compactMap { $0.count == 2 ? ($0[0], $0[1]) : nil }) { first, _ in first }
    guard let d = values["d"].flatMap({ Int($0) }), (0...3).contains(d) else {
      throw MacrostateError(.badData, "\(files[0].path):1: no dimension; begin with 'points d=2', with d from 0 to 3")
    }
    dimension = d
    featureNames = values["features"]?.split(separator: ",").map(String.init) ?? []
    if let other = try files.first(where: { try FileBeginning($0).text.prefix { !$0.isNewline } != header }) {
      throw MacrostateError(
        .badData, "\(other.path):1: another header than \(files[0].path); import them by themselves")
    }
  }

  var name: String { urls[0].path }
  var trajectoryCount: Int { urls.count }
  var files: [(role: String, url: URL)] { urls.map { ("points", $0) } }

  func frames(ofTrajectory m: Int, from first: Int) throws -> FrameStream {
    var lines = TableLines(url: urls[m], data: try Data(contentsOf: urls[m], options: .mappedIfSafe))
    _ = try lines.next()
    return FrameStream { try lines.frame(dimension: dimension, features: featureNames.count) }.frames(from: first)
  }
}

/// The lines of a table, read where they are asked for.
private struct TableLines {
  let url: URL
  let data: Data
  private var place = 0
  private var number = 0

  init(url: URL, data: Data) {
    self.url = url
    self.data = data
  }

  /// The words of the next line that is not empty; nil at the end.
  mutating func next() throws -> [Substring]? {
    while place < data.count {
      let end = data[place...].firstIndex(of: 10) ?? data.count
      let words = String(decoding: data[place..<end], as: UTF8.self).split(whereSeparator: \.isWhitespace)
      place = end + 1
      number += 1
      if !words.isEmpty { return words }
    }
    return nil
  }

  /// The next frame; nil at the end.
  mutating func frame(dimension d: Int, features c: Int) throws -> Trajectory.Frame? {
    guard let head = try next() else { return nil }
    guard head.count == 3, head[0] == "frame", let time = Double(head[1]), let n = Int(head[2]), n >= 0 else {
      throw problem("not 'frame TIME N'")
    }
    var positions: [Float] = []
    var features: [Float] = []
    for i in 0..<n {
      let row = try next()?.compactMap { Float($0) } ?? []
      guard row.count == d + c else { throw problem("row \(i) of \(n) needs \(d + c) numbers") }
      positions += row[..<d]
      features += row[d...]
    }
    return Trajectory.Frame(time: time, positions: [positions], features: [features])
  }

  private func problem(_ text: String) -> MacrostateError {
    MacrostateError(.badData, "\(url.path):\(number): \(text); write the table again")
  }
}
