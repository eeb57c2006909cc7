import MacrostateStorage

/// Trajectories divided at random into training, validation and test; the division depends on the seed alone.
public struct TrajectorySplit: Equatable, Sendable {
  /// The trajectories to train on, in increasing order.
  public let training: [Int]
  /// Those to choose the best checkpoint by, in increasing order.
  public let validation: [Int]
  /// Those to judge the result by, in increasing order.
  public let test: [Int]

  /// A division that is known.
  public init(training: [Int], validation: [Int], test: [Int]) {
    self.training = training
    self.validation = validation
    self.test = test
  }

  /// Divides `trajectoryCount` trajectories, of which at most `trainingLimit` train; the others then are not used.
  ///
  /// Fractions are rounded to whole trajectories; a fraction above 0 gives at least one, and training keeps at least
  /// one.
  ///
  /// - Parameters:
  ///   - tests: trajectories that are tests whatever the order says; further ones, up to the fraction, are then drawn
  ///     from those from `firstNew` on, so that none is a test that trained before.
  ///   - firstNew: the first trajectory that is new.
  /// - Throws: `MacrostateError` of kind `badData` if there are too few trajectories for the parts asked for, or the
  ///   fractions are not from 0 to less than 1 together.
  public init(
    trajectoryCount: Int, validationFraction: Double, testFraction: Double = 0, trainingLimit: Int? = nil,
    seed: UInt64, keeping tests: [Int] = [], firstNew: Int = 0
  ) throws {
    guard validationFraction >= 0, testFraction >= 0, validationFraction + testFraction < 1 else {
      throw MacrostateError(
        .badData,
        "validation fraction \(validationFraction) and test fraction \(testFraction): both must be at least 0 and "
          + "together less than 1")
    }
    func size(_ fraction: Double) -> Int {
      fraction > 0 ? max(1, Int((fraction * Double(trajectoryCount)).rounded())) : 0
    }
    let testCount = max(tests.count, size(testFraction))
    let validationCount = size(validationFraction)
    guard trajectoryCount > testCount + validationCount else {
      throw MacrostateError(
        .badData,
        "\(trajectoryCount) trajectories are too few for training, \(validationCount) for validation and \(testCount) "
          + "for test; \(Self.remedy)")
    }
    // A stream of its own: epochs are counted from 0.
    let order = Array(ShuffledIndices(count: trajectoryCount, seed: seed, epoch: -1))
    let kept = Set(tests)
    let drawn = order.filter { $0 >= firstNew && !kept.contains($0) }.prefix(testCount - kept.count)
    let isTest = kept.union(drawn)
    let others = order.filter { !isTest.contains($0) }
    test = isTest.sorted()
    validation = others[..<validationCount].sorted()
    training = others[validationCount...].prefix(trainingLimit ?? trajectoryCount).sorted()
  }

  private static let remedy =
    "lower the fractions (data.validation_fraction, data.test_fraction), or give more trajectories: a long one can be cut "
    + "into segments of consecutive frames, each a trajectory of its own, when it is imported (macrostate import --segments "
    + "20)"
}
