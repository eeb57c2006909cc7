import MacrostateStorage
import Microstates

/// Features that are computed from the particles while frames are read.
public struct ComputedFeatures: Sendable {
  /// Their names, m of them.
  public var names: [String]
  /// How they are computed, as data sets store it.
  public var definitions: [ObservableDescription.Definition]
  /// The numbers of a frame's particles, `[S][n · m]`.
  public var compute: @Sendable (Trajectory.Frame) throws -> [[Float]]

  /// Features computed by `compute`, as many as `names`.
  public init(
    _ names: [String], definitions: [ObservableDescription.Definition],
    compute: @escaping @Sendable (Trajectory.Frame) throws -> [[Float]]
  ) {
    self.names = names
    self.definitions = definitions
    self.compute = compute
  }
}

/// The trajectories of another source, whose particles have computed features after their own.
public struct FeatureAddition: TrajectorySourceView {
  let source: any TrajectorySource
  private let computed: ComputedFeatures

  /// The particles of `source` with the features `computed`.
  ///
  /// - Throws: `MacrostateError` of kind `usage` where the source has a feature of that name.
  public init(_ source: any TrajectorySource, _ computed: ComputedFeatures) throws {
    if let double = computed.names.first(where: source.featureNames.contains) {
      throw MacrostateError(
        .usage, "\(source.name): its particles have a feature '\(double)' already; leave out --feature, or the column")
    }
    self.source = source
    self.computed = computed
  }

  public var featureNames: [String] { source.featureNames + computed.names }
  public var computedFeatures: [ObservableDescription.Definition] { source.computedFeatures + computed.definitions }

  public func frameCount(ofTrajectory m: Int) throws -> Int { try source.frameCount(ofTrajectory: m) }

  public func frames(ofTrajectory m: Int, from first: Int) throws -> FrameStream {
    let (name, own, added) = (source.name, source.featureNames.count, computed.names.count)
    return try source.frames(ofTrajectory: m, from: first).compactMap { frame, number in
      guard frame.hasPoints else { return frame }
      var frame = frame
      do {
        let values = try computed.compute(frame)
        frame.features = values.appended(to: frame.features, width: own, ownWidth: added)
      } catch let error as MacrostateError {
        throw MacrostateError(error.kind, "\(name): trajectory \(m), frame \(first + number): \(error.message)")
      }
      return frame
    }
  }
}

extension [[Float]] {
  /// The rows of each species, `[n · ownWidth]`, after those of `first`, `[n · width]`.
  package func appended(to first: [[Float]], width: Int, ownWidth: Int) -> [[Float]] {
    guard width > 0, ownWidth > 0 else { return width > 0 ? first : self }
    return zip(first, self).map { before, values in
      var rows: [Float] = []
      rows.reserveCapacity(before.count + values.count)
      for i in 0..<values.count / ownWidth {
        rows += before[i * width..<(i + 1) * width]
        rows += values[i * ownWidth..<(i + 1) * ownWidth]
      }
      return rows
    }
  }
}
