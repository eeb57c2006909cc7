import MacroscopicDynamics
import MacrostateStorage
import Microstates

/// The composition of a configuration, xₛ = nₛ/n for all species but the last: what the encoder, a mean over the points
/// of each species, cannot tell. Where particles keep their species it is a constant of the motion, and belongs to the
/// macrostate as such, z = [z̄, ẑ, x].
public enum SpeciesComposition {
  /// x of a configuration of so many particles of each species, `[S − 1]`; zeros where there are none.
  public static func fractions(_ counts: [Int]) -> [Float] {
    let total = max(counts.reduce(0, +), 1)
    return counts.dropLast().map { Float($0) / Float(total) }
  }

  /// The statement of some trajectories' frames on x.
  enum Kind: Equatable {
    /// There is one species, or all training trajectories have the same x: there is nothing to learn from it.
    case same
    /// Training trajectories differ, and each keeps its x.
    case constant
    /// x changes along this trajectory.
    case changing(trajectory: Int)
  }

  /// Whether x is a constant of these trajectories' motion.
  static func kind(_ dataset: Dataset, training: [Int], validation: [Int]) -> Kind {
    guard dataset.speciesNames.count > 1 else { return .same }
    let source = DatasetPointSets(dataset)
    var seen: Set<[Float]> = []
    for (i, trajectory) in (training + validation).enumerated() {
      let frames = dataset.positionedFrames(ofTrajectory: trajectory)
      guard let start = frames.first else { continue }
      let x = source.composition(ofFrame: start)
      guard frames.allSatisfy({ source.composition(ofFrame: $0) == x }) else {
        return .changing(trajectory: trajectory)
      }
      if i < training.count { seen.insert(x) }
    }
    return seen.count > 1 ? .constant : .same
  }
}

extension DatasetPointSets {
  /// x of a frame, `[S − 1]`.
  public func composition(ofFrame frame: Int) -> [Float] {
    SpeciesComposition.fractions((0..<speciesCount).map { dataset.pointCount(frame: frame, species: $0) })
  }

  /// The constants of `macrostate` in a frame: x, or none.
  package func constants(ofFrame frame: Int, _ macrostate: Macrostate) -> [Float] {
    macrostate.constants.isEmpty ? [] : composition(ofFrame: frame)
  }
}
