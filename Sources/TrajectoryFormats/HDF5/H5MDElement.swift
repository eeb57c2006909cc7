import MacrostateStorage

/// An element of H5MD: an array that is fixed, or a group of `value`, `step` and `time`.
struct H5MDElement {
  let value: HDF5Node
  /// The shape of a frame of it.
  let shape: [Int]
  /// The number of frames; nil where it is fixed.
  let frameCount: Int?
  private let steps: Series?
  private let times: Series?
  let timeUnit: String?
  let unit: String?

  /// A number for each frame, listed or by its interval.
  private enum Series {
    case listed(HDF5Node, count: Int)
    case even(first: Double, interval: Double)

    /// - Parameter node: an array `[frames]`, or the interval alone, whose attribute `offset` is the first number.
    init?(_ node: HDF5Node?) throws {
      guard let node else { return nil }
      let shape = try node.shape()
      if shape.count == 1 {
        self = .listed(node, count: shape[0])
      } else if shape.isEmpty, let interval = try node.all().first {
        self = .even(first: try node.numbers(ofAttribute: "offset")?.first ?? 0, interval: interval)
      } else {
        throw node.error("has the shape \(shape), and a number, or one for each frame, is needed")
      }
    }

    func number(_ frame: Int) throws -> Double? {
      switch self {
      case .even(let first, let interval): first + Double(frame) * interval
      case .listed(let node, let count):
        frame < count ? try node.table(start: [frame], count: [1], width: 1)[0, 0] : nil
      }
    }
  }

  /// The element `name` of `group`; nil where it has none.
  init?(_ name: String, of group: HDF5Node) throws {
    guard let node = try group.node(name) else { return nil }
    if node.isArray {
      (value, shape, frameCount, steps, times, timeUnit) = (node, try node.shape(), nil, nil, nil, nil)
      unit = try node.texts(ofAttribute: "unit")?.first
      return
    }
    guard let value = try node.node("value") else { throw node.error("has no array 'value'") }
    let whole = try value.shape()
    guard let frames = whole.first else { throw value.error("a single number, where there must be one for each frame") }
    (self.value, shape, frameCount) = (value, Array(whole.dropFirst()), frames)
    steps = try Series(node.node("step"))
    let time = try node.node("time")
    times = try Series(time)
    timeUnit = try time?.texts(ofAttribute: "unit")?.first
    unit = try value.texts(ofAttribute: "unit")?.first
  }

  func step(_ frame: Int) throws -> Int? {
    guard let number = try steps?.number(frame) else { return nil }
    guard let step = Int(exactly: number) else { throw value.error("frame \(frame): its step is \(number)") }
    return step
  }

  func time(_ frame: Int) throws -> Double? { try times?.number(frame) }

  /// The numbers of a frame, in rows of `width`.
  func table(_ frame: Int?, width: Int) throws -> ParticleTable {
    let start = (frame.map { [$0] } ?? []) + shape.map { _ in 0 }
    return try value.table(start: start, count: (frame == nil ? [] : [1]) + shape, width: width)
  }

  /// The frame of this element that belongs to a frame of `other`: that of the same number where there are as many, else
  /// that of the same step.
  ///
  /// - Returns: no frame for a fixed element; nil where there is none.
  func frame(for number: Int, of other: H5MDElement) throws -> Int?? {
    guard let frameCount else { return .some(nil) }
    if frameCount == other.frameCount { return .some(number) }
    guard let step = try other.step(number) else { return nil }
    // Both are in the order of their steps.
    var range = 0..<frameCount
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      guard let found = try self.step(middle) else { return nil }
      if found == step { return .some(middle) }
      range = found < step ? (middle + 1)..<range.upperBound : range.lowerBound..<middle
    }
    return nil
  }
}
