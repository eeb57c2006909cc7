import MacrostateStorage

/// What files of particles do not say, and what is wanted of them.
package struct ParticleOptions: Sendable {
  /// The time of a step of the simulation, or between frames without steps; `nil` for steps. Where files have times these
  /// are taken.
  package var timeStep: Double?
  /// The names of the types 1 … S, or of the files' own names in their order; where these are among them, they are the
  /// order. `type-1`, … for those of the first frames if none are given.
  package var speciesNames: [String]?
  /// What makes the species; nil for types, else names, else elements.
  package var speciesBy: ParticleLabel?
  /// The dimension d of space; `nil` for that of the coordinates, and 2 where all particles of the first frame have the
  /// same z.
  package var dimension: Int?
  /// The columns that become features.
  package var features: [String] = []
  /// The columns that are read for observables where files have them, and are not stored.
  package var auxiliaryFeatures: [String] = []
  /// The units of the data set; nil for those of the files.
  package var lengthUnit, timeUnit: MeasuringUnit?
  /// What is done with the particles of a frame before anything else.
  package var preparation = ParticlePreparation()
  /// Whether all files are one trajectory.
  package var joinsFiles: Bool
  /// Whether coordinates in a box far from 0 become relative to it; all files of a data set must then be one source.
  package var mayOffset: Bool
  /// What coordinates become relative to, `[d]`, where others say it; nil for nothing.
  package var offset: [Double]?

  /// Options, all of which may be left out.
  package init(
    timeStep: Double? = nil, speciesNames: [String]? = nil, dimension: Int? = nil, joinsFiles: Bool = false,
    mayOffset: Bool = false, offset: [Double]? = nil
  ) {
    self.mayOffset = mayOffset
    self.offset = offset
    self.timeStep = timeStep
    self.speciesNames = speciesNames
    self.dimension = dimension
    self.joinsFiles = joinsFiles
  }
}

extension ParticleOptions {
  /// - Throws: `MacrostateError` of kind `usage` for options that make no sense.
  func check() throws {
    if let timeStep, !(timeStep.isFinite && timeStep > 0) {
      throw MacrostateError(.usage, "time step \(timeStep): it must be a positive number")
    }
    if let dimension, !(1...3).contains(dimension) {
      throw MacrostateError(.usage, "dimension \(dimension): it must be 1, 2 or 3")
    }
    if let speciesNames, !(1...ParticleSpecies.maximumCount).contains(speciesNames.count) {
      throw MacrostateError(
        .usage, "\(speciesNames.count) species; there may be 1 to \(ParticleSpecies.maximumCount)")
    }
  }
}
