import ClosureModels
import MacroscopicDynamics
import MacrostateSettings
import Microstates
import Synchronization

/// The sets of each training step: frames whose positions are stored, in an order that is shuffled anew every epoch, all
/// species of a frame together. A pure function of the seed and the step.
final class ClosureBatches: ClosureBatchSource {
  private let source: DatasetPointSets
  /// The first frames of windows.
  private let order: FrameOrder
  /// Frames of a window: 2 where a dynamics is trained, too, otherwise 1.
  private let length: Int
  private let batch: Int
  private let macrostate: Macrostate?
  private let units: ObservableUnits

  /// Whether anything was read yet.
  private let hasRead = Atomic<Bool>(false)

  /// Batches of frames of `trajectories`, as a model wants them, with observables in `units`.
  init(
    _ dataset: Dataset, _ trajectories: [Int], units: ObservableUnits, for model: ClosureModel,
    _ settings: ClosureTrainingSettings,
    _ data: DataSettings, seed: UInt64
  ) {
    let length = model.shape.dynamics == nil ? 1 : 2
    self.units = units
    source = DatasetPointSets(dataset)
    let frames = trajectories.flatMap { trajectory in
      let starts = dataset.positionedRuns(ofTrajectory: trajectory).flatMap { $0.dropLast(length - 1) }
      return earlyIndices(count: starts.count, power: settings.framePower).map { starts[$0] }
    }
    order = FrameOrder(frames, of: dataset, buffer: data.shuffleBuffer * 1e9, seed: seed)
    self.length = length
    macrostate = model.shape.dynamics?.macrostate
    batch = max(1, settings.batch / length)
  }

  /// The batch of a training step. Where the data are read by groups of shards, those that come next are read into memory
  /// meanwhile.
  func batch(ofStep step: Int) -> ClosureBatch {
    let isFirst = !hasRead.exchange(true, ordering: .relaxed)
    for shard in order.shardsToRead(at: positions(ofStep: step), isFirst: isFirst) {
      source.dataset.readAhead(shard: shard)
    }
    return batch(order.frames(at: positions(ofStep: step)))
  }

  private func positions(ofStep step: Int) -> Range<Int> { step * batch..<(step + 1) * batch }

  /// About `count` frames by numbers that `choose` draws below a bound.
  func sample(_ count: Int, _ choose: (Int) -> Int) -> ClosureBatch {
    let frames = order.frames
    return batch((0..<min(max(1, count / length), frames.count)).map { _ in frames[choose(frames.count)] })
  }

  private func batch(_ chosen: [Int]) -> ClosureBatch {
    ClosureBatch(
      sets: source.sets(ofFrames: chosen.flatMap { $0..<$0 + length }),
      windows: macrostate.map { macrostate in chosen.map { source.window(at: $0, units: units, macrostate) } } ?? [])
  }
}

extension DatasetPointSets {
  /// The window of a frame and the next.
  func window(at frame: Int, units: ObservableUnits, _ macrostate: Macrostate) -> FrameWindow {
    FrameWindow(
      now: units.components(dataset.observables(ofFrame: frame)),
      next: units.components(dataset.observables(ofFrame: frame + 1)),
      constants: constants(ofFrame: frame, macrostate),
      timeStep: Float(dataset.time(ofFrame: frame + 1) - dataset.time(ofFrame: frame)))
  }
}
