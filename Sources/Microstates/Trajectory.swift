import MacrostateStorage

/// A trajectory in memory, as it goes into the dataset store: frames in the order of time, and numbers of its own.
public struct Trajectory: Equatable, Sendable {
  /// One frame: the points of every species at one time, and the observables.
  ///
  /// A frame in which no species has a point is one whose positions are not stored, only its observables.
  public struct Frame: Equatable, Sendable {
    /// The time, in the data set's unit of time.
    public var time: Double
    /// The positions of each species, `[S][n·d]`: d numbers a point, point after point. A species may be empty; all are in
    /// states without positions, d = 0.
    public var positions: [[Float]]
    /// The features of each species, `[S][n·c]`, in the order of the points; may be left empty where c is 0.
    public var features: [[Float]]
    /// The observables, `[k]`.
    public var observables: [Double]
    /// The frame's own box, with the boundaries of the data set's; `nil` where it is that of the data set.
    public var box: SimulationBox?

    /// A frame with the points of each species.
    public init(
      time: Double, positions: [[Float]], features: [[Float]] = [], observables: [Double] = [],
      box: SimulationBox? = nil
    ) {
      self.box = box
      self.time = time
      self.positions = positions
      self.features = features
      self.observables = observables
    }

    /// Whether there are points; a frame without is one of which only observables are stored.
    public var hasPoints: Bool { positions.contains { !$0.isEmpty } || features.contains { !$0.isEmpty } }

    /// The number of points of a species, in space of `dimension` dimensions with `featureCount` features.
    public func pointCount(species: Int, dimension: Int, featureCount: Int) -> Int {
      dimension > 0
        ? positions[species].count / dimension
        : featureCount > 0 && species < features.count ? features[species].count / featureCount : 0
    }
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
}
