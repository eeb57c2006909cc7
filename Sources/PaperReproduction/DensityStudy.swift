import ClosureModels
import Foundation
import MacrostateAutodiff
import MacrostateCompute
import MacrostateNetworks
import MacrostateRecipes
import MacrostateSettings
import MacrostateStorage
import MacrostateTraining
import Microstates
import PointDensities

/// One cell of Fig. 4: a closure model without dynamics, trained on the sets of Sec. 4.1 with one ε and one dim ẑ.
public struct DensityStudy {
  /// Sets to train on; those after them validate.
  public static let trainingSets = 3000
  /// Sets to validate on; the first of them is drawn.
  public static let validationSets = 300
  /// The text of `data.training`: there is no such file, the sets are made in memory.
  static let dataName = "mixtures of four Gaussians, \(trainingSets) + \(validationSets) sets of 200, seed 0"

  /// The sets; all cells share them.
  public static let sets = MixtureSets(count: trainingSets + validationSets)

  private let configuration: RunConfiguration
  private let compute: Compute
  private let model: ClosureModel
  private let parameters: Parameters

  /// A study with these settings of a DeepSet encoder, of the density and of stage I.
  public init(_ configuration: RunConfiguration, kernels: Kernels = .best) {
    self.configuration = configuration
    compute = Compute(kernels, threads: configuration.threads)
    let encoder = configuration.encoder
    model = ClosureModel(
      .init(
        dimension: 1, closureDimension: encoder.closureDimension,
        encoder: encoder.part,
        objective: .density(
          smoothing: [Self.smoothing(configuration)], samples: configuration.density.samples,
          density: configuration.density.part)),
      scaling: .identity(columns: 1))
    parameters = model.initialParameters(seed: configuration.seed)
  }

  /// ε, which the figure's cells set.
  private static func smoothing(_ configuration: RunConfiguration) -> Double {
    configuration.density.smoothing.values.first ?? 0.1
  }

  /// Trains in `folder`, or carries on there, and measures.
  ///
  /// - Throws: `MacrostateError`; after `.stopped` the same call carries on.
  public func run(in folder: RunFolder, stop: StopFlag, progress: any ProgressObserver) throws -> Measurement {
    try folder.prepare(configuration, restart: false)
    let session = try Session(
      compute: compute, of: folder, configuration.run, stop: stop, progress: progress)
    let state = try session.train(.closure, loss(), configuration.closureTraining)
    return try measure(divergence: state.bestScore ?? .nan)
  }

  /// Seconds of a training step, measured on this machine.
  func secondsPerStep() throws -> Double {
    let trainer = try Trainer(loss(), optimizer: .init(), compute: compute)
    _ = try trainer.step(0, rate: 0)
    let start = ContinuousClock.now
    let steps = 8
    for step in 0..<steps { _ = try trainer.step(step, rate: 0) }
    return start.secondsSince / Double(steps)
  }

  private func loss() throws -> ClosureLoss {
    let settings = configuration.closureTraining
    let first = Self.trainingSets
    return try ClosureLoss(
      model, parameters: parameters, source: Self.sets,
      batches: ShuffledSets(count: Self.trainingSets, batch: settings.batch, seed: configuration.seed),
      validation: ClosureBatch(sets: Array(first..<first + min(settings.validationSets, Self.validationSets))),
      seed: configuration.seed, compute: compute)
  }

  // MARK: What is drawn

  /// The curves of a cell.
  public struct Measurement: Codable, Equatable, Sendable {
    /// KL(q_X ‖ p(· | ẑ)), the mean over the validation sets, nats.
    public var divergence: Double
    /// The abscissae of the curves.
    public var x: [Double]
    /// The density that the drawn set comes from.
    public var generating: [Double]
    /// q_X.
    public var target: [Double]
    /// p(· | ẑ).
    public var learned: [Double]
    /// The set's points.
    public var points: [Double]
  }

  /// Ends and spacing of the curves; the spacing resolves the smallest ε.
  private static let extent = (low: -1.6, high: 1.6, spacing: 1e-3)

  private func measure(divergence: Double) throws -> Measurement {
    let set = Self.trainingSets
    let count = Int(((Self.extent.high - Self.extent.low) / Self.extent.spacing).rounded()) + 1
    let x = (0..<count).map { Self.extent.low + Double($0) * Self.extent.spacing }
    let closure = try SetEncoder(model, parameters: parameters, source: Self.sets, compute: compute)
      .encode([set], isOrdered: true)
    let learned =
      LearnedDensity(model, parameters: parameters, kernels: compute.kernels)?
      .logDensity(at: x.map(Float.init), closure: closure) ?? []
    let mixture = KernelMixture(smoothing: Self.smoothing(configuration), dimension: 1)
    let points = Self.sets.points(ofSet: set)
    let target = points.withUnsafeBufferPointer { buffer in
      x.map { exp(mixture.logDensity([Float($0)], points: buffer, stride: 1)) }
    }
    func rounded(_ values: [Double]) -> [Double] { values.map { ($0 * 1e5).rounded() / 1e5 } }
    return Measurement(
      divergence: divergence, x: rounded(x), generating: rounded(x.map { Self.sets.density(ofSet: set, at: $0) }),
      target: rounded(target), learned: rounded(learned.map { exp(Double($0)) }),
      points: rounded(points.map(Double.init)))
  }
}

/// Sets in an order that is shuffled anew every epoch.
private struct ShuffledSets: ClosureBatchSource {
  let count: Int
  let batch: Int
  let seed: UInt64

  func batch(ofStep step: Int) -> ClosureBatch {
    let first = step * batch
    let shuffles = Dictionary(
      uniqueKeysWithValues: (first / count...(first + batch - 1) / count).map {
        ($0, ShuffledIndices(count: count, seed: seed, epoch: $0))
      })
    return ClosureBatch(
      sets: (first..<first + batch).compactMap { position in shuffles[position / count]?[position % count] })
  }
}
