import Foundation
import MacrostateCompute
import TestSupport
import Testing

@Suite struct ProcessorsTests {
  private static let version2 = "35 24 0:30 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n"
  private static let version1 =
    "33 25 0:29 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
    + "36 25 0:31 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"

  /// What `read` makes of these files, by their path.
  private func read<Value>(_ files: [String: String], _ read: (URL) -> Value) throws -> Value {
    try withTemporaryFolder { root in
      for (path, text) in files {
        let file = root.appendingPathComponent(path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
      }
      return read(root)
    }
  }

  private func limit(_ files: [String: String]) throws -> Double? {
    try read(files) { ControlGroupLimit(root: $0).processors }
  }

  @Test func affinityCountsTheBitsOfItsMask() throws {
    func affinity(_ status: String) throws -> Int? {
      try read(["proc/self/status": status]) { Processors.affinity(root: $0) }
    }
    #expect(try affinity("Name:\tmacrostate\nCpus_allowed:\t1\nCpus_allowed_list:\t0\n") == 1)
    #expect(try affinity("Cpus_allowed:\tff,00000000,80000003\n") == 11)
    #expect(try affinity("Cpus_allowed:\t0\n") == nil)
    #expect(try affinity("Cpus_allowed:\tnone\n") == nil)
    #expect(try affinity("Name:\tmacrostate\n") == nil)
    #expect(try read([:]) { Processors.affinity(root: $0) } == nil)
  }

  @Test func aGroupIsBoundByThoseThatItIsIn() throws {
    let files = [
      "proc/self/cgroup": "0::/system.slice/job.scope\n", "proc/self/mountinfo": Self.version2,
      "sys/fs/cgroup/system.slice/cpu.max": "150000 100000\n",
      "sys/fs/cgroup/system.slice/job.scope/cpu.max": "max 100000\n",
    ]
    #expect(try limit(files) == 1.5)
    let tighter = files.merging(["sys/fs/cgroup/system.slice/job.scope/cpu.max": "50000 100000\n"]) { $1 }
    #expect(try limit(tighter) == 0.5)
    // Files may be missing at any level, as they are at the root.
    #expect(try limit(tighter.filter { $0.key != "sys/fs/cgroup/system.slice/cpu.max" }) == 0.5)
  }

  @Test func aContainerSeesItsOwnGroupAsTheRoot() throws {
    let own = ["proc/self/cgroup": "0::/\n", "proc/self/mountinfo": Self.version2]
    #expect(try limit(own.merging(["sys/fs/cgroup/cpu.max": "300000 100000\n"]) { $1 }) == 3)
    // Without a namespace of its own the group is named by its place in the host, which is not mounted.
    let host = [
      "proc/self/cgroup": "0::/../../docker/abc\n",
      "proc/self/mountinfo": "35 24 0:30 /docker/abc /sys/fs/cgroup rw - cgroup2 cgroup rw\n",
      "sys/fs/cgroup/cpu.max": "200000 100000\n",
    ]
    #expect(try limit(host) == 2)
    #expect(try limit(host.merging(["proc/self/cgroup": "0::/docker/abc/inner\n"]) { $1 }) == 2)
  }

  @Test func versionOneHasAQuotaAndAPeriod() throws {
    let files = [
      "proc/self/cgroup": "9:memory:/elsewhere\n4:cpu,cpuacct:/slurm/job_7\n0::/ignored\n",
      "proc/self/mountinfo": Self.version1,
      "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "-1\n", "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
      "sys/fs/cgroup/cpu,cpuacct/slurm/cpu.cfs_quota_us": "400000\n",
      "sys/fs/cgroup/cpu,cpuacct/slurm/cpu.cfs_period_us": "100000\n",
      "sys/fs/cgroup/cpu,cpuacct/slurm/job_7/cpu.cfs_quota_us": "-1\n",
    ]
    #expect(try limit(files) == 4)
  }

  @Test func whatCannotBeReadIsNoLimit() throws {
    #expect(try limit([:]) == nil)
    for text in ["max 100000", "", "0 100000", "100000", "a b", "100000 0", "nan 100000"] {
      let files = [
        "proc/self/cgroup": "0::/a\nnonsense\n", "proc/self/mountinfo": "1 2\n" + Self.version2,
        "sys/fs/cgroup/a/cpu.max": text,
      ]
      #expect(try limit(files) == nil, "\(text)")
    }
  }

  @Test func thereIsAtLeastOneAndNoMoreThanTheMachineHas() {
    #expect(Processors.available >= 1 && Processors.available <= Processors.ofMachine)
  }
}
