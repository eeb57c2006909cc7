import ClosureModels
import Foundation
import MacroscopicDynamics
import MacrostateAutodiff
import MacrostateConfiguration
import MacrostateNetworks
import MacrostateParallel
import MacrostateStorage
import Microstates
import RandomStreams

/// A whole training, from a data set to a trained model: stage I learns the closure variables, all frames are encoded,
/// stage II learns the dynamics. Read `run` from top to bottom.
public struct TrainingRun {
  private let folder: RunFolder
  private let configuration: RunConfiguration
  private let stop: StopFlag
  private let progress: any ProgressObserver
  private let kernels: Kernels
  private let pool: WorkerPool

  /// A run of `configuration` in `folder`.
  public init(
    _ folder: RunFolder, configuration: RunConfiguration, stop: StopFlag, progress: any ProgressObserver,
    kernels: Kernels = .best
  ) {
    self.folder = folder
    self.configuration = configuration
    self.stop = stop
    self.progress = progress
    self.kernels = kernels
    pool = WorkerPool(threads: configuration.threads)
  }

  /// Trains, or carries on a training, and writes the model.
  ///
  /// - Throws: `MacrostateError`; after `.stopped` the same call carries on.
  public func run(restart: Bool = false) throws -> TrainedModel {
    // The data first: a run that cannot begin must not leave a folder that refuses other settings.
    let data = try TrainingData(configuration, pool: pool)
    let closure = try closureModel(data)
    try folder.prepare(configuration, restart: restart)
    for warning in data.warnings { progress.warn(warning) }
    let metrics = try AppendLog(folder.metrics, cutBackTo: try metricsLength())

    // Stage I: closure variables by their objective.
    if try folder.checkpoints("closure").latestState() == nil {
      progress.log(try estimate(data, closure).text)
    }
    let closureParameters = closure.initialParameters(seed: configuration.seed)
    let closureTask = try closureTask(closure, closureParameters, data)
    let closureState = try loop("closure", closureSettings, metrics).run(closureTask)

    // All frames to macrostates.
    let encoding = MacrostateEncoding(
      closure, parameters: closureParameters, dataset: data.dataset, kernels: kernels, pool: pool)
    let training = try encoding.trajectories(
      data.split.training, stop: stop, progress: progress, name: "encode training")
    let validation = try encoding.trajectories(
      data.split.validation, stop: stop, progress: progress, name: "encode validation")

    // Stage II: dynamics on [z̄, ẑ] for each member of the ensemble, and on z̄ alone for comparison.
    let range = observableRange(training, validation)
    let scale = RelativeError.Scale.range(least: range.least, greatest: range.greatest)
    var members: [(DynamicsModel, Parameters)] = []
    var scores: [Double] = []
    if !closure.objective.reconstructs, let joint = closure.separateDynamics(closureParameters) {
      // The dynamics that the encoder was trained with is kept, and judged as the others are.
      let check = DynamicsValidation(data: validation, scale: scale, kernels: kernels, pool: pool)
      members.append(joint)
      scores.append(try check.score(joint.model, joint.parameters))
    }
    for member in 0..<stageTwoMembers {
      let (model, parameters, score) = try dynamics(
        "dynamics-\(member)", member: member, training: training, validation: validation, scale: scale, metrics)
      members.append((model, parameters))
      scores.append(score)
    }
    let alone =
      training.observableCount == 0
      ? nil
      : try dynamics(
        "without-closure", member: 0, training: training.withoutClosure(), validation: validation.withoutClosure(),
        scale: scale, metrics)

    let model = TrainedModel(
      description: .init(
        closure: closure.shape, pointScaling: closure.scaling, dynamics: members[0].0.shape,
        macrostateScaling: MacrostateScaling(training), dynamicsScaling: members[0].0.scaling, members: members.count,
        withoutClosure: alone?.0.shape,
        withoutClosureScaling: alone?.0.scaling,
        observables: data.dataset.observables.map { .init(name: $0.name, unit: $0.unit) },
        speciesNames: data.dataset.speciesNames, observableLeast: range.least, observableGreatest: range.greatest,
        timeStep: medianStep(training), closureScore: closureState.bestScore ?? 0, validationScores: scores),
      closure: closure, closureParameters: closureParameters, ensemble: ForecastEnsemble(members.map { ($0.0, $0.1) }),
      withoutClosure: alone.map { ForecastEnsemble([($0.0, $0.1)]) })
    try model.write(to: folder.model)
    return model
  }

  /// What the training will take, from a few steps measured on this machine; nothing is written.
  ///
  /// - Throws: `MacrostateError` where the data are missing, damaged or too few.
  public func estimate() throws -> TrainingEstimate {
    let data = try TrainingData(configuration, pool: pool)
    return try estimate(data, closureModel(data))
  }

  private func estimate(_ data: TrainingData, _ closure: ClosureModel) throws -> TrainingEstimate {
    let dimension =
      data.dataset.observables.count + closure.shape.closureDimension * data.dataset.speciesNames.count
    return try TrainingEstimate(
      configuration, data: data, closure: closure, dynamics: dynamicsShape(dimension), kernels: kernels, pool: pool)
  }

  // MARK: Stage I

  /// Models of the ensemble that stage II trains: none where the encoder's own dynamics is kept.
  private var stageTwoMembers: Int {
    configuration.closureTraining.objective == .dynamics ? 0 : configuration.dynamics.ensemble
  }

  /// The closure model; a dynamics that is trained with it works in units of what the first encoder gives.
  private func closureModel(_ data: TrainingData) throws -> ClosureModel {
    let settings = configuration.closureTraining
    var shape = try ClosureModel.Shape(configuration, data)
    let first = ClosureModel(shape, scaling: data.scaling)
    guard settings.objective == .dynamics || settings.dynamicsWeight > 0 else { return first }
    let scaling = try MacrostateScaling(
      MacrostateEncoding(
        first, parameters: first.initialParameters(seed: configuration.seed), dataset: data.dataset, kernels: kernels,
        pool: pool
      ).trajectories(data.sampleOfTraining, stop: stop, progress: SilentProgress(), name: "closure"))
    var model = dynamicsShape(scaling.dimension)
    model.diffusion = .none
    shape.dynamics = DynamicsTerm(
      weight: settings.objective == .dynamics ? 1 : settings.dynamicsWeight, model: model, scaling: scaling,
      observableCount: data.dataset.observables.count)
    return ClosureModel(shape, scaling: data.scaling)
  }

  private func closureTask(
    _ model: ClosureModel, _ parameters: Parameters, _ data: TrainingData
  ) throws -> ClosureTask {
    let settings = configuration.closureTraining
    let source = DatasetPointSets(data.dataset)
    let trainer = ClosureTrainer(
      model, parameters: parameters, source: source,
      optimizer: optimizerSettings(
        weightDecay: settings.weightDecay, gradientClip: settings.gradientClip, averaging: settings.averaging),
      kernels: kernels, pool: pool)
    var random = RandomStream(seed: configuration.seed, purpose: .validation)
    // Judged by all frames alike, whichever are drawn more often in training.
    var even = settings
    even.framePower = 1
    let validation = ClosureBatches(
      data.dataset, data.split.validation, for: model, even, configuration.data, seed: configuration.seed
    ).sample(settings.validationSets) { random.next(below: $0) }
    return try ClosureTask(
      trainer: trainer,
      evaluation: ClosureEvaluation(model, parameters: parameters, source: source, kernels: kernels, pool: pool),
      batches: ClosureBatches(
        data.dataset, data.split.training, for: model, settings, configuration.data, seed: configuration.seed),
      validation: validation, seed: configuration.seed)
  }

  private var closureSettings: TrainingLoopSettings {
    let settings = configuration.closureTraining
    return loopSettings(
      LearningRateSchedule(
        settings.schedule.network, peak: settings.learningRate, final: settings.finalLearningRate,
        warmupSteps: settings.warmupSteps, steps: settings.steps),
      validationInterval: settings.validationInterval)
  }

  // MARK: Stage II

  private func dynamics(
    _ name: String, member: Int, training: MacrostateTrajectories, validation: MacrostateTrajectories,
    scale: RelativeError.Scale, _ metrics: AppendLog
  ) throws -> (DynamicsModel, Parameters, score: Double) {
    let settings = configuration.dynamicsTraining
    let model = DynamicsModel(dynamicsShape(training.dimension), scaling: MacrostateScaling(training))
    let parameters = model.initialParameters(seed: configuration.seed, member: member)
    let check = DynamicsValidation(data: validation, scale: scale, kernels: kernels, pool: pool)
    func task(_ target: DynamicsTask.Target, batch: Int, seed: UInt64) -> DynamicsTask {
      DynamicsTask(
        trainer: DynamicsTrainer(
          model, parameters: parameters, data: training,
          optimizer: optimizerSettings(
            weightDecay: settings.weightDecay, gradientClip: 0, averaging: settings.averaging), kernels: kernels,
          pool: pool),
        data: training, target: target, framePower: settings.framePower, batch: batch, seed: seed, validation: check)
    }
    // Members see other mini-batches, too.
    let seed = configuration.seed &+ UInt64(member) &* 0x9E37_79B9
    var state = try loop(
      name,
      loopSettings(
        LearningRateSchedule(
          settings.schedule.network, peak: settings.learningRate, final: settings.finalLearningRate,
          steps: settings.steps),
        validationInterval: settings.validationInterval), metrics
    ).run(task(.pairs, batch: settings.batch, seed: seed))
    if settings.unrollLength > 0 && !model.isStochastic {
      // The best of the first training is step 0 here: what does not improve on it in validation is dropped.
      state = try loop(
        name + "-unrolled",
        loopSettings(
          LearningRateSchedule(.cosine, peak: settings.unrollLearningRate, steps: settings.unrollSteps),
          validationInterval: max(1, settings.unrollSteps / 10)), metrics
      ).run(task(.windows(length: settings.unrollLength), batch: max(8, settings.batch / 8), seed: seed &+ 1))
    }
    return (model, parameters, state.bestScore ?? 0)
  }

  private func dynamicsShape(_ dimension: Int) -> DynamicsModel.Shape {
    let settings = configuration.dynamics
    return .init(
      dimension: dimension, drift: settings.drift.network, widths: settings.widths,
      activation: settings.activation.network, integrator: settings.integrator == .rk4 ? .rungeKutta4 : .euler,
      diffusion: settings.kind == .ode ? .none : settings.diffusion.network, diffusionWidths: settings.diffusionWidths)
  }

  // MARK: Both

  private func loop(_ name: String, _ settings: TrainingLoopSettings, _ metrics: AppendLog) -> TrainingLoop {
    TrainingLoop(
      name: name, settings: settings, checkpoints: folder.checkpoints(name), metrics: metrics, stop: stop,
      instructionSet: kernels.instructionSet, progress: progress)
  }

  private func loopSettings(_ schedule: LearningRateSchedule, validationInterval: Int) -> TrainingLoopSettings {
    TrainingLoopSettings(
      schedule: schedule, validationInterval: validationInterval, logInterval: configuration.run.logInterval,
      checkpointInterval: configuration.run.checkpointInterval)
  }

  private func optimizerSettings(weightDecay: Double, gradientClip: Double, averaging: Double) -> Adam.Settings {
    Adam.Settings(
      weightDecay: Float(weightDecay), clipNorm: gradientClip > 0 ? gradientClip : nil, averaging: Float(averaging))
  }

  /// Where the metrics file stood at the latest checkpoint of any training.
  private func metricsLength() throws -> Int {
    let members = (0..<configuration.dynamics.ensemble).map { "dynamics-\($0)" }
    let names = ["closure"] + (members + ["without-closure"]).flatMap { [$0, $0 + "-unrolled"] }
    return try names.compactMap { try folder.checkpoints($0).latestState()?.metricsByteCount }.max() ?? 0
  }

  private func observableRange(
    _ training: MacrostateTrajectories, _ validation: MacrostateTrajectories
  ) -> (least: [Float], greatest: [Float]) {
    let k = training.observableCount > 0 ? training.observableCount : training.dimension
    let values = (0..<k).map { j in
      training.times.indices.map { training.value($0, j) } + validation.times.indices.map { validation.value($0, j) }
    }
    return (values.map { $0.min() ?? 0 }, values.map { $0.max() ?? 0 })
  }

  private func medianStep(_ trajectories: MacrostateTrajectories) -> Double {
    let steps = trajectories.pairs.prefix(10_000).map { trajectories.times[$0 + 1] - trajectories.times[$0] }.sorted()
    return steps.isEmpty ? 0 : steps[steps.count / 2]
  }
}
