/// The formats that are read by chemfiles, as it calls them.
enum ChemfilesKind: String, CaseIterable {
  case xtc = "XTC"
  case trr = "TRR"
  case netCDF = "Amber NetCDF"
  case netCDFRestart = "Amber Restart"
  case pdb = "PDB"
  case gro = "GRO"
  case cif = "CIF"
  case cml = "CML"
  case cssr = "CSSR"
  case mmCIF = "mmCIF"
  case mmtf = "MMTF"
  case mol2 = "MOL2"
  case molden = "Molden"
  case sdf = "SDF"
  case smiles = "SMI"
  case tinker = "Tinker"
  case tng = "TNG"
  case tpr = "TPR"
  // The same, compressed.
  case pdbGZ = "PDB / GZ"
  case pdbBZ2 = "PDB / BZ2"
  case pdbXZ = "PDB / XZ"
  case groGZ = "GRO / GZ"
  case groBZ2 = "GRO / BZ2"
  case groXZ = "GRO / XZ"

  /// The format of what is compressed.
  var base: ChemfilesKind {
    switch self {
    case .pdbGZ, .pdbBZ2, .pdbXZ: .pdb
    case .groGZ, .groBZ2, .groXZ: .gro
    default: self
    }
  }

  /// Whether the files have numbers of single precision.
  var isSingle: Bool { [.xtc, .netCDF].contains(self) }

  /// Whether the files say anything of atoms beside their positions and velocities.
  var hasAtoms: Bool { ![.xtc, .trr, .netCDF, .netCDFRestart].contains(self) }

  /// Whether chemfiles gives chemical elements for types.
  var isElementTheType: Bool { [.pdb, .cif, .cml, .cssr, .mmCIF, .mmtf, .molden, .sdf, .smiles].contains(base) }
}
