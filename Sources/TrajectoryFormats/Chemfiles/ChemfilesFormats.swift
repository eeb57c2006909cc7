import Foundation
import MacrostateSettings
import MacrostateStorage

/// XTC files of GROMACS. Their steps are what writers put there, often 0: their times count.
package enum XTCFormat: ParticleFormat {
  package static let name = "xtc"
  package static let title = "XTC files"
  package static let kind = "XTC file"
  package static let appearance = "an XTC file of GROMACS"

  package static func recognises(_ file: FileBeginning) -> Bool { file.bytes.starts(with: [0, 0, 0x07, 0xCB]) }

  package static func open(
    _ url: URL, _ request: ParticleRequest, _ settings: NoSettings, from mark: FrameMark?
  ) throws -> any ParticleFile {
    try ForeignParticleFile(url, with: .chemfiles, format: ChemfilesKind.xtc.rawValue, request, from: mark)
  }
}

/// TRR files of GROMACS, with velocities.
package enum TRRFormat: ParticleFormat {
  package static let name = "trr"
  package static let title = "TRR files"
  package static let kind = "TRR file"
  package static let appearance = "a TRR file of GROMACS"

  package static func recognises(_ file: FileBeginning) -> Bool { file.bytes.starts(with: [0, 0, 0x07, 0xC9]) }

  package static func open(
    _ url: URL, _ request: ParticleRequest, _ settings: NoSettings, from mark: FrameMark?
  ) throws -> any ParticleFile {
    try ForeignParticleFile(url, with: .chemfiles, format: ChemfilesKind.trr.rawValue, request, from: mark)
  }
}

/// Trajectories of Amber in NetCDF, whose times we read ourselves: chemfiles 0.10 leaves them out.
package enum NetCDFFormat: ParticleFormat {
  package static let name = "netcdf"
  package static let title = "Amber NetCDF files"
  package static let kind = "Amber NetCDF file"
  package static let appearance = "a NetCDF file of Amber"

  package static func recognises(_ file: FileBeginning) -> Bool {
    file.bytes.starts(with: Array("CDF".utf8)) && !file.text.contains("AMBERRESTART")
  }

  package static func open(
    _ url: URL, _ request: ParticleRequest, _ settings: NoSettings, from mark: FrameMark?
  ) throws -> any ParticleFile {
    let times = try NetCDFTimes(url)
    return try ForeignParticleFile(
      url, with: .chemfiles, format: ChemfilesKind.netCDF.rawValue, request, from: mark
    ) { frame, _ in frame.time = try times.time(ofFrame: frame.place.frame).map(ForeignParticleFile.shortest) }
  }
}

/// PDB files, of one model or of several, which are frames.
package enum PDBFormat: ParticleFormat {
  package static let name = "pdb"
  package static let title = "PDB files"
  package static let kind = "PDB file"
  package static let appearance = "a PDB file"

  /// The records with which files begin.
  private static let records = ["HEADER", "TITLE ", "CRYST1", "REMARK", "MODEL ", "ATOM  ", "HETATM", "COMPND"]

  package static func recognises(_ file: FileBeginning) -> Bool {
    let text = file.text
    guard let first = text.split(whereSeparator: \.isNewline).first else { return false }
    return records.contains { first.hasPrefix($0) || first == $0.trimmingCharacters(in: .whitespaces) }
      && (file.url.path.lowercased().contains(".pdb") || text.contains("ATOM") || text.contains("CRYST1"))
  }

  package static func open(
    _ url: URL, _ request: ParticleRequest, _ settings: NoSettings, from mark: FrameMark?
  ) throws -> any ParticleFile {
    let kind = try Compression(of: url).kind(plain: .pdb, gz: .pdbGZ, bz2: .pdbBZ2, xz: .pdbXZ)
    return try ForeignParticleFile(url, with: .chemfiles, format: kind.rawValue, request, from: mark)
  }
}

/// GRO files of GROMACS, of one frame or of several; times stand in the titles.
package enum GROFormat: ParticleFormat {
  package static let name = "gro"
  package static let title = "GRO files"
  package static let kind = "GRO file"
  package static let appearance = "a GRO file of GROMACS (.gro)"

  package static func recognises(_ file: FileBeginning) -> Bool {
    let lines = file.text.split(separator: "\n", maxSplits: 2, omittingEmptySubsequences: false)
    return file.url.lastPathComponent.lowercased().contains(".gro") && lines.count == 3
      && Int(lines[1].trimmingCharacters(in: .whitespaces)) != nil
  }

  package static func open(
    _ url: URL, _ request: ParticleRequest, _ settings: NoSettings, from mark: FrameMark?
  ) throws -> any ParticleFile {
    let kind = try Compression(of: url).kind(plain: .gro, gz: .groGZ, bz2: .groBZ2, xz: .groXZ)
    return try ForeignParticleFile(url, with: .chemfiles, format: kind.rawValue, request, from: mark) { frame, found in
      guard let title = found.title else { return }
      frame.time = title.firstMatch(of: /(?:^|[\s,])t=\s*([-+0-9.eE]+)/).flatMap { Double($0.1) }
      frame.step = title.firstMatch(of: /\bstep=\s*([0-9]+)/).flatMap { Int($0.1) }
    }
  }
}

/// The rest of what chemfiles reads, by the ends of names.
package enum ChemfilesFormat: ParticleFormat {
  package struct Settings: SettingsGroup {
    package static let summary = "A file that chemfiles reads"
    package static let settings = [
      Setting(
        "format", \Settings.format, "The name that chemfiles has for the format, such as MOL2; empty for the name's end"
      )
    ]
    package var format = ""
    package init() {}
  }

  package static let name = "chemfiles"
  package static let title = "files that chemfiles reads"
  package static let kind = "file that chemfiles reads"
  package static let appearance = "a file that chemfiles reads (.mol2, .cif, .cml, .arc …)"

  private static let ends: [String: ChemfilesKind] = [
    "ncrst": .netCDFRestart, "cif": .cif, "cml": .cml, "cssr": .cssr, "mmcif": .mmCIF, "mmtf": .mmtf, "mol2": .mol2,
    "molden": .molden, "sdf": .sdf, "smi": .smiles, "arc": .tinker, "tng": .tng, "tpr": .tpr,
  ]

  package static func recognises(_ file: FileBeginning) -> Bool { ends[file.url.pathExtension.lowercased()] != nil }

  package static func open(
    _ url: URL, _ request: ParticleRequest, _ settings: Settings, from mark: FrameMark?
  ) throws -> any ParticleFile {
    try ForeignParticleFile(
      url, with: .chemfiles, format: format(of: url, settings.format), request, from: mark)
  }

  private static func format(of url: URL, _ given: String) throws -> String {
    // LAMMPS's texts and extended XYZ are not among them: chemfiles drops what we read ourselves.
    let names = ChemfilesKind.allCases.map(\.rawValue)
    if given.isEmpty, let kind = ends[url.pathExtension.lowercased()] { return kind.rawValue }
    guard let name = names.first(where: { $0.lowercased() == given.lowercased() }) else {
      throw MacrostateError(
        .usage,
        "\(url.path): say the format of chemfiles by --format chemfiles,format=NAME; there are: "
          + names.joined(separator: ", "))
    }
    return name
  }
}

/// How a file of text is compressed, by its first bytes.
private enum Compression {
  case none, gz, bz2, xz

  init(of url: URL) throws {
    let file = try RandomAccessFile(url)
    let start = try file.bytes(at: 0, count: min(6, file.count))
    self =
      start.starts(with: [0x1F, 0x8B])
      ? .gz
      : start.starts(with: Array("BZh".utf8)) ? .bz2 : start.starts(with: [0xFD] + Array("7zXZ".utf8)) ? .xz : .none
  }

  func kind(plain: ChemfilesKind, gz: ChemfilesKind, bz2: ChemfilesKind, xz: ChemfilesKind) -> ChemfilesKind {
    switch self {
    case .none: plain
    case .gz: gz
    case .bz2: bz2
    case .xz: xz
    }
  }
}
