import Foundation
import MacrostateSettings
import MacrostateStorage
import Microstates

/// The radial distribution functions g_AB(r) of every unordered pair of species, in bins of the distance up to the
/// cut-off: how many B stand at the distance r from an A, over how many would if B were spread evenly.
///
///     g_AB(bin) = (ordered pairs A–B in the bin) / (N_A · ρ_B · shell),   ρ_B = N_B/V, for A = B (N_A − 1)/V
///
/// with the bin's shell π(r₂² − r₁²) in the plane, 4π/3(r₂³ − r₁³) in space and 2(r₂ − r₁) on a line, as LAMMPS's
/// `compute rdf` divides. V is the area or volume of the box; along an open axis, which follows the particles, it reaches
/// from the first to the last particle of the frame, and along all axes in open space without a box. Walls and open
/// boundaries are not corrected for: near them part of a shell is empty, and g falls below its value in the bulk as r
/// grows. A pair of species without pairs of particles has g = 0. Pure numbers; the cost is O(n).
public struct RadialDistribution: Observable {
  /// The name.
  public static let name = "radial-distribution"
  /// The meaning in a line.
  public static let summary = "The radial distribution functions of pairs of species"
  /// Yes.
  public static let isLocal = true

  /// The pairs A, B; the values have all bins of the first pair, then those of the second, …
  public let pairs: [SpeciesPair]
  private let speciesNames: [String]
  private let search: NeighbourSearch
  private let followsParticles: Bool

  /// The functions of the species `speciesNames` in the bins of `search`.
  ///
  /// - Parameter followsParticles: whether an open axis of a box ends with the particles of each frame; if not, it has
  ///   the box's length, as in data sets of earlier versions.
  public init(
    speciesNames: [String],
    search: NeighbourSearch = NeighbourSearch(BinnedNeighbourSettings()),
    followsParticles: Bool = true
  ) {
    self.speciesNames = speciesNames
    self.search = search
    self.followsParticles = followsParticles
    pairs = SpeciesPair.unordered(speciesNames)
  }

  /// The functions with these settings; an open axis of `box` ends with the particles of each frame.
  public init(_ settings: BinnedNeighbourSettings, speciesNames: [String], box: SimulationBox?) {
    self.init(
      speciesNames: speciesNames, search: NeighbourSearch(settings),
      followsParticles: box?.boundaries.contains(.open) ?? false)
  }

  /// The cut-off and the bins.
  public var settings: BinnedNeighbourSettings { BinnedNeighbourSettings(cutoff: search.cutoff, bins: search.bins) }

  /// The middle of every bin.
  public var distances: [Double] {
    (0..<search.bins).map { (Double($0) + 0.5) * search.cutoff / Double(search.bins) }
  }

  /// `g_AA(0.025)`, …: the pair and the middle of the bin.
  public var quantities: [ObservableDescription] {
    pairs.flatMap { pair in
      distances.map { ObservableDescription(name: "g_\(pair.name)(\(String(format: "%.6g", $0)))") }
    }
  }

  /// The values `[pairs, bins]`.
  ///
  /// - Throws: `MacrostateError` of kind `badData` for another number of species, where neighbours cannot be found, or
  ///   where particles span no length along an open axis.
  public func evaluate(_ microstate: MicrostateView) throws -> [Double] {
    try microstate.require(species: speciesNames)
    let volume = try volume(microstate)
    let counts = try search.count(microstate)
    let n = microstate.speciesCounts
    return pairs.flatMap { pair -> [Double] in
      let possible = Double(n[pair.first]) * Double(n[pair.second] - (pair.first == pair.second ? 1 : 0))
      return (0..<search.bins).map { bin -> Double in
        guard possible > 0 else { return 0 }
        let expected = possible * shell(bin, dimension: microstate.dimension) / volume
        return Double(counts.neighbours(of: pair.first, pair.second, bin: bin)) / expected
      }
    }
  }

  private func volume(_ microstate: MicrostateView) throws -> Double {
    let volume =
      if let box = microstate.box, box.isTilted {
        try box.volume * (followsParticles ? spanned(microstate, box) : 1)
      } else {
        try (0..<microstate.dimension).reduce(1.0) { product, axis in
          if let box = microstate.box, !followsParticles || box.boundaries[axis] != .open {
            return product * box.lengths[axis]
          }
          let extent = try microstate.extent(axis)
          return product * (extent.upperBound - extent.lowerBound)
        }
      }
    guard volume > 0 || microstate.pointCount < 2 else {
      throw MacrostateError(
        .badData,
        "the particles span no area or volume along axes without ends, so that they have no density; give the simulation "
          + "box")
    }
    return volume
  }

  /// The share of a tilted box that the particles span along its open edges.
  private func spanned(_ microstate: MicrostateView, _ box: SimulationBox) throws -> Double {
    let edges = BoxEdges(box)
    return (0..<microstate.dimension).filter { box.boundaries[$0] == .open }.reduce(1) { share, edge in
      let places = (0..<microstate.pointCount).map { edges.fractions(microstate.position($0))[edge] }
      return share * ((places.max() ?? 0) - (places.min() ?? 0))
    }
  }

  /// The length, area or volume of the shell of a bin.
  private func shell(_ bin: Int, dimension: Int) -> Double {
    let width = search.cutoff / Double(search.bins)
    let (inner, outer) = (Double(bin) * width, Double(bin + 1) * width)
    switch dimension {
    case 1: return 2 * (outer - inner)
    case 2: return Double.pi * (outer * outer - inner * inner)
    default: return 4 * Double.pi / 3 * (outer * outer * outer - inner * inner * inner)
    }
  }
}

extension RadialDistribution {
  /// The setting that is stored where an open axis ends with the particles of each frame.
  private static let followsParticlesKey = "open-axes-follow-particles"

  /// The cut-off and the bins, and whether open axes follow the particles, if they do.
  public var definition: ObservableDescription.Definition {
    var stored: [String: StoredSetting] = ["cutoff": .number(search.cutoff), "bins": .number(Double(search.bins))]
    if followsParticles { stored[Self.followsParticlesKey] = 1 }
    return .init(observable: Self.name, settings: stored)
  }

  /// The functions as they were computed.
  public init(stored definition: ObservableDescription.Definition, speciesNames: [String]) throws {
    var definition = definition
    let followsParticles = definition.settings.removeValue(forKey: Self.followsParticlesKey) == 1
    self.init(
      speciesNames: speciesNames, search: NeighbourSearch(try PartRequest(definition).settings()),
      followsParticles: followsParticles)
  }

  /// That of a box whose open axes keep their lengths.
  public static func earlierDefinition(
    _ definition: ObservableDescription.Definition
  ) -> ObservableDescription.Definition {
    var earlier = definition
    earlier.settings[followsParticlesKey] = nil
    return earlier
  }
}

extension NeighbourSearch {
  /// The search with these settings.
  public init(_ settings: BinnedNeighbourSettings) { self.init(cutoff: settings.cutoff, bins: settings.bins) }
}
