import Foundation
import MacrostateAutodiff
import MacrostateCompute
import MacrostateStorage

/// The state of a training, as `state.json` of a checkpoint holds it.
public struct TrainingState: Codable, Equatable, Sendable {
  /// The layout version of checkpoints that this program writes and reads.
  public static let currentVersion = 1

  /// The layout version.
  public var version = TrainingState.currentVersion
  /// Steps taken.
  public var step = 0
  /// The lowest validation score so far and the step it was reached at.
  public var bestScore: Double?
  /// The step of the best score.
  public var bestStep = 0
  /// Whether the training is over.
  public var isFinished = false
  /// Σ of the losses since the last log line, and how many.
  public var lossSum = 0.0
  /// Losses in `lossSum`.
  public var lossCount = 0
  /// Length of the metrics file, to which resuming cuts it back.
  public var metricsByteCount = 0
  /// Seconds spent in earlier sessions.
  public var seconds = 0.0
  /// Whether the line of metrics after the last step is still to be written, since that failed; nil for no.
  var lacksLine: Bool?
  /// The instruction set of the kernels: on another, the bits differ.
  public var instructionSet: InstructionSet

  /// The state before the first step.
  public init(instructionSet: InstructionSet) { self.instructionSet = instructionSet }
}

/// The checkpoints of one training: folders `step-…` with parameters, optimiser and state, of which the last two and the
/// best are kept; the files `latest` and `best` name them.
public struct CheckpointStore {
  /// The folder of the checkpoints.
  public let folder: URL

  /// The checkpoints in `folder`.
  public init(_ folder: URL) { self.folder = folder }

  private enum Name {
    static let model = "model.safetensors"
    static let optimizer = "optimizer.safetensors"
    static let state = "state.json"
    static let record = FolderRecord.fileName
    static let latest = "latest"
    static let best = "best"
  }

  /// Writes a checkpoint; it is there whole or not at all, and `latest` (and, where it is the best so far, `best`) name
  /// it afterwards.
  ///
  /// - Throws: `MacrostateError(.failure)` where the disk is full or not writable: the earlier checkpoints stay.
  public func save(_ state: TrainingState, parameters: Parameters, optimizer: Adam, isBest: Bool) throws {
    let name = "step-" + String(repeating: "0", count: max(0, 8 - "\(state.step)".count)) + "\(state.step)"
    let target = folder.appendingPathComponent(name)
    try Folder.create(folder)
    // The same step has the same bytes, but for what it lacks, and a kill must not find the checkpoint that `latest`
    // names removed.
    if let latest = try named(Name.latest), latest.lastPathComponent == name,
      try self.state(of: latest).lacksLine == state.lacksLine
    {
      return
    }
    try AtomicFile.writeFolder(target, replaces: true) { partial in
      var records: [String: FileRecord] = [:]
      records[Name.model] = try Safetensors(tensors: parameters.tensors)
        .write(to: partial.appendingPathComponent(Name.model))
      records[Name.optimizer] = try Safetensors(
        tensors: optimizer.tensors, metadata: ["steps": String(optimizer.steps)]
      ).write(to: partial.appendingPathComponent(Name.optimizer))
      records[Name.state] = try JSONFile.write(state, to: partial.appendingPathComponent(Name.state))
      try JSONFile.write(records, to: partial.appendingPathComponent(Name.record))
    }
    if isBest { try AtomicFile.write(name, to: folder.appendingPathComponent(Name.best)) }
    try AtomicFile.write(name, to: folder.appendingPathComponent(Name.latest))
    try removeOld()
  }

  /// The latest checkpoint's state, with parameters and optimiser set to it; nil where there is none.
  ///
  /// - Throws: `MacrostateError(.badData)` where a file is corrupted, was written for another model or by a newer
  ///   version.
  public func restoreLatest(_ parameters: Parameters, _ optimizer: Adam) throws -> TrainingState? {
    guard let checkpoint = try named(Name.latest) else { return nil }
    try verify(checkpoint)
    let state = try state(of: checkpoint)
    let model = checkpoint.appendingPathComponent(Name.model)
    try parameters.set(Safetensors(model), source: model.path)
    let moments = checkpoint.appendingPathComponent(Name.optimizer)
    let file = try Safetensors(moments)
    try optimizer.set(file, source: moments.path)
    optimizer.steps = file.metadata["steps"].flatMap(Int.init) ?? state.step
    return state
  }

  /// Sets parameters to those of the best checkpoint: to their mean over the steps, where `optimizer` keeps one.
  public func restoreBest(_ parameters: Parameters, _ optimizer: Adam) throws {
    guard let checkpoint = try named(Name.best) else {
      throw MacrostateError(.missingInput, "\(folder.path): no best checkpoint; train again")
    }
    try verify(checkpoint)
    let model = checkpoint.appendingPathComponent(Name.model)
    try parameters.set(Safetensors(model), source: model.path)
    guard optimizer.average != nil else { return }
    let moments = checkpoint.appendingPathComponent(Name.optimizer)
    let file = try Safetensors(moments)
    // Before the first step there is no mean.
    guard file.metadata["steps"].flatMap(Int.init) ?? 0 > 0 else { return }
    parameters.storage = try file.floats(
      Adam.averageName, shape: [parameters.layout.storage], source: moments.path)
  }

  /// The latest state without anything else, where there is a checkpoint.
  public func latestState() throws -> TrainingState? { try named(Name.latest).map(state(of:)) }

  /// Copies the latest and the best checkpoint of a finished training to `other`, for a run whose metrics file has
  /// `metricsByteCount` bytes.
  ///
  /// - Throws: `MacrostateError(.badData)` where a file is corrupted or the training is not finished.
  package func copyFinished(to other: CheckpointStore, metricsByteCount: Int) throws {
    guard let latest = try named(Name.latest), let best = try named(Name.best), try state(of: latest).isFinished else {
      throw MacrostateError(.badData, "\(folder.path): this training is not finished; finish it first")
    }
    for checkpoint in Set([latest, best]) {
      try verify(checkpoint)
      let target = other.folder.appendingPathComponent(checkpoint.lastPathComponent)
      try Folder.create(target)
      var records: [String: FileRecord] = [:]
      for name in [Name.model, Name.optimizer] {
        let bytes = try FileContents.bytes(of: checkpoint.appendingPathComponent(name))
        records[name] = try AtomicFile.write(bytes, to: target.appendingPathComponent(name))
      }
      var state = try state(of: checkpoint)
      state.metricsByteCount = metricsByteCount
      records[Name.state] = try JSONFile.write(state, to: target.appendingPathComponent(Name.state))
      try JSONFile.write(records, to: target.appendingPathComponent(Name.record))
    }
    try AtomicFile.write(best.lastPathComponent, to: other.folder.appendingPathComponent(Name.best))
    try AtomicFile.write(latest.lastPathComponent, to: other.folder.appendingPathComponent(Name.latest))
  }

  private func state(of checkpoint: URL) throws -> TrainingState {
    let url = checkpoint.appendingPathComponent(Name.state)
    struct Version: Decodable { var version: Int }
    let version = try JSONFile.read(Version.self, from: url).version
    guard version <= TrainingState.currentVersion else {
      throw MacrostateError(
        .badData, "\(url.path): written by a newer version of Macrostate (layout \(version)); update the program")
    }
    try verify(checkpoint, only: Name.state)
    return try JSONFile.read(TrainingState.self, from: url)
  }

  /// Compares the files of a checkpoint (or one of them) with their check sums.
  private func verify(_ checkpoint: URL, only file: String? = nil) throws {
    let remedy =
      "remove \(checkpoint.path) and name the checkpoint before it in \(folder.path)/latest, or use --restart"
    let record = try FolderRecord(of: checkpoint, remedy: remedy)
    guard file == nil else { return try record.verify(file ?? "") }
    for name in [Name.model, Name.optimizer, Name.state] { try record.verify(name) }
    try record.verifyAll()
  }

  private func named(_ pointer: String) throws -> URL? {
    let url = folder.appendingPathComponent(pointer)
    guard FileManager.default.fileExists(atPath: url.path) else { return nil }
    let text = String(decoding: try FileContents.bytes(of: url), as: UTF8.self)
    let name = text.trimmingCharacters(in: .whitespacesAndNewlines)
    let checkpoint = folder.appendingPathComponent(name)
    guard Folder.exists(checkpoint) else {
      throw MacrostateError(
        .badData, "\(url.path): names the checkpoint '\(name)', which is not there; name another, or use --restart")
    }
    return checkpoint
  }

  private func removeOld() throws {
    // By number: from 100 million steps on, names are longer.
    let steps = try Folder.contents(folder).map(\.lastPathComponent)
      .compactMap { name in name.hasPrefix("step-") ? Int(name.dropFirst(5)).map { (step: $0, name: name) } : nil }
      .sorted { $0.step < $1.step }
    let kept = try [named(Name.best), named(Name.latest)].map { $0?.lastPathComponent }
    for (_, name) in steps.dropLast(2) where !kept.contains(name) {
      try Folder.remove(folder.appendingPathComponent(name))
    }
  }
}

extension Parameters {
  /// The parameters as named tensors, in PyTorch's names and layout.
  public var tensors: [String: Safetensors.Tensor] {
    var tensors: [String: Safetensors.Tensor] = [:]
    for weight in layout.weights {
      tensors[layout.name(of: weight)] = .init(shape: [weight.outputs, weight.inputs], .float32(self[weight]))
    }
    for bias in layout.biases { tensors[layout.name(of: bias)] = .init(shape: [bias.count], .float32(self[bias])) }
    return tensors
  }

  /// Takes the parameters from named tensors.
  ///
  /// - Throws: `MacrostateError(.badData)` where one is missing or of another shape.
  public func set(_ file: Safetensors, source: String) throws {
    for weight in layout.weights {
      self[weight] = try file.floats(layout.name(of: weight), shape: [weight.outputs, weight.inputs], source: source)
    }
    for bias in layout.biases {
      self[bias] = try file.floats(layout.name(of: bias), shape: [bias.count], source: source)
    }
  }
}

extension Adam {
  fileprivate static let averageName = "average.storage"

  /// The moments and, where it is kept, the mean of the parameters.
  fileprivate var tensors: [String: Safetensors.Tensor] {
    var tensors = ["first.storage": first.tensor, "second.storage": second.tensor]
    tensors[Self.averageName] = average?.tensor
    return tensors
  }

  fileprivate func set(_ file: Safetensors, source: String) throws {
    let shape = [first.layout.storage]
    first.storage = try file.floats("first.storage", shape: shape, source: source)
    second.storage = try file.floats("second.storage", shape: shape, source: source)
    if let average { average.storage = try file.floats(Self.averageName, shape: shape, source: source) }
  }
}

extension ParameterGradient {
  fileprivate var tensor: Safetensors.Tensor { .init(shape: [layout.storage], .float32(storage)) }
}
