import ClosureModels
import Foundation
import MacroscopicDynamics
import MacrostateAutodiff
import MacrostateStorage
import MacrostateTraining
import Microstates

/// All that a finished training leaves: the closure model, the dynamics with and without ẑ, and what is needed to apply
/// them to new data.
public struct TrainedModel: Sendable {
  /// Sizes, scalings, names.
  public var description: Description
  /// The closure model.
  public let closure: ClosureModel
  /// Its parameters.
  public let closureParameters: Parameters
  /// The dynamics of z.
  public let ensemble: ForecastEnsemble
  /// The dynamics without ẑ, for comparison.
  public let withoutClosure: ForecastEnsemble?

  init(
    description: Description, closure: ClosureModel, closureParameters: Parameters, ensemble: ForecastEnsemble,
    withoutClosure: ForecastEnsemble?
  ) {
    self.description = description
    self.closure = closure
    self.closureParameters = closureParameters
    self.ensemble = ensemble
    self.withoutClosure = withoutClosure
  }

  /// The box of the training data, its origin relative to what positions of `dataset` are relative to.
  public func box(for dataset: Dataset) -> SimulationBox? {
    description.box?.moved(
      by: PositionOffset.shift(from: description.positionOffset, to: dataset.description.positionOffset))
  }

  /// The box in which the model sees points whose own box is `box`, both relative to the model's offset: their own where it
  /// repeats itself along the model's periodic axes, otherwise the model's.
  package func cellBox(_ box: SimulationBox?) -> SimulationBox? {
    guard let axes = closure.shape.periodicAxes, box?.isPeriodic(along: axes) != true else { return box }
    return description.box
  }

  /// The units of the observables in z.
  public var units: ObservableUnits { description.observableUnits ?? .none }

  /// The scale of the published MRE.
  public var publishedScale: RelativeError.Scale {
    .range(
      least: units.values(description.observableLeast), greatest: units.values(description.observableGreatest))
  }

  /// The names of the components of z.
  public var componentNames: [String] { description.macrostate.names }

  private enum File {
    static let description = "model.json"
    static let closure = "closure.safetensors"
    static let records = FolderRecord.fileName
    /// That of a part of the dynamics that a training of this name has made.
    static func part(_ name: TrainingName, _ part: Int, of count: Int) -> String {
      name.part(part, of: count).rawValue + ".safetensors"
    }
  }

  /// Writes the model into a folder, whole or not at all, in the place of one that is there.
  public func write(to folder: URL) throws {
    try AtomicFile.writeFolder(folder, replaces: true) { partial in
      var records: [String: FileRecord] = [:]
      func write(_ parameters: Parameters, _ name: String) throws {
        records[name] = try Safetensors(tensors: parameters.tensors).write(to: partial.appendingPathComponent(name))
      }
      try write(closureParameters, File.closure)
      func write(_ member: ForecastMember, _ name: TrainingName) throws {
        for (i, part) in member.parts.enumerated() {
          try write(part.parameters, File.part(name, i, of: member.parts.count))
        }
      }
      for (i, member) in ensemble.members.enumerated() { try write(member, .dynamics(member: i)) }
      if let member = withoutClosure?.members.first { try write(member, .withoutClosure) }
      records[File.description] = try JSONFile.write(
        description, to: partial.appendingPathComponent(File.description))
      try JSONFile.write(records, to: partial.appendingPathComponent(File.records))
    }
  }

  /// The model of a run.
  ///
  /// - Throws: as `init(_:)`; where there is no run, too.
  public init(of run: RunFolder) throws {
    if !Folder.exists(run.model) { try run.requireRun() }
    try self.init(run.model)
  }

  /// The model in a folder.
  ///
  /// - Throws: `MacrostateError`: `.missingInput` where there is none, `.badData` where a file is corrupted or was
  ///   written by another version.
  public init(_ folder: URL) throws {
    guard Folder.exists(folder) else {
      throw MacrostateError(
        .missingInput, "\(folder.path): no trained model; finish the training first (run `macrostate train` again)")
    }
    struct Version: Decodable { var version: Int }
    let url = folder.appendingPathComponent(File.description)
    let version = try JSONFile.read(Version.self, from: url).version
    guard version <= Description.currentVersion else {
      throw MacrostateError(
        .badData, "\(url.path): written by a newer version of Macrostate (layout \(version)); update the program")
    }
    guard version >= Description.versionOfOneSpecies else { throw Self.earlier(version, url) }
    let remedy = "copy the model again, or train it again"
    // Every file in the folder is in the list, and so are those that are read below, or they are missing.
    let record = try FolderRecord(of: folder, remedy: remedy)
    try record.verifyAll()
    let description = try JSONFile.read(Description.self, from: url, remedy: remedy)
    guard version >= Description.versionWithoutUnits || description.speciesNames.count == 1 else {
      throw Self.earlier(version, url)
    }
    try description.check(source: url.path)
    self.description = description
    closure = ClosureModel(description.closure, scaling: description.pointScaling)
    closureParameters = try Self.read(closure.layout, folder.appendingPathComponent(File.closure))
    func member(_ name: TrainingName, _ shape: DynamicsShape, _ scaling: MacrostateScaling, _ parts: [[Int]]?)
      throws
      -> ForecastMember
    {
      let parts = parts ?? [Array(0..<shape.dimension)]
      return ForecastMember(
        try parts.enumerated().map { i, components in
          let model = shape.model(dimension: components.count, scaling: scaling.selecting(components))
          let file = folder.appendingPathComponent(File.part(name, i, of: parts.count))
          return .init(components: components, model: model, parameters: try Self.read(model.layout, file))
        })
    }
    ensemble = ForecastEnsemble(
      try (0..<description.members).map {
        try member(.dynamics(member: $0), description.dynamics, description.dynamicsScaling, description.dynamicsParts)
      }, units: description.observableUnits ?? .none)
    if let shape = description.withoutClosure, let scaling = description.withoutClosureScaling {
      withoutClosure = ForecastEnsemble(
        [try member(.withoutClosure, shape, scaling, description.withoutClosureParts)],
        units: description.observableUnits ?? .none)
    } else {
      withoutClosure = nil
    }
  }

  private static func earlier(_ version: Int, _ url: URL) -> MacrostateError {
    MacrostateError(
      .badData,
      "\(url.path): written by an earlier version of Macrostate (layout \(version), this program reads "
        + "\(Description.currentVersion)); run the training command again, which "
        + "writes the model anew from the run's checkpoints")
  }

  private static func read(_ layout: ParameterLayout, _ url: URL) throws -> Parameters {
    let parameters = Parameters(layout)
    try parameters.set(Safetensors(url), source: url.path)
    return parameters
  }
}
