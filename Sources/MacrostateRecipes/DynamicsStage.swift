import MacroscopicDynamics
import MacrostateAutodiff
import MacrostateCompute
import MacrostateNetworks
import MacrostateSettings
import MacrostateStorage
import MacrostateTraining

/// Stage II: the dynamics of the macrostates of the training trajectories.
struct DynamicsStage {
  let configuration: RunConfiguration
  var training: MacrostateTrajectories
  var validation: MacrostateTrajectories
  /// Least and greatest z̄ (or z, where there are no observables), for the scaled MRE.
  let range: (least: [Float], greatest: [Float])
  let session: Session

  /// The same for the observables alone, and what does not change.
  var withoutClosure: DynamicsStage {
    var stage = self
    stage.training = training.withoutClosure()
    stage.validation = validation.withoutClosure()
    return stage
  }

  /// The sizes of a dynamics of `dimension` components.
  func shape(_ dimension: Int) -> DynamicsShape {
    DynamicsShape(
      configuration.dynamics.part, .init(dimension: dimension, constantCount: training.macrostate.constants.count))
  }

  /// The validation score of a dynamics of all components.
  func score(_ model: any DynamicsModel, _ parameters: Parameters) throws -> Double {
    try check(Array(0..<training.dimension)).score(model, parameters, session.compute)
  }

  /// A trained member of an ensemble.
  struct Member {
    var member: ForecastMember
    /// The mean of its models' validation scores.
    var score: Double
    /// The warnings of its training.
    var warnings: [String]
  }

  /// A member of the ensemble, of models of these components.
  func member(_ name: TrainingName, number: Int, parts: [[Int]]) throws -> Member {
    var models: [ForecastMember.Part] = []
    var scores: [Double] = []
    var warnings: [String] = []
    for (i, components) in parts.enumerated() {
      let trained = try part(name.part(i, of: parts.count), number: number, components: components)
      models.append(trained.part)
      scores.append(trained.score)
      warnings += [trained.warning].compactMap(\.self)
    }
    return Member(
      member: ForecastMember(models), score: scores.reduce(0, +) / Double(scores.count), warnings: warnings)
  }

  /// A model of some components.
  private func part(
    _ name: TrainingName, number: Int, components: [Int]
  ) throws -> (part: ForecastMember.Part, score: Double, warning: String?) {
    let settings = configuration.dynamicsTraining
    let data = training.restricted(to: components)
    let check = check(components)
    let model = shape(components.count).model(dimension: components.count, scaling: MacrostateScaling(data))
    try requireSteps(of: model, data)
    let parameters = model.initialParameters(seed: configuration.seed, member: number)
    let optimizer = Adam.Settings(
      weightDecay: settings.weightDecay, gradientClip: configuration.dynamicsGradientClip, averaging: settings.averaging
    )
    func loss(_ target: DynamicsLoss.Target, batch: Int, seed: UInt64) -> DynamicsLoss {
      DynamicsLoss(
        model, parameters: parameters, data: data, target: target, framePower: settings.framePower, batch: batch,
        seed: seed, validation: check)
    }
    // Members see other mini-batches, too.
    let seed = configuration.seed &+ UInt64(number) &* 0x9E37_79B9
    let own = loss(.windows, batch: settings.batch, seed: seed)
    var state = try session.train(
      name, own, optimizer: optimizer,
      schedule: settings.optimizer.rates(),
      validationInterval: settings.validationInterval)
    let warning = state.startWarning(name, own.scoreName)
    if settings.unrollLength > 0 && !model.isStochastic {
      // The best of the first training is step 0 here: what does not improve on it in validation is dropped.
      state = try session.train(
        name.unrolled,
        loss(.rollouts(length: settings.unrollLength), batch: max(8, settings.batch / 8), seed: seed &+ 1),
        optimizer: optimizer,
        schedule: LearningRateSchedule(.cosine, peak: settings.unrollLearningRate, steps: settings.unrollSteps),
        validationInterval: max(1, settings.unrollSteps / 10))
    }
    return (.init(components: components, model: model, parameters: parameters), state.bestScore ?? 0, warning)
  }

  /// Checks that a dynamics of steps of one length can make those of the training trajectories.
  private func requireSteps(of model: any DynamicsModel, _ data: MacrostateTrajectories) throws {
    let steps = Set(data.pairs.lazy.map { data.times[$0 + 1] - data.times[$0] })
    guard let bad = steps.first(where: { model.substeps(of: $0) != 1 }) else { return }
    throw MacrostateError(
      .badData,
      "\(configuration.data.training): dynamics.kind '\(configuration.dynamics.kind.rawValue)' makes steps of one length, "
        + "\(Float(model.scaling.largestStep)), and training trajectories have steps of \(Float(bad)), too; import frames at "
        + "equal times, or use dynamics.kind ode")
  }

  /// The validation of a dynamics of some components.
  private func check(_ components: [Int]) -> DynamicsValidation {
    let known = components.filter { $0 < range.least.count }
    return DynamicsValidation(
      validation.restricted(to: components),
      scale: .range(
        least: known.map { Double(range.least[$0]) }, greatest: known.map { Double(range.greatest[$0]) }))
  }
}

extension MacrostateTrajectories {
  /// These components; the trajectories as they are where that is all.
  fileprivate func restricted(to components: [Int]) -> MacrostateTrajectories {
    components == Array(0..<dimension) ? self : selecting(components)
  }

  /// The least value of each component.
  var least: [Float] { extremes(min) }
  /// The greatest value of each component.
  var greatest: [Float] { extremes(max) }

  private func extremes(_ choose: (Float, Float) -> Float) -> [Float] {
    (0..<dimension).map { j in times.indices.dropFirst().reduce(value(0, j)) { choose($0, value($1, j)) } }
  }
}

extension Adam.Settings {
  package init(weightDecay: Double, gradientClip: Double, averaging: Double) {
    self.init(
      weightDecay: Float(weightDecay), clipNorm: gradientClip > 0 ? gradientClip : nil, averaging: Float(averaging))
  }
}
