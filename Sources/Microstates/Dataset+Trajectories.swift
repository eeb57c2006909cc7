import MacrostateStorage

/// Access to whole trajectories.
extension Dataset {
  /// The frames of `trajectory`, as numbers over the whole data set.
  public func frames(ofTrajectory trajectory: Int) -> Range<Int> {
    let place = locate(trajectory: trajectory)
    let local = localFrames(place)
    return (shardStarts[place.shard] + local.lowerBound)..<(shardStarts[place.shard] + local.upperBound)
  }

  /// The number of frames of `trajectory`, at least 1; dynamics need 2.
  public func frameCount(ofTrajectory trajectory: Int) -> Int {
    localFrames(locate(trajectory: trajectory)).count
  }

  /// The frames of `trajectory` whose positions are stored, as numbers over the whole data set; at least one.
  public func positionedFrames(ofTrajectory trajectory: Int) -> [Int] {
    frames(ofTrajectory: trajectory).filter(hasPositions)
  }

  /// The frames of `trajectory` whose positions are stored, in runs of consecutive frames: within a run every frame and
  /// the next make a pair to learn dynamics from, and between two runs there is a gap.
  public func positionedRuns(ofTrajectory trajectory: Int) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    for frame in positionedFrames(ofTrajectory: trajectory) {
      if let last = runs.last, last.upperBound == frame {
        runs[runs.count - 1] = last.lowerBound..<(frame + 1)
      } else {
        runs.append(frame..<(frame + 1))
      }
    }
    return runs
  }

  /// The trajectory that `frame` belongs to.
  public func trajectory(ofFrame frame: Int) -> Int {
    let place = locate(frame: frame)
    let starts = shards[place.shard].frameStarts
    var low = 0
    var high = starts.count - 1
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= place.frame { low = middle } else { high = middle }
    }
    return place.shard * plan.trajectoriesPerShard + low
  }

  /// The times of the frames of `trajectory`, in the data set's unit of time.
  public func times(ofTrajectory trajectory: Int) -> [Double] {
    let place = locate(trajectory: trajectory)
    return shards[place.shard].time.withUnsafeBufferPointer(in: localFrames(place), Array.init)
  }

  /// Calls `body` with the observables `[frames, k]` of `trajectory`, valid only during the call; empty where the data
  /// set has none.
  public func withObservables<Result, Failure: Error>(
    ofTrajectory trajectory: Int, _ body: (UnsafeBufferPointer<Double>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let place = locate(trajectory: trajectory)
    guard let observables = shards[place.shard].observables else {
      return try body(UnsafeBufferPointer(start: nil, count: 0))
    }
    let frames = localFrames(place)
    let width = observables.shape[1]
    return try observables.withUnsafeBufferPointer(
      in: (frames.lowerBound * width)..<(frames.upperBound * width), body)
  }

  /// The observables `[frames, k]` of `trajectory`, frame after frame.
  public func observables(ofTrajectory trajectory: Int) -> [Double] {
    withObservables(ofTrajectory: trajectory, Array.init)
  }

  /// The trajectory's own numbers by name, such as `half_l`.
  public func parameters(ofTrajectory trajectory: Int) -> [String: Double] {
    let place = locate(trajectory: trajectory)
    guard let parameters = shards[place.shard].parameters else { return [:] }
    let width = parameters.shape[1]
    return Dictionary(
      uniqueKeysWithValues: description.parameterNames.enumerated().map { column, name in
        (name, parameters[place.trajectory * width + column])
      })
  }

  /// The frames of a trajectory within its shard.
  private func localFrames(_ place: (shard: Int, trajectory: Int)) -> Range<Int> {
    let starts = shards[place.shard].frameStarts
    return starts[place.trajectory]..<starts[place.trajectory + 1]
  }
}
