import MacroscopicDynamics
import MacrostateAutodiff
import MacrostateCompute

/// λ L_dyn of a batch of windows.
protocol OneStepLoss {
  /// λ L_dyn, and its gradient with respect to ẑ.
  ///
  /// - Parameters:
  ///   - closure: ẑ of all sets, `[windows · 2 · S, dim ẑ]`: window after window, both frames, their species.
  ///   - wantsGradient: whether gradients are computed; that of the parameters is added to those of the lanes.
  /// - Returns: the gradient in the order of `closure`; empty where none is wanted.
  func evaluate(
    closure: [Float], windows: [FrameWindow], wantsGradient: Bool
  ) throws -> (loss: Double, gradient: [Float])
}

/// The one-step error of a batch of windows, with its gradient with respect to ẑ and to the dynamics' parameters.
///
/// With the increments tᵢⱼ = Δzᵢⱼ/Δtᵢ and what the dynamics says of them, gᵢⱼ, window i and component j,
///
///     L_dyn = (1/M) Σⱼ Σᵢ (gᵢⱼ − tᵢⱼ)² / (W Vⱼ),   Vⱼ = the mean over the batch of tᵢⱼ²
///
/// for closure variables, and that of the training data for observables: the share of the increments that is not
/// predicted. A plain squared error would fall to 0 with the size of ẑ, by an encoder that says less and less; a share
/// does not change when ẑ is scaled. What differentiates ẑ differentiates Vⱼ, too. Below a hundred-thousandth of the first
/// encoder's increments (`floor`) the share is let go to 0, so that a constant ẑ gives no division by 0.
final class OneStepDynamics: OneStepLoss {
  private let model: DynamicsModel
  private let term: DynamicsTerm
  private let lanes: [OneStepLane]
  private let compute: Compute
  /// Added to Vⱼ, in units of the first encoder's mean square increments.
  private static let floor = 1e-10

  /// - Parameter gradients: one for each lane; none for values alone.
  init(
    _ model: DynamicsModel, _ term: DynamicsTerm, parameters: Parameters, gradients: [ParameterGradient],
    compute: Compute
  ) {
    self.model = model
    self.term = term
    self.compute = compute
    let arenas = ArenaPool()
    lanes = (0..<PointTiles.lanes).map { lane in
      let gradient = gradients.isEmpty ? nil : gradients[lane]
      return OneStepLane(
        model, Tape(kernels: compute.kernels, parameters: parameters, gradient: gradient, arenas: arenas))
    }
  }

  func evaluate(
    closure: [Float], windows: [FrameWindow], wantsGradient: Bool
  ) throws -> (loss: Double, gradient: [Float]) {
    guard !windows.isEmpty else { return (0, []) }
    let steps = ScaledSteps(term, closure: closure, windows: windows) {
      model.scaling.spread[$1] * $0 * model.scaling.driftUnit[$1]
    }
    let (d, m) = (model.shape.dimension, model.shape.movingCount)
    let (count, k) = (windows.count, term.macrostate.observables.count)
    let squares = (0..<m).map { j in
      j < k ? 1 : (0..<count).reduce(Self.floor) { $0 + steps.square($1 * m + j) / Double(count) }
    }
    let weights = squares.map { term.weight / (Double(m * count) * $0) }
    try compute.pool.run(tasks: lanes.count) { [lanes] index in
      let rows = index * count / lanes.count..<(index + 1) * count / lanes.count
      lanes[index].run(steps, rows: rows, weights: wantsGradient ? weights.map(Float.init) : nil)
    }
    let residuals = lanes.flatMap(\.residuals)
    var errors = [Double](repeating: 0, count: m)
    for (i, residual) in residuals.enumerated() { errors[i % m] += Double(residual) * Double(residual) }
    let loss = zip(weights, errors).reduce(0) { $0 + $1.0 * $1.1 }
    guard wantsGradient else { return (loss, []) }

    let inputGradients = lanes.flatMap(\.inputGradient)
    // Of the increments tᵢⱼ: by the residual, and by Vⱼ.
    let share = (0..<m).map { 2 * weights[$0] * errors[$0] / (squares[$0] * Double(count)) }
    var gradient = [Float](repeating: 0, count: closure.count)
    let width = m - k
    for i in 0..<count {
      for j in k..<m {
        let at = i * m + j
        let ofIncrement = Float(
          -2 * weights[j] * Double(residuals[at]) - share[j] * Double(steps.increments[at]))
        let ofNext = ofIncrement / (windows[i].timeStep * model.scaling.driftUnit[j])
        let spread = model.scaling.spread[j]
        gradient[2 * i * width + j - k] = (inputGradients[i * d + j] - ofNext) / spread
        gradient[(2 * i + 1) * width + j - k] = ofNext / spread
      }
    }
    return (loss, gradient)
  }
}

/// Windows in the units of a dynamics.
struct ScaledSteps {
  /// z of the first frames, scaled, `[windows, D]`.
  private(set) var states: [Float] = []
  /// Δz in the units asked for, `[windows, M]`.
  private(set) var increments: [Float] = []
  /// Δt of each window.
  let timeSteps: [Float]

  /// - Parameter divisor: by Δt and component, what an increment of z is divided by.
  init(
    _ term: DynamicsTerm, closure: [Float], windows: [FrameWindow], divisor: (Float, Int) -> Float
  ) {
    timeSteps = windows.map(\.timeStep)
    let (macrostate, scaling) = (term.macrostate, term.scaling)
    let width = macrostate.closureCount
    precondition(closure.count == 2 * windows.count * width)
    func state(_ observables: [Float], _ set: Int, _ constants: [Float]) -> [Float] {
      macrostate.state(
        observables: observables, closure: closure[set * width..<(set + 1) * width], constants: constants)
    }
    for (i, window) in windows.enumerated() {
      let now = state(window.now, 2 * i, window.constants)
      let next = state(window.next, 2 * i + 1, window.constants)
      for j in now.indices { states.append(scaling.scaled(now[j], j)) }
      for j in 0..<macrostate.movingCount { increments.append((next[j] - now[j]) / divisor(window.timeStep, j)) }
    }
  }

  func square(_ i: Int) -> Double { Double(increments[i]) * Double(increments[i]) }
}

/// One lane of a one-step error: run by one thread at a time, which makes it safe to send.
private final class OneStepLane: @unchecked Sendable {
  private let model: DynamicsModel
  private let tape: Tape
  /// Predicted less true increments of the lane's windows, `[rows, M]`.
  private(set) var residuals: [Float] = []
  /// The gradient with respect to the scaled states by way of the prediction, `[rows, D]`.
  private(set) var inputGradient: [Float] = []

  init(_ model: DynamicsModel, _ tape: Tape) {
    self.model = model
    self.tape = tape
  }

  /// - Parameter weights: of the squared residuals of each component; nil where no gradient is wanted.
  func run(_ steps: ScaledSteps, rows: Range<Int>, weights: [Float]?) {
    residuals = []
    inputGradient = []
    guard !rows.isEmpty else { return }
    // The memory of the record goes back for another lane.
    defer { tape.reset() }
    let (d, m) = (model.shape.dimension, model.shape.movingCount)
    let z = tape.variable(rows: rows.count, columns: d, wantsGradient: weights != nil)
    for (i, row) in rows.enumerated() {
      for j in 0..<d { tape.value(z)[i * z.stride + j] = steps.states[row * d + j] }
    }
    let predicted = increments(z, steps.timeSteps[rows])
    let values = tape.array(predicted)
    residuals = values.indices.map { values[$0] - steps.increments[rows.lowerBound * m + $0] }
    guard let weights else { return }
    let gradient = tape.gradient(of: predicted)
    for i in residuals.indices { gradient[i / m * predicted.stride + i % m] = 2 * weights[i % m] * residuals[i] }
    tape.backward()
    inputGradient = tape.gradientArray(of: z)
  }

  /// The predicted Δz/Δt in the drift's unit: g itself, or what the integrator makes of it.
  private func increments(_ z: Tensor, _ timeSteps: ArraySlice<Float>) -> Tensor {
    guard model.shape.integrator != .euler else { return model.drift(tape, z) }
    let step = perRow(timeSteps) { $0 * $1 }
    let unit = perRow(timeSteps) { 1 / ($0 * $1) }
    let difference = tape.add(model.advance(tape, z, step: step), tape.affine(z, scale: -1, shift: 0))
    return tape.multiply(tape.firstColumns(difference, count: model.shape.movingCount), unit)
  }

  /// A function of Δt and the drift's unit, `[rows, M]`.
  private func perRow(_ timeSteps: ArraySlice<Float>, _ value: (Float, Float) -> Float) -> Tensor {
    let tensor = tape.variable(rows: timeSteps.count, columns: model.shape.movingCount, wantsGradient: false)
    for (i, timeStep) in timeSteps.enumerated() {
      for j in 0..<tensor.columns {
        tape.value(tensor)[i * tensor.stride + j] = value(timeStep, model.scaling.driftUnit[j])
      }
    }
    return tensor
  }
}
