import ClosureModels
import MacroscopicDynamics
import MacrostateSettings

extension RunConfiguration {
  /// All rules.
  public static let rules: [SettingRule<RunConfiguration>] = [
    heldOutShares, unrollNeedsODE, jointIsWhole, jointIsEquation, oneDynamics, onlyJointIsRetrained,
  ]

  private static let heldOutShares = SettingRule<RunConfiguration>(
    paths: ["data.test_fraction", "data.validation_fraction"]
  ) { configuration in
    let data = configuration.data
    guard data.tests.isEmpty, data.validationFraction + data.testFraction >= 1 else { return nil }
    return "data.validation_fraction and data.test_fraction leave nothing for training; their sum must be less than 1"
  }

  private static let unrollNeedsODE = SettingRule<RunConfiguration>(
    paths: ["dynamics_training.unroll_length", "dynamics.kind"]
  ) { configuration in
    let kind = configuration.dynamics.kind
    guard kind != .ode, configuration.dynamicsTraining.unrollLength > 0 else { return nil }
    return
      "dynamics_training.unroll_length must be 0 where dynamics.kind is '\(kind.rawValue)': only an ode is fine-tuned "
      + "unrolled"
  }

  private static let jointIsWhole = SettingRule<RunConfiguration>(
    paths: ["dynamics.observables", "closure_training.objective"]
  ) { configuration in
    guard configuration.closureTraining.objective == .dynamics, configuration.dynamics.observables == .separate else {
      return nil
    }
    return
      "closure_training.objective 'dynamics' trains one model of the whole macrostate; set dynamics.observables to "
      + "joint, or another objective"
  }

  private static let jointIsEquation = SettingRule<RunConfiguration>(
    paths: ["dynamics.kind", "closure_training.objective", "closure_training.dynamics_weight"]
  ) { configuration in
    let dynamics = configuration.dynamics.part.dynamics
    guard configuration.trainsJointDynamics, !(dynamics is any EquationKind.Type) else { return nil }
    return
      "dynamics.kind '\(dynamics.name)' is not trained together with an encoder; choose ode or sde, or a reconstruction as "
      + "closure_training.objective and closure_training.dynamics_weight 0"
  }

  private static let oneDynamics = SettingRule<RunConfiguration>(
    paths: ["closure_training.dynamics_weight", "closure_training.objective"]
  ) { configuration in
    let settings = configuration.closureTraining
    guard settings.objective == .dynamics, settings.dynamicsWeight > 0 else { return nil }
    return
      "closure_training.dynamics_weight is for objectives with a reconstruction; 'dynamics' has no other part: set 0"
  }

  private static let onlyJointIsRetrained = SettingRule<RunConfiguration>(
    paths: ["dynamics_training.joint_dynamics", "closure_training.objective"]
  ) { configuration in
    let joint = configuration.dynamicsTraining.jointDynamics
    guard joint == .retrain, configuration.closureTraining.objective != .dynamics else { return nil }
    return
      "dynamics_training.joint_dynamics 'retrain' is for closure_training.objective 'dynamics'; after other objectives "
      + "the dynamics is always trained: set keep"
  }
}
