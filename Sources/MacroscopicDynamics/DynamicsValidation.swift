import MacrostateAutodiff
import MacrostateCompute

/// The validation of a dynamics model: for an ODE the mean scaled MRE of rollouts of the validation trajectories; for an
/// SDE the mean of −log N of their steps.
public struct DynamicsValidation: Sendable {
  /// True macrostates of the validation trajectories.
  private let data: MacrostateTrajectories
  /// The range of the observables, for the scaled MRE.
  private let scale: RelativeError.Scale

  /// A validation on `data`, whose errors are measured in `scale`.
  public init(_ data: MacrostateTrajectories, scale: RelativeError.Scale) {
    self.data = data
    self.scale = scale
  }

  /// The score of `model`; lower is better, and infinite where a rollout runs away.
  public func score(_ model: any DynamicsModel, _ parameters: Parameters, _ compute: Compute) throws -> Double {
    if model.isStochastic {
      return try WindowLoss(model, parameters: parameters, data: data, compute: compute).mean()
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
