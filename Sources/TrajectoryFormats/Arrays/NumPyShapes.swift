import MacrostateStorage
import Microstates

/// The shapes of arrays of trajectories.
package enum NumPyShapes {
  /// The shape `[trajectories, frames, n, d]` of positions, which may lack the first axis.
  ///
  /// - Throws: `MacrostateError` of kind `badData` for any other shape, and for text.
  static func positions(_ array: NumPyArray) throws -> [Int] {
    try array.requireNumbers()
    func bad(_ problem: String) -> MacrostateError {
      MacrostateError(.badData, "\(array.name): shape \(shapeText(array.shape)); \(problem)")
    }
    guard array.shape.count == 3 || array.shape.count == 4 else {
      throw bad("positions need the shape [trajectories, frames, n, d] or [frames, n, d]")
    }
    let shape = array.shape.count == 3 ? [1] + array.shape : array.shape
    guard (1...3).contains(shape[3]) else {
      throw bad(
        "the last axis is space, of 1 to 3 dimensions; give it last (in Python numpy.moveaxis(x, 1, -1)), and in one "
          + "dimension an axis of 1 (x[..., None])")
    }
    guard shape[2] > 0 else { throw bad("frames without particles cannot be learned from") }
    guard shape[0] > 0, shape[1] > 0 else { throw bad("there are no frames") }
    return shape
  }

  /// The shape `[1, 1, n, d]` of one configuration, whose leading axes of length 1 may be left out.
  ///
  /// - Throws: `MacrostateError` of kind `badData` for any other shape, and for text.
  static func configuration(_ array: NumPyArray) throws -> [Int] {
    try array.requireNumbers()
    let axes = Array(array.shape.suffix(2))
    guard axes.count == 2, array.shape.dropLast(2).allSatisfy({ $0 == 1 }), (1...3).contains(axes[1]) else {
      let zeros = Array(repeating: "0", count: max(array.shape.count - 2, 1)).joined(separator: ", ")
      throw MacrostateError(
        .badData,
        "\(array.name): shape \(shapeText(array.shape)); one configuration is an array [n, d], with d from 1 to 3: give one "
          + "frame of one trajectory (in Python x[\(zeros)])")
    }
    guard axes[0] > 0 else { throw MacrostateError(.badData, "\(array.name): no particles to predict from") }
    return [1, 1] + axes
  }

  /// The shape `[trajectories, frames, cells, c]` of states on a grid: an array of the grid's axes, behind one or two for
  /// trajectories and frames, and before one for several features of a cell; of a grid of one cell the axis may be left out.
  ///
  /// - Parameter isOneConfiguration: whether there is one frame, without axes for trajectories and frames or with such of
  ///   length 1.
  /// - Throws: `MacrostateError` of kind `badData` for any other shape, and for text.
  static func states(_ array: NumPyArray, grid: [Int], isOneConfiguration: Bool = false) throws -> [Int] {
    try array.requireNumbers()
    let shape = array.shape
    func frames(_ behind: [Int], _ features: Int) -> [Int]? {
      let frames = Array(shape.dropLast(behind.count))
      guard (isOneConfiguration ? 0...2 : 1...2).contains(frames.count), shape.suffix(behind.count) == behind[...]
      else { return nil }
      return Array(repeating: 1, count: 2 - frames.count) + frames + [grid.reduce(1, *), features]
    }
    let last = shape.last ?? 0
    let candidates = [frames(grid, 1), frames(grid + [last], last)] + (grid == [1] ? [frames([last], last)] : [])
    // With both axes for trajectories and frames rather than with several features.
    let wanted = candidates.lazy.compactMap(\.self).first
    guard let wanted, wanted.allSatisfy({ $0 > 0 }), !isOneConfiguration || wanted[0] * wanted[1] == 1 else {
      let axes = grid.map { "\($0)" }.joined(separator: ", ")
      throw MacrostateError(
        .badData,
        "\(array.name): shape \(shapeText(shape)); states on a grid (--grid) need the shape [trajectories, frames, \(axes)] or "
          + "[frames, \(axes)], with a last axis for several features of a cell")
    }
    return wanted
  }

  /// The number c of features in an array `[trajectories, frames, n, c]` beside positions of `shape`, which may lack the last
  /// axis, and the first ones where there is one trajectory, or one frame; nil for any other shape, and for text.
  static func featureCount(_ array: NumPyArray, _ shape: [Int]) -> Int? {
    array.elementType.isText ? nil : featureCount(shape: array.shape, of: shape)
  }

  /// The number of features in an array of the shape `features`, likewise.
  package static func featureCount(shape features: [Int], of shape: [Int]) -> Int? {
    let points = Array(shape[..<3])
    return [features, [1] + features, [1, 1] + features].lazy.compactMap { count($0, points) }.first { $0 > 0 }
  }

  /// The k observables of an array `[trajectories, frames, k]`, or `[trajectories, frames]` for one; the first axis may
  /// be left out where there is one trajectory.
  ///
  /// - Parameters:
  ///   - names: their names, if they have any.
  ///   - shape: that of the positions, with all four axes.
  /// - Throws: `MacrostateError` of kind `badData` for any other shape, and for text; `usage` for another number of
  ///   names.
  static func observables(
    _ array: NumPyArray, _ names: [String]?, _ shape: [Int], _ positions: NumPyArray
  ) throws -> [ObservableDescription] {
    try array.requireNumbers()
    let frames = Array(shape[..<2])
    guard let count = count(array.shape, frames) ?? (shape[0] == 1 ? count([1] + array.shape, frames) : nil), count > 0
    else {
      throw MacrostateError(
        .badData,
        "\(array.name): shape \(shapeText(array.shape)) where the positions \(shapeText(positions.shape)) need "
          + "observables of shape [\(shape[0]), \(shape[1]), k] or [\(shape[0]), \(shape[1])]"
          + (shape[0] == 1 ? ", [\(shape[1]), k] or [\(shape[1])]" : ""))
    }
    guard let names else { return (1...count).map { ObservableDescription(name: "observable-\($0)") } }
    guard names.count == count else {
      throw MacrostateError(.usage, "\(names.count) names for the \(count) observables of \(array.name)")
    }
    return names.map { ObservableDescription(name: $0) }
  }

  /// The length of the axis behind `frames`, 1 where there is none; `nil` where the shape is another.
  private static func count(_ shape: [Int], _ frames: [Int]) -> Int? {
    guard shape.starts(with: frames), shape.count <= frames.count + 1 else { return nil }
    return shape.count == frames.count ? 1 : shape[frames.count]
  }
}
