import MacrostateStorage

/// Features of points in an array whose elements are `[trajectories, frames, n, c]`.
struct NumPyFeatures: Sendable {
  /// The names of the c features.
  let names: [String]
  private let array: NumPyArray
  private let frameCount: Int
  private let pointCount: Int

  /// `count` features of points of `shape`, `[trajectories, frames, n, …]`.
  ///
  /// - Throws: `MacrostateError` of kind `badData` for another number of names.
  init(_ array: NumPyArray, count: Int, names: [String]?, shape: [Int]) throws {
    self.array = array
    self.names = names ?? (1...count).map { "feature-\($0)" }
    (frameCount, pointCount) = (shape[1], shape[2])
    guard self.names.count == count else {
      throw MacrostateError(.badData, "\(array.name): \(self.names.count) names (feature_names) for \(count) features")
    }
  }

  /// The features `[frames, n, c]` of frames of trajectory m.
  ///
  /// - Throws: `MacrostateError(.badData)` for one that is not finite.
  func values(_ m: Int, _ frames: Range<Int>) throws -> [Float] {
    let size = pointCount * names.count
    let start = (m * frameCount + frames.lowerBound) * size
    let values = try array.floats(in: start..<((m * frameCount + frames.upperBound) * size))
    guard let bad = values.firstIndex(where: { !$0.isFinite }) else { return values }
    throw MacrostateError(
      .badData,
      "\(array.name): trajectory \(m), frame \(frames.lowerBound + bad / size), point \(bad % size / names.count): "
        + "'\(names[bad % names.count])' is not finite as a 32-bit number (\(values[bad])); all features must be numbers"
    )
  }
}
