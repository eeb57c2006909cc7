import MacrostateStorage

extension EvaluationResult {
  /// Checks that the numbers that belong together are as many: a file that was changed may say anything.
  ///
  /// - Throws: `MacrostateError` of kind `badData` that names the part of `source` at fault.
  public func check(source: String) throws {
    func require(_ condition: Bool, _ part: String) throws {
      guard condition else {
        throw MacrostateError(.badData, "\(source): '\(part)' is damaged; run `macrostate evaluate` again")
      }
    }
    for (name, regime) in regimes {
      try require(
        regime.examples.allSatisfy { example in
          Self.areAlike(example.times, [example.truth, example.mean, example.lower, example.upper])
        }, "regimes.\(name).examples")
      try require(regime.stochastic?.isWhole ?? true, "regimes.\(name).stochastic")
    }
    if let curves = permutationCurves {
      try require(
        Self.areAlike(curves.times, [curves.stored] + curves.permuted + (curves.truth.map { [$0] } ?? [])),
        "permutationCurves")
    }
    try require(densities.allSatisfy(\.isWhole), "densities")
  }

  fileprivate static func areAlike(_ times: [Double], _ series: [[Double]]) -> Bool {
    series.allSatisfy { $0.count == times.count }
  }
}

extension StochasticResult {
  fileprivate var isWhole: Bool {
    let curves = [discrepancy, withoutClosure, twinFloor, independentFloor].compactMap(\.self)
    let panels = Dictionary(grouping: cases, by: \.name).values.map(\.count)
    return curves.allSatisfy { EvaluationResult.areAlike($0.times, [$0.published, $0.unbiased]) }
      && coverage.allSatisfy(\.isWhole)
      && Set(panels).count <= 1
      && cases.allSatisfy { EvaluationResult.areAlike($0.times, $0.truth.edges + $0.prediction.edges) }
  }
}

extension ObservableCoverage {
  /// The level that the report names.
  private static let reportedLevel = 0.9

  fileprivate var isWhole: Bool {
    overall(Self.reportedLevel) != nil
      && bands.allSatisfy { band in
        (0...1).contains(band.level) && (0...1).contains(band.overall)
          && EvaluationResult.areAlike(times, [band.overTime])
      }
  }
}

extension EnsembleCase.Bands {
  fileprivate var edges: [[Double]] { [median, lower50, upper50, lower90, upper90] }
}

extension DensitySnapshot {
  fileprivate var isWhole: Bool {
    guard [1, 2].contains(gridCounts.count), gridCounts.allSatisfy({ $0 > 0 }) else { return false }
    let cells = gridCounts.reduce((1, false)) { product, count in
      let next = product.0.multipliedReportingOverflow(by: count)
      return (next.partialValue, product.1 || next.overflow)
    }
    return !cells.1 && cells.0 == values.count && dimension > 0
      && ranges.allSatisfy { $0.count == 2 && $0.allSatisfy(\.isFinite) }
      && points.allSatisfy { $0.count >= min(dimension, 2) }
  }
}
