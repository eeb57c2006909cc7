import MacrostateAutodiff
import MacrostateCompute

/// A permutation-invariant encoder: ρ(mean over points of φ(x)) (Zaheer et al. 2017).
///
/// φ ends in a linear map without activation, which commutes with the mean: it is applied once per set. So the network
/// is φ's hidden layers on every point, the mean, φ's last map and ρ on every set.
public struct DeepSet: Sendable {
  private let points: MLP
  private let sets: MLP

  /// The number of inputs of a point: d coordinates and further features.
  public let inputs: Int
  /// Columns of the pooled features.
  public let pooledWidth: Int
  /// dim ẑ.
  public let outputs: Int

  /// An encoder with φ `inputs`-pointWidths… and ρ pointWidths.last-setWidths…-`outputs`.
  ///
  /// - Parameter pointWidths: at least two widths, the last that of φ's output.
  public init(
    _ name: String, inputs: Int, pointWidths: [Int], setWidths: [Int], outputs: Int, activation: Activation,
    layout: inout ParameterLayout
  ) {
    precondition(pointWidths.count >= 2, "φ needs a hidden layer and an output")
    self.inputs = inputs
    self.outputs = outputs
    let hidden = Array(pointWidths.dropLast())
    pooledWidth = hidden[hidden.count - 1]
    points = MLP(
      "\(name).points", sizes: [inputs] + hidden, activation: activation, finalActivation: activation, layout: &layout)
    let projection = Linear(
      "\(name).points.\(hidden.count)", inputs: pooledWidth, outputs: pointWidths[hidden.count], activation: .identity,
      layout: &layout)
    let rho = MLP(
      "\(name).sets", sizes: [pointWidths[hidden.count]] + setWidths + [outputs], activation: activation,
      layout: &layout)
    sets = MLP(layers: [projection] + rho.layers)
  }

  /// φ's hidden layers on points `[points, inputs]`: `[points, pooledWidth]`.
  public func pointFeatures(_ tape: Tape, _ x: Tensor) -> Tensor { points(tape, x) }

  /// ẑ `[sets, outputs]` from pooled features `[sets, pooledWidth]`.
  public func closureVariables(_ tape: Tape, pooled: Tensor) -> Tensor { sets(tape, pooled) }

  /// Random parameters.
  public func initialize(_ parameters: Parameters, _ random: inout RandomStream) {
    points.initialize(parameters, &random)
    sets.initialize(parameters, &random)
  }
}
