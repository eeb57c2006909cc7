import Foundation

/// The processor time that the control groups of this process allow (Linux: containers, systemd, batch systems).
///
/// Version 2 has `cpu.max` ("50000 100000": half a processor), version 1 `cpu.cfs_quota_us` and `cpu.cfs_period_us`. A
/// group is bound by those that it is in, so all up to the mounted one are asked. What cannot be read is no limit.
package struct ControlGroupLimit {
  /// Processors; nil where there is no limit.
  package let processors: Double?

  /// The limit of this process.
  ///
  /// - Parameter root: the folder that holds `proc` and all else.
  package init(root: URL = URL(fileURLWithPath: "/")) {
    let files = Files(root: root)
    let memberships = files.lines("proc/self/cgroup").compactMap(Membership.init)
    let mounts = files.lines("proc/self/mountinfo").compactMap(Mount.init)
    let limits = mounts.flatMap { mount -> [Double] in
      guard let group = memberships.first(where: { $0.isVersion2 == mount.isVersion2 }) else { return [] }
      return mount.folders(of: group.path).compactMap { files.limit(in: $0, isVersion2: mount.isVersion2) }
    }
    processors = limits.min()
  }

  /// A line of `/proc/self/cgroup`, `0::/path` or `4:cpu,cpuacct:/path`, of a hierarchy that may limit processors.
  private struct Membership {
    let isVersion2: Bool
    let path: String

    init?(_ line: Substring) {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { return nil }
      isVersion2 = parts[0] == "0" && parts[1].isEmpty
      guard isVersion2 || parts[1].split(separator: ",").contains("cpu") else { return nil }
      path = String(parts[2])
    }
  }

  /// A line of `/proc/self/mountinfo` that shows such a hierarchy.
  private struct Mount {
    let isVersion2: Bool
    /// The group that is seen as the mounted folder.
    private let top: String
    private let folder: String

    init?(_ line: Substring) {
      // 36 35 0:30 /group /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu; any number of fields stand before the hyphen.
      let fields = line.split(separator: " ").map(String.init)
      guard let hyphen = fields.firstIndex(of: "-"), hyphen >= 5, fields.count > hyphen + 3 else { return nil }
      isVersion2 = fields[hyphen + 1] == "cgroup2"
      let isVersion1 = fields[hyphen + 1] == "cgroup" && fields[hyphen + 3].split(separator: ",").contains("cpu")
      guard isVersion2 || isVersion1 else { return nil }
      (top, folder) = (fields[3], fields[4])
    }

    /// The folders of the group at `path` and of all that it is in, as far as they are mounted.
    func folders(of path: String) -> [String] {
      var parts = path.split(separator: "/").map(String.init)
      let above = top.split(separator: "/").map(String.init)
      // A group outside of what is mounted (".." of another namespace, too): the mounted one is all that can be asked.
      guard parts.starts(with: above), !parts.contains("..") else { return [folder] }
      parts.removeFirst(above.count)
      return (0...parts.count).map { ([folder] + parts.prefix($0)).joined(separator: "/") }
    }
  }

  /// Small files below a folder.
  private struct Files {
    let root: URL

    func lines(_ path: String) -> [Substring] {
      let text = try? String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
      return (text ?? "").split(separator: "\n")
    }

    func limit(in folder: String, isVersion2: Bool) -> Double? {
      let numbers =
        isVersion2
        ? lines("\(folder)/cpu.max").first?.split(separator: " ").map { Double($0) } ?? []
        : ["quota", "period"].map { lines("\(folder)/cpu.cfs_\($0)_us").first.flatMap { Double($0) } }
      // "max" and −1 are no limit.
      guard numbers.count == 2, let quota = numbers[0], let period = numbers[1], quota > 0, period > 0 else {
        return nil
      }
      return quota / period
    }
  }
}
