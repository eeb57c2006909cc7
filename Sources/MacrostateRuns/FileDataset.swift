import Foundation
import MacrostateCompute
import MacrostateObservables
import MacrostateRecipes
import MacrostateSettings
import MacrostateStorage
import Microstates
import TrajectoryFormats

/// A data set made of a file that `import` reads, with a model's observables, for as long as this object lives.
final class FileDataset {
  /// What is in the data set.
  enum Content {
    /// The positions, and the observables that the file has.
    case positions
    /// The model's observables, too.
    case all
  }

  /// The data set.
  let dataset: Dataset
  private let folder: URL

  /// The trajectories in the file at `url`, placed where `model` wants them.
  ///
  /// - Parameter options: what the file does not say.
  /// - Throws: `MacrostateError` of kind `usage` where the file does not say its times and no time step is given; as import
  ///   does.
  init(
    _ url: URL, for model: TrainedModel, as request: PartRequest?, options: ReadingOptions, content: Content = .all,
    programVersion: String, pool: WorkerPool
  ) throws {
    var options = options
    let placement = model.placement(isOneConfiguration: false)
    options.placement = placement
    let local = try model.localFeatures()
    options.auxiliaryFeatures = placement.observedFeatures + local.usedFeatures
    let read = try TrajectoryReaders.open([url], as: request, options: options)
    let source = try local.added(to: read, box: model.description.box)
    try StartConfiguration.requireUnits(of: source, placement)
    guard source.saysTimes || content == .positions else {
      throw MacrostateError(
        .usage, "\(source.name): it does not say the times of its frames; give --time-step, or import it by itself")
    }
    var writing = ImportOptions(programVersion: programVersion)
    if content == .all { writing.computed = try Self.computed(for: model, source) }
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("macrostate-\(UUID().uuidString)")
    do {
      try importTrajectories(from: source, to: folder, options: writing, pool: pool)
      dataset = try Dataset.open(folder)
    } catch {
      try? Folder.remove(folder)
      throw error
    }
  }

  deinit { try? Folder.remove(folder) }

  /// The model's observables that are computed from positions and that the file does not have itself.
  private static func computed(for model: TrainedModel, _ source: any TrajectorySource) throws -> ComputedObservables? {
    let own = Set(source.observables.map(\.name))
    var definitions: [ObservableDescription.Definition] = []
    for quantity in model.description.observables where !own.contains(quantity.name) {
      if let definition = quantity.definition, !definitions.contains(definition) { definitions.append(definition) }
    }
    guard !definitions.isEmpty else { return nil }
    let observables = try definitions.map {
      try Observables.observable($0, speciesNames: source.speciesNames)
    }
    let (dimension, box, featureNames) = (source.dimension, source.box, source.featureNames)
    return ComputedObservables(observables.flatMap(\.descriptions)) { frame in
      try observables.flatMap {
        try $0.evaluate(frame, dimension: dimension, box: box, featureNames: featureNames)
      }
    }
  }
}
