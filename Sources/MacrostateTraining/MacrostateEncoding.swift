import ClosureModels
import MacroscopicDynamics
import MacrostateAutodiff
import MacrostateParallel
import MacrostateStorage
import Microstates

/// Computes macrostates z = [z̄, ẑ] of a data set's frames.
public struct MacrostateEncoding {
  private let source: DatasetPointSets
  private let encoder: SetEncoder
  private let closureDimension: Int

  /// An encoding of `dataset` by `model`.
  public init(
    _ model: ClosureModel, parameters: Parameters, dataset: Dataset, kernels: Kernels, pool: WorkerPool
  ) {
    source = DatasetPointSets(dataset)
    encoder = SetEncoder(model, parameters: parameters, source: source, kernels: kernels, pool: pool)
    closureDimension = model.shape.closureDimension * source.speciesCount
  }

  /// D.
  public var dimension: Int { source.dataset.observables.count + closureDimension }

  /// z of `frames`, `[frames, D]`.
  ///
  /// - Parameter isOrdered: whether points are put into lexicographic order first (outside training).
  public func macrostates(ofFrames frames: [Int], isOrdered: Bool) throws -> [Float] {
    let closure = try encoder.encode(source.sets(ofFrames: frames), isOrdered: isOrdered)
    var values: [Float] = []
    values.reserveCapacity(frames.count * dimension)
    for (i, frame) in frames.enumerated() {
      values.append(contentsOf: source.dataset.observables(ofFrame: frame).map(Float.init))
      values.append(contentsOf: closure[i * closureDimension..<(i + 1) * closureDimension])
    }
    return values
  }

  /// z of all frames of `trajectories`, in the order in which points are stored: what dynamics is trained on.
  public func trajectories(
    _ trajectories: [Int], stop: StopFlag, progress: any ProgressObserver, name: String
  ) throws -> MacrostateTrajectories {
    let dataset = source.dataset
    var values: [Float] = []
    var times: [Double] = []
    var offsets = [0]
    let total = trajectories.reduce(0) { $0 + dataset.frameCount(ofTrajectory: $1) }
    values.reserveCapacity(total * dimension)
    for trajectory in trajectories {
      try stop.check("\(name): \(times.count) of \(total) frames are encoded and will be again")
      values += try macrostates(ofFrames: Array(dataset.frames(ofTrajectory: trajectory)), isOrdered: false)
      times += dataset.times(ofTrajectory: trajectory)
      offsets.append(times.count)
      progress.update(name, done: times.count, of: total, note: "")
    }
    return MacrostateTrajectories(
      dimension: dimension, observableCount: dataset.observables.count, values: values, times: times, offsets: offsets)
  }
}
