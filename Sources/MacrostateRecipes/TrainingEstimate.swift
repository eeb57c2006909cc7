import ClosureModels
import Foundation
import MacroscopicDynamics
import MacrostateAutodiff
import MacrostateCompute
import MacrostateSettings
import MacrostateTraining
import Microstates

/// The estimate of a training's time, memory and disk, from a few steps of each kind measured beforehand on this machine.
public struct TrainingEstimate: Sendable {
  /// Seconds of the whole training.
  public let seconds: Double
  /// Bytes of memory beyond the mapped data.
  public let memory: Double
  /// Bytes of disk beyond the data.
  public let disk: Double
  /// Seconds of one step of stage I.
  public let closureStep: Double
  /// Seconds of encoding one frame.
  public let frame: Double
  /// Seconds of one step of stage II.
  public let dynamicsStep: Double
  /// Models that a training of stage II consists of: one, or one for each observable.
  public let parts: Int

  private static let measuredSteps = 12
  private static let measuredFrames = 1024
  /// Bytes of the program itself, its threads and buffers.
  private static let programBytes = 40e6

  init(
    _ configuration: RunConfiguration, data: TrainingData, closure: ClosureModel, dynamics: DynamicsShape,
    parts: Int = 1, compute: Compute
  ) throws {
    self.parts = parts
    let source = DatasetPointSets(data.dataset)
    let trainingFrames = TrainingData.frames(data.dataset, data.split.training)
    let allFrames = trainingFrames.count + TrainingData.frames(data.dataset, data.split.validation).count
    let parameters = closure.initialParameters(seed: configuration.seed)
    let trainer = Trainer(
      try ClosureLoss(
        closure, parameters: parameters, source: source,
        batches: ClosureBatches(
          data.dataset, data.split.training, units: data.units, for: closure, configuration.closureTraining,
          configuration.data, seed: configuration.seed),
        validation: ClosureBatch(sets: []), seed: configuration.seed, compute: compute),
      optimizer: .init(), compute: compute)
    closureStep = try Self.secondsPerCall(Self.measuredSteps) { _ = try trainer.step($0, rate: 0) }
    let sample = Array(trainingFrames.prefix(Self.measuredFrames))
    let encoding = MacrostateEncoding(
      closure, parameters: parameters, dataset: data.dataset, units: data.units,
      macrostate: data.macrostate(configuration), compute: compute)
    frame =
      try Self.secondsPerCall(1) { _ in _ = try encoding.macrostates(ofFrames: sample, isOrdered: false) }
      / Double(max(sample.count, 1))
    dynamicsStep = try Self.dynamicsStep(configuration, dynamics, compute: compute)

    let trainings =
      Double(parts)
      * Double(
        (configuration.keepsEncodersDynamics ? 0 : configuration.dynamics.ensemble)
          + (data.dataset.observables.isEmpty ? 0 : 1))
    let unroll = configuration.dynamicsTraining
    let unrolledSteps = unroll.unrollLength > 0 ? Double(unroll.unrollSteps * unroll.unrollLength) / 8 : 0
    seconds =
      Double(configuration.closureTraining.steps) * closureStep
      + Double(allFrames) * frame
      + trainings * (Double(unroll.steps) + unrolledSteps) * dynamicsStep
    // z in single precision and its copies, frame numbers; parameters, Adam's moments and the lanes' gradients; tapes.
    memory =
      Self.programBytes + Double(allFrames * (dynamics.dimension * 8 + 24))
      + Double(closure.layout.storage * 4 * 14 + trainer.tapeByteCount)
    disk = 4 * 12 * (Double(closure.layout.storage) + trainings * 2 * Double(dynamics.dimension * 300 + 40_000))
  }

  private static func dynamicsStep(
    _ configuration: RunConfiguration, _ shape: DynamicsShape, compute: Compute
  ) throws -> Double {
    var random = RandomStream(seed: 0, purpose: .evaluation)
    let frames = 256
    let data = MacrostateTrajectories(
      Macrostate(observableCount: 0, closureCount: shape.dimension), values: random.normals(frames * shape.dimension),
      times: (0..<frames).map(Double.init), offsets: [0, frames])
    let model = shape.model(dimension: shape.dimension, scaling: MacrostateScaling(data))
    let trainer = Trainer(
      DynamicsLoss(
        model, parameters: model.initialParameters(seed: 0, member: 0), data: data,
        batch: configuration.dynamicsTraining.batch, seed: 0, validation: DynamicsValidation(data, scale: .physical)),
      optimizer: .init(), compute: compute)
    return try secondsPerCall(4 * measuredSteps) { _ = try trainer.step($0, rate: 0) }
  }

  private static func secondsPerCall(_ calls: Int, _ body: (Int) throws -> Void) throws -> Double {
    try body(0)
    let start = ContinuousClock.now
    for call in 0..<calls { try body(call) }
    return (ContinuousClock.now - start).seconds / Double(calls)
  }

  /// The estimate as a line of the log.
  var text: String {
    let minutes = seconds < 90 ? "\(Int(seconds.rounded())) s" : "\(Int((seconds / 60).rounded())) min"
    let size = memory < 1e9 ? String(format: "%.0f MB", memory / 1e6) : String(format: "%.1f GB", memory / 1e9)
    return String(format: "estimate: about \(minutes) of training, \(size) of memory, %.0f MB of disk", disk / 1e6)
  }
}
