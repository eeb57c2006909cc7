public struct RunConfiguration: Codable, Equatable, Sendable {
  public var seed: UInt64 = 0
  public var threads = 0
  public var data = DataSettings()
  public var encoder = EncoderSettings()
  public var density = DensitySettings()
  public var closureTraining = ClosureTrainingSettings()
  public var dynamics = DynamicsSettings()
  public var dynamicsTraining = DynamicsTrainingSettings()
  public var run = RunSettings()
  public init() {}
}
public struct DataSettings: Codable, Equatable, Sendable {
  public enum Scaling: String, Codable, CaseIterable, Sendable { case standard, range, none }
  public var training = ""
  public var tests: [String: String] = [:]
  public var validationFraction = 0.1
  public var testFraction = 0.1
  public var scaling = Scaling.standard
}
public enum ActivationName: String, Codable, CaseIterable, Sendable { case relu, tanh, softplus, silu }
public enum ScheduleName: String, Codable, CaseIterable, Sendable { case cosine, constant }
public struct EncoderSettings: Codable, Equatable, Sendable {
  public var pointWidths = [64, 64, 64]
  public var setWidths = [64]
  public var closureDimension = 8
  public var activation = ActivationName.relu
}
public struct DensitySettings: Codable, Equatable, Sendable {
  public var smoothing = 0.01
  public var samples = 64
  public var layers = 4
  public var widths = [64, 64]
  public var activation = ActivationName.relu
  public var bins = 8
  public var bound = 8.0
}
public struct ClosureTrainingSettings: Codable, Equatable, Sendable {
  public var steps = 8000
  public var batch = 64
  public var learningRate = 1e-3
  public var finalLearningRate = 0.0
  public var schedule = ScheduleName.cosine
  public var warmupSteps = 0
  public var weightDecay = 0.0
  public var gradientClip = 0.0
  public var validationInterval = 500
  public var validationSets = 1024
}
public struct DynamicsSettings: Codable, Equatable, Sendable {
  public enum Kind: String, Codable, CaseIterable, Sendable { case ode, sde }
  public enum Integrator: String, Codable, CaseIterable, Sendable { case euler, rk4, eulerMaruyama = "euler-maruyama" }
  public enum Diffusion: String, Codable, CaseIterable, Sendable { case constant, diagonal, lowerTriangular = "lower-triangular" }
  public var kind = Kind.ode
  public var integrator = Integrator.euler
  public var widths = [128, 128]
  public var activation = ActivationName.tanh
  public var diffusion = Diffusion.lowerTriangular
  public var diffusionWidths = [32, 32]
  public var ensemble = 3
}
public struct DynamicsTrainingSettings: Codable, Equatable, Sendable {
  public var steps = 30000
  public var batch = 1024
  public var learningRate = 1e-3
  public var finalLearningRate = 0.0
  public var schedule = ScheduleName.cosine
  public var weightDecay = 0.0
  public var validationInterval = 1000
  public var unrollLength = 0
  public var unrollSteps = 2000
  public var unrollLearningRate = 1e-4
}
public struct RunSettings: Codable, Equatable, Sendable {
  public var logInterval = 100
  public var checkpointInterval = 60.0
}
