import MacrostateSettings

/// Which neighbours count for the bond order of a particle, and how.
public struct BondSettings: SettingsGroup {
  /// What the group is about.
  public static let summary = "Which neighbours count for the bond order, and how"
  /// The keys.
  public static let settings: [Setting<BondSettings>] =
    NeighbourSettings.settings.map { Setting($0, at: \.neighbours) } + [
      Setting(
        "nearest", \.nearest, .zeroOrBetween(1, 64), "Number of nearest neighbours that count instead, at any distance"),
      Setting("weight", \.weight, "Weight of a neighbour by its distance; nearest ones count alike"),
    ]

  /// The cut-off, by default between the first and second shell of particles of diameter 1.
  public var neighbours = NeighbourSettings(cutoff: 1.5)
  /// The number of nearest neighbours that count; 0 for those within the cut-off.
  public var nearest = 0
  /// The weight of a neighbour.
  public var weight = HexaticSettings.Weight.cosine

  /// The defaults.
  public init() {}

  /// The weight of a neighbour at this square of the distance.
  func weight(_ square: Double) -> Double {
    nearest > 0 || weight == .none ? 1 : CosineCutoff(cutoff: neighbours.cutoff).weight(square)
  }
}

/// The bond order in the plane.
public struct PlanarBondSettings: SettingsGroup {
  /// What the group is about.
  public static let summary = "The bond order in the plane"
  /// The keys.
  public static let settings: [Setting<PlanarBondSettings>] =
    [Setting("fold", \.fold, .between(1, 12), "k: 6 for hexagonal, 4 for square order")]
    + BondSettings.settings.map { Setting($0, at: \.bonds) }

  /// The number k of directions that are alike.
  public var fold = 6
  /// The neighbours.
  public var bonds = BondSettings()

  /// The defaults: |ψ₆|.
  public init() {}
}

/// The bond order in space.
public struct BondOrderSettings: SettingsGroup {
  /// What the group is about.
  public static let summary = "The bond order in space"
  /// The keys.
  public static let settings: [Setting<BondOrderSettings>] =
    [Setting("degree", \.degree, .between(1, 12), "l of the spherical harmonics: 4 and 6 tell crystals apart")]
    + BondSettings.settings.map { Setting($0, at: \.bonds) }

  /// l.
  public var degree = 6
  /// The neighbours.
  public var bonds = BondSettings()

  /// The defaults: q₆.
  public init() {}
}
