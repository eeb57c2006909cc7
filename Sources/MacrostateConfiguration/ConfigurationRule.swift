/// What several settings must satisfy together.
struct ConfigurationRule: Sendable {
  /// The settings concerned; the message is placed where the first of them was set.
  let paths: [String]
  /// What is wrong and what to do about it; nil for a configuration that obeys.
  let complaint: @Sendable (RunConfiguration) -> String?

  /// All rules.
  static let all = [
    headsFit, integratorFits, heldOutShares, unrollNeedsODE, closureRates, dynamicsRates, warmup,
    jointIsWhole, oneDynamics, onlyJointIsRetrained,
  ]

  private static let headsFit = ConfigurationRule(
    paths: ["encoder.width", "encoder.heads"]
  ) { configuration in
    let encoder = configuration.encoder
    guard encoder.kind == .setTransformer, encoder.width % encoder.heads != 0 else { return nil }
    return
      "encoder.width \(encoder.width) is no multiple of encoder.heads \(encoder.heads): each head has an equal share "
      + "of the width"
  }

  private static let integratorFits = ConfigurationRule(
    paths: ["dynamics.integrator", "dynamics.kind"]
  ) { configuration in
    let settings = configuration.dynamics
    switch (settings.kind, settings.integrator) {
    case (.ode, .euler), (.ode, .rk4), (.sde, .eulerMaruyama): return nil
    case (.ode, .eulerMaruyama):
      return "dynamics.integrator 'euler-maruyama' is for dynamics.kind 'sde'; for an ode use euler or rk4"
    case (.sde, let integrator):
      return "dynamics.integrator '\(integrator.rawValue)' does not fit dynamics.kind 'sde'; use euler-maruyama"
    }
  }

  private static let heldOutShares = ConfigurationRule(
    paths: ["data.test_fraction", "data.validation_fraction"]
  ) { configuration in
    let data = configuration.data
    guard data.tests.isEmpty, data.validationFraction + data.testFraction >= 1 else { return nil }
    return "data.validation_fraction and data.test_fraction leave nothing for training; their sum must be less than 1"
  }

  private static let unrollNeedsODE = ConfigurationRule(
    paths: ["dynamics_training.unroll_length", "dynamics.kind"]
  ) { configuration in
    guard configuration.dynamics.kind == .sde, configuration.dynamicsTraining.unrollLength > 0 else { return nil }
    return "dynamics_training.unroll_length must be 0 where dynamics.kind is 'sde': only an ode is fine-tuned unrolled"
  }

  private static let closureRates = ConfigurationRule(
    paths: ["closure_training.final_learning_rate", "closure_training.learning_rate"]
  ) { configuration in
    let settings = configuration.closureTraining
    guard settings.schedule == .cosine, settings.finalLearningRate > settings.learningRate else { return nil }
    return "closure_training.final_learning_rate must be at most closure_training.learning_rate"
  }

  private static let dynamicsRates = ConfigurationRule(
    paths: ["dynamics_training.final_learning_rate", "dynamics_training.learning_rate"]
  ) { configuration in
    let settings = configuration.dynamicsTraining
    guard settings.schedule == .cosine, settings.finalLearningRate > settings.learningRate else { return nil }
    return "dynamics_training.final_learning_rate must be at most dynamics_training.learning_rate"
  }

  private static let jointIsWhole = ConfigurationRule(
    paths: ["dynamics.observables", "closure_training.objective"]
  ) { configuration in
    guard configuration.closureTraining.objective == .dynamics, configuration.dynamics.observables == .separate else {
      return nil
    }
    return
      "closure_training.objective 'dynamics' trains one model of the whole macrostate; set dynamics.observables to "
      + "joint, or another objective"
  }

  private static let oneDynamics = ConfigurationRule(
    paths: ["closure_training.dynamics_weight", "closure_training.objective"]
  ) { configuration in
    let settings = configuration.closureTraining
    guard settings.objective == .dynamics, settings.dynamicsWeight > 0 else { return nil }
    return
      "closure_training.dynamics_weight is for objectives with a reconstruction; 'dynamics' has no other part: set 0"
  }

  private static let onlyJointIsRetrained = ConfigurationRule(
    paths: ["dynamics_training.joint_dynamics", "closure_training.objective"]
  ) { configuration in
    let joint = configuration.dynamicsTraining.jointDynamics
    guard joint == .retrain, configuration.closureTraining.objective != .dynamics else { return nil }
    return
      "dynamics_training.joint_dynamics 'retrain' is for closure_training.objective 'dynamics'; after other objectives "
      + "the dynamics is always trained: set keep"
  }

  private static let warmup = ConfigurationRule(
    paths: ["closure_training.warmup_steps", "closure_training.steps"]
  ) { configuration in
    let settings = configuration.closureTraining
    guard settings.warmupSteps > settings.steps else { return nil }
    return "closure_training.warmup_steps must be at most closure_training.steps"
  }
}
