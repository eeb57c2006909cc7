import MacrostateStorage
import Microstates

/// The molecules of a frame, each put together over periodic boundaries: the particles with the same number in the feature
/// `molecule`, or all particles where there is no such feature. Those with a negative number are in no molecule.
///
/// The particles of a molecule keep the order of the file as far as they are of one species.
struct Molecules {
  /// A molecule.
  struct Molecule {
    /// The numbers of its particles.
    var members: [Int]
    /// Their positions, but for a constant that no value depends on; not wrapped.
    var points: [SIMD3<Double>]
  }

  /// The molecules, by their numbers; there is at least one, and none is empty.
  private(set) var all: [Molecule] = []

  /// The molecules of `microstate`, with the images that `images` says.
  ///
  /// - Parameter ordered: whether what is computed depends on the order of particles.
  /// - Throws: `MacrostateError` of kind `badData` for numbers that are not whole, positions that are not finite, a molecule
  ///   whose images or order are not known, and where there is none.
  init(_ microstate: MicrostateView, images: MoleculeImages, ordered: Bool = false) throws {
    try self.init(
      microstate, Self.groups(microstate), images: images, ordered: ordered,
      remedy:
        "give the number of each particle's molecule (a column mol of LAMMPS, a feature '\(FeatureName.molecule)' of "
        + "arrays), or say images=chain for chains in the order of the file, images=as-given for unwrapped coordinates")
  }

  /// All particles of `microstate` as one molecule.
  ///
  /// - Throws: as `init(_:images:ordered:)`.
  init(wholeOf microstate: MicrostateView, images: MoleculeImages) throws {
    try self.init(
      microstate, Self.whole(microstate), images: images, ordered: false,
      remedy: "say images=as-given for unwrapped coordinates, or leave this observable out")
  }

  private init(
    _ microstate: MicrostateView, _ groups: [(Int?, [Int])], images: MoleculeImages, ordered: Bool, remedy: String
  ) throws {
    for axis in 0..<microstate.dimension { _ = try microstate.extent(axis) }
    guard !groups.isEmpty else {
      throw MacrostateError(.badData, "a frame without particles in molecules has no such value; leave such frames out")
    }
    let species = microstate.species
    let translations = images == .asGiven ? nil : microstate.box.flatMap { PeriodicImages($0) }
    let wholeOrder = ordered || (images == .chain && translations != nil)
    for (number, members) in groups {
      if wholeOrder, let other = members.first(where: { species[$0] != species[members[0]] }) {
        throw MacrostateError(
          .badData,
          "\(Self.name(number)) has particles of several species (particles \(members[0]) and \(other)), and the order of "
            + "different species is not kept; import its particles as one species"
            + (ordered ? "" : ", or choose images=compact"))
      }
      var points = members.map { microstate.position($0) }
      if let translations {
        points =
          images == .chain
          ? Self.chained(points, translations) : try Self.compact(points, translations, number, remedy)
      }
      all.append(Molecule(members: members, points: points))
    }
  }

  /// The mean of a value over the molecules.
  func mean(_ value: (Molecule) throws -> [Double]) rethrows -> [Double] {
    var sum: [Double] = []
    for molecule in all {
      let values = try value(molecule)
      sum = sum.isEmpty ? values : zip(sum, values).map { $0 + $1 }
    }
    return sum.map { $0 / Double(all.count) }
  }

  /// What messages call a molecule; nil for all particles.
  private static func name(_ number: Int?) -> String { number.map { "molecule \($0)" } ?? "the whole of all particles" }

  private static func whole(_ microstate: MicrostateView) -> [(Int?, [Int])] {
    microstate.pointCount > 0 ? [(nil, Array(0..<microstate.pointCount))] : []
  }

  /// The particles by molecules.
  private static func groups(_ microstate: MicrostateView) throws -> [(Int?, [Int])] {
    guard let numbers = microstate.featureIfPresent(FeatureName.molecule) else { return whole(microstate) }
    var members: [Int: [Int]] = [:]
    for (i, value) in numbers.enumerated() {
      guard let number = Int(exactly: value) else {
        throw MacrostateError(
          .badData,
          "the feature '\(FeatureName.molecule)' of particle \(i) is \(value), which is no whole number; correct it")
      }
      if number >= 0 { members[number, default: []].append(i) }
    }
    return members.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// Each the image nearest to the one before it.
  private static func chained(_ points: [SIMD3<Double>], _ images: PeriodicImages) -> [SIMD3<Double>] {
    var place = SIMD3<Double>.zero
    return points.indices.map { i in
      if i > 0 { place += images.nearest(points[i] - points[i - 1]) }
      return place
    }
  }

  /// The images nearest to the first, which are nearest to each other if none are half a period apart.
  private static func compact(
    _ points: [SIMD3<Double>], _ images: PeriodicImages, _ number: Int?, _ remedy: String
  ) throws -> [SIMD3<Double>] {
    var (least, greatest) = (SIMD3<Double>.zero, SIMD3<Double>.zero)
    let moved = points.map { point in
      var vector = point - points[0]
      for edge in 0..<images.periodicCount {
        vector -= images.edges[edge] * vector.dot(images.dual[edge]).rounded()
        let share = vector.dot(images.dual[edge])
        least[edge] = min(least[edge], share)
        greatest[edge] = max(greatest[edge], share)
      }
      return vector
    }
    guard (0..<images.periodicCount).allSatisfy({ greatest[$0] - least[$0] < 0.5 }) else {
      throw MacrostateError(
        .badData,
        "\(name(number)) reaches over half a period of the box or more, so that nobody can tell which images belong "
          + "together; \(remedy)")
    }
    return moved
  }
}

extension MicrostateView {
  /// The masses `[n]`, 1 where there is no feature `mass`.
  ///
  /// - Throws: `MacrostateError` of kind `badData` for a mass that is not positive.
  func masses() throws -> [Double] {
    guard let masses = featureIfPresent(FeatureName.mass) else { return [Double](repeating: 1, count: pointCount) }
    if let i = masses.firstIndex(where: { !($0 > 0 && $0.isFinite) }) {
      throw MacrostateError(
        .badData, "the feature '\(FeatureName.mass)' of particle \(i) is \(masses[i]), which is no mass; correct it")
    }
    return masses.map(Double.init)
  }
}
