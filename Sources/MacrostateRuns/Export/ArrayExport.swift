import Foundation
import MacrostateStorage
import Microstates

/// Trajectories as an `.npz` file of arrays that `import` reads again.
///
/// All points of all frames stand behind each other, since their number may change: `positions [P, d]`, `features [P, c]`,
/// `types [P]` (1 … S), `offsets [F + 1]`, the first row of each frame, `trajectory_offsets [T + 1]`, the first frame of
/// each trajectory, `times [F]`, `observables [F, k]`, and `box [F, d]`, the edges of a periodic orthogonal box.
struct ArrayExport {
  private let dataset: Dataset
  private let trajectories: [Int]

  init(_ export: DatasetExport) { (dataset, trajectories) = (export.dataset, export.trajectories) }

  func write(to url: URL, progress: (Int, Int) -> Void) throws {
    let folder = url.deletingLastPathComponent().appendingPathComponent(".\(url.lastPathComponent).parts")
    try? Folder.remove(folder)
    try Folder.create(folder)
    defer { try? Folder.remove(folder) }
    let names = try writeArrays(folder, progress)
    try ZipWriter.write(names.map { ("\($0).npy", folder.appendingPathComponent("\($0).npy")) }, to: url)
  }

  /// The names of the arrays.
  private func writeArrays(_ folder: URL, _ progress: (Int, Int) -> Void) throws -> [String] {
    func file(_ name: String) -> URL { folder.appendingPathComponent("\(name).npy") }
    let (d, c, k) = (dataset.dimension, dataset.description.featureNames.count, dataset.observables.count)
    let positions = d > 0 ? try NumPyWriter<Float>(file("positions"), rowShape: [d]) : nil
    let features = c > 0 ? try NumPyWriter<Float>(file("features"), rowShape: [c]) : nil
    let types = dataset.speciesNames.count > 1 ? try NumPyWriter<Int32>(file("types")) : nil
    let times = try NumPyWriter<Double>(file("times"))
    let observables = k > 0 ? try NumPyWriter<Double>(file("observables"), rowShape: [k]) : nil
    let boxes = hasPeriodicBoxes ? try NumPyWriter<Double>(file("box"), rowShape: [d]) : nil
    var (offsets, starts) = ([Int64(0)], [Int64(0)])
    for (done, m) in trajectories.enumerated() {
      let frames = dataset.positionedFrames(ofTrajectory: m)
      for frame in frames {
        for species in dataset.speciesNames.indices {
          if let positions { try dataset.withPositions(frame: frame, species: species, positions.append) }
          if let features { try dataset.withFeatures(frame: frame, species: species, features.append) }
          let count = dataset.pointCount(frame: frame, species: species)
          try types?.append([Int32](repeating: Int32(species + 1), count: count))
        }
        offsets.append((offsets.last ?? 0) + Int64(dataset.pointCount(frame: frame)))
        try times.append([dataset.time(ofFrame: frame)])
        try observables?.append(dataset.observables(ofFrame: frame))
        if let boxes, let box = dataset.box(ofFrame: frame) { try boxes.append(box.lengths) }
      }
      starts.append((starts.last ?? 0) + Int64(frames.count))
      progress(done + 1, trajectories.count)
    }
    for (name, values) in [("offsets", offsets), ("trajectory_offsets", starts)] {
      try NumPyFile.write(values, shape: [values.count], to: file(name))
    }
    try times.close()
    try positions?.close()
    try features?.close()
    try types?.close()
    try observables?.close()
    try boxes?.close()
    let optional = [
      ("positions", positions != nil), ("features", features != nil), ("types", types != nil),
      ("observables", observables != nil), ("box", boxes != nil),
    ]
    return optional.filter(\.1).map(\.0) + ["offsets", "trajectory_offsets", "times"]
  }

  /// Whether all frames have an orthogonal box that begins at 0 and repeats itself along all axes: what arrays can say.
  private var hasPeriodicBoxes: Bool {
    guard dataset.description.positionOffset == nil, !trajectories.isEmpty else { return false }
    return dataset.box(ofFrame: 0).map {
      !$0.isTilted && $0.boundaries.allSatisfy { $0 == .periodic } && $0.origin.allSatisfy { $0 == 0 }
    } ?? false
  }
}
