import MacrostateStorage
import Microstates

/// The positions in a file, placed into the model's box as those of the training data were.
struct StartPlacement {
  private let array: NumPyArray
  private let box: SimulationBox?
  private let offset: [Double]?
  private let dimension: Int

  /// A rounding of a coordinate by more than this share of the period leaves nothing of its place in the box.
  private static let coarsestRounding = 1e-3

  /// The array of n · d elements, less the offset, in the box of the same dimension; others have no part in it.
  init(_ array: NumPyArray, dimension: Int, box: SimulationBox?, offset: [Double]?) {
    self.array = array
    self.dimension = dimension
    self.offset = offset?.count == dimension ? offset : nil
    self.box = box?.lengths.count == dimension ? box : nil
  }

  /// By how much coordinates of each axis may have been rounded when they were written, `[d]`.
  func rounding() throws -> [Double] {
    var greatest = [Double](repeating: 0, count: dimension)
    for (place, x) in try array.doubles().enumerated() {
      greatest[place % dimension] = max(greatest[place % dimension], abs(x))
    }
    return greatest.map(array.elementType.rounding)
  }

  /// The positions `[n, d]`.
  ///
  /// - Throws: `MacrostateError(.badData)` for one that is not finite or cannot be in the box.
  func values() throws -> [Float] {
    let written = try array.doubles()
    let axes = box.map { box in (0..<dimension).map(box.axis) }
    return try written.indices.map { place in
      let x = written[place] - (offset?[place % dimension] ?? 0)
      guard Float(x).isFinite else { throw error(place, "is not a finite number; correct the input") }
      guard let axis = axes?[place % dimension] else { return Float(x) }
      let inside = axis.placed(x)
      guard inside.isFinite else {
        throw error(
          place,
          "is \(x) along axis \(place % dimension), outside the walls of the model's box (\(axis.low) … \(axis.high))")
      }
      if axis.boundary == .periodic, inside != x,
        array.elementType.rounding(at: written[place]) > Self.coarsestRounding * (axis.high - axis.low)
      {
        throw error(
          place,
          "is \(x) along axis \(place % dimension), so far outside the model's box (\(axis.low) … \(axis.high)) that its "
            + "digits do not tell where in the box it is; give wrapped positions, in the unit of the training data")
      }
      return axis.single(inside)
    }
  }

  private func error(_ place: Int, _ problem: String) -> MacrostateError {
    MacrostateError(.badData, "\(array.name): the position of particle \(place / dimension) \(problem)")
  }
}
