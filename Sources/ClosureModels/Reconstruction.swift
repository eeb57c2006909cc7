import MacrostateAutodiff
import MacrostateCompute

/// The part of an objective that looks at points, in one lane: it draws or loads what a tile's sets are compared with,
/// and adds the comparison to the tape's loss.
protocol Reconstruction: AnyObject {
  /// Draws or loads what the members are compared with; called before anything is on the tape.
  func load(_ members: [SetMember], _ draw: RandomDraw)
  /// Adds weight · Σ of the terms of all members, whose ẑ is on the tape, `[groups, group's dim ẑ]`: a row for what is
  /// compared together.
  func addLoss(_ tape: Tape, closure: Tensor, weight: Double)
  /// Σ of the terms of all members, without gradient.
  func terms(_ tape: Tape, closure: Tensor) -> Double
  /// The number that makes a score of the terms of a set in a validation, added to them; it depends on no parameter.
  func offset(_ member: SetMember, seed: UInt64) -> Double
}

extension Reconstruction {
  func offset(_ member: SetMember, seed: UInt64) -> Double { 0 }

  func terms(_ tape: Tape, closure: Tensor) -> Double { lossTerms(tape, closure: closure) }

  /// Σ of the terms, as the loss of a step is made of them.
  func lossTerms(_ tape: Tape, closure: Tensor) -> Double {
    let before = tape.loss
    addLoss(tape, closure: closure, weight: 1)
    return tape.loss - before
  }
}

/// Compares nothing.
final class NoReconstruction: Reconstruction {
  func load(_ members: [SetMember], _ draw: RandomDraw) {}
  func addLoss(_ tape: Tape, closure: Tensor, weight: Double) {}
}

/// The numbers of a set in the data and in the batch.
struct SetMember {
  var set: Int
  var position: Int
}

/// The name of a batch's random numbers.
enum RandomDraw {
  /// A training step: numbers are named by it and the position in the batch.
  case training(seed: UInt64, step: Int)
  /// A validation: numbers are named by the set alone.
  case validation(seed: UInt64)

  /// The stream of a member.
  func stream(_ purpose: RandomPurpose, _ member: SetMember) -> RandomStream {
    switch self {
    case .training(let seed, let step):
      RandomStream(seed: seed, purpose: purpose, step: step, set: member.position)
    case .validation(let seed):
      // Samples have had the numbers of a purpose of their own.
      RandomStream(seed: seed, purpose: purpose == .densitySamples ? .validation : purpose, set: member.set)
    }
  }
}
