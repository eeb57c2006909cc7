import MacrostateStorage
import Microstates

/// The box that an array tells of, where it does so without doubt: edges `[d]` of a periodic box that begins at 0, or
/// its bounds `[d, 2]`.
enum NumPyBox {
  /// The box; `nil` where the array may mean something else: other shapes, or bounds that could be read in two ways.
  static func box(_ array: NumPyArray, dimension: Int) throws -> SimulationBox? {
    guard !array.elementType.isText, array.count <= 2 * dimension else { return nil }
    let values = try array.doubles()
    guard values.allSatisfy(\.isFinite), let bounds = bounds(values, array.shape, dimension) else { return nil }
    return SimulationBox(
      origin: bounds.map(\.low), lengths: bounds.map { $0.high - $0.low },
      boundaries: Array(repeating: .periodic, count: dimension))
  }

  private static func bounds(_ values: [Double], _ shape: [Int], _ dimension: Int) -> [(low: Double, high: Double)]? {
    switch shape {
    case [dimension]:
      return values.allSatisfy { $0 > 0 } ? values.map { (0, $0) } : nil
    case [dimension, 2]:
      let rows = (0..<dimension).map { (low: values[2 * $0], high: values[2 * $0 + 1]) }
      guard rows.allSatisfy({ $0.low < $0.high }) else { return nil }
      // Two lower bounds and two upper ones have this shape, too.
      let mayBeColumns = dimension == 2 && values[0] < values[2] && values[1] < values[3]
      return mayBeColumns ? nil : rows
    default: return nil
    }
  }

  /// What is said of a box that is used.
  static func note(_ array: NumPyArray, _ box: SimulationBox) -> String {
    let axes = box.origin.indices.map { "\(box.origin[$0]) … \(box.origin[$0] + box.lengths[$0])" }
    return
      "\(array.name): taken for a periodic box (\(axes.joined(separator: ", "))), into which positions are wrapped; "
      + "leave it out of the file for open space"
  }

  /// What is said of one that is not.
  static func unusedNote(_ array: NumPyArray, dimension: Int) -> String {
    "\(array.name): not used: shape \(shapeText(array.shape)) or its values leave open which box is meant; a periodic box "
      + "of all frames is \(dimension) edges [\(dimension)] or bounds [\(dimension), 2], and positions are taken to be in "
      + "open space"
  }
}
