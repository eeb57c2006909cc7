import MacrostateStorage

/// The checks of a trajectory, frame by frame, before it is written: that it fits the description, and that all its numbers
/// are finite.
struct TrajectoryChecks {
  let description: DatasetDescription
  /// What messages call the trajectory: "trajectory 7".
  let name: String
  /// The number of frames so far.
  private var count = 0
  private var time: Double?
  private var hasPoints = false

  init(_ description: DatasetDescription, name: String) {
    self.description = description
    self.name = name
  }

  /// Checks the trajectory's own numbers.
  func check(parameters: [Double]) throws {
    try require(
      parameters.count == description.parameterNames.count,
      "has \(parameters.count) parameters, the data set \(description.parameterNames.count)")
    try require(parameters.allSatisfy(\.isFinite), "has a parameter that is not finite")
  }

  /// Checks the next frame.
  mutating func check(next frame: Trajectory.Frame) throws {
    try check(frame, count)
    try checkTime(frame.time, after: time, count)
    count += 1
    time = frame.time
    hasPoints = hasPoints || frame.hasPoints
  }

  /// Checks the trajectory as a whole.
  func checkEnd() throws {
    try require(count > 0, "has no frames; a trajectory needs at least one")
    try require(hasPoints, "has particles in none of its frames; positions are needed in one at least")
  }

  private func error(_ problem: String) -> MacrostateError {
    MacrostateError(.badData, "\(name), \(problem)")
  }

  private func require(_ condition: Bool, _ problem: @autoclosure () -> String) throws {
    if !condition { throw MacrostateError(.badData, "\(name) \(problem())") }
  }

  private func check(_ frame: Trajectory.Frame, _ index: Int) throws {
    let speciesCount = description.speciesNames.count
    guard frame.positions.count == speciesCount else {
      throw error("frame \(index): \(frame.positions.count) species where the data set has \(speciesCount)")
    }
    guard frame.time.isFinite else { throw error("frame \(index): its time is not finite") }
    guard frame.hasPoints || !description.observables.isEmpty else {
      throw error("frame \(index): it has no particles and no observables; leave empty frames out")
    }
    for (species, positions) in frame.positions.enumerated() {
      try checkSize(positions, width: description.dimension, "position", index, species)
      try checkFinite(positions, width: description.dimension, "position", index, species)
    }
    if let box = frame.box, box != description.box {
      guard box.boundaries == description.box?.boundaries else {
        throw error("frame \(index): its box has other boundaries than that of the data set")
      }
      if let problem = box.problem(dimension: description.dimension) { throw error("frame \(index): \(problem)") }
    }
    try checkFeatures(frame, index)
    try checkObservables(frame, index)
  }

  private func checkTime(_ time: Double, after earlier: Double?, _ index: Int) throws {
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
      let pointCount = frame.pointCount(species: species, dimension: description.dimension, featureCount: width)
      guard features.count == pointCount * width else {
        throw error(
          "frame \(index): \(features.count) feature values for \(pointCount) particles of \(width) features each")
      }
      if let grid = description.grid, pointCount > 0, pointCount != grid.reduce(1, *) {
        throw error(
          "frame \(index): \(pointCount) points where the grid has \(grid.map { "\($0)" }.joined(separator: " × "))")
      }
      if width > 0 { try checkFinite(features, width: width, "feature", index, species) }
      let weights = PointWeights.weights(of: features, named: description.featureNames)
      if let problem = weights.flatMap(PointWeights.problem) { throw error("frame \(index): \(problem)") }
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
    guard width > 0 ? values.count % width == 0 : values.isEmpty else {
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
