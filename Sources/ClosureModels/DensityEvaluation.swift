import Foundation
import MacrostateAutodiff
import MacrostateParallel
import PointDensities
import RandomStreams

/// What a density closure model has learned: KL divergence, densities on a grid, samples.
public final class DensityEvaluation {
  private let model: DensityClosureModel
  private let parameters: Parameters
  private let source: any PointSetSource
  private let lanes: [DensityLane]
  private let kernels: Kernels
  private let pool: WorkerPool

  /// An evaluation on the sets of `source`.
  public init(
    _ model: DensityClosureModel, parameters: Parameters, source: any PointSetSource, kernels: Kernels,
    pool: WorkerPool
  ) {
    self.model = model
    self.parameters = parameters
    self.source = source
    self.kernels = kernels
    self.pool = pool
    let arenas = ArenaPool()
    lanes = (0..<PointTiles.lanes).map { _ in
      DensityLane(model, source, parameters, kernels: kernels, wantsGradient: false, arenas: arenas)
    }
  }

  /// The mean over sets of E_q[−log p(x | ẑ)], by K samples of q_X a set that depend on (seed, set) alone; nats, in
  /// scaled coordinates. Sets without points are left out.
  public func negativeLogLikelihood(_ sets: [Int], seed: UInt64) throws -> Double {
    let present = sets.filter { source.pointCount(ofSet: $0) > 0 }
    let tiles = PointTiles(counts: present.map { source.pointCount(ofSet: $0) }).tiles
    return try mean(present) { lane, index in
      tiles[index].reduce(0) { sum, tile in
        sum + lane.negativeLogLikelihood(tile.map { .init(set: present[$0], position: $0) }, seed: seed)
      }
    }
  }

  /// The mean over sets of E_q[log q_X(x)], by the same samples. With it KL = this + negativeLogLikelihood. It costs
  /// O(n) a sample and does not depend on the parameters: compute it once.
  public func mixtureLogDensity(_ sets: [Int], seed: UInt64) throws -> Double {
    let present = sets.filter { source.pointCount(ofSet: $0) > 0 }
    let tiles = PointTiles(counts: present.map { source.pointCount(ofSet: $0) }).tiles
    return try mean(present) { lane, index in
      tiles[index].joined().reduce(0) { sum, position in
        sum + lane.mixtureLogDensity(.init(set: present[position], position: position), seed: seed)
      }
    }
  }

  private func mean(_ sets: [Int], _ laneSum: @escaping @Sendable (DensityLane, Int) -> Double) throws -> Double {
    try pool.run(tasks: lanes.count) { [lanes] index in
      lanes[index].loss = laneSum(lanes[index], index)
      lanes[index].end()
    }
    return lanes.reduce(0) { $0 + $1.loss } / Double(max(sets.count, 1) * model.shape.samples)
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
    return model.density.logDensities(tape, columns, context: context).map { $0 + logVolume }
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
    let columns = model.density.invert(tape, noise: noise, context: context).map { tape.array($0) }
    return (0..<count * d).map { columns[$0 % d][$0 / d] / model.scaling.factor[$0 % d] + model.scaling.shift[$0 % d] }
  }
}
