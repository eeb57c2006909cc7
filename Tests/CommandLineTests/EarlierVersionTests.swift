import Foundation
import MacrostateKit
import Testing

/// Files of version 0.1.0 of 22 November 2026 (models of layout 3, data sets without check sums of trajectories), which
/// `Tests/Fixtures/earlier` holds: a finished run on one species, one with noise on two species that was stopped in its
/// dynamics, their data sets, and what that version then said of them.
@Suite struct EarlierVersionTests {
  private let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    let fixtures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fixtures/earlier")
    for item in try Folder.contents(fixtures) {
      try FileManager.default.copyItem(at: item, to: scratch.file(item.lastPathComponent))
    }
  }

  /// Numbers that agree but for the rounding of other machines.
  private func expectClose(
    _ found: [Double], _ known: [Double], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(found.count == known.count && !known.isEmpty, sourceLocation: sourceLocation)
    for (a, b) in zip(found, known) {
      #expect(abs(a - b) <= 1e-4 * max(abs(b), 0.01), "\(a) instead of \(b)", sourceLocation: sourceLocation)
    }
  }

  private func numbers(_ csv: String) throws -> [Double] {
    try scratch.text(csv).split(whereSeparator: { ",\n".contains($0) }).compactMap { Double($0) }
  }

  private func predict(_ run: String, _ start: String...) throws {
    try scratch.succeed(
      ["predict", run, "--steps", "4", "--closure", "--output", "found.csv", "--quiet"] + start)
    #expect(try scratch.text("found.csv").prefix { $0 != "\n" } == scratch.text("\(run).csv").prefix { $0 != "\n" })
    try expectClose(numbers("found.csv"), numbers("\(run).csv"))
  }

  private func evaluate(_ run: String) throws {
    let found = try JSONDecoder().decode(
      ErrorTable.Summary.self, from: Data(scratch.succeed(["evaluate", run, "--json", "--quiet"]).output.utf8))
    let known = try JSONFile.read(ErrorTable.Summary.self, from: scratch.file("\(run).json"))
    func numbers(_ summary: ErrorTable.Summary) throws -> [Double] {
      let regime = try #require(summary.regimes["test"] ?? nil)
      let distribution = regime.distribution
      return [
        regime.mre.mean, regime.mre.median, regime.mre.spread, regime.mre.physicalMean, regime.persistence.mean,
        Double(regime.trajectories),
      ]
        + [
          regime.withoutClosure?.mean, distribution?.mmd?.published, distribution?.mmd?.unbiased,
          distribution?.withoutClosure?.published, distribution?.withoutClosure?.unbiased,
          distribution?.coverage["size"]?.half, distribution?.coverage["size"]?.ninety,
        ].compactMap { $0 }
    }
    try expectClose(numbers(found), numbers(known))
  }

  @Test func aFinishedRunIsUsed() throws {
    try predict("finished", "--input", "cloud.npy", "--start", "radius=8.268231381249734")
    try evaluate("finished")
    try scratch.succeed(["report", "finished"])
    #expect(try scratch.text("finished/report.html").contains("radius"))
    #expect(try scratch.succeed(["inspect", "clouds.dataset"]).output.contains("10"))
  }

  /// What is trained anew from its own settings is what it was: the training has nothing left to do.
  @Test func aFinishedRunIsCarriedOn() throws {
    let before = try Digest(modelsOf: scratch.file("finished"))
    try scratch.succeed(["train", "clouds.dataset", "--run", "finished", "--config", "finished/config.yaml", "--quiet"])
    #expect(try Digest(modelsOf: scratch.file("finished")) == before)
    try predict("finished", "--input", "cloud.npy", "--start", "radius=8.268231381249734")
  }

  @Test func aStoppedRunIsCarriedOn() throws {
    let begun = try scratch.bytes(of: "stopped/checkpoints/closure")
    try scratch.succeed(["train", "walks.dataset", "--run", "stopped", "--config", "stopped/config.yaml", "--quiet"])
    #expect(try scratch.bytes(of: "stopped/checkpoints/closure") == begun, "the first stage was finished")
    try predict("stopped", "--input", "walk.npy", "--types", "types.npy", "--start", "size=0.5287666807318693")
    try evaluate("stopped")
    try scratch.succeed(["report", "stopped"])
  }

  /// Layout 2 is that of 3 for one species, with another number and no constants.
  @Test func aModelOfLayout2IsRead() throws {
    let model = scratch.file("finished/model")
    let description = model.appending(path: "model.json")
    let text = try String(contentsOf: description, encoding: .utf8)
    let earlier = text.replacing("\"version\" : 3", with: "\"version\" : 2")
      .replacing(#/ *"constantCount" : 0,\n/#, with: "")
    #expect(earlier != text)
    let record = try AtomicFile.write(earlier, to: description)
    var records = try JSONFile.read([String: FileRecord].self, from: model.appending(path: "files.json"))
    records["model.json"] = record
    try JSONFile.write(records, to: model.appending(path: "files.json"))
    try predict("finished", "--input", "cloud.npy", "--start", "radius=8.268231381249734")
    try evaluate("finished")
  }
}

extension Digest {
  fileprivate init(modelsOf run: URL) throws {
    try add(model: RunFolder(run).model)
  }
}
