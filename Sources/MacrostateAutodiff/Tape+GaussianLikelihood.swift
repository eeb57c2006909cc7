import Foundation

/// The form of a Gaussian's scale factor.
public enum GaussianFactor: Sendable, Equatable {
  /// Independent components: D standard deviations.
  case diagonal
  /// A lower-triangular Cholesky factor with positive diagonal: D(D + 1)/2 entries, row by row.
  case lowerTriangular

  /// Entries of the factor of D components.
  public func entryCount(_ components: Int) -> Int {
    self == .diagonal ? components : components * (components + 1) / 2
  }

  /// Where entry (i, j), j ≤ i, stands; only i = j for a diagonal factor.
  func place(_ i: Int, _ j: Int) -> Int { self == .diagonal ? i : i * (i + 1) / 2 + j }

  /// The factor L from raw entries: floor + softplus on the diagonal, as they are below it.
  ///
  /// - Returns: the lower triangle row by row, D(D + 1)/2 entries, for either form.
  public func factor(raw: UnsafePointer<Float>, components: Int, floor: Double) -> [Double] {
    var factor = [Double](repeating: 0, count: components * (components + 1) / 2)
    for i in 0..<components {
      if self == .lowerTriangular {
        for j in 0..<i { factor[i * (i + 1) / 2 + j] = Double(raw[place(i, j)]) }
      }
      factor[i * (i + 1) / 2 + i] = floor + softplus(Double(raw[place(i, i)]))
    }
    return factor
  }
}

private func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }

extension Tape {
  /// Adds weight · Σ_rows −log N(target; mean, L Lᵀ) to the loss.
  ///
  /// - Parameters:
  ///   - mean: `[rows, D]`.
  ///   - rawFactor: `[rows, entries]`, or `[1, entries]` for one factor for all rows; see `GaussianFactor`.
  ///   - target: D floats a row.
  ///   - floor: the least diagonal entry of L.
  public func addGaussianLoss(
    mean: Tensor, rawFactor: Tensor, form: GaussianFactor, target: UnsafePointer<Float>, floor: Double, weight: Double
  ) {
    let d = mean.columns
    precondition(rawFactor.columns == form.entryCount(d) && (rawFactor.rows == mean.rows || rawFactor.rows == 1))
    let dMean = clearedGradient(mean)
    let dRaw = clearedGradient(rawFactor)
    var u = [Double](repeating: 0, count: d)
    var w = u
    var sum = 0.0
    for row in 0..<mean.rows {
      let factorRow = rawFactor.rows == 1 ? 0 : row
      let raw = value(rawFactor) + factorRow * rawFactor.stride
      let meanRow = value(mean) + row * mean.stride
      let factor = form.factor(raw: raw, components: d, floor: floor)
      sum += 0.5 * Double.log2Pi * Double(d)
      for i in 0..<d {
        var residual = Double(target[row * d + i]) - Double(meanRow[i])
        for j in 0..<i { residual -= factor[i * (i + 1) / 2 + j] * u[j] }
        u[i] = residual / factor[i * (i + 1) / 2 + i]
        sum += 0.5 * u[i] * u[i] + log(factor[i * (i + 1) / 2 + i])
      }
      // w = L⁻ᵀu: the derivative of ½‖u‖² with respect to the residual; with respect to L it is −w uᵀ.
      for i in (0..<d).reversed() {
        var value = u[i]
        for k in (i + 1)..<max(d, i + 1) { value -= factor[k * (k + 1) / 2 + i] * w[k] }
        w[i] = value / factor[i * (i + 1) / 2 + i]
      }
      if let dMean { for i in 0..<d { dMean[row * mean.stride + i] -= Float(weight * w[i]) } }
      if let dRaw {
        addFactorGradient(
          to: dRaw + factorRow * rawFactor.stride, raw: raw, form: form, factor: factor, u: u, w: w, weight: weight)
      }
    }
    loss += weight * sum
  }

  private func addFactorGradient(
    to dRaw: UnsafeMutablePointer<Float>, raw: UnsafePointer<Float>, form: GaussianFactor, factor: [Double],
    u: [Double], w: [Double], weight: Double
  ) {
    for i in u.indices {
      if form == .lowerTriangular {
        for j in 0..<i { dRaw[form.place(i, j)] -= Float(weight * w[i] * u[j]) }
      }
      let slope = 1 / (1 + exp(-Double(raw[form.place(i, i)])))
      let derivative = 1 / factor[i * (i + 1) / 2 + i] - w[i] * u[i]
      dRaw[form.place(i, i)] += Float(weight * derivative * slope)
    }
  }
}
