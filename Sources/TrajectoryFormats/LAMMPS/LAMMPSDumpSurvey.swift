import Foundation
import MacrostateStorage

/// What the first frames of all dumps say: which files belong together, and which species there are.
struct LAMMPSDumpSurvey {
  /// A dump by its first frame.
  private struct File {
    let url: URL
    let step: Int
    /// Equal for frames of the same atoms.
    let atoms: Int
    /// Whether there is no other frame.
    let isSingle: Bool

    /// The path with the step in it replaced by `*`, as LAMMPS makes the names of dumps of one frame; `nil` where the
    /// step is not there, or the file has more frames.
    var series: String? {
      guard isSingle else { return nil }
      let name = url.lastPathComponent
      let place = name.ranges(of: /[0-9]+/).last { Int(name[$0]) == step }
      return place.map { url.deletingLastPathComponent().path + "/" + name.replacingCharacters(in: $0, with: "*") }
    }
  }

  /// The first frame of the first file.
  let first: LAMMPSDumpReader.Frame
  /// The boxes of the first frames of all files, and of the second one of the first.
  private(set) var boxes: [FrameBox] = []
  /// The bytes of a frame like it, rather too many: on a lattice atoms begin with fewer digits than they have later.
  let frameByteCount: Int
  /// The most characters of a number that LAMMPS writes, with the blank behind it.
  private static let numberByteCount = 13
  private var files: [File] = []
  private var greatestType = 1
  /// The names of each type.
  private var namesOfTypes: [Int: Set<String>] = [:]
  /// The names of atoms without types.
  private var names: Set<String> = []

  /// Reads the first frame of each file.
  ///
  /// - Parameter axes: how many coordinates an atom needs; `nil` for as many as there are.
  /// - Throws: `MacrostateError` of kind `usage` if there are no files; `missingInput` if one cannot be read; `badData` if
  ///   one is of another format or has no frames.
  init(_ urls: [URL], axes: Int?, notes: ReadingNotes) throws {
    guard let firstURL = urls.first else { throw MacrostateError(.usage, "no dumps to read; name at least one") }
    let begun = try Self.reader(firstURL, axes: axes)
    first = begun.first
    frameByteCount = max(
      begun.reader.scanner.byteCount, first.atomCount * first.columns.table.names.count * Self.numberByteCount)
    if let second = try? begun.reader.next() { boxes.append(second.box) }
    for url in urls {
      let (frame, reader) = try Self.reader(url, axes: axes)
      files.append(
        File(
          url: url, step: frame.step, atoms: Self.atoms(frame),
          isSingle: try urls.count > 1 && !reader.hasAnotherFrame()))
      collectSpecies(frame)
      boxes.append(frame.box)
      if !frame.columns.unused.isEmpty {
        notes.add("these columns are not used: \(frame.columns.unused.joined(separator: " "))", url)
      }
      if !frame.box.saysBoundaries {
        notes.add(
          "ITEM: BOX BOUNDS does not say how the box ends, so that space is taken as open: nothing is wrapped, and "
            + "distances are not those of nearest images; where the box is periodic, let the dump say so: "
            + "sed 's/^ITEM: BOX BOUNDS.*/& pp pp pp/'", url)
      }
    }
  }

  private static func reader(
    _ url: URL, axes: Int?
  ) throws -> (first: LAMMPSDumpReader.Frame, reader: LAMMPSDumpReader) {
    try ForeignFormat.refuse(url)
    let reader = try LAMMPSDumpReader(url, axes: axes, readsNamesOfTypes: true)
    guard let frame = try reader.next() else {
      throw MacrostateError(
        .badData,
        "\(url.path): it has no frames\(reader.emptyFrameCount > 0 ? " with atoms" : ""); the run wrote nothing, or the "
          + "file is not a dump")
    }
    return (frame, reader)
  }

  private static func atoms(_ frame: LAMMPSDumpReader.Frame) -> Int {
    var hasher = Hasher()
    hasher.combine(frame.atomCount)
    if let place = frame.columns.idPlace {
      hasher.combine(frame.values(place).sorted())
    }
    return hasher.finalize()
  }

  private mutating func collectSpecies(_ frame: LAMMPSDumpReader.Frame) {
    let names = frame.columns.namePlace.map { frame.values($0).map { frame.names[Int($0)] } }
    guard let typePlace = frame.columns.typePlace else {
      self.names.formUnion(names ?? [])
      return
    }
    for (row, value) in frame.values(typePlace).enumerated() {
      guard let type = Int(exactly: value) else { continue }
      greatestType = max(greatestType, type)
      if let names { namesOfTypes[type, default: []].insert(names[row]) }
    }
  }

  // MARK: Species

  /// The species, with the names that the user has given, if any.
  ///
  /// - Throws: `MacrostateError` of kind `badData` if there are too many; `usage` if names are missing.
  func species(given: [String]?) throws -> LAMMPSSpecies {
    let column = first.columns.speciesColumn
    let count = column == "type" ? greatestType : names.count
    guard count <= LAMMPSDumpSource.maximumSpeciesCount else {
      throw MacrostateError(
        .badData,
        "\(files[0].url.path): \(count) types; types become species, of which there may be "
          + "\(LAMMPSDumpSource.maximumSpeciesCount)")
    }
    let known = column == nil ? ["particle"] : column == "type" ? typeNames : names.sorted()
    if let given, column != "type", given.count < known.count {
      throw MacrostateError(
        .usage, "\(files[0].url.path): \(given.count) names for the species \(known.joined(separator: ",")); name all")
    }
    return LAMMPSSpecies(column: column, known: known, given: given)
  }

  /// The names of the types 1 … S: those of the dump where each type has one of its own.
  private var typeNames: [String] {
    let types = 1...greatestType
    let own = types.compactMap { namesOfTypes[$0]?.count == 1 ? namesOfTypes[$0]?.first : nil }
    return own.count == types.count && Set(own).count == own.count ? own : types.map { "type-\($0)" }
  }

  // MARK: Trajectories

  /// The files of each trajectory, in the order of their steps.
  func trajectories(joinsFiles: Bool, notes: ReadingNotes) -> [[URL]] {
    guard files.count > 1 else { return files.map { [$0.url] } }
    let groups = (joinsFiles || isOneRun ? [files] : series).map { $0.sorted { $0.step < $1.step } }
    if groups.count == files.count, files.allSatisfy(\.isSingle) {
      notes.add(
        "every file is a trajectory, and has one frame; import the files of each run by themselves with --join, which "
          + "makes one trajectory of them", files[0].url)
    }
    for group in groups where group.count > 1 && !joinsFiles {
      notes.add(
        "\(group.count) files of one frame each are one trajectory, by their steps (\(group[0].step) to "
          + "\(group[group.count - 1].step))", group[0].url)
    }
    return groups.map { $0.map(\.url) }
  }

  /// Whether all files are of one frame, of the same atoms at different steps.
  private var isOneRun: Bool {
    series.count == files.count && files.allSatisfy(\.isSingle) && Set(files.map(\.atoms)).count == 1
      && Set(files.map(\.step)).count == files.count
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

extension LAMMPSDumpReader.Frame {
  /// The values of the column at `place`, by rows.
  fileprivate func values(_ place: Int) -> [Double] {
    stride(from: place, to: values.count, by: columns.table.width).map { values[$0] }
  }
}
