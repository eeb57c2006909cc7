import Foundation
import MacroscopicDynamics
import MacrostateAutodiff
import MacrostateCompute
import MacrostateTraining

/// The likelihood of one step of an SDE for a batch of windows: drift and Σ are learned together with the encoder.
///
/// In units of the first encoder's increments, t = Δz/√Δt and what the SDE says of them, N(m, L Lᵀ) (Eq. 5),
///
///     L_dyn = (1/M) [ (1/W) Σᵢ −log N(tᵢ; mᵢ, Lᵢ Lᵢᵀ) − ½ Σⱼ log Vⱼ ]
///     Vⱼ = the mean over the batch of tᵢⱼ²
///
/// with the second sum over closure variables. A plain likelihood has no bound: it grows as ẑ shrinks and Σ with it. Less
/// log Vⱼ it is that of increments in units of their own size, which scaling ẑ does not change, as the share that
/// `OneStepError` takes for an ODE. Where ẑ gets so small that Σ meets its floor, the loss rises.
struct OneStepLikelihood: OneStepForm {
  private let model: DifferentialEquation
  private let term: DynamicsTerm
  /// Added to Vⱼ: well below the square of Σ's floor, so that shrinking ẑ never pays.
  private static let floor = 1e-6

  static let score = Score(
    "one-step −log N", unit: "nats",
    explanation: "Negative log-likelihood of one step, in nats a component: observables in units of their training "
      + "increments, closure variables in units of the size of their own.")

  init(_ model: DifferentialEquation, _ term: DynamicsTerm) {
    self.model = model
    self.term = term
  }

  var units: [Float] { model.scaling.noiseUnit }
  func timeFactor(_ timeStep: Float) -> Float { timeStep.squareRoot() }

  func evaluate(
    _ steps: ScaledSteps, _ parts: [OneStepPart], wantsGradient: Bool, pool: WorkerPool
  ) throws -> (loss: Double, incrementGradient: [Float]) {
    let (m, k, count) = (model.shape.movingCount, term.macrostate.observables.count, steps.timeSteps.count)
    let weight = term.weight / Double(m * count)
    try pool.run(tasks: parts.count) { run(steps, parts[$0], weight: weight, wantsGradient: wantsGradient) }
    let squares = (0..<m).map { j in
      (0..<count).reduce(Self.floor) { $0 + steps.square($1 * m + j) / Double(count) }
    }
    let sizes = squares[k...].reduce(0) { $0 + 0.5 * log($1) }
    let loss = parts.reduce(0) { $0 + $1.loss } - term.weight / Double(m) * sizes
    guard wantsGradient else { return (loss, []) }
    // What moves an increment moves its distance from the mean, and V.
    let meanGradients = parts.flatMap(\.values)
    return (
      loss, meanGradients.indices.map { -meanGradients[$0] - Float(weight / squares[$0 % m]) * steps.increments[$0] }
    )
  }

  private func run(_ steps: ScaledSteps, _ part: OneStepPart, weight: Double, wantsGradient: Bool) {
    let rows = part.rows(of: steps.timeSteps.count)
    guard !rows.isEmpty else { return }
    let (tape, m, scaling) = (part.lane.tape, model.shape.movingCount, model.scaling)
    // The memory of the record goes back for another lane.
    defer { tape.reset() }
    let z = part.states(steps, rows, dimension: model.shape.dimension, wantsGradient: wantsGradient)
    // What makes a mean increment of g: √Δt in the noise's unit.
    let unit = part.perRow(steps.timeSteps[rows], columns: m) {
      scaling.driftUnit[$1] * $0.squareRoot() / scaling.noiseUnit[$1]
    }
    let mean = tape.multiply(model.drift(tape, z), unit)
    guard let raw = model.rawDiffusion(tape, z) else { return }
    Array(steps.increments[rows.lowerBound * m..<rows.upperBound * m]).withUnsafeBufferPointer { target in
      guard let target = target.baseAddress else { return }
      tape.addGaussianLoss(
        mean: mean, rawFactor: raw, form: model.shape.factorForm, target: target,
        floor: DifferentialEquation.diffusionFloor,
        weight: weight)
    }
    part.loss = tape.loss
    guard wantsGradient else { return }
    part.values = tape.gradientArray(of: mean)
    tape.backward()
    part.stateGradient = tape.gradientArray(of: z)
  }
}
