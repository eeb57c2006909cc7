import Foundation
import MacrostateCompute
import MacrostateStorage
import Microstates
import Synchronization

/// The files of an import as they are now, compared with those that the data set at its output was imported from.
struct ImportedFiles {
  private let dataset: URL
  private let files: [SourceFile]
  private let known: [SourceFile]?
  private let isFirstUse: Bool
  /// What the description of the data set there says of its files: the names they had, and check sums of earlier
  /// versions; `nil` for what it does not say. Empty where there is none.
  private let remarks: [String: StoredSetting?]

  /// The files of `source`, for the data set at `dataset`. Contents are read only where the file system says that a file
  /// is not what it was.
  ///
  /// - Throws: `MacrostateError` of kind `badData` if the data set there was imported from other contents.
  init(_ source: any TrajectorySource, dataset: URL, pool: WorkerPool) throws {
    self.dataset = dataset
    let present = try Self.present(dataset)
    let inputs = source.files
    let known = present == nil ? nil : try SourceFile.read(dataset)
    // Other numbers and kinds of files are other settings, which the data set refuses with their difference.
    let earlier = known.flatMap { $0.map(\.role) == inputs.map(\.role) ? $0 : nil }
    let found = Mutex<[Int: SourceFile]>([:])
    try pool.run(tasks: inputs.count) { i in
      let file = try SourceFile(role: inputs[i].role, inputs[i].url, known: earlier?[i])
      found.withLock { $0[i] = file }
    }
    let files = found.withLock { found in inputs.indices.compactMap { found[$0] } }
    for (file, earlier) in zip(files, earlier ?? []) where !file.hasContents(of: earlier) {
      throw Self.changed("\(file.path): its contents are not those", of: earlier.path, dataset)
    }
    self.files = files
    self.known = known
    isFirstUse = present != nil && known == nil
    guard let present else {
      remarks = [:]
      return
    }
    let sums =
      isFirstUse || present.keys.contains { $0.hasSuffix("crc32") }
      ? try source.earlierChecksums(of: files) : [:]
    if isFirstUse, let key = sums.keys.sorted().first(where: { present[$0] != nil && present[$0] != sums[$0] }) {
      throw Self.changed("\(source.name): the \(key) of its contents is not that", of: nil, dataset)
    }
    remarks = Dictionary(uniqueKeysWithValues: Set(source.remarks.keys).union(sums.keys).map { ($0, present[$0]) })
  }

  /// Puts what the data set there says of its files in the place of what would be said of them now.
  func keepRemarks(in parameters: inout [String: StoredSetting]) {
    for (key, remark) in remarks { parameters[key] = remark }
  }

  /// Refuses to carry on what an earlier version has begun where it took the same files for something else.
  ///
  /// - Throws: `MacrostateError` of kind `badData` with what has changed.
  func requireSameReading(_ description: DatasetDescription) throws {
    guard isFirstUse, let present = try DatasetWriter.existing(dataset)?.description else { return }
    func changed(_ what: String) -> MacrostateError {
      MacrostateError(
        .badData,
        "\(dataset.path): made by an earlier version, \(what); choose another --output, or remove \(dataset.path) and "
          + "import again")
    }
    if let offset = description.positionOffset, present.positionOffset == nil {
      throw changed(
        "which rounded positions far from 0 to single precision; now they are stored relative to "
          + "(\(offset.map { "\($0)" }.joined(separator: ", ")))")
    }
    let (earlier, now) = (present.speciesNames, description.speciesNames)
    if earlier.count == now.count, earlier != now, earlier == earlier.indices.map({ "type-\($0 + 1)" }) {
      throw changed(
        "which called the species \(earlier.joined(separator: ", ")); now they have the names in the dump, "
          + "\(now.joined(separator: ", ")) (--species \(earlier.joined(separator: ",")) keeps the others)")
    }
  }

  /// Writes down the files as they are now, unless that is what stands there.
  func record(notice: (String) -> Void) throws {
    guard files != known else { return }
    try SourceFile.write(files, dataset)
    if isFirstUse {
      notice(
        "\(dataset.path): made by an earlier version, which did not record the files that it was imported from; they are "
          + "recorded now as they are")
    }
  }

  /// The settings of the import that has written trajectories at `dataset`.
  private static func present(_ dataset: URL) throws -> [String: StoredSetting]? {
    guard try DatasetWriter.writtenTrajectoryCount(dataset) > 0,
      let generator = try DatasetWriter.existing(dataset)?.description.generator, generator.name == "import"
    else { return nil }
    return generator.parameters
  }

  private static func changed(_ beginning: String, of path: String?, _ dataset: URL) -> MacrostateError {
    MacrostateError(
      .badData,
      "\(beginning) that \(dataset.path) was imported from\(path.map { " (\($0))" } ?? ""); choose another --output, or "
        + "remove \(dataset.path) and import again")
  }
}
