import MacrostateAutodiff
import MacrostateCompute
import MacrostateNetworks

/// A perceptron of all points of a frame side by side, in the order in which they stand, with φ's widths and then ρ's as
/// hidden widths: for one n, and not invariant (a baseline of the paper).
public struct FlattenedEncoder: ClosureEncoder {
  public typealias Settings = PerceptronEncoderSettings
  public static let name = "flattened"
  public static let needs: EncoderNeeds = {
    var needs = EncoderNeeds()
    needs.order = .permuted
    needs.onePointCount = true
    needs.wholeFrames = true
    return needs
  }()

  private let network: MLP
  private let pointCount: Int

  public init(_ settings: PerceptronEncoderSettings, _ sizes: EncoderSizes, layout: inout ParameterLayout) {
    pointCount = sizes.pointCount
    network = MLP(
      "encoder", sizes: [sizes.pointCount * sizes.inputs] + settings.pointWidths + settings.setWidths + [sizes.outputs],
      activation: settings.activation, layout: &layout)
  }

  public func initialize(_ parameters: Parameters, _ random: inout RandomStream) {
    network.initialize(parameters, &random)
  }

  public func closureVariables(_ tape: Tape, _ sets: SetBatch) -> Tensor {
    precondition(sets.counts.allSatisfy { $0 == pointCount }, "sets of another n were to be left out")
    return network(tape, tape.reshaped(sets.points, columns: pointCount * sets.points.columns))
  }

  /// A row a set: many rows make one product worth its while.
  public var tilePoints: Int { 64 * pointCount }
}
