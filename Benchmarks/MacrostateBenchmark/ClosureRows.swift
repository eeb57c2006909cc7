import ClosureModels
import Foundation
import MacrostateAutodiff
import MacrostateNetworks
import MacrostateParallel
import PointDensities
import RandomStreams

/// Stage I and encoding at the sizes of design.md: φ 2-64-64-64, ρ 64-64-8, 4 spline layers 64-64 of 8 bins, K = 64.
struct ClosureRows {
  private let model: ClosureModel
  private let source: InMemorySets
  private let pool: WorkerPool
  private let batch: Int
  private let points: Int
  private let threads: Int
  private let kernels = Kernels.best

  init(points: Int, batch: Int, threads: Int) {
    let flow = ConditionalSplineFlow.Shape(
      dimension: 2, contextDimension: 8, layers: 4, widths: [64, 64], activation: .relu,
      spline: SplineShape(bins: 8, bound: 8))
    model = ClosureModel(
      .init(
        dimension: 2, closureDimension: 8,
        encoder: .deepSet(pointWidths: [64, 64, 64], setWidths: [64], activation: .relu),
        objective: .density(smoothing: 0.01, samples: 64, flow: flow)), scaling: .identity(columns: 2))
    source = InMemorySets(sets: max(1, min(2000, 2_000_000 / points)), count: points)
    pool = WorkerPool(threads: threads)
    self.batch = batch
    self.points = points
    self.threads = threads
  }

  func training(seconds: Double) throws -> BenchmarkCommand.Line {
    let peak = measuredPeak(kernels) * Double(threads)
    let trainer = ClosureTrainer(
      model, parameters: model.initialParameters(seed: 0), source: source, optimizer: .init(), kernels: kernels,
      pool: pool)
    let rate = try rate(units: Double(batch), seconds: seconds) { step in
      _ = try trainer.step(batch: sets(step), seed: 0, step: step, rate: 1e-3)
    }
    return .init(
      row: "train-autoencoder", unit: "sets/s", rate: rate, parameters: model.layout.count,
      peakShare: rate * trainingOperations / peak, residentMegabytes: residentMegabytes())
  }

  func encoding(seconds: Double) throws -> BenchmarkCommand.Line {
    let encoder = SetEncoder(
      model, parameters: model.initialParameters(seed: 0), source: source, kernels: kernels, pool: pool)
    let rate = try rate(units: Double(batch), seconds: seconds) { step in
      _ = try encoder.encode(sets(step), isOrdered: false)
    }
    return .init(row: "encode", unit: "frames/s", rate: rate, parameters: nil, peakShare: nil, residentMegabytes: nil)
  }

  private func sets(_ step: Int) -> [Int] {
    var random = RandomStream(seed: 0, purpose: .minibatch, step: step)
    return (0..<batch).map { _ in random.next(below: source.setCount) }
  }

  /// Operations of the matrix products that are executed for one set: twice the multiply-adds, forward and both
  /// gradients (only one where the input is data).
  private var trainingOperations: Double {
    let pointwise: Double = 2 * 2 * 64 + 3 * 64 * 64
    let rho: Double = 3 * (64 * 64 + 64 * 64 + 64 * 8)
    let encoder = Double(points) * pointwise + rho
    let perSet: Double = 3 * (8 * 64 + 64 * 64 + 64 * 23) + 3 * 8 * 64
    let perSample: Double = 64 * 3 * (64 + 64 * 64 + 64 * 23)
    return 2 * (encoder + 4 * (perSet + perSample))
  }
}

/// The largest resident memory of this process so far.
func residentMegabytes() -> Double {
  var usage = rusage()
  #if os(Linux)
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Double(usage.ru_maxrss) / 1024
  #else
    getrusage(RUSAGE_SELF, &usage)
    return Double(usage.ru_maxrss) / 1_048_576
  #endif
}
