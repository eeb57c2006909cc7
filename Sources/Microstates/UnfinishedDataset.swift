import Foundation
import MacrostateStorage

/// A data set of which shards are missing, and what can be done about it.
struct UnfinishedDataset {
  let url: URL
  let manifest: DatasetManifest
  /// The shards that are there.
  let present: Set<Int>

  /// The error of one who wants to read it.
  var error: MacrostateError {
    let plan = manifest.plan
    let missing = plan.shardCount - present.count
    let written = plan.trajectoryCount(ofShards: present)
    return MacrostateError(
      .badData,
      "\(url.path): unfinished: \(missing) of \(plan.shardCount) shards are missing, and \(written) of "
        + "\(plan.trajectoryCount) trajectories are there; \(remedy)")
  }

  private var remedy: String {
    if let before = manifest.growsFrom {
      return "it was growing: run the same command again, or the one for \(before) trajectories to go back to them"
    }
    if present.isEmpty {
      return
        "run the command that began it (\(command)) again, or any other that makes a data set here: it holds no data "
        + "that could be lost"
    }
    return "run the same command again: \(command)"
  }

  /// The command that made it, as far as the data set knows.
  private var command: String {
    let generator = manifest.description.generator
    switch generator.name {
    case "import":
      let files = ((try? SourceFile.read(url)) ?? nil)?.prefix(2).map(\.path) ?? []
      return
        "macrostate import \(files.first ?? "FILES")\(files.count > 1 ? " …" : "") --output \(url.path), with its options"
    case "interacting-particles":
      return "macrostate simulate particles … --trajectories \(manifest.plan.trajectoryCount) --output \(url.path)"
    case "lammps":
      return "macrostate simulate lammps … --runs \(manifest.plan.trajectoryCount) --output \(url.path)"
    default: return "that of '\(generator.name)'"
    }
  }
}
