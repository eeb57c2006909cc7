import MacrostateStorage

/// Which frames of a trajectory keep their positions in the store, where observables are kept of all.
///
/// Written as slices in Python's manner, several separated by commas, with a fourth number: `start:stop:step:length`
/// takes every step-th frame from start to before stop, and with each the length − 1 frames after it (before stop), so
/// that there are pairs to learn dynamics from. What is left out is 0, the end, 1 and 1; negative numbers count from
/// the end; a single number is one frame.
///
///     try FrameSelection("0:100,100:501:4:2").indices(frameCount: 501)  // 0, 1, …, 99, 100, 101, 104, 105, …
public struct FrameSelection: Equatable, Sendable {
  /// All frames.
  public static let all = FrameSelection(text: ":", slices: [Slice()])

  /// The selection as it was written.
  public let text: String
  private let slices: [Slice]

  private struct Slice: Equatable {
    var start = 0
    /// `nil` for the end.
    var stop: Int?
    var step = 1
    var length = 1
  }

  private init(text: String, slices: [Slice]) {
    self.text = text
    self.slices = slices
  }

  /// The selection written as `text`.
  ///
  /// - Throws: `MacrostateError` of kind `usage` if the text is anything else.
  public init(_ text: String) throws {
    let slices = text.split(separator: ",", omittingEmptySubsequences: false).map(Self.slice)
    guard !slices.contains(nil) else {
      throw MacrostateError(
        .usage,
        "frames '\(text)': write start:stop:step:length, several separated by commas, such as 0:100,100:501:4:2 (all of "
          + "the first 100, then every 4th and the one after it)")
    }
    self.init(text: text, slices: slices.compactMap(\.self))
  }

  /// The selected ones of `frameCount` frames, in increasing order.
  public func indices(frameCount: Int) -> [Int] {
    var isSelected = [Bool](repeating: false, count: frameCount)
    for slice in slices {
      let stop = Self.place(slice.stop ?? frameCount, frameCount)
      for start in stride(from: Self.place(slice.start, frameCount), to: stop, by: slice.step) {
        for frame in start..<min(stop, start + slice.length) { isSelected[frame] = true }
      }
    }
    return isSelected.indices.filter { isSelected[$0] }
  }

  /// A frame counted from the start, or, if negative, from the end; within the trajectory.
  private static func place(_ number: Int, _ frameCount: Int) -> Int {
    min(max(number < 0 ? number + frameCount : number, 0), frameCount)
  }

  private static func slice(_ text: Substring) -> Slice? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    // 32 bits: sums of two of them cannot overflow.
    let numbers = parts.map { Int32($0).map(Int.init) }
    guard parts.count <= 4, zip(parts, numbers).allSatisfy({ $0.isEmpty || $1 != nil }) else { return nil }
    func number(_ place: Int) -> Int? { place < numbers.count ? numbers[place] : nil }
    if parts.count == 1 {
      guard let frame = number(0) else { return nil }
      return Slice(start: frame, stop: frame == -1 ? nil : frame + 1)
    }
    let slice = Slice(start: number(0) ?? 0, stop: number(1), step: number(2) ?? 1, length: number(3) ?? 1)
    return slice.step > 0 && slice.length > 0 ? slice : nil
  }
}

extension FrameSelection {
  /// Whether a number counts from the end, so that the number of frames must be known.
  public var countsFromEnd: Bool { slices.contains { $0.start < 0 || ($0.stop ?? 0) < 0 } }

  /// Whether `frame` is selected, of `count` frames; of any number where nothing counts from the end.
  public func contains(_ frame: Int, of count: Int? = nil) -> Bool {
    slices.contains { slice in
      let start = Self.place(slice.start, count ?? .max)
      let stop = slice.stop.map { Self.place($0, count ?? .max) } ?? .max
      return frame >= start && frame < stop && (frame - start) % slice.step < slice.length
    }
  }
}

extension FrameStream {
  /// The frames, of which the selected ones alone keep their positions.
  ///
  /// - Parameter count: their number, where the selection counts from the end.
  /// - Throws: at the end, `MacrostateError` of kind `badData` if none of the frames is selected.
  public func keepingPositions(of selection: FrameSelection, count: Int? = nil) -> FrameStream {
    guard selection != .all else { return self }
    var isAnySelected = false
    return compactMap { frame, number in
      if selection.contains(number, of: count) {
        isAnySelected = true
        return frame
      }
      return frame.withoutPositions
    }.finally { count in
      guard isAnySelected else {
        throw MacrostateError(
          .badData, "'\(selection.text)' selects none of the trajectory's \(count) frames; choose others")
      }
    }
  }
}

extension Trajectory.Frame {
  /// The frame with its observables alone.
  fileprivate var withoutPositions: Trajectory.Frame {
    var frame = self
    frame.positions = Array(repeating: [], count: positions.count)
    frame.features = Array(repeating: [], count: features.count)
    return frame
  }
}
