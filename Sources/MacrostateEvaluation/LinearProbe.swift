/// Rows of numbers, `[count, columns]`, row after row.
public struct ProbeRows: Sendable, Equatable {
  /// Numbers in a row.
  public let columns: Int
  /// All numbers.
  public let values: [Double]

  /// Rows of `columns` numbers each.
  public init(columns: Int, values: [Double]) {
    precondition(columns > 0 && values.count % columns == 0, "rows of unequal length")
    self.columns = columns
    self.values = values
  }

  /// The number of rows.
  public var count: Int { values.count / columns }

  /// Some of the rows.
  func rows(_ range: Range<Int>) -> ProbeRows {
    ProbeRows(columns: columns, values: Array(values[range.lowerBound * columns..<range.upperBound * columns]))
  }

  /// Some of the columns.
  func columns(_ range: Range<Int>) -> ProbeRows {
    ProbeRows(
      columns: range.count,
      values: (0..<count).flatMap { values[$0 * columns + range.lowerBound..<$0 * columns + range.upperBound] })
  }
}

/// A test of how well some numbers can be read from others linearly: ridge regression from standardised inputs.
///
///     W = argmin ‖Y − X W‖² + λ·rows·‖W‖²   (X standardised, Y centred, λ the same for all targets of a probe)
///
/// λ is the one of `ridges` that reads a held-out fifth of the rows best, every target in units of its spread (the last
/// rows: in an order by trajectory these are other trajectories); then all rows are fitted.
public struct LinearProbe: Sendable {
  /// The λ that are tried.
  public static let ridges = [1e-8, 1e-6, 1e-4, 1e-2, 1]

  /// The λ that was chosen.
  public let ridge: Double
  private let inputs: ColumnScaling
  private let targets: ColumnScaling
  /// `[inputs, targets]`.
  private let weights: [Double]

  /// A probe that is fitted to rows of inputs and their targets.
  public init(inputs: ProbeRows, targets: ProbeRows) {
    precondition(inputs.count == targets.count, "each row of inputs has its targets")
    let kept = inputs.count * 4 / 5
    let held = kept..<inputs.count
    let (trial, trialTargets) = (inputs.rows(0..<kept), targets.rows(0..<kept))
    let (test, testTargets) = (inputs.rows(held), targets.rows(held))
    let errors = Self.ridges.map { ridge in
      LinearProbe(inputs: trial, targets: trialTargets, ridge: ridge).fits(inputs: test, targets: testTargets)
        .reduce(0) { $0 + $1.error }
    }
    // The first of equals, so that rows too few to choose by get the least λ.
    let best = errors.indices.reduce(0) { errors[$1] < errors[$0] ? $1 : $0 }
    self.init(inputs: inputs, targets: targets, ridge: Self.ridges[best])
  }

  /// A probe with this λ > 0.
  public init(inputs: ProbeRows, targets: ProbeRows, ridge: Double) {
    precondition(inputs.count == targets.count && ridge > 0)
    self.ridge = ridge
    self.inputs = ColumnScaling(inputs)
    self.targets = ColumnScaling(targets)
    let means = self.targets.means
    let x = self.inputs.standardised(inputs)
    let (p, q) = (inputs.columns, targets.columns)
    var normal = [Double](repeating: 0, count: p * p)
    var right = [Double](repeating: 0, count: p * q)
    for row in 0..<inputs.count {
      for i in 0..<p {
        let value = x[row * p + i]
        for j in 0...i { normal[i * p + j] += value * x[row * p + j] }
        for t in 0..<q { right[i * q + t] += value * (targets.values[row * q + t] - means[t]) }
      }
    }
    for i in 0..<p { normal[i * p + i] += ridge * Double(max(inputs.count, 1)) }
    weights = solveByCholesky(normal, right, size: p)
  }

  /// The targets that are read from inputs.
  public func predict(_ inputs: ProbeRows) -> ProbeRows {
    let x = self.inputs.standardised(inputs)
    let (p, q) = (inputs.columns, targets.means.count)
    var values: [Double] = []
    values.reserveCapacity(inputs.count * q)
    for row in 0..<inputs.count {
      for t in 0..<q {
        values.append((0..<p).reduce(targets.means[t]) { $0 + x[row * p + $1] * weights[$1 * q + t] })
      }
    }
    return ProbeRows(columns: q, values: values)
  }

  /// The errors in reading one target on given rows, in units of its spread on the rows that were fitted.
  public struct Fit: Sendable {
    /// Σ(true − read)².
    public var error: Double
    /// Σ(true − mean of the true)².
    public var variation: Double
    /// Whether the target is constant, then or now: nothing can be read of it.
    public var isConstant: Bool

    /// R² = 1 − error/variation; nil for a constant target.
    public var determination: Double? { isConstant ? nil : 1 - error / variation }
  }

  /// The errors in reading each target on given rows.
  public func fits(inputs: ProbeRows, targets: ProbeRows) -> [Fit] {
    let read = predict(inputs)
    let scaling = ColumnScaling(targets)
    return (0..<targets.columns).map { t in
      guard !scaling.isConstant(t), !self.targets.isConstant(t) else {
        return Fit(error: 0, variation: 0, isConstant: true)
      }
      var (error, variation) = (0.0, 0.0)
      for at in stride(from: t, to: targets.values.count, by: targets.columns) {
        let (miss, deviation) = (targets.values[at] - read.values[at], targets.values[at] - scaling.means[t])
        error += miss * miss
        variation += deviation * deviation
      }
      let unit = self.targets.spreads[t] * self.targets.spreads[t]
      return Fit(error: error / unit, variation: variation / unit, isConstant: false)
    }
  }
}

/// Mean and spread of columns.
private struct ColumnScaling: Sendable {
  let means: [Double]
  let spreads: [Double]

  init(_ rows: ProbeRows) {
    let columns = rows.columns
    let count = Double(max(rows.count, 1))
    var sums = [Double](repeating: 0, count: columns)
    for (i, value) in rows.values.enumerated() { sums[i % columns] += value }
    let means = sums.map { $0 / count }
    var squares = [Double](repeating: 0, count: columns)
    for (i, value) in rows.values.enumerated() {
      squares[i % columns] += (value - means[i % columns]) * (value - means[i % columns])
    }
    self.means = means
    spreads = squares.map { ($0 / count).squareRoot() }
  }

  /// Whether a column does not change but for rounding (data are in single precision and of size 1).
  func isConstant(_ column: Int) -> Bool { spreads[column] <= 1e-6 * max(1, abs(means[column])) }

  /// Mean 0 and spread 1; a column without spread becomes 0.
  func standardised(_ rows: ProbeRows) -> [Double] {
    rows.values.enumerated().map { i, value in
      let column = i % rows.columns
      return spreads[column] > 0 ? (value - means[column]) / spreads[column] : 0
    }
  }
}

/// X of A X = B for a symmetric, positive definite A `[size, size]` of which the lower triangle is given, and B
/// `[size, columns]`: A = L Lᵀ by Cholesky, then L Y = B and Lᵀ X = Y.
private func solveByCholesky(_ a: [Double], _ b: [Double], size: Int) -> [Double] {
  var l = a
  for i in 0..<size {
    for j in 0...i {
      var sum = l[i * size + j]
      for k in 0..<j { sum -= l[i * size + k] * l[j * size + k] }
      l[i * size + j] = i == j ? sum.squareRoot() : sum / l[j * size + j]
    }
  }
  let columns = b.count / max(size, 1)
  var x = b
  for column in 0..<columns {
    for i in 0..<size {
      for k in 0..<i { x[i * columns + column] -= l[i * size + k] * x[k * columns + column] }
      x[i * columns + column] /= l[i * size + i]
    }
    for i in (0..<size).reversed() {
      for k in i + 1..<max(size, i + 1) { x[i * columns + column] -= l[k * size + i] * x[k * columns + column] }
      x[i * columns + column] /= l[i * size + i]
    }
  }
  return x
}
