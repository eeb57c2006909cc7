import ClosureModels
import MacroscopicDynamics
import Microstates

extension TrainedModel {
  /// The contents of `model.json`.
  public struct Description: Codable, Sendable {
    /// The layout version that this program writes and reads.
    public static let currentVersion = 6
    /// The last layout that described parts by the cases that there were.
    static let lastOfCases = 5
    /// The earlier layout without units of observables, which are 1.
    static let versionWithoutUnits = 3
    /// The layout before, which is read for one species: of several it means something else.
    static let versionOfOneSpecies = 2

    /// The layout version.
    public var version = Description.currentVersion
    /// The layout of z.
    public var macrostate: Macrostate
    /// The sizes of the closure model.
    public var closure: ClosureModel.Shape
    /// The scaling of points.
    public var pointScaling: PointScaling
    /// The sizes of the dynamics; where there are parts, but for their dimension.
    public var dynamics: DynamicsShape
    /// The scaling of the macrostates of the training trajectories: range, spread, increments.
    public var macrostateScaling: MacrostateScaling
    /// The units that the dynamics works in: those of the training macrostates, or, where it was trained together with
    /// the encoder, of the first encoder's.
    public var dynamicsScaling: MacrostateScaling
    /// The components of z that the models of a member describe, one for each observable; nil for one model of all.
    public var dynamicsParts: [[Int]]?
    /// The members of the ensemble.
    public var members: Int
    /// The dynamics of the observables without ẑ; nil where there are none.
    public var withoutClosure: DynamicsShape?
    /// Its scaling.
    public var withoutClosureScaling: MacrostateScaling?
    /// Its parts, as `dynamicsParts`.
    public var withoutClosureParts: [[Int]]?
    /// Names and units of the observables.
    public var observables: [Quantity]
    /// The units of the observables in z; nil, in earlier layouts, for the observables as they are.
    public var observableUnits: ObservableUnits?
    /// The species' names.
    public var speciesNames: [String]
    /// The names of the features of a point, weights among them, in their order; nil, in files of earlier versions, where that
    /// is not known.
    public var featureNames: [String]?
    /// How those of them that were computed from the particles came about; nil for none.
    public var computedFeatures: [ObservableDescription.Definition]?
    /// The simulation box of the training data; nil for open space.
    public var box: SimulationBox?
    /// The point that positions are relative to, `[d]`; nil for 0.
    public var positionOffset: [Double]?
    /// The units of positions and times of the training data; nil where nobody has said them.
    public var dataUnits: DatasetDescription.Units?
    /// Least z̄ over training and validation.
    public var observableLeast: [Float]
    /// Greatest z̄ over training and validation.
    public var observableGreatest: [Float]
    /// The time step of the training data (the median), without the rounding of differences of times.
    public var timeStep: Double
    /// The closure model's score on the validation sets, by its own objective (`ClosureModel.score` says what it is).
    public var closureScore: Double
    /// The validation score of each member of the ensemble.
    public var validationScores: [Double]
    /// The warnings of the training for users of the model; nil for nothing, and in files of earlier versions.
    public var trainingWarnings: [String]?

    /// Whether the species' fractions stand at the end of z (`SpeciesComposition`).
    public var includesComposition: Bool { !macrostate.constants.isEmpty }
  }

  /// A name and its unit.
  public struct Quantity: Codable, Sendable, Equatable {
    /// The name.
    public var name: String
    /// The unit, `1` for a pure number.
    public var unit: String
    /// The definition by positions; nil where that is not known.
    public var definition: ObservableDescription.Definition?

    /// A quantity.
    public init(name: String, unit: String, definition: ObservableDescription.Definition? = nil) {
      self.name = name
      self.unit = unit
      self.definition = definition
    }
  }
}

/// The reading of earlier layouts of `model.json`: what they lack is put in its place.
extension TrainedModel.Description {
  /// The description in any layout that is read: layout 4 and earlier have no macrostate, which their other entries tell.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func value<Value: Decodable>(_ key: CodingKeys) throws -> Value { try values.decode(Value.self, forKey: key) }
    func option<Value: Decodable>(_ key: CodingKeys) throws -> Value? {
      try values.decodeIfPresent(Value.self, forKey: key)
    }
    let version: Int = try value(.version)
    let namesParts = version > TrainedModel.Description.lastOfCases
    let closure = namesParts ? try value(.closure) : try (value(.closure) as EarlierClosureShape).shape
    let dynamics: DynamicsShape = namesParts ? try value(.dynamics) : DynamicsShape(try value(.dynamics))
    let withoutClosure: DynamicsShape? =
      namesParts ? try option(.withoutClosure) : try option(.withoutClosure).map { DynamicsShape($0) }
    let observables: [TrainedModel.Quantity] = try value(.observables)
    let species: [String] = try value(.speciesNames)
    let macrostate: Macrostate? = try option(.macrostate)
    guard macrostate != nil || (1...1024).contains(closure.closureDimension) else {
      throw DecodingError.dataCorruptedError(
        forKey: .closure, in: values, debugDescription: "\(closure.closureDimension) closure variables")
    }
    self.init(
      version: version,
      macrostate: macrostate
        ?? Macrostate(
          observables: observables.map(\.name), species: species, closureDimension: closure.closureDimension,
          includesComposition: dynamics.constantCount > 0),
      closure: closure, pointScaling: try value(.pointScaling), dynamics: dynamics,
      macrostateScaling: try value(.macrostateScaling), dynamicsScaling: try value(.dynamicsScaling),
      dynamicsParts: try option(.dynamicsParts), members: try value(.members),
      withoutClosure: withoutClosure, withoutClosureScaling: try option(.withoutClosureScaling),
      withoutClosureParts: try option(.withoutClosureParts), observables: observables,
      observableUnits: try option(.observableUnits), speciesNames: species, featureNames: try option(.featureNames),
      computedFeatures: try option(.computedFeatures),
      box: try option(.box),
      positionOffset: try option(.positionOffset), dataUnits: try option(.dataUnits),
      observableLeast: try value(.observableLeast),
      observableGreatest: try value(.observableGreatest), timeStep: try value(.timeStep),
      closureScore: try value(.closureScore), validationScores: try value(.validationScores),
      trainingWarnings: try option(.trainingWarnings))
  }
}
