import MacrostateStorage
import Microstates

/// The centres of mass of the molecules of a frame, as its particles.
struct MoleculeCentres {
  /// A particle a molecule: the mean position and velocity, weighted by masses; the sum of masses and charges; the mean of
  /// other columns; the labels of the molecule's first particle.
  private(set) var frame: ParticleFrame

  /// The molecules by the column of their numbers, or by the bonds of the topology.
  ///
  /// - Throws: `MacrostateError` of kind `badData` where nothing tells molecules, or they are not whole.
  init(_ atoms: ParticleFrame, _ preparation: ParticlePreparation, _ notes: ReadingNotes) throws {
    guard let numbers = atoms.columns[FeatureName.molecule]?.values else {
      throw atoms.place.errorInHeader(
        "nothing says which particles are a molecule; dump the column mol, or give --topology with residues or bonds")
    }
    if preparation.wholeness == .wrapped, atoms.box?.boundaries.contains(.periodic) ?? false, !atoms.isUnwrapped {
      throw atoms.place.errorInHeader(
        "molecules may be cut by the periodic box; say --whole, which joins them by image flags or bonds")
    }
    var places: [Double: Int] = [:]
    var firsts: [Int] = []
    let molecules = numbers.enumerated().map { row, number -> Int in
      if let place = places[number] { return place }
      places[number] = firsts.count
      firsts.append(row)
      return firsts.count - 1
    }
    if atoms.columns[FeatureName.mass] == nil {
      notes.add("no masses: all are taken as 1, and centres of mass are means of positions", atoms.place.url)
    }
    let masses = atoms.columns[FeatureName.mass]?.values ?? Array(repeating: 1, count: atoms.count)
    var total = [Double](repeating: 0, count: firsts.count)
    for (row, molecule) in molecules.enumerated() { total[molecule] += masses[row] }
    guard let lightest = total.indices.first(where: { !(total[$0] > 0) }) else {
      frame = Self.frame(of: atoms, molecules, firsts, masses, total)
      return
    }
    throw atoms.place.error(row: firsts[lightest], "its molecule has no mass; masses must be above 0")
  }

  private static func frame(
    of atoms: ParticleFrame, _ molecules: [Int], _ firsts: [Int], _ masses: [Double], _ total: [Double]
  ) -> ParticleFrame {
    func sums(_ value: (Int) -> Double) -> [Double] {
      var sums = [Double](repeating: 0, count: firsts.count)
      for (row, molecule) in molecules.enumerated() { sums[molecule] += value(row) }
      return sums
    }
    func means(_ column: ParticleColumn) -> [Double] {
      zip(sums { masses[$0] * column[$0] }, total).map { $0 / $1 }
    }
    var frame = atoms.keeping(firsts)
    let axes = atoms.coordinates.count
    let centres = (0..<axes).map { means(atoms.positions.column($0)) }
    frame.positions = ParticleTable(firsts.indices.flatMap { m in centres.map { $0[m] } }, width: axes)
    for (name, column) in atoms.columns where name != FeatureName.molecule {
      let isSum = name == FeatureName.mass || name == FeatureName.charge
      frame.columns[name] = ParticleColumn(isSum ? sums { column[$0] } : means(column))
    }
    frame.ids = atoms.columns[FeatureName.molecule].map { column in ParticleColumn(firsts.map { column[$0] }) }
    return frame
  }
}
