import Foundation
import MacrostateCompute
import MacrostateRecipes
import MacrostateSettings
import MacrostateStorage
import MacrostateTraining
import Microstates
import TrajectoryFormats

/// The closure variables ẑ of the frames of a data set, or of a file that `import` reads, by a trained model.
public struct FrameEncoding {
  private let model: TrainedModel
  private let compute: Compute

  /// Frames that are encoded at a time.
  private static let blockLength = 256

  /// Encodings by `model`.
  public init(_ model: TrainedModel, compute: Compute) {
    self.model = model
    self.compute = compute
  }

  /// The table of trajectory, frame, time, and the closure variables, of all frames whose positions are stored.
  ///
  /// - Parameter url: a data set, or a file that `import` reads.
  /// - Throws: `MacrostateError` where it does not fit the model, or cannot be read.
  public func table(
    of url: URL, as request: PartRequest? = nil, options: ReadingOptions = ReadingOptions(),
    progress: any ProgressObserver
  ) throws -> NumberTable {
    guard model.description.closure.closureDimension > 0 else {
      throw MacrostateError(.usage, "\(url.path): the model has no closure variables to encode frames into")
    }
    if Folder.exists(url) { return try table(of: Dataset.open(url), progress) }
    let file = try FileDataset(
      url, for: model, as: request, options: options, content: .positions, programVersion: ProgramVersion.current,
      pool: compute.pool)
    defer { withExtendedLifetime(file) {} }
    return try table(of: file.dataset, progress)
  }

  private func table(of dataset: Dataset, _ progress: any ProgressObserver) throws -> NumberTable {
    try model.checkPoints(of: dataset)
    let encoding = MacrostateEncoding(model, dataset: dataset, compute: compute)
    let names = model.description.macrostate.closure.flatMap(\.self)
    var rows: [[Double]] = []
    for m in 0..<dataset.trajectoryCount {
      let frames = dataset.positionedFrames(ofTrajectory: m)
      let first = dataset.frames(ofTrajectory: m).lowerBound
      for start in stride(from: 0, to: frames.count, by: Self.blockLength) {
        let block = Array(frames[start..<min(start + Self.blockLength, frames.count)])
        let values = try encoding.closureVariables(ofFrames: block, isOrdered: true)
        for (i, frame) in block.enumerated() {
          let z = values[(i * names.count)..<((i + 1) * names.count)]
          rows.append([Double(m), Double(frame - first), dataset.time(ofFrame: frame)] + z.map(Double.init))
        }
      }
      progress.update("encode", done: m + 1, of: dataset.trajectoryCount, note: "")
    }
    return NumberTable(columns: ["trajectory", "frame", "time"] + names, rows: rows)
  }
}
