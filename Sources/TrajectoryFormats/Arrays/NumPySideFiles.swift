import Foundation
import MacrostateStorage
import Microstates

/// What belongs to the positions: arrays beside them in their file, or in files of their own; and what of all is not
/// used.
struct NumPySideFiles {
  /// The file of the positions.
  var input: NumPyInput
  private var others: [NumPyInput] = []
  private var boxNote: String?

  init(_ input: NumPyInput) {
    self.input = input
  }

  /// What a user should know of arrays that are not used.
  var notes: [String] { ([input] + others).compactMap(\.unusedNote) + (boxNote.map { [$0] } ?? []) }

  /// The observables, and their names where there are any.
  mutating func observables(
    _ options: NumPyTrajectorySource.Options
  ) throws -> (values: NumPyArray, names: [String]?)? {
    guard let url = options.observables else {
      guard let values = try input.side(.observables) else {
        guard options.observableNames == nil else {
          throw MacrostateError(
            .usage, "--observable-names: there are no observables to name; give them with --observables")
        }
        return nil
      }
      return (values, try options.observableNames ?? input.side(.observableNames)?.texts())
    }
    var file = try NumPyInput(url)
    let values = try file.main(.observables)
    let names = try options.observableNames ?? file.side(.observableNames)?.texts()
    others.append(file)
    return (values, names)
  }

  /// The features of particles beside their positions, or the states of a grid; and their names where there are any.
  mutating func features(grid: [Int]?, named name: String? = nil) throws -> (values: NumPyArray, names: [String]?)? {
    guard let values = try grid == nil ? input.side(.features) : input.main(.features, named: name) else { return nil }
    return (values, try input.side(.featureNames)?.texts())
  }

  /// The types of the particles.
  mutating func types(_ options: NumPyTrajectorySource.Options) throws -> NumPyArray? {
    guard let url = options.types else { return try input.side(.types) }
    var file = try NumPyInput(url)
    defer { others.append(file) }
    return try file.main(.types)
  }

  /// The times of trajectories of `shape`; a single number is none, and not used.
  mutating func times(_ shape: [Int], _ options: NumPyTrajectorySource.Options) throws -> NumPyTimes {
    if let array = try input.side(.times) {
      if !array.shape.isEmpty { return try NumPyTimes(array, shape: shape, timeStep: options.timeStep) }
      input.leave(array)
    }
    return .steps(of: options.timeStep ?? 1, frameCount: shape[1])
  }

  /// The box, where there is one that leaves no doubt.
  mutating func box(dimension: Int) throws -> SimulationBox? {
    guard let array = try input.side(.box) else { return nil }
    let box = try NumPyBox.box(array, dimension: dimension)
    boxNote = box.map { NumPyBox.note(array, $0) } ?? NumPyBox.unusedNote(array, dimension: dimension)
    return box
  }
}
