import Foundation
import MacrostateStorage
import Synchronization

/// Progress on standard error: a bar with the time left on a terminal, now and then a line elsewhere.
public final class TerminalProgress: ProgressObserver {
  private struct State {
    var name = ""
    var started = ContinuousClock.now
    var firstDone = 0
    var lastShown: ContinuousClock.Instant?
    var hasBar = false
  }

  private let state = Mutex(State())
  private let isQuiet: Bool
  private let isInteractive = Terminal.isInteractive

  /// Progress of this process; `isQuiet` leaves warnings alone.
  public init(isQuiet: Bool = false) { self.isQuiet = isQuiet }

  public func update(_ name: String, done: Int, of total: Int, note: String) {
    guard !isQuiet else { return }
    state.withLock { state in
      let now = ContinuousClock.now
      if state.name != name {
        // A bar appears at once, a line of a log file only if the job lasts.
        state = State(
          name: name, started: now, firstDone: done - 1, lastShown: isInteractive ? nil : now, hasBar: false)
      }
      let interval: Duration = isInteractive ? .milliseconds(200) : .seconds(30)
      let isLast = done >= total
      guard isLast || state.lastShown.map({ now - $0 >= interval }) ?? true else { return }
      state.lastShown = now
      show(&state, done: done, total: total, note: note, now: now, isLast: isLast)
    }
  }

  public func log(_ line: String) {
    guard !isQuiet else { return }
    state.withLock { state in
      Terminal.write(line + "\n", after: clearedBar(&state))
    }
  }

  public func warn(_ line: String) {
    state.withLock { state in
      Terminal.write("warning: \(line)\n", after: clearedBar(&state))
    }
  }

  private func show(
    _ state: inout State, done: Int, total: Int, note: String, now: ContinuousClock.Instant, isLast: Bool
  ) {
    let seconds = (now - state.started).seconds
    let rate = Double(done - state.firstDone) / max(seconds, 1e-3)
    let left = rate > 0 ? Double(total - done) / rate : 0
    let time = isLast ? "in \(timeText(seconds))" : "\(timeText(left)) left"
    let name = state.name.padding(toLength: max(22, state.name.count), withPad: " ", startingAt: 0)
    let remark = note.isEmpty ? "" : "  \(note)"
    if isInteractive {
      let filled = total > 0 ? 20 * done / total : 20
      let bar = String(repeating: "█", count: filled) + String(repeating: "·", count: 20 - filled)
      let line = "\(name) \(bar) \(percent(done, total))  \(time)\(remark)\(isLast ? "\n" : "")"
      Terminal.write(line, after: Terminal.clearLine)
      state.hasBar = !isLast
    } else {
      Terminal.write("\(name) \(percent(done, total))  \(time)\(remark)\n")
    }
  }

  /// The text that takes the bar away, if there is one.
  private func clearedBar(_ state: inout State) -> String {
    defer { state.hasBar = false }
    return state.hasBar ? Terminal.clearLine : ""
  }

  private func percent(_ done: Int, _ total: Int) -> String {
    String(format: "%3d %%", total > 0 ? 100 * done / total : 100)
  }
}
