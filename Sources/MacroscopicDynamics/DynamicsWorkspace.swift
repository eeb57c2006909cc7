import MacrostateAutodiff
import MacrostateTraining

/// What a lane of a dynamics training works with: its tape and the buffers of its share of the batch.
///
/// It is used by the thread that runs the lane; that, and nothing else, makes it safe to send.
public final class DynamicsWorkspace: @unchecked Sendable {
  let lane: Lane
  private let model: DynamicsModel
  private let data: MacrostateTrajectories
  private var tape: Tape { lane.tape }
  private var targets: [Float] = []
  /// 1/spread, and what turns an increment of z into the drift's or the noise's unit.
  private let inverseSpread: [Float]
  private let perDriftUnit: [Float]
  private let perNoiseUnit: [Float]

  init(_ model: DynamicsModel, _ data: MacrostateTrajectories, on lane: Lane) {
    self.model = model
    self.data = data
    self.lane = lane
    let scaling = model.scaling
    inverseSpread = scaling.spread.map { 1 / $0 }
    perDriftUnit = zip(scaling.spread, scaling.driftUnit).map { 1 / ($0 * $1) }
    perNoiseUnit = zip(scaling.spread, scaling.noiseUnit).map { 1 / ($0 * $1) }
  }

  /// M, the components that move.
  private var moving: Int { model.shape.movingCount }

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
      loadTargets(frames, unit: perDriftUnit) { 1 / $0 }
      tape.addSquaredError(model.drift(tape, z), to: targets, weight: weight / Double(moving))
    } else {
      addStepError(frames, z: z, weight: weight)
    }
    if isTraining { tape.backward() }
    lane.loss += tape.loss
  }

  private func addLikelihood(_ frames: ArraySlice<Int>, z: Tensor, weight: Double) {
    let scaling = model.scaling
    loadTargets(frames, unit: perNoiseUnit) { 1 / $0.squareRoot() }
    let unit = perRow(frames) { step, j in scaling.driftUnit[j] * step.squareRoot() / scaling.noiseUnit[j] }
    let mean = tape.multiply(model.drift(tape, z), unit)
    guard let raw = model.rawDiffusion(tape, z) else { return }
    tape.addGaussianLoss(
      mean: mean, rawFactor: raw, form: model.shape.factorForm, target: targets, floor: DynamicsModel.diffusionFloor,
      weight: weight)
  }

  private func addStepError(_ frames: ArraySlice<Int>, z: Tensor, weight: Double) {
    let scaling = model.scaling
    let step = perRow(frames) { step, j in step * scaling.driftRate(j) }
    // Compare the step's increment with the true one, again in the drift's unit.
    let change = tape.add(model.advance(tape, z, step: step), tape.affine(z, scale: -1, shift: 0))
    let increment = tape.firstColumns(change, count: moving)
    let unit = perRow(frames) { step, j in 1 / (step * scaling.driftUnit[j]) }
    loadTargets(frames, unit: perDriftUnit) { 1 / $0 }
    tape.addSquaredError(tape.multiply(increment, unit), to: targets, weight: weight / Double(moving))
  }

  /// Adds the loss of rolling out `length` steps from each frame: the mean squared error of scaled z over the steps.
  func addWindows(_ frames: ArraySlice<Int>, length: Int, weight: Double) {
    guard !frames.isEmpty else { return }
    tape.reset()
    var z = loadStates(frames)
    for k in 0..<length {
      let shifted = frames.map { $0 + k }
      let step = perRow(shifted[...]) { step, j in step * model.scaling.driftRate(j) }
      z = model.advance(tape, z, step: step)
      loadTargets(statesOf: shifted.map { $0 + 1 })
      tape.addSquaredError(z, to: targets, weight: weight / Double(moving * length))
    }
    tape.backward()
    lane.loss += tape.loss
  }

  /// Scaled z of the frames, `[frames, D]`.
  private func loadStates(_ frames: ArraySlice<Int>) -> Tensor {
    let tensor = tape.variable(rows: frames.count, columns: data.dimension, wantsGradient: false)
    writeScaled(frames, to: tape.value(tensor), stride: tensor.stride)
    return tensor
  }

  /// Makes scaled z of the frames the targets.
  private func loadTargets(statesOf frames: [Int]) {
    let d = data.dimension
    reserveTargets(frames.count * d)
    targets.withUnsafeMutableBufferPointer { targets in
      if let base = targets.baseAddress { writeScaled(frames[...], to: base, stride: d) }
    }
  }

  private func writeScaled(_ frames: ArraySlice<Int>, to out: UnsafeMutablePointer<Float>, stride: Int) {
    let d = data.dimension
    let (mean, factor) = (model.scaling.mean, inverseSpread)
    data.values.withUnsafeBufferPointer { values in
      for (row, frame) in frames.enumerated() {
        for j in 0..<d { out[row * stride + j] = (values[frame * d + j] - mean[j]) * factor[j] }
      }
    }
  }

  /// Makes the increments that begin at the frames the targets: Δz, times `unit` by component and a function of Δt.
  private func loadTargets(_ frames: ArraySlice<Int>, unit: [Float], _ timeFactor: (Float) -> Float) {
    let (d, m) = (data.dimension, moving)
    reserveTargets(frames.count * m)
    targets.withUnsafeMutableBufferPointer { targets in
      data.values.withUnsafeBufferPointer { values in
        for (row, frame) in frames.enumerated() {
          let factor = timeFactor(Float(data.times[frame + 1] - data.times[frame]))
          for j in 0..<m {
            targets[row * m + j] = (values[(frame + 1) * d + j] - values[frame * d + j]) * (unit[j] * factor)
          }
        }
      }
    }
  }

  private func reserveTargets(_ count: Int) {
    if targets.count < count { targets = Array(repeating: 0, count: count) }
  }

  private func perRow(_ frames: ArraySlice<Int>, _ value: (Float, Int) -> Float) -> Tensor {
    let tensor = tape.variable(rows: frames.count, columns: moving, wantsGradient: false)
    let out = tape.value(tensor)
    for (i, frame) in frames.enumerated() {
      let step = Float(data.times[frame + 1] - data.times[frame])
      for j in 0..<moving { out[i * tensor.stride + j] = value(step, j) }
    }
    return tensor
  }
}
