import Foundation

extension Duration {
  /// This duration in seconds.
  package var seconds: Double { self / .seconds(1) }
}

/// A time as people say it: 4.2 s, 42 s, 3 min 05 s, 2 h 10 min.
package func timeText(_ seconds: Double) -> String {
  let whole = Int(seconds.rounded())
  if whole < 60 { return seconds < 10 ? String(format: "%.1f s", seconds) : "\(whole) s" }
  if whole < 3600 { return String(format: "%d min %02d s", whole / 60, whole % 60) }
  return String(format: "%d h %02d min", whole / 3600, whole % 3600 / 60)
}
