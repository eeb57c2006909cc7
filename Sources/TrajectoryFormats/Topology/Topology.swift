import Foundation
import MacrostateStorage
import Microstates

/// What a trajectory does not say of its particles: names, residues, masses, molecules and bonds, from a file beside it.
///
/// Read are GRO, PDB, PSF and the data files of LAMMPS. Particles are in the order of their numbers where the file has
/// such, else in its own.
struct Topology: Sendable {
  /// The file.
  let url: URL
  /// The number of each particle, sorted; nil where the file has none that the trajectory's would agree with.
  let ids: [Int]?
  /// The labels of particles, by kind, each particle's one.
  let labels: [ParticleLabel: [String]]
  /// The masses; nil where they are not known.
  let masses: [Double]?
  /// The charges; nil where they are not known.
  let charges: [Double]?
  /// The number of each particle's molecule; nil where nothing tells.
  let molecules: [Int]?
  /// The particles that each is bonded to; empty where the file has no bonds.
  let bonds: [[Int32]]

  /// Reads the topology at `url`, whose name or contents tell its format.
  ///
  /// - Throws: `MacrostateError` of kind `missingInput` if it cannot be read; `badData` that names the line, or where it is
  ///   of no format that is read.
  init(_ url: URL) throws {
    let lines = try TopologyLines(url)
    let contents: TopologyContents
    switch url.pathExtension.lowercased() {
    case "gro": contents = try .gro(lines)
    case "pdb", "ent": contents = try .pdb(lines)
    case "psf": contents = try .psf(lines)
    default:
      guard lines.prefix(50).contains(where: { $0.hasSuffix(" atoms") }) else {
        throw MacrostateError(
          .badData, "\(url.path): no topology that is read; give a GRO, PDB or PSF file, or a data file of LAMMPS")
      }
      contents = try .lammpsData(lines)
    }
    try self.init(contents, url)
  }

  private init(_ contents: TopologyContents, _ url: URL) throws {
    self.url = url
    let count = contents.count
    guard count > 0 else {
      throw MacrostateError(.badData, "\(url.path): it has no particles; give another --topology")
    }
    let order = contents.ids.map { ids in ids.indices.sorted { ids[$0] < ids[$1] } } ?? Array(0..<count)
    ids = contents.ids.map { ids in order.map { ids[$0] } }
    labels = contents.labels.filter { $0.value.count == count }.mapValues { names in order.map { names[$0] } }
    masses = contents.masses.map { masses in order.map { masses[$0] } }
    charges = contents.charges.map { charges in order.map { charges[$0] } }
    let places = Dictionary(
      (contents.ids.map { ids in order.map { ids[$0] } } ?? Array(1...count)).enumerated().map { ($1, $0) }
    ) { first, _ in first }
    var bonds: [[Int32]] = contents.bonds.isEmpty ? [] : Array(repeating: [], count: count)
    for (first, second) in contents.bonds {
      guard let a = places[first], let b = places[second] else {
        throw MacrostateError(
          .badData, "\(url.path): a bond of the particles \(first) and \(second), of which one is not there")
      }
      bonds[a].append(Int32(b))
      bonds[b].append(Int32(a))
    }
    self.bonds = bonds
    molecules =
      bonds.isEmpty ? contents.molecules.map { molecules in order.map { molecules[$0] } } : Self.components(bonds)
  }

  /// The number of each particle's set of particles that bonds connect, from 1.
  private static func components(_ bonds: [[Int32]]) -> [Int] {
    var component = [Int](repeating: 0, count: bonds.count)
    var count = 0
    for start in bonds.indices where component[start] == 0 {
      count += 1
      component[start] = count
      var waiting = [start]
      while let particle = waiting.popLast() {
        for next in bonds[particle] where component[Int(next)] == 0 {
          component[Int(next)] = count
          waiting.append(Int(next))
        }
      }
    }
    return component
  }

  /// Adds to a frame what it lacks, and puts its particles into the order of the topology.
  ///
  /// - Throws: `MacrostateError` of kind `badData` where it has other particles.
  func describe(_ frame: inout ParticleFrame) throws {
    let count = molecules?.count ?? labels.first?.value.count ?? masses?.count ?? ids?.count ?? 0
    guard frame.count == count else {
      throw frame.place.errorInHeader(
        "\(frame.count) particles where the topology \(url.path) has \(count); give the topology of this trajectory")
    }
    if let order = try ParticleRows(frame: frame).orderByID() { frame = frame.keeping(order) }
    if let ids, let numbers = frame.ids?.values, zip(ids, numbers).contains(where: { Double($0) != $1 }) {
      throw frame.place.errorInHeader("ids of other particles than those of the topology \(url.path)")
    }
    for (label, names) in labels where frame.labels[label] == nil {
      frame.labels[label] = ParticleLabels(names, column: label.rawValue)
    }
    func add(_ name: String, _ values: [Double]?) {
      if frame.columns[name] == nil, let values { frame.columns[name] = ParticleColumn(values) }
    }
    add(FeatureName.mass, masses)
    add(FeatureName.charge, charges)
    add(FeatureName.molecule, molecules?.map(Double.init))
  }
}

extension ParticleLabels {
  /// The labels of particles by their names.
  init(_ names: [String], column: String) {
    var places: [String: Int] = [:]
    var known: [String] = []
    let numbers = names.map { name -> Double in
      if let place = places[name] { return Double(place) }
      places[name] = known.count
      known.append(name)
      return Double(known.count - 1)
    }
    self.init(numbers: ParticleColumn(numbers), names: known, column: column)
  }
}
