import MacrostateStorage

/// A trajectory in memory, as it goes into the dataset store: frames in the order of time, and numbers of its own.
public struct Trajectory: Equatable, Sendable {
  /// One frame: the points of every species at one time, and the observables.
  ///
  /// A frame in which no species has a point is one whose positions are not stored, only its observables.
  public struct Frame: Equatable, Sendable {
    /// The time, in the data set's unit of time.
    public var time: Double
    /// The positions of each species, `[S][n·d]`: d numbers a point, point after point. A species may be empty.
    public var positions: [[Float]]
    /// The features of each species, `[S][n·c]`, in the order of the points; may be left empty where c is 0.
    public var features: [[Float]]
    /// The observables, `[k]`.
    public var observables: [Double]

    /// A frame with the points of each species.
    public init(time: Double, positions: [[Float]], features: [[Float]] = [], observables: [Double] = []) {
      self.time = time
      self.positions = positions
      self.features = features
      self.observables = observables
    }

    /// Whether there are points; a frame without is one of which only observables are stored.
    public var hasPositions: Bool { positions.contains { !$0.isEmpty } }
  }

  /// The frames, times increasing.
  public var frames: [Frame]
  /// The trajectory's own numbers, in the order of `DatasetDescription.parameterNames`.
  public var parameters: [Double]

  /// A trajectory of `frames`.
  public init(frames: [Frame], parameters: [Double] = []) {
    self.frames = frames
    self.parameters = parameters
  }

  /// Checks that the trajectory fits the description and that all its numbers are finite.
  ///
  /// - Parameter name: what messages call it: "trajectory 7".
  func validate(_ description: DatasetDescription, name: String) throws {
    let checks = TrajectoryChecks(description: description, name: name)
    try checks.require(!frames.isEmpty, "has no frames; a trajectory needs at least one")
    try checks.require(
      parameters.count == description.parameterNames.count,
      "has \(parameters.count) parameters, the data set \(description.parameterNames.count)")
    try checks.require(parameters.allSatisfy(\.isFinite), "has a parameter that is not finite")
    try checks.require(
      frames.contains(where: \.hasPositions),
      "has particles in none of its frames; positions are needed in one at least")
    for (index, frame) in frames.enumerated() {
      try checks.check(frame, index)
      try checks.checkTime(frame.time, after: index > 0 ? frames[index - 1].time : nil, index)
    }
  }
}

/// The checks of a frame before it is written.
private struct TrajectoryChecks {
  let description: DatasetDescription
  let name: String

  func error(_ problem: String) -> MacrostateError {
    MacrostateError(.badData, "\(name), \(problem)")
  }

  func require(_ condition: Bool, _ problem: @autoclosure () -> String) throws {
    if !condition { throw MacrostateError(.badData, "\(name) \(problem())") }
  }

  func check(_ frame: Trajectory.Frame, _ index: Int) throws {
    let speciesCount = description.speciesNames.count
    guard frame.positions.count == speciesCount else {
      throw error("frame \(index): \(frame.positions.count) species where the data set has \(speciesCount)")
    }
    guard frame.time.isFinite else { throw error("frame \(index): its time is not finite") }
    guard frame.hasPositions || !description.observables.isEmpty else {
      throw error("frame \(index): it has no particles and no observables; leave empty frames out")
    }
    for (species, positions) in frame.positions.enumerated() {
      try checkSize(positions, width: description.dimension, "position", index, species)
      try checkFinite(positions, width: description.dimension, "position", index, species)
    }
    try checkFeatures(frame, index)
    try checkObservables(frame, index)
  }

  func checkTime(_ time: Double, after earlier: Double?, _ index: Int) throws {
    if let earlier, time <= earlier {
      throw error("frame \(index): its time \(time) is not after \(earlier); put frames in order of time")
    }
    if let problem = QuantityLimits.problem(time: time, after: earlier) { throw error("frame \(index): \(problem)") }
  }

  private func checkFeatures(_ frame: Trajectory.Frame, _ index: Int) throws {
    let width = description.featureNames.count
    guard width > 0 || !frame.features.isEmpty else { return }
    guard frame.features.count == frame.positions.count else {
      throw error(
        "frame \(index): features of \(frame.features.count) species where there are \(frame.positions.count)")
    }
    for (species, features) in frame.features.enumerated() {
      let pointCount = frame.positions[species].count / description.dimension
      guard features.count == pointCount * width else {
        throw error(
          "frame \(index): \(features.count) feature values for \(pointCount) particles of \(width) features each")
      }
      if width > 0 { try checkFinite(features, width: width, "feature", index, species) }
    }
  }

  private func checkObservables(_ frame: Trajectory.Frame, _ index: Int) throws {
    guard frame.observables.count == description.observables.count else {
      throw error(
        "frame \(index): \(frame.observables.count) observables where the data set has "
          + "\(description.observables.count)")
    }
    if let place = frame.observables.firstIndex(where: { !$0.isFinite }) {
      throw error(
        "frame \(index): the observable '\(description.observables[place].name)' is not finite "
          + "(\(frame.observables[place])); observables must be numbers in every frame")
    }
  }

  private func checkSize(_ values: [Float], width: Int, _ what: String, _ frame: Int, _ species: Int) throws {
    guard values.count % width == 0 else {
      throw error(
        "frame \(frame), species '\(description.speciesNames[species])': \(values.count) \(what) values are not whole "
          + "points of \(width)")
    }
  }

  private func checkFinite(_ values: [Float], width: Int, _ what: String, _ frame: Int, _ species: Int) throws {
    guard let place = values.firstIndex(where: { !$0.isFinite }) else { return }
    let group = description.speciesNames.count > 1 ? " of species '\(description.speciesNames[species])'" : ""
    throw error(
      "frame \(frame), particle \(place / width)\(group): its \(what) is not finite (\(values[place])); all particles "
        + "of a frame must have finite \(what)s")
  }
}
