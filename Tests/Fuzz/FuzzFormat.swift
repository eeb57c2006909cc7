import ArgumentParser

/// What is damaged: a format that Macrostate reads, or a folder of files that belong together.
enum FuzzFormat: String, CaseIterable, ExpressibleByArgument {
  /// Arrays of all kinds as positions, and as the start of a prediction.
  case npy
  /// Archives of arrays, stored and deflated.
  case npz
  /// Text dumps of LAMMPS, plain and gzip.
  case dump
  /// Input scripts of LAMMPS with a file that they include.
  case script
  /// YAML configurations.
  case configuration
  /// A data set: `dataset.json`, `shard.json` and arrays.
  case dataset
  /// A trained model: `model.json`, `files.json`, `*.safetensors`.
  case model
  /// Checkpoints of a training that is carried on.
  case checkpoints
  /// What a report is made of: configuration, evaluation, provenance, metrics.
  case report
  /// Tables of observables and of pair potentials.
  case table
  /// Extended and plain XYZ.
  case xyz
  /// Dumps of LAMMPS in YAML.
  case yaml
  /// GSD files.
  case gsd
  /// DCD files.
  case dcd
  /// Topologies: GRO, PDB, PSF, data files of LAMMPS.
  case topology
  /// Arrays of sets of different numbers of particles.
  case ragged

  /// Its place in the names of random streams.
  var number: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  /// Whether a file of a sample is one that is damaged; the others are there so that it can be read.
  func isDamaged(_ path: String) -> Bool {
    switch self {
    case .npy, .npz, .dump, .script, .configuration, .table, .xyz, .yaml, .gsd, .dcd, .topology, .ragged:
      true
    case .dataset: path.hasPrefix("stored/")
    case .model: path.hasPrefix("run/model/")
    case .checkpoints: path.hasPrefix("run/checkpoints/") || path == "run/metrics.jsonl"
    case .report: path.hasPrefix("run/") && !path.contains("/checkpoints/")
    }
  }
}
