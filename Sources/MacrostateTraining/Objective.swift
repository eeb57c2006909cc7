import MacrostateAutodiff
import MacrostateCompute

/// A loss of given parameters over batches, which a `Trainer` makes smaller step by step.
///
/// Its batches are cut into the shares of the lanes by their contents alone, and are a pure function of the step's
/// number (and of a seed that the objective holds): so a training that is carried on repeats the bits, on any number of
/// threads.
public protocol Objective: Sendable {
  /// The data of one step.
  associatedtype Batch: Sendable
  /// The buffers of a lane around its tape.
  associatedtype Workspace: Sendable

  /// The trained parameters.
  var parameters: Parameters { get }
  /// The buffers of a lane.
  func workspace(on lane: Lane) -> Workspace
  /// The batch of a step.
  func batch(ofStep step: Int) throws -> Batch
  /// Does what must be known of the whole batch before its shares are worked on, such as a joint dynamics that wants ẑ
  /// of all sets. It may leave gradients in the lanes (`Lane.begin`).
  ///
  /// - Returns: its part of the loss.
  func prepare(_ batch: inout Batch, _ workspaces: [Workspace], _ compute: Compute) throws -> Double
  /// Adds the loss of a lane's share of the batch, and its gradient, to the lane.
  func addLoss(of batch: Batch, in workspace: Workspace)
  /// The number that makes a score of a loss when it is added, so that training and validation compare.
  var lossOffset: Double { get }
  /// The name of the validation score, for people: `KL`.
  var scoreName: String { get }
  /// The validation score of the parameters as they are; lower is better.
  func validationScore(_ compute: Compute) throws -> Double
}

extension Objective {
  public func prepare(_ batch: inout Batch, _ workspaces: [Workspace], _ compute: Compute) throws -> Double { 0 }
  public var lossOffset: Double { 0 }
}
