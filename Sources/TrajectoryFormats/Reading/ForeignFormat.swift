import Foundation
import MacrostateStorage

/// A file format that is not read, known by its first bytes, and what to do with such a file.
struct ForeignFormat {
  /// What the file is.
  let name: String
  /// What helps.
  let remedy: String

  /// The number of bytes that tell.
  static let length = 1024

  /// - Throws: `MacrostateError` of kind `badData` if the file at `url` is of a known format that is not read;
  ///   `missingInput` if it cannot be read.
  static func refuse(_ url: URL) throws { try refuse(url, start: try start(of: url)) }

  /// The first bytes, decompressed.
  static func start(of url: URL) throws -> [UInt8] {
    let file = try DecompressedFile(url)
    var start = [UInt8](repeating: 0, count: length)
    let count = try start.withUnsafeMutableBytes(file.read)
    return Array(start.prefix(count))
  }

  /// The same of a file that begins with `start`.
  static func refuse(_ url: URL, start: [UInt8]) throws {
    guard let format = format(url.shellWord, start) else { return }
    throw MacrostateError(.badData, "\(url.path): \(format.name), which is not read; \(format.remedy)")
  }

  /// Whether the file is of a known format that is not read.
  static func isKnown(_ file: FileBeginning) -> Bool { format(file.url.shellWord, file.bytes) != nil }

  private static func format(_ file: String, _ start: [UInt8]) -> ForeignFormat? {
    let signature = signatures(file).first { start.dropFirst($0.offset).starts(with: $0.bytes) }
    return signature?.format ?? text(String(decoding: start, as: UTF8.self))
  }

  // MARK: Binary formats

  private typealias Signature = (offset: Int, bytes: [UInt8], format: ForeignFormat)

  private static let toArrays =
    "save its positions as an array [frames, n, d] with numpy.save (MDAnalysis and others read such files), or dump with "
    + "the style custom"
  private static let toText = "make text of it (LAMMPS's tool binary2txt), or dump to a name that does not end in .bin"

  private static func signatures(_ file: String) -> [Signature] {
    func packed(_ name: String, _ command: String) -> ForeignFormat {
      ForeignFormat(name: "compressed by \(name)", remedy: "unpack it first: \(command) \(file)")
    }
    func arrays(_ name: String) -> ForeignFormat { ForeignFormat(name: name, remedy: toArrays) }
    let binary = ForeignFormat(name: "a binary dump of LAMMPS", remedy: toText)
    let wide = ForeignFormat(name: "text of two bytes a letter (UTF-16)", remedy: "save it as UTF-8")
    return [
      (0, [0x1F, 0x9D], packed("compress", "gzip -d")),
      (0, [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], packed("7-Zip", "7z x")),
      (257, Array("ustar".utf8), ForeignFormat(name: "a tar archive", remedy: "unpack it first: tar xf \(file)")),
      (8, Array("DUMPCUSTOM".utf8), binary), (8, Array("DUMPATOM".utf8), binary),
      (0, Array("LammpS RestartT".utf8), ForeignFormat(name: "a restart file of LAMMPS", remedy: "import a dump")),
      (0, Array("MATLAB 5.0".utf8), arrays("a MATLAB file")),
      (0, [0xFF, 0xFE], wide), (0, [0xFE, 0xFF], wide),
    ]
  }

  // MARK: Text formats

  private static func text(_ start: String) -> ForeignFormat? {
    let lines = start.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
    guard let first = lines.first else { return nil }
    let custom = "dump with the style custom: dump 1 all custom 100 name.dump id type x y z"
    if lines.contains(where: { $0.hasPrefix("ITEM: NUMBER OF ENTRIES") }) {
      return ForeignFormat(name: "a dump of style local (bonds or pairs, without atoms)", remedy: custom)
    }
    if lines.contains(where: { $0.hasPrefix("ITEM: GRID SIZE") || $0.hasPrefix("ITEM: DIMENSION") }) {
      return ForeignFormat(name: "a dump of style grid (without atoms)", remedy: custom)
    }
    if first.hasPrefix("Number of particles =") {
      return ForeignFormat(name: "a dump of style cfg", remedy: custom)
    }
    if first.hasPrefix("LAMMPS (") { return ForeignFormat(name: "a log of LAMMPS", remedy: "import a dump") }
    if first.hasPrefix("LAMMPS data file") || lines.dropFirst().first?.hasSuffix(" atoms") == true {
      return ForeignFormat(name: "a data file of LAMMPS (one configuration)", remedy: custom)
    }
    return nil
  }
}
