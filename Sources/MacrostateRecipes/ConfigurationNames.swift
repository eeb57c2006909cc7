import MacroscopicDynamics
import MacrostateConfiguration
import MacrostateNetworks
import MacrostateTraining

extension ActivationName {
  /// The activation of this name.
  package var network: Activation {
    switch self {
    case .relu: .relu
    case .tanh: .tanh
    case .softplus: .softplus
    case .silu: .silu
    }
  }
}

extension ScheduleName {
  /// The schedule of this name.
  package var network: LearningRateSchedule.Shape {
    switch self {
    case .cosine: .cosine
    case .constant: .constant
    }
  }
}

extension DynamicsSettings.Drift {
  /// The drift of this name.
  package var network: DynamicsModel.Drift {
    switch self {
    case .mlp: .mlp
    case .onsager: .onsager
    }
  }
}

extension DynamicsSettings.Diffusion {
  /// The diffusion of this name.
  package var network: DynamicsModel.Diffusion {
    switch self {
    case .constant: .constant
    case .diagonal: .diagonal
    case .lowerTriangular: .lowerTriangular
    }
  }
}
