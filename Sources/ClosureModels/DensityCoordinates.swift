import Foundation
import MacrostateCompute
import PointDensities

/// The coordinates of points that a density is one of: scaled positions and features, or one of them; along a periodic axis
/// the share of the period, from 0 to 1.
package struct DensityCoordinates: Sendable {
  /// (x − shift)·factor of each coordinate; along a periodic axis 1/factor is the length that its ε is in units of.
  let scaling: [(shift: Float, factor: Float)]
  private let periodic: [Bool]
  private let inputs: PointInputs
  private let positionCount: Int
  private let featureCount: Int
  private let smoothing: [Double]

  /// The coordinates of points for a model's density with ε = `smoothing`, `[D]`.
  package init(_ shape: ClosureModel.Shape, _ scaling: PointScaling, smoothing: [Double]) {
    inputs = shape.densityInputs ?? .positions
    (positionCount, featureCount) = (shape.dimension, shape.featureCount)
    let columns =
      (inputs.hasPositions ? 0 : shape.dimension)..<(shape.dimension + (inputs.hasFeatures ? shape.featureCount : 0))
    self.scaling = columns.map { (shift: scaling.shift[$0], factor: scaling.factor[$0]) }
    self.smoothing = smoothing
    periodic = shape.periodicCoordinates
  }

  /// D.
  var dimension: Int { scaling.count }
  /// Whether they are the scaled positions, of which nothing more needs to be known.
  var arePlain: Bool { periodic.isEmpty && inputs == .positions }
  /// Whether they are those of places in space.
  var arePlaces: Bool { inputs == .positions }

  private func isPeriodic(_ j: Int) -> Bool { !periodic.isEmpty && periodic[j] }

  /// q_X in a cell: ε is a length, and a share of the period by the spacing of the cell.
  func mixture(in cell: PeriodicCell?) -> KernelMixture {
    KernelMixture(
      smoothing: smoothing.enumerated().map { j, epsilon in
        guard let cell, isPeriodic(j) else { return epsilon }
        return epsilon / (Double(scaling[j].factor) * cell.spacings[j])
      }, periodic: periodic)
  }

  /// The coordinates `[n, D]` of points with these positions `[n, d]` and features `[n, c]`.
  ///
  /// - Parameter cell: their cell, where axes are periodic.
  func values(
    _ positions: UnsafeBufferPointer<Float>, _ features: UnsafeBufferPointer<Float>, in cell: PeriodicCell?
  ) -> [Float] {
    let cell = periodic.isEmpty ? nil : cell
    let (d, c, width) = (positionCount, featureCount, dimension)
    let n = d > 0 ? positions.count / d : c > 0 ? features.count / c : 0
    let firstFeature = inputs.hasPositions ? d : 0
    return [Float](unsafeUninitializedCapacity: n * width) { out, count in
      for j in 0..<width {
        let (shift, factor) = scaling[j]
        for point in 0..<n {
          let value: Float
          if j >= firstFeature {
            value = (features[point * c + j - firstFeature] - shift) * factor
          } else if let cell, let base = positions.baseAddress {
            value =
              isPeriodic(j)
              // The share rounded may be 1.
              ? Circle.place(Float(Circle.place(cell.share(j, base + point * d))))
              : (cell.plain(j, base + point * d) - shift) * factor
          } else {
            value = (positions[point * d + j] - shift) * factor
          }
          out[point * width + j] = value
        }
      }
      count = n * width
    }
  }

  /// A set's coordinates for the choice of ε, in units of ε: shares of a period times its length.
  package func points(ofSet set: Int, of source: any PointSetSource) -> LeaveOneOut.Points {
    let cell = periodic.isEmpty ? nil : source.cell(ofSet: set)
    let periods = (0..<dimension).map { j in
      cell.flatMap { isPeriodic(j) ? $0.spacings[j] * Double(scaling[j].factor) : nil } ?? 0
    }
    var columns: [[Float]] = []
    source.withPoints(ofSet: set) { positions, features in
      let values = values(positions, features, in: cell)
      columns = (0..<dimension).map { j in
        stride(from: j, to: values.count, by: dimension).map {
          periods[j] > 0 ? values[$0] * Float(periods[j]) : values[$0]
        }
      }
    }
    return LeaveOneOut.Points(columns: columns, periods: periods)
  }

  /// The position with these coordinates, `[d]`; in a cell where axes are periodic. Only of places in space.
  func position(_ coordinates: [Float], in cell: PeriodicCell?) -> [Float] {
    let plain = coordinates.enumerated().map { j, x in isPeriodic(j) ? x : x / scaling[j].factor + scaling[j].shift }
    guard let cell, !arePlain else { return plain }
    return cell.position(plain.map(Double.init), isPeriodic: isPeriodic).map(Float.init)
  }

  /// log |d coordinates/d position|; only of places in space.
  func logVolume(in cell: PeriodicCell?) -> Float {
    guard let cell, !arePlain else { return scaling.reduce(Float(0)) { $0 + log(abs($1.factor)) } }
    let sum = scaling.indices.reduce(-log(cell.volume)) { sum, j in
      isPeriodic(j) ? sum : sum + log(cell.spacings[j] * abs(Double(scaling[j].factor)))
    }
    return Float(sum)
  }
}
