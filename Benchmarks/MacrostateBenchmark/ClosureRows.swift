import ClosureModels
import Foundation
import MacrostateAutodiff
import MacrostateCompute
import MacrostateNetworks
import MacrostateSettings
import MacrostateTraining
import PointDensities

/// Stage I and encoding at the sizes of design.md: φ 2-64-64-64, ρ 64-64-8, 4 spline layers 64-64 of 8 bins, K = 64; or
/// with a set transformer of width 64, 4 heads, 2 blocks, 16 inducing points in the DeepSet's place.
struct ClosureRows: ClosureBatchSource {
  /// The encoder in training.
  enum Encoder {
    case deepSet
    case setTransformer

    /// The defaults, with ReLU.
    var settings: PartSettings<Encoders> {
      switch self {
      case .deepSet:
        var settings = PerceptronEncoderSettings()
        settings.activation = .relu
        return PartSettings(DeepSetEncoder.self, settings)
      case .setTransformer:
        var settings = SetTransformerSettings()
        settings.activation = .relu
        return PartSettings(SetTransformerEncoder.self, settings)
      }
    }

    /// Multiply-adds of a training step's products: for each point, and for each set.
    var work: (point: Double, set: Double) {
      switch self {
      case .deepSet: return (2 * 2 * 64 + 3 * 64 * 64, 3 * (64 * 64 + 64 * 64 + 64 * 8))
      case .setTransformer:
        // Of a block: two products each of gathering and spreading, and the feed-forward network; of the pooling: two
        // products with a column a head.
        let blocks: Double = 2 * (4 * 64 * 64 + 2 * 64 * 128)
        let pooling: Double = 2 * 4 * 64
        // The few rows' projections, their heads apart where that is how they are computed, and their feed-forward.
        let few: Double = 16 * (4 * 64 * 64 + 2 * 64 * 128) + 3 * 64 * 64 * 64
        let seed: Double = (4 + 1) * 64 * 64 + 2 * 64 * 128 + 64 * 8
        return (2 * 2 * 64 + 3 * (blocks + pooling), 3 * (2 * few + seed))
      }
    }
  }

  private let encoder: Encoder
  private let model: ClosureModel
  private let source: InMemorySets
  private let compute: Compute
  private let batch: Int
  private let points: Int
  private let threads: Int

  init(points: Int, batch: Int, threads: Int, encoder: Encoder = .deepSet) {
    self.encoder = encoder
    model = ClosureModel(
      .init(
        dimension: 2, closureDimension: 8,
        encoder: encoder.settings,
        objective: .density(smoothing: [0.01, 0.01], samples: 64, density: PartSettings())),
      scaling: .identity(columns: 2))
    source = InMemorySets(sets: max(1, min(2000, 2_000_000 / points)), count: points)
    compute = Compute(threads: threads)
    self.batch = batch
    self.points = points
    self.threads = threads
  }

  func training(seconds: Double) throws -> BenchmarkCommand.Line {
    let peak = measuredPeak(compute.kernels) * Double(threads)
    let loss = try ClosureLoss(
      model, parameters: model.initialParameters(seed: 0), source: source, batches: self,
      validation: ClosureBatch(sets: []), seed: 0, compute: compute)
    let trainer = Trainer(loss, optimizer: .init(), compute: compute)
    let rate = try rate(units: Double(batch), seconds: seconds) { _ = try trainer.step($0, rate: 1e-3) }
    return .init(
      row: encoder == .deepSet ? "train-autoencoder" : "train-set-transformer", unit: "sets/s", rate: rate,
      parameters: model.layout.count,
      peakShare: rate * trainingOperations / peak, residentMegabytes: residentMegabytes())
  }

  func encoding(seconds: Double) throws -> BenchmarkCommand.Line {
    let encoder = SetEncoder(
      model, parameters: model.initialParameters(seed: 0), source: source, compute: compute)
    let rate = try rate(units: Double(batch), seconds: seconds) { step in
      _ = try encoder.encode(sets(step), isOrdered: false)
    }
    return .init(row: "encode", unit: "frames/s", rate: rate, parameters: nil, peakShare: nil, residentMegabytes: nil)
  }

  func batch(ofStep step: Int) -> ClosureBatch { ClosureBatch(sets: sets(step)) }

  private func sets(_ step: Int) -> [Int] {
    var random = RandomStream(seed: 0, purpose: .minibatch, step: step)
    return (0..<batch).map { _ in random.next(below: source.setCount) }
  }

  /// Operations of the matrix products that are executed for one set: twice the multiply-adds, forward and both
  /// gradients (only one where the input is data).
  private var trainingOperations: Double {
    let encoding = Double(points) * encoder.work.point + encoder.work.set
    let perSet: Double = 3 * (8 * 64 + 64 * 64 + 64 * 23) + 3 * 8 * 64
    let perSample: Double = 64 * 3 * (64 + 64 * 64 + 64 * 23)
    return 2 * (encoding + 4 * (perSet + perSample))
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
