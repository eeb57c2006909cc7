import MacrostateStorage
import Microstates
import TestSupport
import Testing

@Suite struct ShuffledIndicesTests {
  @Test(arguments: [0, 1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 100, 1000, 4096, 12_345])
  func isAPermutation(count: Int) {
    for epoch in 0..<3 {
      #expect(ShuffledIndices(count: count, seed: 5, epoch: epoch).sorted() == Array(0..<count))
    }
  }

  @Test func dependsOnSeedAndEpochAlone() {
    func order(_ seed: UInt64, _ epoch: Int) -> [Int] {
      Array(ShuffledIndices(count: 1000, seed: seed, epoch: epoch))
    }
    #expect(order(1, 2) == order(1, 2))
    #expect(order(1, 2) != order(1, 3))
    #expect(order(1, 2) != order(2, 2))
    #expect(order(1, 2) != order(2, 1))
  }

  /// Every number stands at every place equally often: χ² over 2000 epochs, with a bound beyond 6 standard deviations.
  @Test(arguments: [2, 3, 5, 8, 13])
  func placesAreEquallyLikely(count: Int) {
    let epochs = 2000
    var hits = [[Int]](repeating: [Int](repeating: 0, count: count), count: count)
    for epoch in 0..<epochs {
      for (place, value) in ShuffledIndices(count: count, seed: 11, epoch: epoch).enumerated() {
        hits[place][value] += 1
      }
    }
    let expected = Double(epochs) / Double(count)
    let chiSquare = hits.joined().reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
    let freedom = Double((count - 1) * (count - 1))
    #expect(chiSquare < freedom + 6 * (2 * freedom).squareRoot() + 6)
  }

  /// A shuffled order has about one fixed point, and neighbours that are as far apart as those of a random order: n/3.
  @Test func ordersLookRandom() {
    let count = 10_000
    let order = Array(ShuffledIndices(count: count, seed: 3, epoch: 0))
    #expect(order.enumerated().count { $0 == $1 } < 10)
    let distance = zip(order, order.dropFirst()).reduce(0) { $0 + abs($1.0 - $1.1) }
    #expect(abs(Double(distance) / Double(count) / Double(count) - 1 / 3.0) < 0.02)
    let rising = zip(order, order.dropFirst()).count { $0 < $1 }
    #expect(abs(rising - count / 2) < 300)
  }

  @Test func splitsAreDisjointAndComplete() throws {
    let split = try TrajectorySplit(trajectoryCount: 1000, validationFraction: 0.1, testFraction: 0.2, seed: 4)
    #expect(split.validation.count == 100)
    #expect(split.test.count == 200)
    #expect((split.training + split.validation + split.test).sorted() == Array(0..<1000))
    #expect(split.training == split.training.sorted())
    #expect(
      try split == TrajectorySplit(trajectoryCount: 1000, validationFraction: 0.1, testFraction: 0.2, seed: 4))
    #expect(
      try split != TrajectorySplit(trajectoryCount: 1000, validationFraction: 0.1, testFraction: 0.2, seed: 5))
  }

  @Test func fewerMayTrainAndTheOtherPartsStay() throws {
    let all = try TrajectorySplit(trajectoryCount: 1000, validationFraction: 0.1, testFraction: 0.2, seed: 4)
    let few = try TrajectorySplit(
      trajectoryCount: 1000, validationFraction: 0.1, testFraction: 0.2, trainingLimit: 30, seed: 4)
    #expect(few.training.count == 30 && Set(few.training).isSubset(of: all.training))
    #expect(few.validation == all.validation && few.test == all.test)
  }

  @Test func smallSplitsKeepOneOfEachKind() throws {
    let split = try TrajectorySplit(trajectoryCount: 3, validationFraction: 0.1, testFraction: 0.1, seed: 0)
    #expect([split.training.count, split.validation.count, split.test.count] == [1, 1, 1])
    #expect(try TrajectorySplit(trajectoryCount: 1, validationFraction: 0, seed: 0).training == [0])
    expectError(.badData, containing: "2 trajectories are too few") {
      _ = try TrajectorySplit(trajectoryCount: 2, validationFraction: 0.1, testFraction: 0.1, seed: 0)
    }
    expectError(.badData, containing: "together less than 1") {
      _ = try TrajectorySplit(trajectoryCount: 9, validationFraction: 0.5, testFraction: 0.5, seed: 0)
    }
  }
}
