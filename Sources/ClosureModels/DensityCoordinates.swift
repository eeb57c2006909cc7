import Foundation
import MacrostateCompute
import PointDensities

/// The coordinates of points that a density is one of: scaled positions, and along a periodic axis the share of the period,
/// from 0 to 1.
struct DensityCoordinates: Sendable {
  /// (x − shift)·factor of each axis; along a periodic one 1/factor is the length that its ε is in units of.
  let scaling: [(shift: Float, factor: Float)]
  private let periodic: [Bool]
  private let smoothing: [Double]

  /// The coordinates of positions for a model's density with ε = `smoothing`, `[d]`.
  init(_ shape: ClosureModel.Shape, _ scaling: PointScaling, smoothing: [Double]) {
    self.scaling = (0..<shape.dimension).map { (shift: scaling.shift[$0], factor: scaling.factor[$0]) }
    self.smoothing = smoothing
    periodic = shape.periodicAxes ?? []
  }

  /// d.
  var dimension: Int { scaling.count }
  /// Whether they are the scaled positions, of which nothing more needs to be known.
  var arePlain: Bool { periodic.isEmpty }

  private func isPeriodic(_ j: Int) -> Bool { !periodic.isEmpty && periodic[j] }

  /// q_X in a cell: ε is a length, and a share of the period by the spacing of the cell.
  func mixture(in cell: PeriodicCell) -> KernelMixture {
    KernelMixture(
      smoothing: smoothing.enumerated().map { j, epsilon in
        isPeriodic(j) ? epsilon / (Double(scaling[j].factor) * cell.spacings[j]) : epsilon
      }, periodic: periodic)
  }

  /// The coordinates `[n, d]` of positions `[n, d]` in a cell.
  func values(_ positions: UnsafeBufferPointer<Float>, in cell: PeriodicCell) -> [Float] {
    guard let base = positions.baseAddress else { return [] }
    let d = dimension
    return [Float](unsafeUninitializedCapacity: positions.count) { out, count in
      for point in stride(from: 0, to: positions.count, by: d) {
        for j in 0..<d {
          // The share rounded may be 1.
          out[point + j] =
            isPeriodic(j)
            ? Circle.place(Float(Circle.place(cell.share(j, base + point))))
            : (cell.plain(j, base + point) - scaling[j].shift) * scaling[j].factor
        }
      }
      count = positions.count
    }
  }

  /// The position with these coordinates, `[d]`; in a cell where axes are periodic.
  func position(_ coordinates: [Float], in cell: PeriodicCell?) -> [Float] {
    let plain = coordinates.enumerated().map { j, x in isPeriodic(j) ? x : x / scaling[j].factor + scaling[j].shift }
    guard let cell, !arePlain else { return plain }
    return cell.position(plain.map(Double.init), isPeriodic: isPeriodic).map(Float.init)
  }

  /// log |d coordinates/d position|.
  func logVolume(in cell: PeriodicCell?) -> Float {
    guard let cell, !arePlain else { return scaling.reduce(Float(0)) { $0 + log(abs($1.factor)) } }
    let sum = scaling.indices.reduce(-log(cell.volume)) { sum, j in
      isPeriodic(j) ? sum : sum + log(cell.spacings[j] * abs(Double(scaling[j].factor)))
    }
    return Float(sum)
  }
}
