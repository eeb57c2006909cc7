import MacrostateSettings
import MacrostateStorage
import Microstates

/// The share of all particles that belong to the largest cluster, from 1/n to 1: particles closer than the cut-off are in
/// one cluster, and so are those that others join (Stillinger's definition, J. Chem. Phys. 38, 1486, 1963).
///
/// Species are not told apart; clusters reach over periodic boundaries. Just where clusters begin to span the system it
/// depends on n. The cost is O(n) but for a factor that is below 5 (union–find).
public struct LargestCluster: Observable {
  /// The name.
  public static let name = "largest-cluster"
  /// The meaning in a line.
  public static let summary = "The share of the particles that are in the largest cluster"

  /// The cut-off.
  public let settings: NeighbourSettings

  /// The share in the largest cluster of neighbours within the cut-off of `settings`.
  public init(_ settings: NeighbourSettings, speciesNames: [String] = [], box: SimulationBox? = nil) {
    self.settings = settings
  }

  /// One value, `largest-cluster`.
  public var quantities: [ObservableDescription] { [ObservableDescription(name: Self.name)] }

  /// The share.
  ///
  /// - Throws: `MacrostateError` of kind `badData` without particles, or where neighbours cannot be found.
  public func evaluate(_ microstate: MicrostateView) throws -> [Double] {
    let n = microstate.pointCount
    guard n > 0 else {
      throw MacrostateError(.badData, "a frame without particles has no largest cluster; leave such frames out")
    }
    var clusters = DisjointSets(count: n)
    try NeighbourPairs(microstate, cutoff: settings.cutoff).forEachPair { clusters.join($0, $1.index) }
    return [Double(clusters.largest) / Double(n)]
  }
}

/// Sets of numbers that are joined: every set is a tree.
private struct DisjointSets {
  private var parents: [Int]
  private var sizes: [Int]
  /// The size of the largest set.
  private(set) var largest: Int

  init(count: Int) {
    parents = Array(0..<count)
    sizes = [Int](repeating: 1, count: count)
    largest = min(count, 1)
  }

  private mutating func root(_ i: Int) -> Int {
    var i = i
    while parents[i] != i {
      // The way is halved each time it is gone.
      parents[i] = parents[parents[i]]
      i = parents[i]
    }
    return i
  }

  mutating func join(_ i: Int, _ j: Int) {
    var (a, b) = (root(i), root(j))
    guard a != b else { return }
    if sizes[a] < sizes[b] { swap(&a, &b) }
    parents[b] = a
    sizes[a] += sizes[b]
    largest = max(largest, sizes[a])
  }
}
