import Foundation
import MacrostateSettings
import MacrostateStorage
import Microstates

/// A reader of trajectories in files of one format. A new one is a type in a file, or a folder, of its own and a line in
/// `TrajectoryReaders.all`.
///
/// Its `Settings` are those of `--format name,key=value`; what several formats need is one of `ReadingOptions`.
public protocol TrajectoryReader: Part, TrajectorySource {
  /// The settings of the reader.
  associatedtype Settings
  /// The files of the format, as messages call them: `LAMMPS dumps`.
  static var title: String { get }
  /// A file of the format: `LAMMPS dump`.
  static var kind: String { get }
  /// A file of the format and how it is known, in words: `a text dump of LAMMPS, which begins with 'ITEM:'`.
  static var appearance: String { get }
  /// The options that it takes.
  static var options: Set<ReadingOption> { get }
  /// What to do in the place of options that it does not take, in words: `arrays have --types`.
  static var insteadOf: [ReadingOption: String] { get }
  /// Whether a file is of this format.
  static func recognises(_ file: FileBeginning) -> Bool
  /// The arrays of the file at `url`, for those who look at it; nil for a format without arrays.
  static func arrays(in url: URL) throws -> [(name: String, array: NumPyArray)]?

  /// Opens `files`, of which there is at least one.
  ///
  /// - Throws: `MacrostateError` of kind `usage` for options that make no sense; `missingInput` if a file cannot be read;
  ///   `badData` that names the file and the place.
  init(_ files: [URL], _ options: ReadingOptions, _ settings: Settings) throws
}

extension TrajectoryReader {
  /// Nothing.
  public static var insteadOf: [ReadingOption: String] { [:] }
  /// None.
  public static func arrays(in url: URL) throws -> [(name: String, array: NumPyArray)]? { nil }
}

/// A file by its name and its first bytes, unpacked.
public struct FileBeginning: Sendable {
  /// Where it is.
  public let url: URL
  /// The first bytes, at most 1024.
  public let bytes: [UInt8]

  /// The beginning of the file at `url`.
  ///
  /// - Throws: `MacrostateError` of kind `missingInput` if it cannot be read.
  public init(_ url: URL) throws {
    self.url = url
    bytes = try ForeignFormat.start(of: url)
  }

  /// The bytes as text.
  public var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// The formats of trajectories.
public enum TrajectoryReaders {
  /// All readers, those that a program adds at the end.
  public static var all: [any TrajectoryReader.Type] {
    [
      NumPyFiles.self,
      ParticleTrajectories<LAMMPSDump>.self,
      ParticleTrajectories<LAMMPSYAML>.self,
      ParticleTrajectories<ExtendedXYZ>.self,
      ParticleTrajectories<GSDFormat>.self,
      ParticleTrajectories<DCDFormat>.self,
      ParticleTrajectories<XTCFormat>.self,
      ParticleTrajectories<TRRFormat>.self,
      ParticleTrajectories<NetCDFFormat>.self,
      ParticleTrajectories<PDBFormat>.self,
      ParticleTrajectories<GROFormat>.self,
      ParticleTrajectories<ChemfilesFormat>.self,
      ParticleTrajectories<H5MDFormat>.self,
      ParticleTrajectories<HDF5Format>.self,
    ] + Parts.added((any TrajectoryReader.Type).self)
  }

  /// The reader of the file at `url`: the first that recognises it.
  ///
  /// - Throws: `MacrostateError` of kind `missingInput` if the file cannot be read; `badData` if it is of no format that
  ///   is read.
  public static func type(of url: URL) throws -> any TrajectoryReader.Type {
    let file = try FileBeginning(url)
    if let found = all.first(where: { $0.recognises(file) }) { return found }
    try ForeignFormat.refuse(url, start: file.bytes)
    throw MacrostateError(
      .badData,
      "\(url.path): neither \(all.map { $0.appearance }.joined(separator: " nor ")); dump with the style custom, or save "
        + "arrays with numpy.save")
  }

  /// The reader called `name`.
  ///
  /// - Throws: `MacrostateError` of kind `usage` for an unknown name, with those there are.
  public static func type(named name: String) throws -> any TrajectoryReader.Type {
    guard let found = all.first(where: { $0.name == name }) else {
      let names = all.map { $0.name }
      throw MacrostateError(
        .usage,
        "unknown format '\(name)'\(Spelling.hint(for: name, among: names)); there are: \(names.joined(separator: ", "))"
      )
    }
    return found
  }

  /// The reader of `files`: the one that is asked for, or the one that recognises the first of them.
  ///
  /// - Throws: `MacrostateError` of kind `usage` for no files, and as the other ways to a reader.
  public static func type(of files: [URL], as request: PartRequest?) throws -> any TrajectoryReader.Type {
    guard let first = files.first else { throw MacrostateError(.usage, "no files to read; name at least one") }
    return try request.map { try type(named: $0.name) } ?? type(of: first)
  }

  /// Opens `files`, with the reader that is asked for, or the one that recognises the first of them.
  ///
  /// - Throws: `MacrostateError` of kind `usage` for an option or a setting that the reader does not take, and as the
  ///   reader does.
  public static func open(
    _ files: [URL], as request: PartRequest? = nil, options: ReadingOptions = ReadingOptions()
  ) throws -> any TrajectorySource {
    let reader = try type(of: files, as: request)
    for option in options.given where !reader.options.contains(option) {
      let owners = all.filter { $0.options.contains(option) }.map { $0.title }.joined(separator: " and ")
      let instead = reader.insteadOf[option].map { "; \($0)" } ?? ""
      throw MacrostateError(.usage, "\(files[0].path): \(option.flag) is for \(owners)\(instead)")
    }
    return try open(reader, files, options, request ?? PartRequest("format", named: reader.name))
  }

  private static func open<Reader: TrajectoryReader>(
    _ reader: Reader.Type, _ files: [URL], _ options: ReadingOptions, _ request: PartRequest
  ) throws -> any TrajectorySource {
    try Reader(files, options, request.settings())
  }
}
