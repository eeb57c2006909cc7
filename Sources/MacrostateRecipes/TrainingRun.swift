import ClosureModels
import Foundation
import MacroscopicDynamics
import MacrostateAutodiff
import MacrostateCompute
import MacrostateNetworks
import MacrostateSettings
import MacrostateStorage
import MacrostateTraining
import Microstates

/// A whole training, from a data set to a trained model: stage I learns the closure variables, all frames are encoded,
/// stage II learns the dynamics. Read `run` from top to bottom.
public struct TrainingRun {
  private let folder: RunFolder
  private let configuration: RunConfiguration
  private let stop: StopFlag
  private let progress: any ProgressObserver
  private let command: String
  private let compute: Compute

  /// A run of `configuration` in `folder`.
  ///
  /// - Parameter command: the command as typed, for the run's provenance.
  public init(
    _ folder: RunFolder, configuration: RunConfiguration, stop: StopFlag = StopFlag(), progress: any ProgressObserver,
    command: String = CommandLine.arguments.joined(separator: " "), kernels: Kernels = .best
  ) {
    self.folder = folder
    self.configuration = configuration
    self.stop = stop
    self.progress = progress
    self.command = command
    compute = Compute(kernels, threads: configuration.threads)
  }

  /// Trains, or carries on a training, and writes the model and where it comes from. The folder is owned meanwhile.
  ///
  /// - Parameter restart: drops what an earlier run left and begins anew; a run that was begun so and stopped is carried
  ///   on.
  /// - Throws: `MacrostateError`; after `.stopped` the same call carries on.
  public func run(restart: Bool = false) throws -> TrainedModel {
    try folder.owned { _ in try train(restart: restart) }
  }

  private func train(restart: Bool) throws -> TrainedModel {
    let start = ContinuousClock.now
    // The data first: a run that cannot begin must not leave a folder that refuses other settings.
    let source = try RunDataset(configuration, of: folder, for: restart ? .restart : .training, pool: compute.pool)
    let data = try TrainingData(configuration, source, pool: compute.pool)
    let closure = try closureModel(data)
    let hasBegun = !restart && FileManager.default.fileExists(atPath: folder.configuration.path)
    let carriesOnAnew = try folder.prepare(
      configuration, restart: restart,
      comparing: data.laterSettings(configuration), hasSameData: source.isSame)
    try source.write(folder, hasBegun: hasBegun, notice: progress.warn)
    if carriesOnAnew {
      progress.log("carrying on the run that --restart began; it begins anew once more when this one is finished")
    }
    for warning in [source.warning].compactMap(\.self) + data.warnings { progress.warn(warning) }
    /// What is said of the model for good, as `TrainedModel.Description.trainingWarnings`.
    var warnings: [String] = []
    func warn(_ texts: [String]) {
      warnings += texts
      texts.forEach(progress.warn)
    }
    warn(data.scalingWarnings)
    if data.includesComposition {
      let names = data.dataset.speciesNames.dropLast().joined(separator: ", ")
      progress.log("the macrostate contains the fraction of \(names), a constant (dynamics.composition)")
    }
    let session = try session()

    // Stage I: closure variables by their objective.
    if try folder.checkpoints(.closure).latestState() == nil {
      progress.log(try estimate(data, closure).text)
    }
    let closureParameters = closure.initialParameters(seed: configuration.seed)
    let closureState = try trainClosure(closure, closureParameters, data, session)
    warn([closureState.startWarning(.closure, closure.scoreName)].compactMap(\.self))

    // All frames to macrostates.
    let encoding = MacrostateEncoding(
      closure, parameters: closureParameters, dataset: data.dataset, units: data.units,
      macrostate: data.macrostate(configuration), compute: compute)
    let training = try encoding.trajectories(
      data.split.training, stop: stop, progress: progress, name: "encode training")
    let validation = try encoding.trajectories(
      data.split.validation, stop: stop, progress: progress, name: "encode validation")

    // Stage II: dynamics on [z̄, ẑ] for each member of the ensemble, and without ẑ for comparison.
    let range = data.observableRange ?? (training.least, training.greatest)
    let stage = DynamicsStage(
      configuration: configuration, training: training, validation: validation, range: range, session: session)
    let parts = parts(data)
    var members: [ForecastMember] = []
    var scores: [Double] = []
    if configuration.keepsEncodersDynamics, let joint = closure.separateDynamics(closureParameters) {
      // The dynamics that the encoder was trained with is kept, and judged as the others are.
      members.append(ForecastMember(joint.model, joint.parameters))
      scores.append(try stage.score(joint.model, joint.parameters))
    }
    for number in 0..<stageTwoMembers {
      let trained = try stage.member(.dynamics(member: number), number: number, parts: parts.components)
      members.append(trained.member)
      scores.append(trained.score)
      warn(trained.warnings)
    }
    let alone =
      training.macrostate.observables.isEmpty
      ? nil : try stage.withoutClosure.member(.withoutClosure, number: 0, parts: parts.withoutClosure)
    warn(alone?.warnings ?? [])

    let model = TrainedModel(
      description: .init(
        macrostate: training.macrostate, closure: closure.shape, pointScaling: closure.scaling,
        dynamics: stage.shape(training.dimension),
        macrostateScaling: MacrostateScaling(training),
        dynamicsScaling: parts.components.count == 1 ? members[0].model.scaling : MacrostateScaling(training),
        dynamicsParts: parts.components.count == 1 ? nil : parts.components, members: members.count,
        withoutClosure: alone.map { stage.shape($0.member.dimension) },
        withoutClosureScaling: alone.map { _ in MacrostateScaling(training.withoutClosure()) },
        withoutClosureParts: parts.withoutClosure.count == 1 ? nil : parts.withoutClosure,
        observables: data.dataset.observables.map { .init(name: $0.name, unit: $0.unit, definition: $0.definition) },
        observableUnits: data.units, speciesNames: data.dataset.speciesNames,
        featureNames: data.dataset.description.featureNames,
        computedFeatures: data.dataset.description.computedFeatures, box: data.dataset.description.box,
        positionOffset: data.dataset.description.positionOffset,
        dataUnits: data.dataset.description.units == .init() ? nil : data.dataset.description.units,
        observableLeast: range.least,
        observableGreatest: range.greatest,
        timeStep: training.typicalStep, closureScore: closureState.bestScore ?? 0, validationScores: scores,
        trainingWarnings: warnings.isEmpty ? nil : warnings),
      closure: closure, closureParameters: closureParameters, ensemble: ForecastEnsemble(members, units: data.units),
      withoutClosure: alone.map { ForecastEnsemble([$0.member], units: data.units) })
    try model.write(to: folder.model)
    try JSONFile.write(provenance(since: start), to: folder.provenance)
    try folder.finish()
    return model
  }

  /// The estimate of the training, from a few steps measured on this machine; nothing is written.
  ///
  /// - Throws: `MacrostateError` where the data are missing, damaged or too few.
  public func estimate() throws -> TrainingEstimate {
    let data = try TrainingData(configuration, pool: compute.pool)
    return try estimate(data, closureModel(data))
  }

  private func estimate(_ data: TrainingData, _ closure: ClosureModel) throws -> TrainingEstimate {
    let parts = parts(data).components
    return try TrainingEstimate(
      configuration, data: data, closure: closure,
      dynamics: DynamicsShape(
        configuration.dynamics.part,
        .init(dimension: parts[0].count, constantCount: data.macrostate(configuration).constants.count)),
      parts: parts.count,
      compute: compute)
  }

  private func parts(_ data: TrainingData) -> DynamicsParts {
    DynamicsParts(
      configuration.dynamics.observables, data.macrostate(configuration), species: data.dataset.speciesNames)
  }

  // MARK: Stage I

  /// Models of the ensemble that stage II trains: none where the encoder's own dynamics is kept.
  private var stageTwoMembers: Int {
    configuration.keepsEncodersDynamics ? 0 : configuration.dynamics.ensemble
  }

  /// The closure model; a dynamics that is trained with it works in units of what the first encoder gives.
  private func closureModel(_ data: TrainingData) throws -> ClosureModel {
    let settings = configuration.closureTraining
    var shape = try ClosureModel.Shape(configuration, data)
    let first = ClosureModel(shape, scaling: data.scaling)
    guard configuration.trainsJointDynamics else { return first }
    var scaling = try MacrostateScaling(
      MacrostateEncoding(
        first, parameters: first.initialParameters(seed: configuration.seed), dataset: data.dataset,
        units: data.units, macrostate: data.macrostate(configuration), compute: compute
      ).trajectories(data.sampleOfTraining, stop: stop, progress: SilentProgress(), name: "closure"))
    // What does not change in a sample may change elsewhere.
    scaling.conserved = data.conservedObservables
    let sizes = DynamicsSizes(
      dimension: scaling.dimension, constantCount: data.macrostate(configuration).constants.count)
    // A rule of the configuration sees to it that there is an equation.
    guard var model = configuration.dynamics.part.equation(sizes) else { return first }
    // Beside a reconstruction the one-step error of the drift is enough; Σ is learned in stage II.
    if settings.objective != .dynamics { model.diffusion = .none }
    shape.dynamics = DynamicsTerm(
      weight: settings.objective == .dynamics ? 1 : settings.dynamicsWeight, model: model, scaling: scaling,
      macrostate: data.macrostate(configuration))
    return ClosureModel(shape, scaling: data.scaling)
  }

  private func trainClosure(
    _ model: ClosureModel, _ parameters: Parameters, _ data: TrainingData, _ session: Session
  ) throws -> TrainingState {
    let settings = configuration.closureTraining
    var random = RandomStream(seed: configuration.seed, purpose: .validation)
    // Judged by all frames alike, whichever are drawn more often in training.
    var even = settings
    even.framePower = 1
    let validation = ClosureBatches(
      data.dataset, data.split.validation, units: data.units, for: model, even, configuration.data,
      seed: configuration.seed
    ).sample(settings.validationSets) { random.next(below: $0) }
    let loss = try ClosureLoss(
      model, parameters: parameters, source: DatasetPointSets(data.dataset),
      batches: ClosureBatches(
        data.dataset, data.split.training, units: data.units, for: model, settings, configuration.data,
        seed: configuration.seed),
      validation: validation, seed: configuration.seed, compute: compute)
    return try session.train(.closure, loss, settings)
  }

  // MARK: Both

  private func session() throws -> Session {
    try Session(
      compute: compute, of: folder, configuration.run, stop: stop, progress: progress)
  }

  private func provenance(since start: ContinuousClock.Instant) -> Provenance {
    Provenance(
      command: command, seed: configuration.seed, threads: compute.pool.threads,
      instructionSet: compute.kernels.instructionSet,
      seconds: (ContinuousClock.now - start).seconds)
  }
}
