import MacrostateAutodiff
import MacrostateCompute

/// A lane that a batch's work is cut into: a tape and a gradient of its own.
///
/// A lane is run by one thread at a time; that, and nothing else, makes it safe to send.
public final class Lane: @unchecked Sendable {
  /// The lane's place among all, 0 ..< `Lanes.count`.
  public let number: Int
  /// The record of what the lane computes.
  public let tape: Tape
  /// Σ of the weighted losses of the step.
  public var loss = 0.0
  /// The gradient that the tape adds to; nil where only values are computed.
  let gradient: ParameterGradient?
  private var isInStep = false

  init(_ number: Int, _ parameters: Parameters, _ kernels: Kernels, wantsGradient: Bool, arenas: ArenaPool) {
    self.number = number
    gradient = wantsGradient ? ParameterGradient(parameters.layout) : nil
    tape = Tape(kernels: kernels, parameters: parameters, gradient: gradient, arenas: arenas)
  }

  /// Forgets loss and gradient of the step before; whoever works for a step first calls it, then it does nothing.
  public func begin() {
    guard !isInStep else { return }
    isInStep = true
    gradient?.clear()
    loss = 0
  }

  /// Gives the memory of the last record back, for another lane.
  public func rest() { tape.reset() }

  /// Ends the step: loss and gradient were used.
  func end() { isInStep = false }
}

/// The lanes of a step: as many gradients are added in a fixed tree, so that bits do not depend on the threads.
public struct Lanes: Sendable {
  /// The number of lanes of every step.
  public static let count = 8
  /// The lanes, by their number.
  public let all: [Lane]
  /// The memory that their tapes use by turns.
  public let arenas: ArenaPool

  /// Lanes over `parameters`.
  public init(_ parameters: Parameters, kernels: Kernels, wantsGradient: Bool) {
    let arenas = ArenaPool()
    self.arenas = arenas
    all = (0..<Self.count).map {
      Lane($0, parameters, kernels, wantsGradient: wantsGradient, arenas: arenas)
    }
  }

  /// The share of lane `lane` in `count` equal pieces of work.
  public static func share(_ lane: Int, of count: Int) -> Range<Int> {
    lane * count / Self.count..<(lane + 1) * count / Self.count
  }
}
