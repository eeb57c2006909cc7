import Foundation
import MacrostateAutodiff
import MacrostateCompute
import PointDensities

/// The density p(· | ẑ) that a model with the density objective has learned: its values and samples, in the data's units.
public struct LearnedDensity {
  private let model: ClosureModel
  private let flow: ConditionalSplineFlow
  private let parameters: Parameters
  private let kernels: Kernels

  /// The density of `model`; nil for a model with another objective.
  public init?(_ model: ClosureModel, parameters: Parameters, kernels: Kernels) {
    guard case .density(_, let flow, _) = model.objective else { return nil }
    self.model = model
    self.flow = flow
    self.parameters = parameters
    self.kernels = kernels
  }

  /// log p(x | ẑ) at positions of the data's own units, `[points, d]`, for one ẑ; nats per unit volume of the data.
  public func logDensity(at positions: [Float], closure: [Float]) -> [Float] {
    let d = model.shape.dimension
    let rows = positions.count / d
    let tape = Tape(kernels: kernels, parameters: parameters)
    let columns = (0..<d).map { j in
      let scaled = (0..<rows).map { (positions[$0 * d + j] - model.scaling.shift[j]) * model.scaling.factor[j] }
      return scaled.withUnsafeBufferPointer { tape.copy($0, rows: rows, columns: 1) }
    }
    let context = closure.withUnsafeBufferPointer { tape.copyPadded($0, rows: 1, columns: closure.count) }
    // log p(x) = log p(x_scaled) + Σ log |dx_scaled/dx|.
    let logVolume = model.scaling.factor[..<d].reduce(Float(0)) { $0 + log(abs($1)) }
    return flow.logDensities(tape, columns, context: context).map { $0 + logVolume }
  }

  /// `count` samples of p(· | ẑ) in the data's own units, `[count, d]`.
  public func samples(closure: [Float], count: Int, seed: UInt64) -> [Float] {
    let d = model.shape.dimension
    let tape = Tape(kernels: kernels, parameters: parameters)
    var random = RandomStream(seed: seed, purpose: .flowSamples)
    let noise = (0..<d).map { _ in
      random.normals(count).withUnsafeBufferPointer { tape.copy($0, rows: count, columns: 1) }
    }
    let context = closure.withUnsafeBufferPointer { tape.copyPadded($0, rows: 1, columns: closure.count) }
    let columns = flow.invert(tape, noise: noise, context: context).map { tape.array($0) }
    return (0..<count * d).map { columns[$0 % d][$0 / d] / model.scaling.factor[$0 % d] + model.scaling.shift[$0 % d] }
  }
}
