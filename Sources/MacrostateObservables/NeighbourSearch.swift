import CMacrostateKernels
import MacrostateCompute
import MacrostateStorage
import Microstates

/// Counts the pairs of particles that are closer than a cut-off, by species and by distance, in O(n) for a density that
/// is bounded: particles are sorted into cells, and only cells that touch are compared.
///
/// A pair counts where its distance is less than the cut-off (as in LAMMPS), to the nearest image along periodic axes.
public struct NeighbourSearch: Sendable {
  /// The distance below which two particles are neighbours, in the unit of positions.
  public let cutoff: Double
  /// Intervals of distance, of the same width, that pairs are counted in.
  public let bins: Int
  private let kernels: Kernels

  /// A search for neighbours within `cutoff`, counted in `bins` intervals of distance.
  public init(cutoff: Double, bins: Int = 1, kernels: Kernels = .best) {
    precondition(cutoff > 0 && bins > 0, "a positive cut-off and a bin")
    self.cutoff = cutoff
    self.bins = bins
    self.kernels = kernels
  }

  /// The pairs of a configuration.
  public struct Counts: Sendable, Equatable {
    /// The number S of species.
    public let speciesCount: Int
    /// The number of intervals of distance.
    public let bins: Int
    /// Pairs that were looked at: the work.
    public let candidates: Int
    /// Ordered pairs, `[S, S, bins]`: a particle of the first species with a neighbour of the second.
    fileprivate(set) var pairs: [UInt64]

    /// The neighbours of species `b` that the particles of species `a` have, in one interval of distance.
    public func neighbours(of a: Int, _ b: Int, bin: Int) -> Int { Int(pairs[(a * speciesCount + b) * bins + bin]) }

    /// The neighbours of species `b` that the particles of species `a` have.
    public func neighbours(of a: Int, _ b: Int) -> Int {
      (0..<bins).reduce(0) { $0 + neighbours(of: a, b, bin: $1) }
    }

    /// The neighbours of any species that the particles of species `a` have.
    public func neighbours(of a: Int) -> Int { (0..<speciesCount).reduce(0) { $0 + neighbours(of: a, $1) } }
  }

  /// Counts the pairs of `microstate`.
  ///
  /// - Throws: `MacrostateError` of kind `badData` where a position is not finite, or the cut-off exceeds half the
  ///   length of a periodic axis: several images of a particle would be neighbours then.
  public func count(_ microstate: MicrostateView) throws -> Counts {
    if microstate.box?.isTilted ?? false { return try countInTiltedBox(microstate) }
    let grid = try CellGrid(microstate, cutoff: cutoff)
    let n = microstate.pointCount
    let species = microstate.speciesCounts.count
    var ends: [Int] = []
    for count in microstate.speciesCounts { ends.append((ends.last ?? 0) + count) }
    var starts = [Int](repeating: 0, count: grid.cellCount + 1)
    var labels = [UInt32](repeating: 0, count: 2 * n)
    var sorted = [Double](repeating: 0, count: 3 * n)
    var pairs = [UInt64](repeating: 0, count: species * species * bins)
    var search = grid.search
    search.count = n
    search.speciesCount = species
    search.bins = bins
    let candidates = kernels.table.pointee.countNeighbours(
      &search, microstate.positions.baseAddress, ends, &starts, &labels, &sorted, &pairs)
    return Counts(speciesCount: species, bins: bins, candidates: Int(candidates), pairs: pairs)
  }

  /// The same, one particle after the other.
  private func countInTiltedBox(_ microstate: MicrostateView) throws -> Counts {
    let neighbours = try NeighbourPairs(microstate, cutoff: cutoff)
    let (species, count) = (microstate.species, microstate.speciesCounts.count)
    var pairs = [UInt64](repeating: 0, count: count * count * bins)
    var candidates = 0
    var found: [NeighbourPairs.Neighbour] = []
    for i in species.indices {
      candidates += neighbours.find(of: i, into: &found)
      for neighbour in found {
        let bin = min(Int(neighbour.square.squareRoot() * Double(bins) / cutoff), bins - 1)
        pairs[(species[i] * count + species[neighbour.index]) * bins + bin] += 1
      }
    }
    return Counts(speciesCount: count, bins: bins, candidates: candidates, pairs: pairs)
  }
}
