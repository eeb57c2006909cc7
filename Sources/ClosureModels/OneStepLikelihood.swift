import Foundation
import MacroscopicDynamics
import MacrostateAutodiff
import MacrostateCompute

/// The likelihood of one step of an SDE for a batch of windows, with its gradient with respect to ẑ and to the dynamics'
/// parameters: drift and Σ are learned together with the encoder.
///
/// In units of the first encoder's increments, t = Δz/√Δt and what the SDE says of them, N(m, L Lᵀ) (Eq. 5),
///
///     L_dyn = (1/M) [ (1/W) Σᵢ −log N(tᵢ; mᵢ, Lᵢ Lᵢᵀ) − ½ Σⱼ log Vⱼ ]
///     Vⱼ = the mean over the batch of tᵢⱼ²
///
/// with the second sum over closure variables. A plain likelihood has no bound: it grows as ẑ shrinks and Σ with it. Less
/// log Vⱼ it is that of increments in units of their own size, which scaling ẑ does not change, as the share that
/// `OneStepDynamics` takes for an ODE. Where ẑ gets so small that Σ meets its floor, the loss rises.
final class OneStepLikelihood: OneStepLoss {
  private let model: DynamicsModel
  private let term: DynamicsTerm
  private let lanes: [LikelihoodLane]
  private let compute: Compute
  /// Added to Vⱼ: well below the square of Σ's floor, so that shrinking ẑ never pays.
  private static let floor = 1e-6

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
      return LikelihoodLane(
        model, Tape(kernels: compute.kernels, parameters: parameters, gradient: gradient, arenas: arenas))
    }
  }

  func evaluate(
    closure: [Float], windows: [FrameWindow], wantsGradient: Bool
  ) throws -> (loss: Double, gradient: [Float]) {
    guard !windows.isEmpty else { return (0, []) }
    let scaling = model.scaling
    let steps = ScaledSteps(term, closure: closure, windows: windows) {
      scaling.spread[$1] * $0.squareRoot() * scaling.noiseUnit[$1]
    }
    let (d, m) = (model.shape.dimension, model.shape.movingCount)
    let (count, k) = (windows.count, term.macrostate.observables.count)
    let weight = term.weight / Double(m * count)
    try compute.pool.run(tasks: lanes.count) { [lanes] index in
      let rows = index * count / lanes.count..<(index + 1) * count / lanes.count
      lanes[index].run(steps, rows: rows, weight: weight, wantsGradient: wantsGradient)
    }
    let squares = (0..<m).map { j in
      (0..<count).reduce(Self.floor) { $0 + steps.square($1 * m + j) / Double(count) }
    }
    let sizes = squares[k...].reduce(0) { $0 + 0.5 * log($1) }
    let loss = lanes.reduce(0) { $0 + $1.loss } - term.weight / Double(m) * sizes
    guard wantsGradient else { return (loss, []) }

    let inputGradients = lanes.flatMap(\.inputGradient)
    let meanGradients = lanes.flatMap(\.meanGradient)
    let width = m - k
    var gradient = [Float](repeating: 0, count: closure.count)
    for i in 0..<count {
      for j in k..<m {
        let at = i * m + j
        // What moves an increment moves its distance from the mean, and V.
        let ofIncrement = -meanGradients[at] - Float(weight / squares[j]) * steps.increments[at]
        let ofNext = ofIncrement / (windows[i].timeStep.squareRoot() * scaling.noiseUnit[j])
        gradient[2 * i * width + j - k] = (inputGradients[i * d + j] - ofNext) / scaling.spread[j]
        gradient[(2 * i + 1) * width + j - k] = ofNext / scaling.spread[j]
      }
    }
    return (loss, gradient)
  }
}

/// One lane of a likelihood: run by one thread at a time, which makes it safe to send.
private final class LikelihoodLane: @unchecked Sendable {
  private let model: DynamicsModel
  private let tape: Tape
  private(set) var loss = 0.0
  /// The gradients with respect to the scaled states by way of drift and Σ, `[rows, D]`, and to the means, `[rows, M]`.
  private(set) var inputGradient: [Float] = []
  private(set) var meanGradient: [Float] = []

  init(_ model: DynamicsModel, _ tape: Tape) {
    self.model = model
    self.tape = tape
  }

  func run(_ steps: ScaledSteps, rows: Range<Int>, weight: Double, wantsGradient: Bool) {
    (loss, inputGradient, meanGradient) = (0, [], [])
    guard !rows.isEmpty else { return }
    // The memory of the record goes back for another lane.
    defer { tape.reset() }
    let (d, m) = (model.shape.dimension, model.shape.movingCount)
    let z = tape.variable(rows: rows.count, columns: d, wantsGradient: wantsGradient)
    for (i, row) in rows.enumerated() {
      for j in 0..<d { tape.value(z)[i * z.stride + j] = steps.states[row * d + j] }
    }
    let mean = tape.multiply(model.drift(tape, z), units(steps.timeSteps[rows]))
    guard let raw = model.rawDiffusion(tape, z) else { return }
    Array(steps.increments[rows.lowerBound * m..<rows.upperBound * m]).withUnsafeBufferPointer { target in
      guard let target = target.baseAddress else { return }
      tape.addGaussianLoss(
        mean: mean, rawFactor: raw, form: model.shape.factorForm, target: target, floor: DynamicsModel.diffusionFloor,
        weight: weight)
    }
    loss = tape.loss
    guard wantsGradient else { return }
    meanGradient = tape.gradientArray(of: mean)
    tape.backward()
    inputGradient = tape.gradientArray(of: z)
  }

  /// What makes a mean increment of g: √Δt in the noise's unit, `[rows, M]`.
  private func units(_ timeSteps: ArraySlice<Float>) -> Tensor {
    let scaling = model.scaling
    let tensor = tape.variable(rows: timeSteps.count, columns: model.shape.movingCount, wantsGradient: false)
    for (i, timeStep) in timeSteps.enumerated() {
      for j in 0..<tensor.columns {
        tape.value(tensor)[i * tensor.stride + j] =
          scaling.driftUnit[j] * timeStep.squareRoot() / scaling.noiseUnit[j]
      }
    }
    return tensor
  }
}
