import Foundation

/// The processors that this process may use.
public enum Processors {
  /// The processors of its affinity (`taskset`, a job's cpuset), but no more than its control groups give it the time
  /// of; at least 1.
  ///
  /// A limit of 2.5 processors counts as 2: threads wait for each other, and one that is held back holds back all.
  public static let available: Int = {
    let count = affinity() ?? ProcessInfo.processInfo.activeProcessorCount
    return max(1, min(count, ControlGroupLimit().processors.map { Int($0) } ?? count))
  }()

  /// The processors of the machine that are switched on.
  public static var ofMachine: Int {
    #if os(Linux)
      max(available, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    #else
      ProcessInfo.processInfo.activeProcessorCount
    #endif
  }

  /// The number of processors that this process may be moved to; nil where the system does not say.
  ///
  /// - Parameter root: the folder that holds `proc`.
  package static func affinity(root: URL = URL(fileURLWithPath: "/")) -> Int? {
    // Glibc shows sched_getaffinity to C alone; the kernel writes the same as 32 bits at a time: "ff,00000003".
    let status = try? String(contentsOf: root.appendingPathComponent("proc/self/status"), encoding: .utf8)
    guard let line = status?.split(separator: "\n").first(where: { $0.hasPrefix("Cpus_allowed:") }) else { return nil }
    let words = line.dropFirst("Cpus_allowed:".count).filter { !$0.isWhitespace }.split(separator: ",")
    let counts = words.map { UInt64($0, radix: 16)?.nonzeroBitCount }
    guard !counts.contains(nil) else { return nil }
    let count = counts.reduce(0) { $0 + ($1 ?? 0) }
    return count > 0 ? count : nil
  }
}
