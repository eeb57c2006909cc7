import MacrostateSettings

/// The data that a run learns from, and the scaling of coordinates.
public struct DataSettings: SettingsGroup {
  /// The scaling of a coordinate x, (x − m)/s, before it reaches the encoder and the density.
  public enum Scaling: String, Codable, SettingChoice {
    /// m is the mean and s the standard deviation of the training points.
    case standard
    /// The range of the training points becomes [−1, 1].
    case range
    /// m = 0, s = 1.
    case none
  }

  /// The meaning of a box that repeats itself.
  public enum Periodicity: String, Codable, SettingChoice {
    /// Along its periodic edges points are places on circles, for the encoder and the density.
    case box
    /// Positions are numbers like others, with an edge where the box begins anew.
    case none
  }

  /// The training data set, a path relative to the working folder; empty where the command line names it.
  public var training = ""
  /// Test data sets by the name of their regime.
  public var tests: [String: String] = [:]
  /// For a test regime another data set with true runs from the same starts: how far two sets of true runs lie apart.
  public var twins: [String: String] = [:]
  /// For a test regime another data set with true runs from starts of their own.
  public var independents: [String: String] = [:]
  /// The share of the trajectories that validates.
  public var validationFraction = 0.1
  /// The share of the trajectories that is held out as the regime `test`, where `tests` is empty.
  public var testFraction = 0.1
  /// Trajectories that train, at most; 0 for all that neither validate nor test.
  public var trainingTrajectories = 0
  /// The scaling of coordinates.
  public var scaling = Scaling.standard

  /// Whether the periodic edges of the training data's box have a meaning for the encoder and the density.
  public var periodic = Periodicity.box

  /// Gigabytes of points up to which training frames are shuffled as a whole; more are shuffled within groups of shards,
  /// two of which have this size.
  public var shuffleBuffer = 8.0

  /// The defaults.
  public init() {}

  /// The subject of the group.
  public static let summary = "What is learned from; paths are relative to the working folder"

  /// The keys of the group.
  public static let settings: [Setting<DataSettings>] = [
    Setting("training", \.training, "the training data set; the command line's argument goes before it"),
    Setting(
      "tests", \.tests, .regimes,
      "test data sets by regime; without any, some trajectories are held out as the regime 'test'"),
    Setting(
      "twins", \.twins, .regimes,
      "by regime, another data set of true runs from the same starts (sde): its distance from the test is the floor of "
        + "the MMD"),
    Setting(
      "independents", \.independents, .regimes,
      "by regime, a data set of true runs from starts of their own, for another floor"),
    Setting(
      "validation_fraction", \.validationFraction, .inside(0, 1),
      "share of the trajectories that validates"),
    Setting(
      "test_fraction", \.testFraction, .between(0, below: 1),
      "share of the trajectories that is held out where data.tests is empty"),
    Setting(
      "training_trajectories", \.trainingTrajectories, .atLeast(0),
      "trajectories that train, at most; 0 for all that neither validate nor test"),
    Setting(
      "scaling", \.scaling,
      "coordinates by mean and standard deviation, by their range to [-1, 1], or as they are"),
    Setting(
      "periodic", \.periodic,
      "where the box is periodic: encoder and density see places on circles, so that an image of a particle is the same "
        + "particle (box), or positions with an edge, as in earlier versions (none)"),
    Setting(
      "shuffle_buffer", \.shuffleBuffer, .between(1e-6, 1e6),
      "gigabytes of points up to which training frames are shuffled as a whole; larger data are read in groups of "
        + "shards of half this size and shuffled within them"),
  ]
}
