import Foundation
import Microstates

/// An option of `import` that some readers take, and others do not.
public enum ReadingOption: String, CaseIterable, Sendable {
  case timeStep = "time-step"
  case species, dimension, join, observables
  case observableNames = "observable-names"
  case types, grid

  /// The option as it is written.
  public var flag: String { "--\(rawValue)" }
}

/// What files do not say of their trajectories themselves.
public struct ReadingOptions: Sendable {
  /// The time between frames, or of a step of the simulation.
  public var timeStep: Double?
  /// The names of the species.
  public var speciesNames: [String]?
  /// The dimension d of space.
  public var dimension: Int?
  /// Whether all files are one trajectory.
  public var joinsFiles = false
  /// A file of observables.
  public var observables: URL?
  /// The names of these observables.
  public var observableNames: [String]?
  /// A file of the particles' types.
  public var types: URL?
  /// The numbers of cells along the axes of a grid, where the file has states without positions.
  public var grid: [Int]?
  /// Where a model wants the particles that it predicts from; nil for a data set of their own.
  public var placement: ModelPlacement?

  /// Nothing is said.
  public init() {}

  /// The options that say something.
  public var given: [ReadingOption] {
    let isGiven: [(ReadingOption, Bool)] = [
      (.timeStep, timeStep != nil), (.species, speciesNames != nil), (.dimension, dimension != nil),
      (.join, joinsFiles), (.observables, observables != nil), (.observableNames, observableNames != nil),
      (.types, types != nil), (.grid, grid != nil),
    ]
    return isGiven.filter(\.1).map(\.0)
  }
}

/// Where a model wants particles: in its box, relative to its offset.
public struct ModelPlacement: Sendable {
  /// The box, for files that tell none; nil for open space.
  public var box: SimulationBox?
  /// What positions are relative to; nil for 0.
  public var offset: [Double]?
  /// Whether the file is one configuration: arrays may then be without axes for trajectories and frames, and what belongs
  /// to frames is not looked at.
  public var isOneConfiguration: Bool

  /// A placement in `box`, relative to `offset`.
  public init(box: SimulationBox?, offset: [Double]?, isOneConfiguration: Bool) {
    self.box = box
    self.offset = offset
    self.isOneConfiguration = isOneConfiguration
  }
}
