import MacrostateAutodiff

/// Windows of successive macrostates of training trajectories, as a dynamics model is trained on them: the states and
/// increments of a lane's share of a batch, on its tape.
///
/// It is used by the thread that runs the lane.
public final class StateWindows {
  /// The steps of a window.
  public private(set) var length = 1
  private let scaling: MacrostateScaling
  private let data: MacrostateTrajectories
  /// M, the components that move.
  private let moving: Int
  private let tape: Tape
  /// The frames that the windows begin at.
  private var frames: ArraySlice<Int> = []
  private var targets: [Float] = []
  /// 1/spread, and what turns an increment of z into the drift's or the noise's unit.
  private let inverseSpread: [Float]
  private let perDriftUnit: [Float]
  private let perNoiseUnit: [Float]

  init(_ data: MacrostateTrajectories, scaling: MacrostateScaling, moving: Int, tape: Tape) {
    self.data = data
    self.scaling = scaling
    self.moving = moving
    self.tape = tape
    inverseSpread = scaling.spread.map { 1 / $0 }
    perDriftUnit = zip(scaling.spread, scaling.driftUnit).map { 1 / ($0 * $1) }
    perNoiseUnit = zip(scaling.spread, scaling.noiseUnit).map { 1 / ($0 * $1) }
  }

  /// Makes the windows of `length` steps from `frames` the ones that are seen.
  func load(_ frames: ArraySlice<Int>, length: Int) {
    self.frames = frames
    self.length = length
  }

  /// The number of windows.
  public var count: Int { frames.count }

  /// Scaled z after `step` steps of the windows, `[windows, D]`.
  public func states(after step: Int = 0) -> Tensor {
    let tensor = tape.variable(rows: count, columns: data.dimension, wantsGradient: false)
    writeStates(after: step) { writer in tape.forEachRow(of: tensor, writer) }
    return tensor
  }

  /// A function of Δt of step number `step` and of the moving component, `[windows, M]`.
  public func timeSteps(of step: Int = 0, _ value: (_ timeStep: Float, _ component: Int) -> Float) -> Tensor {
    let tensor = tape.variable(rows: count, columns: moving, wantsGradient: false)
    let (frames, times) = (frames, data.times)
    let begin = frames.startIndex
    tape.forEachRow(of: tensor) { i, row in
      let frame = frames[begin + i] + step
      let timeStep = Float(times[frame + 1] - times[frame])
      for j in row.indices { row[j] = value(timeStep, j) }
    }
    return tensor
  }

  /// Δt of step number `step` in the drift's unit, as `DynamicsModel.advance` takes it.
  public func driftSteps(of step: Int = 0) -> Tensor {
    let rates = (0..<moving).map(scaling.driftRate)
    return timeSteps(of: step) { $0 * rates[$1] }
  }

  /// Adds weight · Σ (z − scaled z after `step` steps)² of predicted states `[windows, D]` to the tape's loss.
  public func addSquaredError(_ predicted: Tensor, after step: Int, weight: Double) {
    let d = data.dimension
    reserveTargets(count * d)
    targets.withUnsafeMutableBufferPointer { targets in
      writeStates(after: step) { writer in
        for i in 0..<count { writer(i, UnsafeMutableBufferPointer(rebasing: targets[i * d..<(i + 1) * d])) }
      }
    }
    tape.addSquaredError(predicted, to: targets, weight: weight)
  }

  /// Calls `body` with what writes the scaled state of a window into a row.
  private func writeStates(after step: Int, _ body: ((Int, UnsafeMutableBufferPointer<Float>) -> Void) -> Void) {
    let d = data.dimension
    let begin = frames.startIndex
    let (frames, mean, factor) = (frames, scaling.mean, inverseSpread)
    data.values.withUnsafeBufferPointer { values in
      body { i, row in
        let at = (frames[begin + i] + step) * d
        for j in 0..<d { row[j] = (values[at + j] - mean[j]) * factor[j] }
      }
    }
  }

  /// Δz/Δt of the first step in the drift's unit, `[windows, M]`.
  func driftTargets() -> [Float] { increments(perDriftUnit) { 1 / $0 } }

  /// Δz/√Δt of the first step in the noise's unit, `[windows, M]`.
  func noiseTargets() -> [Float] { increments(perNoiseUnit) { 1 / $0.squareRoot() } }

  /// The increments of the first step, times `unit` by component and a function of Δt.
  private func increments(_ unit: [Float], _ timeFactor: (Float) -> Float) -> [Float] {
    let (d, m) = (data.dimension, moving)
    reserveTargets(count * m)
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
    return targets
  }

  private func reserveTargets(_ count: Int) {
    if targets.count < count { targets = Array(repeating: 0, count: count) }
  }
}
