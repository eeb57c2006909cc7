import Foundation
import MacrostateAutodiff
import MacrostateCompute
import MacrostateNetworks

/// A conditional density of points: autoregressive rational-quadratic spline layers (Durkan et al. 2019) from data to
/// noise, under a standard normal base:
///
///     log p(x | ẑ) = log N(f(x; ẑ); 0, I) + Σ log |dy/dx|
///
/// In each layer, coordinate j's spline has parameters from a network of ẑ and the coordinates before it, in an order
/// that is reversed from layer to layer. The first coordinate's depend on ẑ alone: they are computed per set.
///
/// A periodic coordinate is a place on the circle [0, 1): its splines map the circle onto itself and turn it, its base is
/// uniform, and others see its cosine and sine, so that p has no seam.
public struct ConditionalSplineFlow: Sendable {
  /// The sizes of a flow.
  public struct Shape: Sendable, Equatable, Codable {
    /// d, the dimension of points.
    public var dimension: Int
    /// The number of context variables (dim ẑ of one species).
    public var contextDimension: Int
    /// The number of layers.
    public var layers: Int
    /// Hidden widths of each coordinate's network.
    public var widths: [Int]
    /// Widths of a network of the context, computed once per set, whose output takes the context's place; none for the
    /// context itself.
    public var contextWidths: [Int]
    /// The activation of these networks.
    public var activation: Activation
    /// Bins and bound of the splines; those of periodic coordinates have the bins alone.
    public var spline: SplineShape
    /// Whether each coordinate is periodic; empty for none.
    public var periodic: [Bool]

    /// Sizes of a flow.
    public init(
      dimension: Int, contextDimension: Int, layers: Int, widths: [Int], contextWidths: [Int] = [],
      activation: Activation, spline: SplineShape, periodic: [Bool] = []
    ) {
      precondition(periodic.isEmpty || periodic.count == dimension)
      self.dimension = dimension
      self.contextDimension = contextDimension
      self.layers = layers
      self.widths = widths
      self.contextWidths = contextWidths
      self.activation = activation
      self.spline = spline
      self.periodic = periodic
    }

    /// Whether coordinate j is periodic.
    public func isPeriodic(_ j: Int) -> Bool { !periodic.isEmpty && periodic[j] }

    /// The spline of a periodic coordinate.
    var circularSpline: CircularSplineShape { CircularSplineShape(bins: spline.bins) }

    /// Coordinates in the order in which a layer treats them.
    func order(ofLayer layer: Int) -> [Int] {
      let coordinates = Array(0..<dimension)
      return layer % 2 == 0 ? coordinates : coordinates.reversed()
    }
  }

  /// The sizes.
  public let shape: Shape
  /// The network of the context.
  private let context: MLP?
  /// networks[layer][position]: the network of the coordinate that is `position`-th in the layer's order.
  private let networks: [[ConditionalMLP]]

  /// A flow whose parameters `name.layer.position…` are added to `layout`.
  public init(_ name: String, shape: Shape, layout: inout ParameterLayout) {
    self.shape = shape
    let contextInputs = shape.contextWidths.last ?? shape.contextDimension
    context =
      shape.contextWidths.isEmpty
      ? nil
      : MLP(
        "\(name).context", sizes: [shape.contextDimension] + shape.contextWidths, activation: shape.activation,
        finalActivation: shape.activation, layout: &layout)
    networks = (0..<shape.layers).map { layer in
      let order = shape.order(ofLayer: layer)
      return order.enumerated().map { position, coordinate in
        ConditionalMLP(
          "\(name).\(layer).\(position)",
          sampleInputs: order[..<position].reduce(0) { $0 + (shape.isPeriodic($1) ? 2 : 1) },
          contextInputs: contextInputs, widths: shape.widths,
          outputs: shape.isPeriodic(coordinate) ? shape.circularSpline.parameterCount : shape.spline.parameterCount,
          activation: shape.activation, layout: &layout)
      }
    }
  }

  /// Random parameters near the identity map.
  public func initialize(_ parameters: Parameters, _ random: inout RandomStream) {
    // softplus of this raw slope, with the least slope added, is 1.
    let unitSlope = Float(log(exp(1 - 1e-3) - 1.0))
    let bins = shape.spline.bins
    let finalBias = [Float](repeating: 0, count: 2 * bins) + [Float](repeating: unitSlope, count: bins - 1)
    for (layer, networks) in networks.enumerated() {
      for (network, coordinate) in zip(networks, shape.order(ofLayer: layer)) {
        network.initialize(
          parameters, &random, finalGain: 0.1,
          finalBias: shape.isPeriodic(coordinate) ? finalBias + [unitSlope, 0] : finalBias)
      }
    }
    context?.initialize(parameters, &random)
  }

  /// What the network of a coordinate sees of those before it; nil for the first one.
  private func before(_ tape: Tape, _ coordinates: ArraySlice<Int>, _ columns: [Tensor]) -> Tensor? {
    coordinates.isEmpty
      ? nil : tape.join(coordinates.map { shape.isPeriodic($0) ? tape.harmonics(columns[$0], count: 1) : columns[$0] })
  }

  /// f(x; ẑ) and the logarithms of all slopes, for the columns of x (each `[sets · K, 1]`) and ẑ `[sets, context]`.
  public func transform(_ tape: Tape, _ x: [Tensor], context: Tensor) -> (noise: [Tensor], logSlopes: [Tensor]) {
    precondition(x.count == shape.dimension)
    let context = self.context.map { $0(tape, context) } ?? context
    var columns = x
    var logSlopes: [Tensor] = []
    for (layer, networks) in networks.enumerated() {
      let order = shape.order(ofLayer: layer)
      var transformed = columns
      for (position, coordinate) in order.enumerated() {
        let before = before(tape, order[..<position], columns)
        let parameters = networks[position](tape, samples: before, context: context)
        let (y, logSlope) =
          shape.isPeriodic(coordinate)
          ? tape.circularSpline(columns[coordinate], parameters: parameters, shape.circularSpline)
          : tape.spline(columns[coordinate], parameters: parameters, shape.spline)
        transformed[coordinate] = y
        logSlopes.append(logSlope)
      }
      columns = transformed
    }
    return (columns, logSlopes)
  }

  /// Adds weight · Σ −log p(x | ẑ) over all samples to the tape's loss.
  public func addNegativeLogLikelihood(_ tape: Tape, _ x: [Tensor], context: Tensor, weight: Double) {
    let (noise, logSlopes) = transform(tape, x, context: context)
    for (j, column) in noise.enumerated() where !shape.isPeriodic(j) {
      tape.addStandardNormalLoss(column, weight: weight)
    }
    for logSlope in logSlopes { tape.addSum(logSlope, weight: -weight) }
  }

  /// log p(x | ẑ) of every sample, `[sets · K]`, in nats.
  public func logDensities(_ tape: Tape, _ x: [Tensor], context: Tensor) -> [Float] {
    let (noise, logSlopes) = transform(tape, x, context: context)
    let normal = (0..<shape.dimension).filter { !shape.isPeriodic($0) }
    var result = [Float](repeating: -0.5 * Float(Double.log2Pi) * Float(normal.count), count: x[0].rows)
    for column in normal.map({ noise[$0] }) {
      let y = tape.value(column)
      for i in result.indices { result[i] -= 0.5 * y[i] * y[i] }
    }
    for column in logSlopes {
      let logSlope = tape.value(column)
      for i in result.indices { result[i] += logSlope[i] }
    }
    return result
  }

  /// x = f⁻¹(noise; ẑ), column by column (each `[sets · K, 1]`): samples of p(· | ẑ) from standard normal noise, that of a
  /// periodic coordinate uniform on [0, 1).
  ///
  /// Inverting a layer takes d passes one after the other: a coordinate's network needs those before it.
  public func invert(_ tape: Tape, noise: [Tensor], context: Tensor) -> [Tensor] {
    precondition(noise.count == shape.dimension)
    let context = self.context.map { $0(tape, context) } ?? context
    var columns = noise
    for (layer, networks) in networks.enumerated().reversed() {
      let order = shape.order(ofLayer: layer)
      for (position, coordinate) in order.enumerated() {
        let before = before(tape, order[..<position], columns)
        let parameters = networks[position](tape, samples: before, context: context)
        columns[coordinate] =
          shape.isPeriodic(coordinate)
          ? tape.inverseCircularSpline(columns[coordinate], parameters: parameters, shape.circularSpline)
          : tape.inverseSpline(columns[coordinate], parameters: parameters, shape.spline).x
      }
    }
    return columns
  }
}

extension ConditionalSplineFlow.Shape {
  /// Decodes a shape; one that was written before there was a network of the context, or periodic coordinates, has none.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      dimension: try container.decode(Int.self, forKey: .dimension),
      contextDimension: try container.decode(Int.self, forKey: .contextDimension),
      layers: try container.decode(Int.self, forKey: .layers),
      widths: try container.decode([Int].self, forKey: .widths),
      contextWidths: try container.decodeIfPresent([Int].self, forKey: .contextWidths) ?? [],
      activation: try container.decode(Activation.self, forKey: .activation),
      spline: try container.decode(SplineShape.self, forKey: .spline),
      periodic: try container.decodeIfPresent([Bool].self, forKey: .periodic) ?? [])
  }
}
