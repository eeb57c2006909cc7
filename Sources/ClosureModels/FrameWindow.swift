/// Two successive frames of a trajectory: what the points do not tell of them.
public struct FrameWindow: Sendable {
  /// z̄ of the first frame.
  public var now: [Float]
  /// z̄ of the second.
  public var next: [Float]
  /// The components of z that are the same in both.
  public var constants: [Float]
  /// Δt between them.
  public var timeStep: Float

  /// A window.
  public init(now: [Float], next: [Float], constants: [Float] = [], timeStep: Float) {
    self.now = now
    self.next = next
    self.constants = constants
    self.timeStep = timeStep
  }
}
