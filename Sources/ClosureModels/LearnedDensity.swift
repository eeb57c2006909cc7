import Foundation
import MacrostateAutodiff
import MacrostateCompute
import PointDensities

/// The density p(· | ẑ) that a model with the density objective has learned: its values and samples, in the data's units.
public struct LearnedDensity {
  private let model: ClosureModel
  private let density: any ConditionalDensity
  private let parameters: Parameters
  private let kernels: Kernels

  /// The density of `model`; nil for a model with another objective.
  public init?(_ model: ClosureModel, parameters: Parameters, kernels: Kernels) {
    guard case .density(_, let density, _) = model.objective else { return nil }
    self.model = model
    self.density = density
    self.parameters = parameters
    self.kernels = kernels
  }

  /// Whether log p can be computed; otherwise there are only samples.
  public var hasLikelihood: Bool { density.likelihood != nil }

  /// log p(x | ẑ) at positions of the data's own units, `[points, d]`, for one ẑ; nats per unit volume of the data. nil for a
  /// density without likelihood.
  public func logDensity(at positions: [Float], closure: [Float]) -> [Float]? {
    guard let likelihood = density.likelihood else { return nil }
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
    return likelihood.logDensities(tape, columns, context: context).map { $0 + logVolume }
  }

  /// `count` samples of p(· | ẑ) in the data's own units, `[count, d]`.
  public func samples(closure: [Float], count: Int, seed: UInt64) -> [Float] {
    let d = model.shape.dimension
    let tape = Tape(kernels: kernels, parameters: parameters)
    var random = RandomStream(seed: seed, purpose: .flowSamples)
    let context = closure.withUnsafeBufferPointer { tape.copyPadded($0, rows: 1, columns: closure.count) }
    let columns = density.samples(tape, context: context, count: count, random: &random).map { tape.array($0) }
    return (0..<count * d).map { columns[$0 % d][$0 / d] / model.scaling.factor[$0 % d] + model.scaling.shift[$0 % d] }
  }
}
