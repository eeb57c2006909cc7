import Foundation
import MacrostateStorage

/// What the first frames of all files say: which files belong together, and which species there are.
struct ParticleSurvey {
  /// A file by its first frame.
  private struct File {
    let url: URL
    let step: Int?
    let time: Double?
    /// Equal for frames of the same particles.
    let atoms: Int
    /// Whether there is no other frame.
    let isSingle: Bool
    let columnNames: [String]
    let units: FileUnits

    /// Whether its first frame comes before that of another; files without steps and times stay in their order.
    func isBefore(_ other: File) -> Bool {
      if let step, let next = other.step { return step < next }
      if let time, let next = other.time { return time < next }
      return false
    }

    /// The path with the step in it replaced by `*`, as LAMMPS makes the names of dumps of one frame; `nil` where the
    /// step is not there, or the file has more frames.
    var series: String? {
      guard isSingle, let step else { return nil }
      let name = url.lastPathComponent
      let place = name.ranges(of: /[0-9]+/).last { Int(name[$0]) == step }
      return place.map { url.deletingLastPathComponent().path + "/" + name.replacingCharacters(in: $0, with: "*") }
    }
  }

  /// The first frame of the first file.
  let first: ParticleFrame
  /// The boxes of the first frames of all files, and of the second one of the first.
  private(set) var boxes: [FrameBox] = []
  /// The bytes of a frame like it, rather too many: on a lattice atoms begin with fewer digits than they have later.
  let frameByteCount: Int
  /// The number of frames of the first file, where it says it.
  let frameCount: Int?
  /// The columns that may be asked for.
  let columnNames: [String]
  /// Why the times are not to be trusted; nil where they are.
  private(set) var timeProblem: String?
  /// The most characters of a number that a text file has, with the blank behind it.
  private static let numberByteCount = 13
  private var files: [File] = []
  private let asked: ParticleLabel?
  private var greatestType = 1
  /// The names of each type.
  private var namesOfTypes: [Int: Set<String>] = [:]
  /// The names of particles without numbered types.
  private var names: Set<String> = []

  /// Reads the first frame of each file.
  ///
  /// - Parameters:
  ///   - open: opens a file, with all its labels.
  ///   - asked: what shall name the species; nil for the first that is there.
  /// - Throws: `MacrostateError` of kind `usage` if there are no files; `missingInput` if one cannot be read; `badData` if
  ///   one is of another format or has no frames.
  init(
    _ urls: [URL], speciesBy asked: ParticleLabel?, notes: ReadingNotes, _ open: (URL) throws -> any ParticleFile
  ) throws {
    guard let firstURL = urls.first else { throw MacrostateError(.usage, "no files to read; name at least one") }
    self.asked = asked
    let (begun, first) = try Self.begin(firstURL, open)
    self.first = first
    let columns = first.coordinates.count + first.columns.count + first.labels.count + (first.ids == nil ? 0 : 1)
    frameByteCount = max(
      begun.mark.byte, first.count * max(columns, first.columnsAsWritten.count) * Self.numberByteCount)
    frameCount = begun.frameCount
    columnNames = begun.columnNames
    timeProblem = begun.timeProblem.map { "\(firstURL.path): \($0)" }
    if let second = try? begun.next()?.box { boxes.append(second) }
    for url in urls { try look(at: url, isOne: urls.count == 1, notes, open) }
  }

  private mutating func look(
    at url: URL, isOne: Bool, _ notes: ReadingNotes, _ open: (URL) throws -> any ParticleFile
  ) throws {
    let (file, frame) = try Self.begin(url, open)
    let columns = file.columnNames
    if timeProblem == nil { timeProblem = file.timeProblem.map { "\(url.path): \($0)" } }
    files.append(
      File(
        url: url, step: frame.step, time: frame.time, atoms: Self.atoms(frame),
        isSingle: try !isOne && Self.isAtEnd(file), columnNames: columns, units: frame.units))
    collectSpecies(frame)
    guard let box = frame.box else { return }
    boxes.append(box)
    if !box.saysBoundaries {
      notes.add(
        "ITEM: BOX BOUNDS does not say how the box ends, so that space is taken as open: nothing is wrapped, and "
          + "distances are not those of nearest images; where the box is periodic, let the dump say so: "
          + "sed 's/^ITEM: BOX BOUNDS.*/& pp pp pp/'", url)
    }
  }

  private static func isAtEnd(_ file: any ParticleFile) throws -> Bool {
    if let count = file.frameCount { return count <= file.mark.frame }
    return try file.next() == nil
  }

  private static func begin(
    _ url: URL, _ open: (URL) throws -> any ParticleFile
  ) throws -> (file: any ParticleFile, first: ParticleFrame) {
    let file = try open(url)
    var hasFrames = false
    while let frame = try file.next() {
      if frame.count > 0 { return (file, frame) }
      hasFrames = true
    }
    throw MacrostateError(
      .badData,
      "\(url.path): it has no frames\(hasFrames ? " with atoms" : ""); the run wrote nothing, or the file is not a dump"
    )
  }

  private static func atoms(_ frame: ParticleFrame) -> Int {
    var hasher = Hasher()
    hasher.combine(frame.count)
    if let ids = frame.ids { hasher.combine(ids.values.sorted()) }
    return hasher.finalize()
  }

  private mutating func collectSpecies(_ frame: ParticleFrame) {
    guard let label = frame.speciesLabel(asked), let labels = frame.labels[label] else { return }
    if let known = labels.names {
      names.formUnion(known)
      return
    }
    let others = [.name, .element].lazy.compactMap { frame.labels[$0] }.first { $0.names != nil }
    for (row, value) in labels.numbers.values.enumerated() {
      guard let type = Int(exactly: value) else { continue }
      greatestType = max(greatestType, type)
      if let others, let known = others.names {
        namesOfTypes[type, default: []].insert(known[Int(others.numbers[row])])
      }
    }
  }

  // MARK: Species

  /// The species, with the names that the user has given, if any.
  ///
  /// - Throws: `MacrostateError` of kind `badData` if there are too many; `usage` if names are missing.
  func species(given: [String]?) throws -> ParticleSpecies {
    let label = first.speciesLabel(asked)
    let labels = label.flatMap { first.labels[$0] }
    let isNumbered = labels != nil && labels?.names == nil
    let count = isNumbered ? greatestType : names.count
    guard count <= ParticleSpecies.maximumCount else {
      throw MacrostateError(
        .badData,
        "\(files[0].url.path): \(count) \(isNumbered ? "types" : "names"); \(isNumbered ? "types" : "names") become "
          + "species, of which there may be \(ParticleSpecies.maximumCount)")
    }
    let known = label == nil ? ["particle"] : isNumbered ? typeNames : names.sorted()
    if let given, !isNumbered, given.count < known.count {
      throw MacrostateError(
        .usage, "\(files[0].url.path): \(given.count) names for the species \(known.joined(separator: ",")); name all")
    }
    return ParticleSpecies(label: label, column: labels?.column, isNumbered: isNumbered, known: known, given: given)
  }

  /// The names of the types 1 … S: those of the file where each type has one of its own.
  private var typeNames: [String] {
    let types = 1...greatestType
    let own = types.compactMap { namesOfTypes[$0]?.count == 1 ? namesOfTypes[$0]?.first : nil }
    return own.count == types.count && Set(own).count == own.count ? own : types.map { "type-\($0)" }
  }

  // MARK: Units

  /// The units of all files.
  var units: [(url: URL, units: FileUnits)] { files.map { ($0.url, $0.units) } }

  // MARK: Features

  /// - Throws: `MacrostateError` of kind `usage` for features that the first file has not.
  func require(_ features: [String], of url: URL) throws {
    for name in features where first.columns[name] == nil {
      let there = columnNames.isEmpty ? "it has none" : "there are: \(columnNames.joined(separator: ", "))"
      throw MacrostateError(
        .usage, "\(url.path): no column '\(name)'\(Spelling.hint(for: name, among: columnNames)); \(there)")
    }
  }

  /// Says which columns are not read.
  func noteUnread(_ features: [String], _ notes: ReadingNotes) {
    for file in files {
      let unread = file.columnNames.filter { !features.contains($0) }
      if !unread.isEmpty {
        notes.add("these columns are not used: \(unread.joined(separator: " "))", file.url)
      }
    }
  }

  // MARK: Trajectories

  /// The files of each trajectory, in the order of their steps.
  func trajectories(joinsFiles: Bool, notes: ReadingNotes) -> [[URL]] {
    guard files.count > 1 else { return files.map { [$0.url] } }
    let groups = (joinsFiles || isOneRun ? [files] : series).map { $0.sorted { $0.isBefore($1) } }
    if groups.count == files.count, files.allSatisfy(\.isSingle) {
      notes.add(
        "every file is a trajectory, and has one frame; import the files of each run by themselves with --join, which "
          + "makes one trajectory of them", files[0].url)
    }
    for group in groups where group.count > 1 && !joinsFiles {
      notes.add(
        "\(group.count) files of one frame each are one trajectory, by their steps (\(group[0].step ?? 0) to "
          + "\(group[group.count - 1].step ?? 0))", group[0].url)
    }
    return groups.map { $0.map(\.url) }
  }

  /// Whether all files are of one frame, of the same atoms at different steps.
  private var isOneRun: Bool {
    series.count == files.count && files.allSatisfy { $0.isSingle && $0.step != nil }
      && Set(files.map(\.atoms)).count == 1 && Set(files.map(\.step)).count == files.count
  }

  /// The files in groups of one series each, in the order of their first files.
  private var series: [[File]] {
    var groups: [[File]] = []
    var places: [String: Int] = [:]
    for file in files {
      if let series = file.series, let place = places[series] {
        groups[place].append(file)
        continue
      }
      if let series = file.series { places[series] = groups.count }
      groups.append([file])
    }
    return groups
  }
}
