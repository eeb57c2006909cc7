import Foundation
import MacrostateStorage

extension EvaluationResult {
  /// The result in the file at `url`, of whose numbers and lists one can make tables and figures.
  ///
  /// - Parameter remedy: what the user can do about a damaged file, the end of the message.
  /// - Throws: `MacrostateError`: `.missingInput` where there is none, `.badData` with the key at fault for a damaged one.
  public init(contentsOf url: URL, remedy: String) throws {
    self = try JSONFile.read(EvaluationResult.self, from: url, remedy: remedy)
    do {
      try check()
    } catch let problem as ResultProblem {
      throw MacrostateError(
        .badData, "\(url.path): the key '\(problem.path.joined(separator: "."))': \(problem.text); \(remedy)")
    }
  }

  private func check() throws {
    try ResultProblem.at("regimes", regimes) { try $0.check() }
    try ResultProblem.at("permutation") { try ResultProblem.count([permutation.sets, permutation.identical]) }
    if let permutationCurves { try ResultProblem.at("permutationCurves") { try permutationCurves.check() } }
    if let probes { try ResultProblem.at("probes") { try probes.check() } }
    try ResultProblem.at("densities", densities) { try $0.check() }
  }
}

/// A fault of a stored result, and its place.
private struct ResultProblem: Error {
  var path: [String] = []
  var text: String

  static func require(_ condition: Bool, _ text: String) throws {
    guard condition else { throw ResultProblem(text: text) }
  }

  static func count(_ counts: [Int]) throws {
    try require(counts.allSatisfy { $0 >= 0 }, "a count below 0")
  }

  static func finite(_ numbers: [Double]) throws {
    try require(numbers.allSatisfy(\.isFinite), "a number that is not finite")
  }

  /// A value for each time.
  static func curves(_ curves: [[Double]], at times: [Double]) throws {
    try finite(times)
    try require(curves.allSatisfy { $0.count == times.count }, "not one value for each time")
  }

  static func at(_ key: String, _ check: () throws -> Void) throws {
    do { try check() } catch var problem as ResultProblem {
      problem.path.insert(key, at: 0)
      throw problem
    }
  }

  static func at<Item>(_ key: String, _ items: [Item], _ check: (Item) throws -> Void) throws {
    try at(key) { for (i, item) in items.enumerated() { try at("\(i)") { try check(item) } } }
  }

  static func at<Item>(_ key: String, _ items: [String: Item], _ check: (Item) throws -> Void) throws {
    try at(key) { for (name, item) in items { try at(name) { try check(item) } } }
  }
}

extension RegimeResult {
  fileprivate func check() throws {
    try ResultProblem.count([trajectories, startsOutside])
    try ResultProblem.at("examples", examples) { example in
      try ResultProblem.count([example.trajectory])
      try ResultProblem.curves([example.truth, example.mean, example.lower, example.upper], at: example.times)
    }
    if let stochastic { try ResultProblem.at("stochastic") { try stochastic.check() } }
  }
}

extension StochasticResult {
  fileprivate func check() throws {
    try ResultProblem.count([paths])
    for (key, curve) in [
      ("discrepancy", discrepancy), ("withoutClosure", withoutClosure), ("twinFloor", twinFloor),
      ("independentFloor", independentFloor),
    ] {
      guard let curve else { continue }
      try ResultProblem.at(key) { try ResultProblem.curves([curve.published, curve.unbiased], at: curve.times) }
    }
    try ResultProblem.at("coverage", coverage) { coverage in
      try ResultProblem.require(
        coverage.bands.allSatisfy { (0...1).contains($0.level) && !($0.overall < 0 || $0.overall > 1) },
        "a share that is not between 0 and 1")
      try ResultProblem.curves(coverage.bands.map(\.overTime), at: coverage.times)
    }
    try ResultProblem.at("cases", cases) { item in
      try ResultProblem.count([item.runs, item.predictedRuns])
      try ResultProblem.curves(item.truth.curves + item.prediction.curves, at: item.times)
    }
    let names = Dictionary(grouping: cases, by: \.name).mapValues { $0.map(\.observable) }
    try ResultProblem.at("cases") {
      try ResultProblem.require(Set(names.values).count <= 1, "not the same observables in every case")
    }
  }
}

extension EnsembleCase.Bands {
  fileprivate var curves: [[Double]] { [median, lower50, upper50, lower90, upper90] }
}

extension PermutationCurves {
  fileprivate func check() throws {
    try ResultProblem.count([trajectory])
    try ResultProblem.curves([stored] + permuted + [truth].compactMap(\.self), at: times)
  }
}

extension ProbeResult {
  fileprivate func check() throws {
    try ResultProblem.count([trainingFrames, testFrames] + readings.map(\.inputs))
  }
}

extension DensitySnapshot {
  /// Cells along an axis, at most: more than any program of ours writes.
  private static let gridLimit = 4096

  fileprivate func check() throws {
    try ResultProblem.require((1...3).contains(dimension), "no dimension of space")
    let shown = min(dimension, 2)
    try ResultProblem.require(
      gridCounts.count == shown && ranges.count == shown && points.allSatisfy { $0.count == shown },
      "not \(shown) numbers for \(shown) axes")
    try ResultProblem.require(
      gridCounts.allSatisfy { (1...Self.gridLimit).contains($0) } && values.count == gridCounts.reduce(1, *),
      "not one value for each point of the grid")
    try ResultProblem.finite(points.flatMap(\.self))
    try ResultProblem.require(
      ranges.allSatisfy { $0.count == 2 && $0.allSatisfy(\.isFinite) && $0[0] < $0[1] }, "no range from low to high")
  }
}
