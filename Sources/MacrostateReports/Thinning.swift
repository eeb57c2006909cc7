/// The points of a long curve that are worth drawing: those that a pixel could show.
enum Thinning {
  /// Points of a curve that a chart as wide as the page can tell apart, with some to spare.
  static let curvePoints = 800
  /// Particles that are drawn of one frame.
  static let particles = 2000

  /// Ascending indices that keep the first and last point and, of each of `limit / 2 - 1` equal stretches, the lowest
  /// and the highest value of every curve: no peak is lost. All indices where there are at most `limit`.
  static func indices(of curves: [[Double]], count: Int, limit: Int = curvePoints) -> [Int] {
    guard count > limit, limit >= 4 else { return Array(0..<count) }
    let stretches = limit / 2 - 1
    var kept: Set<Int> = [0, count - 1]
    for stretch in 0..<stretches {
      let range = (stretch * count / stretches)..<((stretch + 1) * count / stretches)
      for curve in curves {
        let finite = range.filter { curve[$0].isFinite }
        if let lowest = finite.min(by: { curve[$0] < curve[$1] }) { kept.insert(lowest) }
        if let highest = finite.max(by: { curve[$0] < curve[$1] }) { kept.insert(highest) }
        // A stretch that holds nothing finite stays a gap.
        if finite.isEmpty, let first = range.first { kept.insert(first) }
      }
    }
    return kept.sorted()
  }

  /// At most `limit` indices spread evenly over 0..<count; particles are unordered, so any even choice is a fair one.
  static func spread(count: Int, limit: Int = particles) -> [Int] {
    guard count > limit else { return Array(0..<count) }
    return (0..<limit).map { $0 * count / limit }
  }
}
