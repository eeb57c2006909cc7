import Microstates

/// What chemfiles knows of the atoms of a frame beside their positions.
struct ChemfilesAtoms {
  private var names: [String] = []
  private var types: [String] = []
  private var residues: [String] = []
  /// The columns that are there: a mass, a charge or a molecule that no atom has is none.
  private(set) var columns: [(name: String, values: [Double])] = []

  init(_ library: ChemfilesLibrary, _ frame: ChemfilesLibrary.Object, _ count: Int) throws {
    var (masses, charges): ([Double], [Double]) = ([], [])
    for number in 0..<count {
      let atom = try library.object(library.atom(frame, UInt64(number)))
      defer { library.free(atom) }
      names.append(try library.text { library.atomName(atom, $0, $1) })
      types.append(try library.text { library.atomType(atom, $0, $1) })
      var (mass, charge) = (0.0, 0.0)
      try library.check(library.atomMass(atom, &mass))
      try library.check(library.atomCharge(atom, &charge))
      masses.append(mass)
      charges.append(charge)
    }
    if masses.contains(where: { $0 != 0 }) { columns.append((FeatureName.mass, masses)) }
    if charges.contains(where: { $0 != 0 }) { columns.append((FeatureName.charge, charges)) }
    let topology = try library.object(library.topology(frame))
    defer { library.free(topology) }
    var molecules = Molecules(count)
    try addResidues(library, topology, count, &molecules)
    try addBonds(library, topology, count, &molecules)
    if molecules.areThere { columns.append((FeatureName.molecule, molecules.numbers)) }
  }

  private mutating func addResidues(
    _ library: ChemfilesLibrary, _ topology: ChemfilesLibrary.Object, _ count: Int, _ molecules: inout Molecules
  ) throws {
    let residueCount = try library.count { library.residuesCount(topology, $0) }
    guard residueCount > 0 else { return }
    residues = Array(repeating: "", count: count)
    for number in 0..<residueCount {
      let residue = try library.object(library.residue(topology, UInt64(number)))
      defer { library.free(residue) }
      let name = try library.text { library.residueName(residue, $0, $1) }
      let size = try library.count { library.residueAtomsCount(residue, $0) }
      let atoms = try library.numbers(size) { library.residueAtoms(residue, $0, UInt64(size)) }
      for atom in atoms.lazy.map({ Int(clamping: $0) }) where atom < count {
        residues[atom] = name
        if let first = atoms.first { molecules.join(Int(clamping: first), atom) }
      }
    }
  }

  /// Bonds join residues to chains, and atoms without residues to molecules.
  private func addBonds(
    _ library: ChemfilesLibrary, _ topology: ChemfilesLibrary.Object, _ count: Int, _ molecules: inout Molecules
  ) throws {
    let bondCount = try library.count { library.bondsCount(topology, $0) }
    let ends = try library.numbers(2 * bondCount) { library.bonds(topology, $0, UInt64(bondCount)) }
    for start in stride(from: 0, to: ends.count, by: 2) {
      molecules.join(Int(clamping: ends[start]), Int(clamping: ends[start + 1]))
    }
  }

  /// The labels that are there.
  ///
  /// - Parameter isElementTheType: whether the format has chemical elements for types.
  func labels(isElementTheType: Bool) -> [ParticleLabel: (numbers: [Float], names: [String])] {
    var result: [ParticleLabel: (numbers: [Float], names: [String])] = [:]
    for (label, texts) in [(ParticleLabel.type, types), (.name, names), (.residue, residues)]
    where texts.contains(where: { !$0.isEmpty }) {
      result[label] = Self.numbered(texts)
    }
    if isElementTheType { result[.element] = result[.type] }
    return result
  }

  /// Texts by their numbers in the order of first appearance.
  private static func numbered(_ texts: [String]) -> (numbers: [Float], names: [String]) {
    var known: [String: Int] = [:]
    var names: [String] = []
    let numbers = texts.map { text -> Float in
      if let number = known[text] { return Float(number) }
      known[text] = names.count
      names.append(text.isEmpty ? "unnamed" : text)
      return Float(names.count - 1)
    }
    return (numbers, names)
  }
}

/// Sets of atoms that are joined to one another.
private struct Molecules {
  private var parents: [Int]
  /// Whether any atoms are joined.
  private(set) var areThere = false

  init(_ count: Int) { parents = Array(0..<count) }

  mutating func join(_ first: Int, _ second: Int) {
    guard parents.indices.contains(first), parents.indices.contains(second) else { return }
    areThere = true
    let (a, b) = (root(first), root(second))
    parents[max(a, b)] = min(a, b)
  }

  private mutating func root(_ atom: Int) -> Int {
    var atom = atom
    while parents[atom] != atom {
      parents[atom] = parents[parents[atom]]
      atom = parents[atom]
    }
    return atom
  }

  /// The number of each atom's molecule, from 1, in the order of their first atoms.
  var numbers: [Double] {
    var copy = self
    var known: [Int: Int] = [:]
    return parents.indices.map { atom in
      let root = copy.root(atom)
      let number = known[root] ?? known.count + 1
      known[root] = number
      return Double(number)
    }
  }
}
