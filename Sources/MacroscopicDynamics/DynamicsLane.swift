import MacrostateAutodiff

/// One lane of a dynamics training step: a tape, a gradient and the buffers of its share of the batch.
///
/// A lane is run by one thread at a time; that, and nothing else, makes it safe to send.
final class DynamicsLane: @unchecked Sendable {
  let gradient: ParameterGradient
  var loss = 0.0
  private let model: DynamicsModel
  private let data: MacrostateTrajectories
  private let tape: Tape
  private var states: [Float] = []
  private var targets: [Float] = []

  init(_ model: DynamicsModel, _ data: MacrostateTrajectories, _ parameters: Parameters, kernels: Kernels) {
    self.model = model
    self.data = data
    gradient = ParameterGradient(model.layout)
    tape = Tape(kernels: kernels, parameters: parameters, gradient: gradient)
  }

  /// Adds the one-step loss of the pairs (f, f + 1) and its gradient; each pair counts `weight`.
  ///
  /// For an ODE the squared error of the step in units of the increments, for an SDE −log N of Eq. 5 without the
  /// constant that the units contribute.
  func addPairs(_ frames: ArraySlice<Int>, weight: Double, isTraining: Bool = true) {
    guard !frames.isEmpty else { return }
    tape.reset()
    let z = loadStates(frames)
    if model.isStochastic {
      addLikelihood(frames, z: z, weight: weight)
    } else if model.shape.integrator == .euler {
      // The step is linear in g: compare g itself with Δz/Δt, in the drift's unit.
      loadTargets(frames) { increment, step, j in increment / (step * model.scaling.driftUnit[j]) }
      tape.addSquaredError(model.drift(tape, z), to: targets, weight: weight / Double(data.dimension))
    } else {
      addStepError(frames, z: z, weight: weight)
    }
    if isTraining { tape.backward() }
    loss += tape.loss
  }

  private func addLikelihood(_ frames: ArraySlice<Int>, z: Tensor, weight: Double) {
    let scaling = model.scaling
    loadTargets(frames) { increment, step, j in increment / (step.squareRoot() * scaling.noiseUnit[j]) }
    let unit = perRow(frames) { step, j in scaling.driftUnit[j] * step.squareRoot() / scaling.noiseUnit[j] }
    let mean = tape.multiply(model.drift(tape, z), unit)
    guard let raw = model.rawDiffusion(tape, z) else { return }
    tape.addGaussianLoss(
      mean: mean, rawFactor: raw, form: model.shape.factorForm, target: targets, floor: DynamicsModel.diffusionFloor,
      weight: weight)
  }

  private func addStepError(_ frames: ArraySlice<Int>, z: Tensor, weight: Double) {
    let scaling = model.scaling
    let step = perRow(frames) { step, j in step * scaling.driftUnit[j] }
    // Compare the step's increment with the true one, again in the drift's unit.
    let increment = tape.add(model.advance(tape, z, step: step), tape.affine(z, scale: -1, shift: 0))
    let unit = perRow(frames) { step, j in 1 / (step * scaling.driftUnit[j]) }
    loadTargets(frames) { increment, step, j in increment / (step * scaling.driftUnit[j]) }
    tape.addSquaredError(tape.multiply(increment, unit), to: targets, weight: weight / Double(data.dimension))
  }

  /// Adds the loss of rolling out `length` steps from each frame: the mean squared error of scaled z over the steps.
  func addWindows(_ frames: ArraySlice<Int>, length: Int, weight: Double) {
    guard !frames.isEmpty else { return }
    tape.reset()
    var z = loadStates(frames)
    for k in 0..<length {
      let shifted = frames.map { $0 + k }
      let step = perRow(shifted[...]) { step, j in step * model.scaling.driftUnit[j] }
      z = model.advance(tape, z, step: step)
      loadScaled(shifted.map { $0 + 1 }[...], into: \.targets)
      tape.addSquaredError(z, to: targets, weight: weight / Double(data.dimension * length))
    }
    tape.backward()
    loss += tape.loss
  }

  private func loadStates(_ frames: ArraySlice<Int>) -> Tensor {
    loadScaled(frames, into: \.states)
    return states.withUnsafeBufferPointer { tape.copyPadded($0, rows: frames.count, columns: data.dimension) }
  }

  private func loadScaled(_ frames: ArraySlice<Int>, into buffer: ReferenceWritableKeyPath<DynamicsLane, [Float]>) {
    let d = data.dimension
    let (mean, spread) = (model.scaling.mean, model.scaling.spread)
    var rows = [Float](repeating: 0, count: frames.count * d)
    data.values.withUnsafeBufferPointer { values in
      rows.withUnsafeMutableBufferPointer { rows in
        var at = 0
        for frame in frames {
          for j in 0..<d {
            rows[at] = (values[frame * d + j] - mean[j]) / spread[j]
            at += 1
          }
        }
      }
    }
    self[keyPath: buffer] = rows
  }

  /// Fills `targets` with a function of the scaled increment, the time step and the component.
  private func loadTargets(_ frames: ArraySlice<Int>, _ target: (Float, Float, Int) -> Float) {
    let d = data.dimension
    var rows = [Float](repeating: 0, count: frames.count * d)
    for (i, frame) in frames.enumerated() {
      let step = Float(data.times[frame + 1] - data.times[frame])
      for j in 0..<d {
        let increment = data.values[(frame + 1) * d + j] - data.values[frame * d + j]
        rows[i * d + j] = target(increment / model.scaling.spread[j], step, j)
      }
    }
    targets = rows
  }

  private func perRow(_ frames: ArraySlice<Int>, _ value: (Float, Int) -> Float) -> Tensor {
    let tensor = tape.variable(rows: frames.count, columns: data.dimension, wantsGradient: false)
    let out = tape.value(tensor)
    for (i, frame) in frames.enumerated() {
      let step = Float(data.times[frame + 1] - data.times[frame])
      for j in 0..<data.dimension { out[i * tensor.stride + j] = value(step, j) }
    }
    return tensor
  }
}
