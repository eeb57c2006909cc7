import Foundation
import MacrostateRuns
import MacrostateStorage

/// A plan against what is there: which runs are done, what the others take.
public struct ReproductionSchedule {
  /// A run that is not done.
  public struct Entry {
    /// The run.
    public var run: PlannedRun
    /// An estimate of its seconds.
    public var seconds: Double
    /// Whether it was begun.
    public var isBegun: Bool
    /// The trainings that it takes from another run.
    var shared: Set<SharedTraining>
  }

  /// The runs that are not done, in the order in which they are made.
  public let missing: [Entry]
  /// An estimate of the bytes that will be written.
  public let bytes: Double
  /// The systems whose data sets are needed.
  let systems: [ReproducedSystem]
  /// An estimate of the seconds that the simulation of missing data takes.
  public let simulationSeconds: Double
  private let plan: ReproductionPlan
  private let done: Set<String>
  private let folder: URL

  /// The seconds of all that is missing.
  public var seconds: Double { missing.reduce(simulationSeconds) { $0 + $1.seconds } }

  init(
    _ plan: ReproductionPlan, settings: ReproductionSettings, data: ReproductionData, done: Set<String>,
    donors: Set<TrainingKey>
  ) throws {
    self.plan = plan
    self.done = done
    folder = settings.folder
    let wanted = plan.runs.filter { run in
      !done.contains(run.hash) && (settings.only.isEmpty || settings.only.contains { run.name.contains($0) })
    }
    guard !wanted.isEmpty else {
      (missing, bytes, simulationSeconds, systems) = ([], 0, 0, [])
      return
    }
    let systems = wanted.compactMap(\.system).reduce(into: [ReproducedSystem]()) {
      if !$0.contains($1) { $0.append($1) }
    }
    let costs = try RunCosts(settings, data, systems)
    var donors = donors
    var entries: [Entry] = []
    var bytes = systems.reduce(0) { $0 + data[$1].missingBytes }
    for run in wanted {
      let keys = run.trainings.map { TrainingKey(training: $0.key, hash: $0.value) }
      let shared = Set(keys.filter(donors.contains).map(\.training))
      donors.formUnion(keys)
      entries.append(
        Entry(
          run: run, seconds: try costs.seconds(run, shared: shared),
          isBegun: Folder.exists(
            settings.folder.appendingPathComponent("runs").appendingPathComponent(run.folderName)),
          shared: shared))
      bytes += try costs.bytes(run)
    }
    missing = entries
    self.bytes = bytes
    self.systems = systems
    simulationSeconds = costs.simulationSeconds
  }

  /// The plan for people: a line a run, then what is missing in all.
  public var text: String {
    let entries = Dictionary(uniqueKeysWithValues: missing.map { ($0.run.hash, $0) })
    let width = (plan.runs.map(\.name.count).max() ?? 0) + 2
    var lines = plan.runs.map { run in
      let users = plan.users(of: run).map(\.rawValue).joined(separator: " ")
      return pad(run.name, width) + pad(state(run, entries[run.hash]), 18) + users
    }
    let free = DiskSpace.free(at: folder).map { ", \(DiskSpace.text($0)) free" } ?? ""
    lines.append(
      "\(plan.runs.count) runs, \(missing.count) missing: about \(timeText(seconds))"
        + (simulationSeconds > 0 ? " (\(timeText(simulationSeconds)) of it simulation)" : "")
        + ", \(DiskSpace.text(bytes)) of disk\(free)")
    return lines.joined(separator: "\n")
  }

  private func state(_ run: PlannedRun, _ entry: Entry?) -> String {
    guard let entry else { return done.contains(run.hash) ? "done" : "left out" }
    let state = entry.isBegun ? "begun" : entry.shared.contains(.closure) ? "shares stage I" : "missing"
    return "\(state) \(timeText(entry.seconds))"
  }

  private func pad(_ text: String, _ width: Int) -> String {
    text.padding(toLength: max(width, text.count + 1), withPad: " ", startingAt: 0)
  }
}
