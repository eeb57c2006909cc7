import Foundation
import MacrostateStorage

/// All settings of a run, each with a default: `RunConfiguration()` trains.
///
/// In YAML the keys are in snake case, `closure_training.learning_rate` for `closureTraining.learningRate`;
/// `ConfigurationSchema` lists them with their meaning and limits. Example:
///
///     var configuration = try RunConfiguration(contentsOf: URL(fileURLWithPath: "config.yaml"))
///     try configuration.set(contentsOf: ["density.bins=16", "seed=1"])
public struct RunConfiguration: Codable, Equatable, Sendable {
  /// The seed of every random number of the run.
  public var seed: UInt64 = 0
  /// Worker threads; 0 takes one for each core.
  public var threads = 0
  /// The data.
  public var data = DataSettings()
  /// The encoder.
  public var encoder = EncoderSettings()
  /// The density decoder.
  public var density = DensitySettings()
  /// The decoder of points.
  public var decoder = DecoderSettings()
  /// Stage I: training of encoder and density.
  public var closureTraining = ClosureTrainingSettings()
  /// The macroscopic dynamics.
  public var dynamics = DynamicsSettings()
  /// Stage II: training of the dynamics.
  public var dynamicsTraining = DynamicsTrainingSettings()
  /// Logging and checkpoints.
  public var run = RunSettings()

  /// The settings that a file or an assignment has set.
  var chosen = ChosenSettings()

  private enum CodingKeys: CodingKey {
    case seed, threads, data, encoder, density, decoder, closureTraining, dynamics, dynamicsTraining, run
  }

  /// The defaults.
  public init() {}

  /// The bytes that settings may take: hundreds of times more than they ever do.
  private static let mostBytes = 1 << 20

  /// The configuration in the YAML file (or stream, such as `/dev/stdin`) at `url`; keys that are not there are as in `base`.
  ///
  /// - Throws: `MacrostateError` of kind `missingInput` if there is no such file; `badData` with file and line for
  ///   text that is not YAML, an unknown key, a wrong type or a value out of range.
  public init(contentsOf url: URL, over base: RunConfiguration = RunConfiguration()) throws {
    let bytes = try FileContents.streamedBytes(of: url, limit: Self.mostBytes)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw MacrostateError(.badData, "\(url.relativePath): not text in UTF-8; save it as plain UTF-8 text")
    }
    try self.init(yaml: text, source: url.relativePath, over: base)
  }

  /// The configuration in the YAML text `text`, which errors call `source`; keys that are not there are as in `base`.
  ///
  /// - Throws: as `init(contentsOf:)`.
  public init(yaml text: String, source: String, over base: RunConfiguration = RunConfiguration()) throws {
    var reader = ConfigurationReader(base)
    try reader.read(text, source: source)
    self = try reader.finish()
  }

  /// Changes one setting, `assignment` being `a.b=value` with the value in YAML: `density.widths=[64, 64]`,
  /// `data.tests.in-dst=test.dataset`.
  ///
  /// - Throws: `MacrostateError` of kind `usage` if `assignment` names no setting; `badData` for a value that does not
  ///   suit it. The configuration is then as it was.
  public mutating func set(_ assignment: String) throws {
    try set(contentsOf: [assignment])
  }

  /// Changes settings as `set(_:)` does, one after the other; whether they suit each other is checked at the end.
  ///
  /// - Throws: as `set(_:)`.
  public mutating func set(contentsOf assignments: [String]) throws {
    var reader = ConfigurationReader(self)
    for assignment in assignments { try reader.assign(assignment) }
    self = try reader.finish()
  }

  /// Whether the dynamics that the encoder is trained with is the one that predicts, so that there is no second stage.
  public var keepsEncodersDynamics: Bool {
    closureTraining.objective == .dynamics && dynamicsTraining.jointDynamics == .keep
  }

  /// Checks all values, for a configuration that was made or changed in Swift.
  ///
  /// - Throws: `MacrostateError` of kind `badData` that names the setting.
  public func validate() throws {
    _ = try ConfigurationReader(self).finish()
  }
}
