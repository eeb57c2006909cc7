import MacrostateAutodiff
import MacrostateTraining

/// The workspace of a lane in the training of a dynamics: its tape, and the windows of its share of the batch.
///
/// It is used by the thread that runs the lane; that, and nothing else, makes it safe to send.
public final class DynamicsWorkspace: @unchecked Sendable {
  let lane: Lane
  private let model: any DynamicsModel
  private let windows: StateWindows
  private var tape: Tape { lane.tape }

  init(_ model: any DynamicsModel, _ data: MacrostateTrajectories, on lane: Lane) {
    self.model = model
    self.lane = lane
    windows = StateWindows(data, scaling: model.scaling, moving: model.movingCount, tape: lane.tape)
  }

  /// Adds the model's loss of the windows that begin at `frames`, and its gradient in training; each window counts `weight`.
  func addLoss(_ frames: ArraySlice<Int>, weight: Double, isTraining: Bool) {
    guard !frames.isEmpty else { return }
    tape.reset()
    windows.load(frames, length: model.windowLength)
    model.addLoss(tape, windows, weight: weight)
    if isTraining { tape.backward() }
    lane.loss += tape.loss
  }

  /// Adds the loss of rolling out `length` steps from each frame: the mean squared error of scaled z over the steps.
  func addRollouts(_ frames: ArraySlice<Int>, length: Int, weight: Double) {
    guard !frames.isEmpty else { return }
    tape.reset()
    windows.load(frames, length: length)
    var state = model.start(tape, windows.states())
    for k in 0..<length {
      state = model.advance(tape, state, step: windows.driftSteps(of: k))
      let z = model.hiddenCount > 0 ? tape.firstColumns(state, count: model.dimension) : state
      windows.addSquaredError(z, after: k + 1, weight: weight / Double(model.movingCount * length))
    }
    tape.backward()
    lane.loss += tape.loss
  }
}
