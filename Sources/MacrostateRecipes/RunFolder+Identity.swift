import Foundation
import MacrostateSettings
import MacrostateStorage

/// Whose folder it is, and who writes into it.
extension RunFolder {
  /// Runs `body` while this process owns the folders of `runs`: another process that wants to write into one of them is
  /// refused.
  ///
  /// - Throws: what `body` throws; `MacrostateError(.failure)` where another process owns one, `.badData` where a folder
  ///   is neither a run nor empty.
  public static func owning<Result>(_ runs: [RunFolder], _ body: ([RunFolder]) throws -> Result) throws -> Result {
    let others = runs.filter { !$0.isOwned }
    for run in others { try run.requireOwnFolder() }
    return try FolderOwner.owning(others.map(\.url)) {
      try body(runs.map { RunFolder($0.url, isOwned: true) })
    }
  }

  /// Runs `body` with this run while this process owns its folder; as `owning(_:_:)` does.
  public func owned<Result>(_ body: (RunFolder) throws -> Result) throws -> Result {
    try Self.owning([self]) { try body($0[0]) }
  }

  /// Whether the folder has a run.
  ///
  /// A folder that an earlier version made has no `run.json`; such a run has a whole `config.yaml` and what a training
  /// leaves first.
  public var isRun: Bool {
    (try? presentRecord()) ?? nil != nil || hasWholeConfiguration && (has("metrics.jsonl") || hasOnlyOurs)
  }

  /// - Throws: `MacrostateError`: `.missingInput` where there is no folder or no run in it, with what is there instead.
  public func requireRun() throws {
    guard !isRun else { return }
    let next = "name the folder of a run, or train one with `macrostate train`"
    guard FileManager.default.fileExists(atPath: url.path) else {
      throw MacrostateError(.missingInput, "\(url.path): no run here (no such folder); \(next)")
    }
    throw MacrostateError(.missingInput, "\(url.path): no run here\(contentText); \(next)")
  }

  /// - Throws: `MacrostateError(.badData)` where there is something that is neither a run nor an empty folder.
  func requireOwnFolder() throws {
    guard FileManager.default.fileExists(atPath: url.path), !isRun else { return }
    guard Folder.exists(url) else {
      throw MacrostateError(.badData, "\(url.path): a file, not a run's folder; name another folder")
    }
    guard try !strangers().isEmpty else { return }
    throw MacrostateError(
      .badData,
      "\(url.path): the folder is not empty and has no run of macrostate\(contentText): nothing in it is touched; name "
        + "another folder, which will be made")
  }

  /// The files that a run's folder may contain, but for the notes of its user.
  private static let ownNames: Set = [
    FolderOwner.fileName, "config.yaml", "run.json", "data.json", "provenance.json", "metrics.jsonl", "checkpoints",
    "model", "evaluation.json", "tables", "figures", "report.html", "data",
  ]

  /// The files and folders that the program writes in a run's folder, whether they are there yet or not.
  public var ownFiles: [URL] { Self.ownNames.sorted().map(url.appendingPathComponent) }

  private var hasOnlyOurs: Bool {
    (try? Folder.contents(url))?.allSatisfy { Self.ownNames.contains($0.lastPathComponent) } ?? false
  }

  /// The files that a folder that is to become a run must not contain. The data of a demo are made before its run, and an owner's
  /// file is what a kill leaves.
  private func strangers() throws -> [String] {
    try Folder.contents(url).map(\.lastPathComponent).filter { name in
      ![FolderOwner.fileName, record.lastPathComponent + ".partial"].contains(name) && !(name == "data" && hasOwnData)
    }
  }

  private var hasOwnData: Bool {
    let data = (try? Folder.contents(url.appendingPathComponent("data"))) ?? []
    return data.allSatisfy { $0.pathExtension == "dataset" }
  }

  /// In a run's `config.yaml` every section stands on a line of its own, without comments.
  private var hasWholeConfiguration: Bool {
    guard let file = try? MappedFile(configuration), file.count < 1 << 20 else { return false }
    let lines = Set(file.withBytes { String(decoding: $0, as: UTF8.self) }.split(whereSeparator: \.isNewline))
    return ["data:", "encoder:", "density:", "closure_training:", "dynamics:", "dynamics_training:", "run:"]
      .allSatisfy { lines.contains($0) } && !lines.contains { $0.hasPrefix("#") }
  }

  private func has(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: url.appendingPathComponent(name).path)
  }

  /// The kind of the folder instead, for a message.
  private var contentText: String {
    if !Folder.exists(url) { return ": it is a file" }
    if has("dataset.json") { return ": it is a data set" }
    if has("model.json") { return ": it is the model of a run, whose folder is the one above" }
    let first = (try? Folder.contents(url))?.first { $0.lastPathComponent != FolderOwner.fileName }
    return first.map { " (it has \($0.lastPathComponent))" } ?? " (it is empty)"
  }
}
