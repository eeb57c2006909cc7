import MacroscopicDynamics
import MacrostateAutodiff
import MacrostateCompute
import MacrostateTraining

/// λ L_dyn of a batch of windows, with its gradient with respect to ẑ and to the dynamics' parameters.
struct OneStepLoss: Sendable {
  private let model: DifferentialEquation
  private let term: DynamicsTerm
  private let form: any OneStepForm

  /// The loss of a dynamics that is trained together with the encoder: the one-step error of an ODE, the likelihood of an
  /// SDE.
  init(_ model: DifferentialEquation, _ term: DynamicsTerm) {
    self.model = model
    self.term = term
    form = model.isStochastic ? OneStepLikelihood(model, term) : OneStepError(model, term)
  }

  /// λ L_dyn, and its gradient with respect to ẑ.
  ///
  /// - Parameters:
  ///   - closure: ẑ of all sets, `[windows · 2 · S, dim ẑ]`: window after window, both frames, their species.
  ///   - lanes: those of the step, to whose gradients that of the dynamics' parameters is added.
  ///   - wantsGradient: whether gradients are computed.
  /// - Returns: the gradient in the order of `closure`; empty where none is wanted.
  func evaluate(
    closure: [Float], windows: [FrameWindow], lanes: [Lane], wantsGradient: Bool, pool: WorkerPool
  ) throws -> (loss: Double, gradient: [Float]) {
    guard !windows.isEmpty else { return (0, []) }
    let scaling = model.scaling
    let steps = ScaledSteps(term, closure: closure, windows: windows) { timeStep, j in
      scaling.spread[j] * form.timeFactor(timeStep) * form.units[j]
    }
    let parts = lanes.map(OneStepPart.init)
    let result = try form.evaluate(steps, parts, wantsGradient: wantsGradient, pool: pool)
    guard wantsGradient else { return (result.loss, []) }

    let stateGradients = parts.flatMap(\.stateGradient)
    let (d, m) = (term.macrostate.dimension, term.macrostate.movingCount)
    let (k, width) = (term.macrostate.observables.count, term.macrostate.closureCount)
    var gradient = [Float](repeating: 0, count: closure.count)
    for (i, window) in windows.enumerated() {
      for j in k..<m {
        let ofNext = result.incrementGradient[i * m + j] / (form.timeFactor(window.timeStep) * form.units[j])
        gradient[2 * i * width + j - k] = (stateGradients[i * d + j] - ofNext) / scaling.spread[j]
        gradient[(2 * i + 1) * width + j - k] = ofNext / scaling.spread[j]
      }
    }
    return (result.loss, gradient)
  }
}

/// A comparison of a step with what a dynamics says of it.
protocol OneStepForm: Sendable {
  /// The power of Δt that an increment is divided by.
  func timeFactor(_ timeStep: Float) -> Float
  /// The unit of an increment of each component, z in units of its spread.
  var units: [Float] { get }
  /// λ L_dyn, and its gradient with respect to the increments `[windows, M]` where it is wanted; that with respect to the
  /// scaled states is left in the parts.
  func evaluate(
    _ steps: ScaledSteps, _ parts: [OneStepPart], wantsGradient: Bool, pool: WorkerPool
  ) throws -> (loss: Double, incrementGradient: [Float])
}

/// The part of a lane, its share of the windows: used by the thread that runs the lane, which makes it safe to send.
final class OneStepPart: @unchecked Sendable {
  let lane: Lane
  /// The loss of the share.
  var loss = 0.0
  /// The values that the form keeps of each increment, `[rows, M]`.
  var values: [Float] = []
  /// The gradient with respect to the scaled states by way of the prediction, `[rows, D]`.
  var stateGradient: [Float] = []

  init(_ lane: Lane) { self.lane = lane }

  /// The share of `count` windows.
  func rows(of count: Int) -> Range<Int> { Lanes.share(lane.number, of: count) }

  /// The scaled states of `rows` on the lane's tape, `[rows, D]`.
  func states(_ steps: ScaledSteps, _ rows: Range<Int>, dimension d: Int, wantsGradient: Bool) -> Tensor {
    if wantsGradient { lane.begin() }
    let z = lane.tape.variable(rows: rows.count, columns: d, wantsGradient: wantsGradient)
    lane.tape.fill(z) { i, j in steps.states[(rows.lowerBound + i) * d + j] }
    return z
  }

  /// A function of Δt and the component, `[rows, M]`.
  func perRow(_ timeSteps: ArraySlice<Float>, columns: Int, _ value: (Float, Int) -> Float) -> Tensor {
    let tensor = lane.tape.variable(rows: timeSteps.count, columns: columns, wantsGradient: false)
    lane.tape.fill(tensor) { i, j in value(timeSteps[timeSteps.startIndex + i], j) }
    return tensor
  }
}
