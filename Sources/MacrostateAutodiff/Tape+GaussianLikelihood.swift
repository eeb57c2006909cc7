import CMacrostateKernels
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

  /// The place of entry (i, j), j ≤ i; only i = j for a diagonal factor.
  private func place(_ i: Int, _ j: Int) -> Int { self == .diagonal ? i : i * (i + 1) / 2 + j }

  /// The factor L from raw entries: floor + softplus on the diagonal, as they are below it.
  ///
  /// - Returns: the lower triangle row by row, D(D + 1)/2 entries, for either form.
  public func factor(raw: some RandomAccessCollection<Float>, components: Int, floor: Double) -> [Double] {
    let raw = Array(raw)
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
    var factor = kernelFactor(rawFactor, form, components: mean.columns, rows: mean.rows, floor: floor)
    let (dMean, dRaw) = (clearedGradient(mean), clearedGradient(rawFactor))
    let room = 3 * mean.columns + factor.entryStride
    let sum = withUnsafeTemporaryAllocation(of: Double.self, capacity: room) { scratch in
      kernels.table.pointee.gaussianLoss(
        &factor, value(mean), mean.stride, target, weight, dMean, dRaw, scratch.baseAddress)
    }
    loss += weight * (sum + 0.5 * Double.log2Pi * Double(mean.rows * mean.columns))
  }

  /// x_i += scale_i (L η)_i for i < M in every row of x `[rows, D]`, M ≤ D; nothing of it is recorded.
  ///
  /// - Parameters:
  ///   - rawFactor: as for `addGaussianLoss`.
  ///   - eta: η of row r begins at r · `etaStride`.
  ///   - scale: `[M]`.
  public func addGaussianNoise(
    to x: Tensor, rawFactor: Tensor, form: GaussianFactor, eta: UnsafePointer<Float>, etaStride: Int, scale: [Float],
    floor: Double
  ) {
    var factor = kernelFactor(rawFactor, form, components: scale.count, rows: x.rows, floor: floor)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: factor.entryStride) { scratch in
      kernels.table.pointee.gaussianNoise(&factor, eta, etaStride, scale, value(x), x.stride, scratch.baseAddress)
    }
  }

  private func kernelFactor(
    _ raw: Tensor, _ form: GaussianFactor, components: Int, rows: Int, floor: Double
  ) -> MacrostateGaussianFactor {
    precondition(raw.columns == form.entryCount(components) && (raw.rows == rows || raw.rows == 1))
    precondition(raw.stride == padded(raw.columns), "kernels read whole rows of entries")
    return MacrostateGaussianFactor(
      rows: rows, dimension: components, isTriangular: form == .lowerTriangular ? 1 : 0,
      isShared: raw.rows == 1 ? 1 : 0, floor: floor, raw: value(raw), entryStride: raw.stride)
  }
}
