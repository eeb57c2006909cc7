import Foundation
import MacrostateAutodiff
import MacrostateCompute
import PointDensities

/// The density p(· | ẑ) that a model with the density objective has learned: its values and samples, in the data's units.
public struct LearnedDensity {
  private let density: any ConditionalDensity
  private let coordinates: DensityCoordinates
  private let parameters: Parameters
  private let kernels: Kernels

  /// The density of `model`; nil for a model with another objective, or whose density is one of features, too.
  public init?(_ model: ClosureModel, parameters: Parameters, kernels: Kernels) {
    guard case .density(let mixture, let density, _) = model.objective else { return nil }
    coordinates = DensityCoordinates(model.shape, model.scaling, smoothing: mixture.smoothing)
    guard coordinates.arePlaces else { return nil }
    self.density = density
    self.parameters = parameters
    self.kernels = kernels
  }

  /// Whether log p can be computed; otherwise there are only samples.
  public var hasLikelihood: Bool { density.likelihood != nil }

  /// log p(x | ẑ) at positions of the data's own units, `[points, d]`, for one ẑ; nats per unit volume of the data. nil for a
  /// density without likelihood.
  ///
  /// - Parameter cell: the cell of the points, for a model with periodic axes.
  public func logDensity(at positions: [Float], closure: [Float], in cell: PeriodicCell? = nil) -> [Float]? {
    guard let likelihood = density.likelihood else { return nil }
    let d = coordinates.dimension
    let rows = positions.count / d
    let tape = Tape(kernels: kernels, parameters: parameters)
    let values = positions.withUnsafeBufferPointer { positions in
      if let cell, !coordinates.arePlain {
        return coordinates.values(positions, UnsafeBufferPointer(start: nil, count: 0), in: cell)
      }
      let scaling = coordinates.scaling
      return positions.enumerated().map { ($0.element - scaling[$0.offset % d].shift) * scaling[$0.offset % d].factor }
    }
    let columns = (0..<d).map { j in
      (0..<rows).map { values[$0 * d + j] }.withUnsafeBufferPointer { tape.copy($0, rows: rows, columns: 1) }
    }
    let context = closure.withUnsafeBufferPointer { tape.copyPadded($0, rows: 1, columns: closure.count) }
    // log p(x) = log p(x_scaled) + log |dx_scaled/dx|.
    let logVolume = coordinates.logVolume(in: cell)
    return likelihood.logDensities(tape, columns, context: context).map { $0 + logVolume }
  }

  /// `count` samples of p(· | ẑ) in the data's own units, `[count, d]`.
  ///
  /// - Parameter cell: the cell that they are to be in, for a model with periodic axes.
  public func samples(closure: [Float], count: Int, seed: UInt64, in cell: PeriodicCell? = nil) -> [Float] {
    let tape = Tape(kernels: kernels, parameters: parameters)
    var random = RandomStream(seed: seed, purpose: .flowSamples)
    let context = closure.withUnsafeBufferPointer { tape.copyPadded($0, rows: 1, columns: closure.count) }
    let columns = density.samples(tape, context: context, count: count, random: &random).map { tape.array($0) }
    return (0..<count).flatMap { row in coordinates.position(columns.map { $0[row] }, in: cell) }
  }
}
