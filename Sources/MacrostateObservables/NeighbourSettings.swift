import MacrostateSettings

/// Which particles are neighbours.
public struct NeighbourSettings: SettingsGroup {
  /// What the group is about.
  public static let summary = "Which particles are neighbours"
  /// The keys.
  public static let settings = [
    Setting("cutoff", \NeighbourSettings.cutoff, .positive, "Distance below which particles are neighbours")
  ]

  /// The distance below which two particles are neighbours, in the unit of positions: that of the paper's example, in
  /// Lennard-Jones units, by default.
  public var cutoff = 2.5

  /// The defaults.
  public init() {}

  /// Neighbours within `cutoff`.
  public init(cutoff: Double) { self.cutoff = cutoff }
}

/// Which particles are neighbours, and how their distances are counted.
public struct BinnedNeighbourSettings: SettingsGroup {
  /// What the group is about.
  public static let summary = "Which particles are neighbours, by their distance"
  /// The keys.
  public static let settings = [
    Setting("cutoff", \BinnedNeighbourSettings.cutoff, .positive, "Greatest distance"),
    Setting("bins", \BinnedNeighbourSettings.bins, .between(1, 1000), "Intervals of distance"),
  ]

  /// The greatest distance, in the unit of positions.
  public var cutoff = NeighbourSettings().cutoff
  /// The number of intervals of distance.
  public var bins = 50

  /// The defaults.
  public init() {}

  /// `bins` intervals up to `cutoff`.
  public init(cutoff: Double, bins: Int) {
    self.cutoff = cutoff
    self.bins = bins
  }
}
