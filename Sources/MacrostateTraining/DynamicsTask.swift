import Foundation
import MacroscopicDynamics
import MacrostateAutodiff
import MacrostateCompute
import Microstates

/// Stage II: training a dynamics model on pairs of successive macrostates, or on rollouts of several steps.
final class DynamicsTask: TrainingTask {
  /// What a step trains on.
  enum Target {
    /// Pairs (z_t, z_{t+1}).
    case pairs
    /// Windows of this many steps, rolled out.
    case windows(length: Int)
  }

  private let trainer: DynamicsTrainer
  private let target: Target
  private let frames: [Int]
  private let batch: Int
  private let seed: UInt64
  private let validation: DynamicsValidation

  init(
    trainer: DynamicsTrainer, data: MacrostateTrajectories, target: Target, framePower: Double, batch: Int,
    seed: UInt64,
    validation: DynamicsValidation
  ) {
    self.trainer = trainer
    self.target = target
    self.batch = batch
    self.seed = seed
    self.validation = validation
    frames =
      switch target {
      case .pairs: data.windows(length: 1, framePower: framePower)
      case .windows(let length): data.windows(length: length, framePower: framePower)
      }
  }

  var parameters: Parameters { trainer.parameters }
  var optimizer: Adam { trainer.optimizer }
  var scoreName: String { trainer.model.isStochastic ? "−log N" : "MRE" }

  func step(_ step: Int, rate: Double) throws -> (loss: Double, gradientNorm: Double) {
    var random = RandomStream(seed: seed, purpose: .dynamicsMinibatch, step: step)
    let chosen = (0..<batch).map { _ in frames[random.next(below: frames.count)] }
    switch target {
    case .pairs: return try trainer.step(pairs: chosen, rate: rate)
    case .windows(let length): return try trainer.step(windows: chosen, length: length, rate: rate)
    }
  }

  func validationScore() throws -> Double { try validation.score(trainer.model, trainer.parameters) }
}

/// The validation of a dynamics model: for an ODE the mean scaled MRE of rollouts of the validation trajectories; for an
/// SDE the mean of −log N of their steps.
struct DynamicsValidation: Sendable {
  /// True macrostates of the validation trajectories.
  let data: MacrostateTrajectories
  /// The range of the observables, for the scaled MRE.
  let scale: RelativeError.Scale
  let compute: Compute

  func score(_ model: DynamicsModel, _ parameters: Parameters) throws -> Double {
    if model.isStochastic {
      return try DynamicsLikelihood(model, parameters: parameters, data: data, compute: compute).mean()
    }
    let starts = (0..<data.count).flatMap { Array(data.state(data.offsets[$0])) }
    let times = (0..<data.count).map { Array(data.times[data.frames(of: $0)]) }
    let forecast = try ForecastEnsemble([(model, parameters)])
      .forecast(starts: starts, times: times, compute: compute)
    let errors = (0..<data.count).map { trajectory in
      error(of: forecast, trajectory)
    }
    // A rollout that ran away must not win by being cut off.
    guard forecast.divergences.isEmpty else { return .infinity }
    return errors.reduce(0, +) / Double(max(errors.count, 1))
  }

  private func error(of forecast: Forecast, _ trajectory: Int) -> Double {
    // Without observables the macrostate is ẑ, and that is what must be predicted.
    let macrostate = data.macrostate
    let k = macrostate.observables.isEmpty ? macrostate.movingCount : macrostate.observables.count
    let d = data.dimension
    let frames = data.frames(of: trajectory)
    let truth = frames.flatMap { frame in (0..<k).map { Double(data.value(frame, $0)) } }
    let path = forecast.paths[0][trajectory]
    let prediction = (0..<frames.count).flatMap { t in (0..<k).map { Double(path[t * d + $0]) } }
    return RelativeError.ofTrajectory(truth: truth, prediction: prediction, observables: k, scale: scale)
  }
}
