import MacrostateStorage

/// What a data set contains, beside its numbers: the contents of `dataset.json`.
///
/// Two data sets with equal descriptions and plans, made by the same program, have the same bytes.
public struct DatasetDescription: Codable, Equatable, Sendable {
  /// The version of the store's layout that this program writes and reads.
  public static let currentSchemaVersion = 2

  /// The version of the store's layout.
  public var schemaVersion: Int
  /// The dimension d of space; 0 for states that have no positions, whose points have features alone.
  public var dimension: Int
  /// The numbers of cells along the axes of a grid, which are the points of every frame, the last axis fastest; `nil` where
  /// points are no grid.
  public var grid: [Int]?
  /// The units of positions and times; "1" for reduced units.
  public var units: Units
  /// The simulation box of all frames that have none of their own, its origin relative to the offset as positions are; `nil`
  /// for open space.
  public var box: SimulationBox?
  /// What was subtracted from positions before they were stored, `[d]`, where they are far from 0; `nil` for nothing.
  public var positionOffset: [Double]?
  /// The names of the S species, at least one; a frame's points are grouped by species in this order.
  public var speciesNames: [String]
  /// The names of the c feature columns of a point beyond its position.
  public var featureNames: [String]
  /// How those of the features that were computed from the particles came about, in their order; `nil` for none.
  public var computedFeatures: [ObservableDescription.Definition]?
  /// The k observables of a frame.
  public var observables: [ObservableDescription]
  /// The names of the numbers that each trajectory carries, such as `half_l`.
  public var parameterNames: [String]
  /// What made the data, with its settings.
  public var generator: Generator
  /// The version of the program that wrote the data set.
  public var programVersion: String

  /// A description, in the least schema version that has all of it.
  ///
  /// - Parameter hasChangingBoxes: whether frames may have boxes of their own.
  public init(
    dimension: Int, grid: [Int]? = nil, units: Units = Units(), box: SimulationBox? = nil,
    positionOffset: [Double]? = nil,
    speciesNames: [String] = ["particle"], featureNames: [String] = [], observables: [ObservableDescription] = [],
    parameterNames: [String] = [], hasChangingBoxes: Bool = false, generator: Generator, programVersion: String
  ) {
    // Programs that know no tilted boxes and no states without positions are told by the version; they can read all else.
    schemaVersion = hasChangingBoxes || box?.isTilted ?? false || dimension == 0 ? 2 : 1
    self.dimension = dimension
    self.grid = grid
    self.units = units
    self.box = box
    self.positionOffset = positionOffset
    self.speciesNames = speciesNames
    self.featureNames = featureNames
    self.observables = observables
    self.parameterNames = parameterNames
    self.generator = generator
    self.programVersion = programVersion
  }

  /// The units of positions and times.
  public struct Units: Codable, Equatable, Sendable {
    /// The unit of positions.
    public var position: String
    /// The unit of times.
    public var time: String

    /// Units by name; "1" for reduced units.
    public init(position: String = "1", time: String = "1") {
      self.position = position
      self.time = time
    }
  }

  /// What made the data, with its settings.
  public struct Generator: Codable, Equatable, Sendable {
    /// The generator's name: `interacting-particles`, `import`.
    public var name: String
    /// The seed of its random numbers; `nil` where there are none.
    public var seed: UInt64?
    /// Its settings by name.
    public var parameters: [String: StoredSetting]

    /// The version of the program that simulated.
    public static let engineKey = "engine"
    /// The kernels' instruction set.
    public static let instructionSetKey = "instruction-set"
    /// Settings that say where the data were made, not what they are.
    static let machineKeys = [engineKey, instructionSetKey]

    /// A generator with its settings.
    public init(name: String, seed: UInt64? = nil, parameters: [String: StoredSetting] = [:]) {
      self.name = name
      self.seed = seed
      self.parameters = parameters
    }
  }

  /// Whether data of both descriptions are draws of one simulation: alike but for the seed, the versions of programs, and
  /// the kind of machine.
  public func isSameSimulation(as other: DatasetDescription) -> Bool {
    func comparable(_ description: DatasetDescription) -> DatasetDescription {
      var description = description
      description.generator.seed = 0
      for key in Generator.machineKeys { description.generator.parameters[key] = nil }
      description.programVersion = ""
      description.schemaVersion = Self.currentSchemaVersion
      return description
    }
    return generator.seed != nil && other.generator.seed != nil && comparable(self) == comparable(other)
  }

  /// The size in the store of a trajectory of `frameCount` frames, of which `positionedFrames` have the positions of
  /// `pointCount` points each, in bytes.
  public func byteCount(frameCount: Int, positionedFrames: Int, pointCount: Int) -> Int {
    // Of a frame: offsets, trajectory, time and observables.
    frameCount * (8 * speciesNames.count + 4 + 8 + 8 * observables.count)
      + 4 * positionedFrames * pointCount * (dimension + featureNames.count) + 8 * parameterNames.count
  }

  /// Checks that the description makes sense by itself.
  ///
  /// - Throws: `MacrostateError` of kind `badData`.
  func validate(source: String) throws {
    let require = InputCheck(source)
    try require(
      (0...3).contains(dimension), "dimension \(dimension); space has 1 to 3 dimensions, or 0 without positions")
    try require(
      dimension > 0 || !featureNames.isEmpty && box == nil && positionOffset == nil,
      "states without positions need features, and have no box and no offset")
    if let grid {
      try require(
        dimension == 0 && speciesNames.count == 1 && (1...3).contains(grid.count)
          && grid.allSatisfy { (1...1 << 20).contains($0) },
        "a grid has 1 to 3 axes of at least one cell, one species and no positions")
    }
    try require(!speciesNames.isEmpty, "no species; name at least one")
    for names in [speciesNames, featureNames, observables.map(\.name), parameterNames] {
      try require(Set(names).count == names.count, "names repeat: \(names.joined(separator: ", ")); make them differ")
    }
    try require(schemaVersion >= 1, "schema version \(schemaVersion); there is no such version")
    if let positionOffset {
      try require(
        positionOffset.count == dimension && positionOffset.allSatisfy(\.isFinite),
        "the offset of positions needs \(dimension) finite numbers")
    }
    guard let box else { return }
    if let problem = box.problem(dimension: dimension) { try require(false, problem) }
  }
}

/// An observable by name, with its unit.
public struct ObservableDescription: Codable, Equatable, Sendable {
  /// How an observable is computed from positions: which one, and its settings.
  public struct Definition: Codable, Hashable, Sendable {
    /// The observable as `import --observable` calls it: `mixing-ratio`.
    public var observable: String
    /// Its settings: `cutoff`, `bins`.
    public var settings: [String: StoredSetting]

    /// A definition.
    public init(observable: String, settings: [String: StoredSetting] = [:]) {
      self.observable = observable
      self.settings = settings
    }
  }

  /// The observable's name: `pair-energy`.
  public var name: String
  /// Its unit; "1" for reduced units.
  public var unit: String
  /// How it was computed, so that it can be computed again; `nil` where that is not known.
  public var definition: Definition?

  /// An observable by name, with its unit.
  public init(name: String, unit: String = "1", definition: Definition? = nil) {
    self.name = name
    self.unit = unit
    self.definition = definition
  }
}
