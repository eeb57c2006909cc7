import MacrostateAutodiff
import MacrostateCompute
import MacrostateNetworks
import MacrostateSettings

/// A stochastic (or ordinary) differential equation for the macrostate, dz = g(z) dt + Σ(z) dW (Eq. 4), with networks for
/// g and Σ. It works on z in units of its spread; g and Σ come out in units of the training increments.
public struct DifferentialEquation: DynamicsModel {
  /// The kind of g.
  public enum Drift: String, Codable, SettingChoice {
    /// A perceptron.
    case mlp
    /// An `OnsagerNet`: without noise and with small steps, its energy never rises.
    case onsager
  }

  /// The kind of Σ.
  public enum Diffusion: String, Codable, SettingChoice {
    /// Σ ≡ 0: an ODE.
    case none
    /// One standard deviation for each component.
    case constant
    /// Standard deviations that depend on z.
    case diagonal
    /// A lower-triangular factor that depends on z.
    case lowerTriangular = "lower-triangular"
  }

  /// The integrator of a step.
  public enum Integrator: String, Codable, SettingChoice {
    /// z + gΔt; with noise, Euler–Maruyama.
    case euler
    /// The classical fourth-order Runge–Kutta scheme; for ODEs.
    case rungeKutta4 = "rk4"
  }

  /// The sizes and choices of a model.
  public struct Shape: Sendable, Equatable, Codable {
    /// D.
    public var dimension: Int
    /// C: the last components of z stay as they are; g and Σ see them and have M = D − C components.
    public var constantCount: Int
    /// The kind of g.
    public var drift: Drift
    /// Hidden widths of g.
    public var widths: [Int]
    /// The activation of g and Σ; an OnsagerNet's energy has tanh whatever this is.
    public var activation: Activation
    /// The integrator, in training and in rollouts.
    public var integrator: Integrator
    /// The kind of Σ.
    public var diffusion: Diffusion
    /// Hidden widths of Σ's network.
    public var diffusionWidths: [Int]

    /// Sizes and choices.
    public init(
      dimension: Int, constantCount: Int = 0, drift: Drift = .mlp, widths: [Int], activation: Activation,
      integrator: Integrator, diffusion: Diffusion = .none, diffusionWidths: [Int] = []
    ) {
      self.dimension = dimension
      self.constantCount = constantCount
      self.drift = drift
      self.widths = widths
      self.activation = activation
      self.integrator = integrator
      self.diffusion = diffusion
      self.diffusionWidths = diffusionWidths
    }
  }

  /// The least diagonal entry of Σ, in units of the root mean square of the training increments.
  public static let diffusionFloor = 0.01

  /// The sizes and choices.
  public let shape: Shape
  /// The scaling of z.
  public let scaling: MacrostateScaling
  /// All parameters.
  public let layout: ParameterLayout
  private let drift: DriftNetwork
  private let diffusion: MLP?
  private let constantDiffusion: Bias?

  /// A model for macrostates with this scaling.
  public init(_ shape: Shape, scaling: MacrostateScaling) {
    var layout = ParameterLayout()
    self.init(shape, scaling: scaling, layout: &layout)
  }

  /// A model whose parameters are added to those in `layout`, to be trained together with them.
  public init(_ shape: Shape, scaling: MacrostateScaling, layout: inout ParameterLayout) {
    precondition(scaling.dimension == shape.dimension && shape.movingCount > 0)
    self.shape = shape
    self.scaling = scaling
    drift = DriftNetwork(shape, layout: &layout)
    let entries = shape.factorForm.entryCount(shape.movingCount)
    switch shape.diffusion {
    case .none: (diffusion, constantDiffusion) = (nil, nil)
    case .constant: (diffusion, constantDiffusion) = (nil, layout.addBias("diffusion.constant", count: entries))
    case .diagonal, .lowerTriangular:
      diffusion = MLP(
        "diffusion", sizes: [shape.dimension] + shape.diffusionWidths + [entries], activation: shape.activation,
        layout: &layout)
      constantDiffusion = nil
    }
    self.layout = layout
  }

  /// Whether Σ ≢ 0.
  public var isStochastic: Bool { shape.diffusion != .none }

  /// D.
  public var dimension: Int { shape.dimension }
  /// C.
  public var constantCount: Int { shape.constantCount }

  public func initialize(_ parameters: Parameters, seed: UInt64, member: Int) {
    var random = RandomStream(seed: seed, purpose: .initialParameters, step: 1, set: member)
    drift.initialize(parameters, &random)
    diffusion?.initialize(parameters, &random, finalGain: 0.1)
    parameters.valuesChanged()
  }

  /// g(z) in units of the increments, for scaled z `[rows, D]`: `[rows, M]`.
  public func drift(_ tape: Tape, _ z: Tensor) -> Tensor {
    switch drift {
    case .mlp(let network): network(tape, z)
    case .onsager(let network):
      tape.firstColumns(network(tape, z, rates: onsagerRates), count: shape.movingCount)
    }
  }

  private var onsagerRates: [Float] {
    (0..<shape.movingCount).map(scaling.driftRate) + Array(repeating: 0, count: shape.constantCount)
  }

  /// The drift as an OnsagerNet of scaled z, with its energy V; nil where it is a perceptron. Without noise dV/dt ≤ 0
  /// along solutions of dz/dt = driftUnit · g(z), which is what is integrated.
  public var onsagerNet: OnsagerNet? {
    guard case .onsager(let network) = drift else { return nil }
    return network
  }

  /// V of scaled z `[rows, D]`, for each row; nil where g is a perceptron.
  public func energy(_ tape: Tape, _ z: Tensor) -> [Double]? { onsagerNet?.energy(tape, z) }

  /// V of states z in their own units, `[count, D]`, for each state; nil where g is a perceptron.
  public func energy(_ parameters: Parameters, ofStates states: [Float], kernels: Kernels) -> [Double]? {
    let tape = Tape(kernels: kernels, parameters: parameters)
    return energy(tape, scaledStates(tape, states))
  }

  /// g of states z `[count, D]`, both in z's own units: `[count, M]`.
  public func drift(_ parameters: Parameters, ofStates states: [Float], kernels: Kernels) -> [Double] {
    let tape = Tape(kernels: kernels, parameters: parameters)
    let values = tape.array(drift(tape, scaledStates(tape, states)))
    return values.indices.map { i in
      let j = i % shape.movingCount
      return Double(values[i]) * Double(scaling.driftRate(j)) * Double(scaling.spread[j])
    }
  }

  /// Σ of states z `[count, D]` in z's own units: the lower triangle of each row by row, `[count, M(M + 1)/2]`; nil for
  /// an ODE.
  public func diffusion(_ parameters: Parameters, ofStates states: [Float], kernels: Kernels) -> [[Double]]? {
    let tape = Tape(kernels: kernels, parameters: parameters)
    guard let raw = rawDiffusion(tape, scaledStates(tape, states)) else { return nil }
    let (values, m) = (tape.array(raw), shape.movingCount)
    return (0..<states.count / shape.dimension).map { row in
      let begin = raw.rows == 1 ? 0 : row * raw.columns
      let factor = shape.factorForm.factor(
        raw: values[begin..<begin + raw.columns], components: m, floor: Self.diffusionFloor)
      return (0..<m).flatMap { i -> [Double] in
        let unit = Double(scaling.noiseRate(i)) * Double(scaling.spread[i])
        return (0...i).map { j in factor[i * (i + 1) / 2 + j] * unit }
      }
    }
  }

  /// The raw entries of Σ, `[rows, entries]` (or `[1, entries]`); nil for an ODE.
  public func rawDiffusion(_ tape: Tape, _ z: Tensor) -> Tensor? {
    if let constantDiffusion { return tape.parameter(constantDiffusion) }
    return diffusion.map { $0(tape, z) }
  }

  /// The deterministic part of a step for scaled z; `step` holds, for each row and component, Δt in the drift's unit:
  /// Δt·driftUnit, `[rows, M]`. The constants of z stay.
  public func advance(_ tape: Tape, _ z: Tensor, step: Tensor) -> Tensor {
    let k1 = tape.multiply(drift(tape, z), step)
    guard shape.integrator == .rungeKutta4 else { return tape.addToFirstColumns(z, k1) }
    let k2 = tape.multiply(drift(tape, tape.addToFirstColumns(z, tape.affine(k1, scale: 0.5, shift: 0))), step)
    let k3 = tape.multiply(drift(tape, tape.addToFirstColumns(z, tape.affine(k2, scale: 0.5, shift: 0))), step)
    let k4 = tape.multiply(drift(tape, tape.addToFirstColumns(z, k3)), step)
    let middle = tape.affine(tape.add(k2, k3), scale: 2, shift: 0)
    let sum = tape.add(tape.add(k1, middle), k4)
    return tape.addToFirstColumns(z, tape.affine(sum, scale: 1 / 6, shift: 0))
  }
}

extension DifferentialEquation.Shape {
  /// M = D − C, the components that g and Σ move.
  public var movingCount: Int { dimension - constantCount }

  /// The form of Σ's factor.
  public var factorForm: GaussianFactor { diffusion == .lowerTriangular ? .lowerTriangular : .diagonal }
}

extension DifferentialEquation.Shape {
  /// Shapes written before there was a choice of drifts have perceptrons; those written before there were constants have
  /// none.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      dimension: try values.decode(Int.self, forKey: .dimension),
      constantCount: try values.decodeIfPresent(Int.self, forKey: .constantCount) ?? 0,
      drift: try values.decodeIfPresent(DifferentialEquation.Drift.self, forKey: .drift) ?? .mlp,
      widths: try values.decode([Int].self, forKey: .widths),
      activation: try values.decode(Activation.self, forKey: .activation),
      integrator: try values.decode(DifferentialEquation.Integrator.self, forKey: .integrator),
      diffusion: try values.decode(DifferentialEquation.Diffusion.self, forKey: .diffusion),
      diffusionWidths: try values.decode([Int].self, forKey: .diffusionWidths))
  }
}

/// The network of g.
private enum DriftNetwork: Sendable {
  case mlp(MLP)
  case onsager(OnsagerNet)

  init(_ shape: DifferentialEquation.Shape, layout: inout ParameterLayout) {
    switch shape.drift {
    case .mlp:
      let sizes = [shape.dimension] + shape.widths + [shape.movingCount]
      self = .mlp(MLP("drift", sizes: sizes, activation: shape.activation, layout: &layout))
    case .onsager:
      self = .onsager(
        OnsagerNet(
          "drift", dimension: shape.dimension, widths: shape.widths, activation: shape.activation, layout: &layout))
    }
  }

  func initialize(_ parameters: Parameters, _ random: inout RandomStream) {
    switch self {
    case .mlp(let network): network.initialize(parameters, &random)
    case .onsager(let network): network.initialize(parameters, &random)
    }
  }
}
