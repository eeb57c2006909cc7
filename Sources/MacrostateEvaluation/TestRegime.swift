import MacrostateCompute
import Microstates

/// One test: which trajectories of which data set, and for stochastic dynamics the true runs that its floors come from.
public struct TestRegime: Sendable {
  /// Its name: `in-dst`.
  public var name: String
  /// The data set.
  public var dataset: Dataset
  /// The trajectories of the data set that are tests.
  public var trajectories: [Int]
  /// A second true run from the start of every test trajectory, in their order; nil where there are none.
  public var twins: Dataset?
  /// True runs from independent starts; nil where there are none.
  public var independents: Dataset?

  /// A test.
  public init(
    name: String, dataset: Dataset, trajectories: [Int], twins: Dataset? = nil, independents: Dataset? = nil
  ) {
    self.name = name
    self.dataset = dataset
    self.trajectories = trajectories
    self.twins = twins
    self.independents = independents
  }

  /// Compares the files that the test reads with their check sums.
  ///
  /// - Throws: `MacrostateError` of kind `badData` that names a damaged file.
  func requireIntact(pool: WorkerPool) throws {
    try dataset.requireIntact(trajectories: trajectories, pool: pool)
    for other in [twins, independents].compactMap(\.self) {
      try other.requireIntact(trajectories: 0..<other.trajectoryCount, pool: pool)
    }
  }
}
