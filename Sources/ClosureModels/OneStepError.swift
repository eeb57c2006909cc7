import MacroscopicDynamics
import MacrostateAutodiff
import MacrostateCompute
import MacrostateTraining

/// The one-step error of a batch of windows.
///
/// With the increments tᵢⱼ = Δzᵢⱼ/Δtᵢ and what the dynamics says of them, gᵢⱼ, window i and component j,
///
///     L_dyn = (1/M) Σⱼ Σᵢ (gᵢⱼ − tᵢⱼ)² / (W Vⱼ),   Vⱼ = the mean over the batch of tᵢⱼ²
///
/// for closure variables, and that of the training data for observables: the share of the increments that is not
/// predicted. A plain squared error would fall to 0 with the size of ẑ, by an encoder that says less and less; a share
/// does not change when ẑ is scaled. What differentiates ẑ differentiates Vⱼ, too. Below a hundred-thousandth of the first
/// encoder's increments (`floor`) the share is let go to 0, so that a constant ẑ gives no division by 0.
struct OneStepError: OneStepForm {
  private let model: DifferentialEquation
  private let term: DynamicsTerm
  /// Added to Vⱼ, in units of the first encoder's mean square increments.
  private static let floor = 1e-10

  static let score = Score(
    "one-step error",
    explanation: "Share of the increments of observables and closure variables in one step that is not predicted.")

  init(_ model: DifferentialEquation, _ term: DynamicsTerm) {
    self.model = model
    self.term = term
  }

  var units: [Float] { model.scaling.driftUnit }
  func timeFactor(_ timeStep: Float) -> Float { timeStep }

  func evaluate(
    _ steps: ScaledSteps, _ parts: [OneStepPart], wantsGradient: Bool, pool: WorkerPool
  ) throws -> (loss: Double, incrementGradient: [Float]) {
    let (m, k, count) = (model.shape.movingCount, term.macrostate.observables.count, steps.timeSteps.count)
    let squares = (0..<m).map { j in
      j < k ? 1 : (0..<count).reduce(Self.floor) { $0 + steps.square($1 * m + j) / Double(count) }
    }
    let weights = squares.map { term.weight / (Double(m * count) * $0) }
    try pool.run(tasks: parts.count) { number in
      run(steps, parts[number], weights: wantsGradient ? weights.map(Float.init) : nil)
    }
    let residuals = parts.flatMap(\.values)
    var errors = [Double](repeating: 0, count: m)
    for (i, residual) in residuals.enumerated() { errors[i % m] += Double(residual) * Double(residual) }
    let loss = zip(weights, errors).reduce(0) { $0 + $1.0 * $1.1 }
    guard wantsGradient else { return (loss, []) }
    // By the residual, and by Vⱼ.
    let share = (0..<m).map { 2 * weights[$0] * errors[$0] / (squares[$0] * Double(count)) }
    let gradient = residuals.indices.map { at in
      Float(-2 * weights[at % m] * Double(residuals[at]) - share[at % m] * Double(steps.increments[at]))
    }
    return (loss, gradient)
  }

  /// - Parameter weights: of the squared residuals of each component; nil where no gradient is wanted.
  private func run(_ steps: ScaledSteps, _ part: OneStepPart, weights: [Float]?) {
    let rows = part.rows(of: steps.timeSteps.count)
    guard !rows.isEmpty else { return }
    let (tape, m) = (part.lane.tape, model.shape.movingCount)
    // The memory of the record goes back for another lane.
    defer { tape.reset() }
    let z = part.states(steps, rows, dimension: model.shape.dimension, wantsGradient: weights != nil)
    let predicted = increments(z, steps.timeSteps[rows], part)
    let values = tape.array(predicted)
    part.values = values.indices.map { values[$0] - steps.increments[rows.lowerBound * m + $0] }
    guard let weights else { return }
    tape.fillGradient(of: predicted) { i, j in 2 * weights[j] * part.values[i * m + j] }
    tape.backward()
    part.stateGradient = tape.gradientArray(of: z)
  }

  /// The predicted Δz/Δt in the drift's unit: g itself, or what the integrator makes of it.
  private func increments(_ z: Tensor, _ timeSteps: ArraySlice<Float>, _ part: OneStepPart) -> Tensor {
    let (tape, m, unit) = (part.lane.tape, model.shape.movingCount, model.scaling.driftUnit)
    guard model.shape.integrator != .euler else { return model.drift(tape, z) }
    let step = part.perRow(timeSteps, columns: m) { $0 * unit[$1] }
    let inverse = part.perRow(timeSteps, columns: m) { 1 / ($0 * unit[$1]) }
    let difference = tape.add(model.advance(tape, z, step: step), tape.affine(z, scale: -1, shift: 0))
    return tape.multiply(tape.firstColumns(difference, count: m), inverse)
  }
}
