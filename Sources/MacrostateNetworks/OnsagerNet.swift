import Foundation
import MacrostateAutodiff
import MacrostateCompute

/// A drift that dissipates an energy, OnsagerNet (Yu, Tian, E, Li, Phys. Rev. Fluids 6, 114402, 2021):
///
///     dz/dt = −(M(z) + W(z)) ∇V(z) + f(z)
///     M = L Lᵀ + αI,   W = −Wᵀ,   V(z) = β‖z‖² + ½‖P(z) + Γz‖²
///
/// The entries of L and W are outputs of one perceptron, P is another (with tanh, so that ∇V can be differentiated).
/// Without f the energy falls along every solution: dV/dt = −‖Lᵀ∇V‖² − α‖∇V‖².
///
/// Components of z may move at very different rates. With a rate uᵢ > 0 for each, it is yᵢ = zᵢ/√uᵢ that obeys the
/// equation, which leaves the law as it is, V being a function of z still:
///
///     dz/dt = −U^½ (M + W) U^½ ∇V(z) + U f(z),   U = diag(u)
///     dV/dt = −‖Lᵀ U^½ ∇V‖² − α‖U^½ ∇V‖²         (f = 0)
///
/// A component of rate 0 stays as it is, which leaves the law as it is, too.
public struct OnsagerNet: Sendable {
  /// D.
  public let dimension: Int
  /// α, the least dissipation.
  public let alpha: Float
  /// β: with it V grows without bound, so that solutions stay bounded.
  public let beta: Float
  private let entries: MLP
  private let potential: MLP
  private let gamma: Weight
  private let force: MLP?

  /// A drift of D components, its parameters `name.entries.0.weight`, `name.potential.0.weight`, `name.gamma.weight`, …
  ///
  /// - Parameters:
  ///   - widths: hidden widths of both perceptrons.
  ///   - activation: that of the entries' perceptron.
  ///   - forceWidths: hidden widths of f; nil for f = 0.
  public init(
    _ name: String, dimension: Int, widths: [Int], activation: Activation, alpha: Float = 0.01, beta: Float = 0.01,
    forceWidths: [Int]? = nil, layout: inout ParameterLayout
  ) {
    self.dimension = dimension
    self.alpha = alpha
    self.beta = beta
    entries = MLP(
      name + ".entries", sizes: [dimension] + widths + [dimension * dimension], activation: activation, layout: &layout)
    potential = MLP(
      name + ".potential", sizes: [dimension] + widths + [dimension], activation: .tanh, layout: &layout)
    gamma = layout.addWeight(name + ".gamma.weight", outputs: dimension, inputs: dimension)
    force = forceWidths.map { widths in
      MLP(name + ".force", sizes: [dimension] + widths + [dimension], activation: activation, layout: &layout)
    }
  }

  /// U⁻¹ dz/dt for z `[rows, D]`: the drift in units of the rates; f or 0 where the rate is 0.
  ///
  /// - Parameter rates: u, D numbers of at least 0.
  public func callAsFunction(_ tape: Tape, _ z: Tensor, rates: [Float]) -> Tensor {
    let roots = rates.map { $0.squareRoot() }
    let slope = tape.multiply(energyGradient(tape, z), tape.constantRows(roots, count: z.rows))
    let product = tape.onsagerProduct(entries(tape, z), slope, alpha: alpha)
    let drift = tape.multiply(product, tape.constantRows(roots.map { $0 > 0 ? -1 / $0 : 0 }, count: z.rows))
    guard let force else { return drift }
    return tape.add(drift, force(tape, z))
  }

  /// V(z) of each row of z `[rows, D]`.
  public func energy(_ tape: Tape, _ z: Tensor) -> [Double] {
    let residual = tape.array(tape.add(potential(tape, z), tape.linear(z, gamma, .none, .identity)))
    let states = tape.array(z)
    return (0..<z.rows).map { row in
      (row * dimension..<(row + 1) * dimension).reduce(0.0) { sum, i in
        sum + Double(beta) * Double(states[i]) * Double(states[i]) + 0.5 * Double(residual[i]) * Double(residual[i])
      }
    }
  }

  /// ∇V(z) = 2βz + (∂P/∂z + Γ)ᵀ (P(z) + Γz), `[rows, D]`.
  public func energyGradient(_ tape: Tape, _ z: Tensor) -> Tensor {
    let outputs = potential.outputs(tape, z)
    let residual = tape.add(outputs.last ?? z, tape.linear(z, gamma, .none, .identity))
    let curved = potential.inputGradient(tape, at: z, outputs: outputs, outputGradient: residual)
    let linear = tape.transposedLinear(residual, gamma)
    return tape.add(tape.affine(z, scale: 2 * beta, shift: 0), tape.add(curved, linear))
  }

  /// Random parameters; L starts near the identity, so that every component moves towards lower energy at its rate.
  public func initialize(_ parameters: Parameters, _ random: inout RandomStream) {
    entries.initialize(parameters, &random, finalGain: 0.1)
    if let bias = entries.layers.last?.bias {
      parameters[bias] = (0..<dimension * dimension).map { $0 % (dimension + 1) == 0 ? 1 : 0 }
    }
    potential.initialize(parameters, &random)
    let width = (3 / Float(dimension)).squareRoot()
    parameters[gamma] = (0..<dimension * dimension).map { _ in width * (2 * random.nextUniform() - 1) }
    force?.initialize(parameters, &random, finalGain: 0.1)
  }
}
