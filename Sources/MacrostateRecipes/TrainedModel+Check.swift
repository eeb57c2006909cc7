import Foundation
import MacroscopicDynamics
import MacrostateStorage

extension TrainedModel.Description {
  private static let mostMembers = 10_000

  /// Checks that what the file `source` says fits together: its check sum tells that it is as it was written, not by whom.
  ///
  /// - Throws: `MacrostateError` of kind `badData`.
  func check(source: String) throws {
    let require = InputCheck(source, remedy: "copy the model again, or train it again")
    try require(closure.isPossible(pointScaling), "there is no closure model of these sizes")
    try require(closure.speciesCount == speciesNames.count, "the species have other names than the closure model")
    try require((1...Self.mostMembers).contains(members), "\(members) members; an ensemble has at least one")
    let composition = dynamics.constantCount
    let count = observables.count
    try require(
      dynamics.isPossible && dynamicsScaling.isWhole(dynamics.dimension)
        && macrostateScaling.isWhole(dynamics.dimension)
        && dynamics.dimension == count + closure.speciesCount * closure.closureDimension + composition,
      "there is no dynamics of these sizes")
    try require(
      macrostate.observables.count == count && macrostate.constants.count == composition
        && macrostate.closure.map(\.count)
          == Array(repeating: closure.closureDimension, count: closure.speciesCount),
      "the macrostate is not that of the observables and closure variables")
    try require(Self.isDivision(dynamicsParts, of: dynamics.dimension), "the parts of the dynamics do not make a whole")
    try require(
      [0, speciesNames.count - 1].contains(composition) && timeStep > 0 && timeStep.isFinite,
      "the composition or the time step makes no sense")
    // Where there are no observables, the range is that of all components of z.
    let ranges = count > 0 ? count : dynamics.dimension
    try require(
      observableLeast.count == ranges && observableGreatest.count == ranges
        && (observableUnits.map { [0, count].contains($0.offset.count) && $0.offset.count == $0.scale.count } ?? true),
      "the values of the observables are not those of \(count) observables")
    if let withoutClosure, let withoutClosureScaling {
      try require(
        withoutClosure.isPossible && withoutClosureScaling.isWhole(withoutClosure.dimension)
          && Self.isDivision(withoutClosureParts, of: withoutClosure.dimension),
        "there is no dynamics without closure variables of these sizes")
    }
    if let box {
      let lengths = [box.origin.count, box.lengths.count, box.boundaries.count]
      try require(
        lengths.allSatisfy { $0 == closure.dimension } && box.lengths.allSatisfy { $0 > 0 }, "the box makes no sense")
    }
    try require(
      closure.periodicAxes.map { box?.isPeriodic(along: $0) == true } ?? true,
      "the closure model has periodic axes that the box has not")
    try require(positionOffset.map { $0.count == closure.dimension } ?? true, "the positions' offset makes no sense")
  }

  /// Whether every component belongs to a part.
  private static func isDivision(_ parts: [[Int]]?, of dimension: Int) -> Bool {
    guard let parts else { return true }
    return !parts.isEmpty && parts.allSatisfy { !$0.isEmpty && Set($0).count == $0.count }
      && Set(parts.joined()) == Set(0..<dimension)
  }
}
