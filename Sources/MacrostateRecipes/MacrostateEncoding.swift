import ClosureModels
import MacroscopicDynamics
import MacrostateAutodiff
import MacrostateCompute
import MacrostateStorage
import MacrostateTraining
import Microstates

/// Computes macrostates z = [z̄, ẑ] of a data set's frames, or z = [z̄, ẑ, x] with the species' fractions x.
public struct MacrostateEncoding {
  private let source: DatasetPointSets
  private let encoder: SetEncoder
  private let macrostate: Macrostate
  private let units: ObservableUnits

  /// An encoding of `dataset` by `model`.
  ///
  /// - Parameters:
  ///   - units: the units of the observables in z.
  ///   - macrostate: what the components of z are.
  public init(
    _ model: ClosureModel, parameters: Parameters, dataset: Dataset, units: ObservableUnits, macrostate: Macrostate,
    compute: Compute
  ) {
    self.init(
      model, parameters: parameters, source: DatasetPointSets(dataset), units: units, macrostate: macrostate,
      compute: compute)
  }

  private init(
    _ model: ClosureModel, parameters: Parameters, source: DatasetPointSets, units: ObservableUnits,
    macrostate: Macrostate, compute: Compute
  ) {
    self.units = units
    self.macrostate = macrostate
    self.source = source
    encoder = SetEncoder(model, parameters: parameters, source: source, compute: compute)
  }

  /// An encoding of `dataset` as the dynamics of `model` takes it.
  public init(_ model: TrainedModel, dataset: Dataset, compute: Compute) {
    self.init(
      model.closure, parameters: model.closureParameters, source: DatasetPointSets(dataset, for: model),
      units: model.units, macrostate: model.description.macrostate, compute: compute)
  }

  /// D.
  public var dimension: Int { macrostate.dimension }

  /// ẑ of `frames`, `[frames, dim ẑ]`, all species of a frame one behind the other.
  ///
  /// - Parameter isOrdered: whether points are put into lexicographic order first (outside training).
  /// - Throws: as the encoder does.
  public func closureVariables(ofFrames frames: [Int], isOrdered: Bool) throws -> [Float] {
    try encoder.encode(source.sets(ofFrames: frames), isOrdered: isOrdered)
  }

  /// z of `frames`, `[frames, D]`.
  ///
  /// - Parameter isOrdered: whether points are put into lexicographic order first (outside training).
  /// - Throws: `MacrostateError(.badData)` for an observable that is too far from those in training.
  public func macrostates(ofFrames frames: [Int], isOrdered: Bool) throws -> [Float] {
    let closure = try closureVariables(ofFrames: frames, isOrdered: isOrdered)
    let width = macrostate.closureCount
    var values: [Float] = []
    values.reserveCapacity(frames.count * dimension)
    for (i, frame) in frames.enumerated() {
      macrostate.append(
        observables: try source.dataset.observables(ofFrame: frame, in: units),
        closure: closure[i * width..<(i + 1) * width], constants: source.constants(ofFrame: frame, macrostate),
        to: &values)
    }
    return values
  }

  /// z of all frames of `trajectories` whose positions are stored, in the order in which points are stored: what dynamics
  /// is trained on.
  ///
  /// Where there are gaps, each run of consecutive frames is a trajectory of its own, and a frame alone between two gaps,
  /// which is no step, is left out.
  public func trajectories(
    _ trajectories: [Int], stop: StopFlag, progress: any ProgressObserver, name: String
  ) throws -> MacrostateTrajectories {
    let dataset = source.dataset
    try dataset.requireIntact(trajectories: trajectories)
    var values: [Float] = []
    var times: [Double] = []
    var offsets = [0]
    for (done, trajectory) in trajectories.enumerated() {
      try stop.check("\(name): \(times.count) frames are encoded and will be again")
      let runs = dataset.positionedRuns(ofTrajectory: trajectory)
      for run in runs where run.count > 1 || runs.count == 1 {
        values += try macrostates(ofFrames: Array(run), isOrdered: false)
        times += run.map(dataset.time)
        offsets.append(times.count)
      }
      progress.update(name, done: done + 1, of: trajectories.count, note: "")
    }
    return MacrostateTrajectories(macrostate, values: values, times: times, offsets: offsets)
  }
}

extension Dataset {
  /// z̄ of a frame, the observables in `units`.
  ///
  /// - Throws: `MacrostateError(.badData)` for a value that is too far from those in training.
  package func observables(ofFrame frame: Int, in units: ObservableUnits) throws -> [Float] {
    let values = observables(ofFrame: frame)
    let components = units.components(values)
    guard let far = components.firstIndex(where: { !$0.isFinite }) else { return components }
    let trajectory = trajectory(ofFrame: frame)
    throw MacrostateError(
      .badData,
      "\(url.path): the observable '\(observables[far].name)' is \(values[far]) in frame "
        + "\(frame - frames(ofTrajectory: trajectory).lowerBound) of trajectory \(trajectory), too far from its values in "
        + "training to compute with; correct it, or leave the trajectory out")
  }
}
