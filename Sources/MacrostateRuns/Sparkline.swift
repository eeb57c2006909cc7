import Foundation

/// A curve in a line of text, of eight heights: `▁▂▄▆█`.
struct Sparkline {
  /// The letters; a blank where there is no number.
  let text: String

  private static let heights = Array("▁▂▃▄▅▆▇█")

  /// The curve of `values`, of at most `width` letters, each the mean of its share of the values.
  init(_ values: [Double], width: Int = 24) {
    let count = min(width, values.count)
    let means = (0..<count).map { i -> Double in
      let part = values[(i * values.count / count)..<((i + 1) * values.count / count)]
      return part.reduce(0, +) / Double(part.count)
    }
    let finite = means.filter(\.isFinite)
    guard let least = finite.min(), let greatest = finite.max() else {
      text = ""
      return
    }
    text = String(
      means.map { mean -> Character in
        guard mean.isFinite else { return " " }
        let share = greatest > least ? (mean - least) / (greatest - least) : 0.5
        return Self.heights[min(7, Int(share * 8))]
      })
  }
}
