import MacrostateAutodiff
import MacrostateCompute

/// A permutation-invariant encoder by attention (Lee et al. 2019): a linear embedding of the points, induced set
/// attention blocks, pooling by attention with one seed, and a linear map to ẑ.
///
///     ISAB(X) = MAB(X, MAB(I, X))      PMA(X) = MAB(S, X)
///
/// The m inducing points I stand between all pairs of points, so the cost is linear in n. In training all activations of
/// a set are held, about 4 KB a point and block at width 64; without gradients `SetTransformerPass` encodes a set of any
/// size in parts. A set without points has a ẑ, too: that of pooled features 0.
public struct SetTransformer: Sendable {
  /// The sizes of an encoder.
  public struct Shape: Sendable, Equatable, Codable {
    /// Columns of a point's features; a multiple of the heads.
    public var width: Int
    /// Heads of every attention.
    public var heads: Int
    /// The number of ISAB.
    public var blocks: Int
    /// m of each.
    public var inducingPoints: Int

    /// Sizes; the defaults are those of the reference's preset.
    public init(width: Int = 64, heads: Int = 4, blocks: Int = 2, inducingPoints: Int = 16) {
      self.width = width
      self.heads = heads
      self.blocks = blocks
      self.inducingPoints = inducingPoints
    }
  }

  /// An induced set attention block.
  struct Block: Sendable {
    let inducingPoints: Weight
    let gather: AttentionBlock
    let spread: AttentionBlock

    func callAsFunction(_ tape: Tape, points: Tensor, counts: [Int]) -> Tensor {
      let few = gather.gather(tape, few: tape.parameter(inducingPoints), points: points, counts: counts)
      return spread.spread(tape, points: points, few: few, counts: counts)
    }
  }

  /// The sizes.
  public let shape: Shape
  /// The number of inputs of a point: d coordinates and further features.
  public let inputs: Int
  /// dim ẑ.
  public let outputs: Int
  let embedding: Linear
  let blocks: [Block]
  let seed: Weight
  let pooling: AttentionBlock
  private let output: Linear

  /// An encoder of these sizes; parameters `name.embedding`, `name.blocks.0.inducing_points`, `name.blocks.0.gather.…`,
  /// `name.blocks.0.spread.…`, `name.pooling.seed`, `name.pooling.…`, `name.output`.
  ///
  /// - Parameter activation: that of the feed-forward networks.
  public init(
    _ name: String, inputs: Int, shape: Shape, outputs: Int, activation: Activation, layout: inout ParameterLayout
  ) {
    self.shape = shape
    self.inputs = inputs
    self.outputs = outputs
    let width = shape.width
    let form = AttentionHeads(heads: shape.heads, slots: shape.inducingPoints)
    embedding = Linear("\(name).embedding", inputs: inputs, outputs: width, activation: .identity, layout: &layout)
    var blocks: [Block] = []
    for i in 0..<shape.blocks {
      let block = "\(name).blocks.\(i)"
      blocks.append(
        Block(
          inducingPoints: layout.addWeight("\(block).inducing_points", outputs: form.slots, inputs: width),
          gather: AttentionBlock("\(block).gather", width: width, form: form, activation: activation, layout: &layout),
          spread: AttentionBlock("\(block).spread", width: width, form: form, activation: activation, layout: &layout)))
    }
    self.blocks = blocks
    seed = layout.addWeight("\(name).pooling.seed", outputs: 1, inputs: width)
    pooling = AttentionBlock(
      "\(name).pooling", width: width, form: .init(heads: shape.heads, slots: 1), activation: activation,
      layout: &layout)
    output = Linear("\(name).output", inputs: width, outputs: outputs, activation: .identity, layout: &layout)
  }

  /// ẑ `[sets, outputs]` of points `[Σ counts, inputs]`, set after set.
  public func callAsFunction(_ tape: Tape, points: Tensor, counts: [Int]) -> Tensor {
    let features = blocks.reduce(embedding(tape, points)) { $1(tape, points: $0, counts: counts) }
    return closureVariables(
      tape, pooling.gather(tape, few: tape.parameter(seed), points: features, counts: counts))
  }

  /// ẑ `[sets, outputs]` from what the seed gathered, `[sets, width]`.
  func closureVariables(_ tape: Tape, _ gathered: Tensor) -> Tensor { output(tape, gathered) }

  /// Random parameters; inducing points and seed have variance 1, so that they look at different points from the start.
  public func initialize(_ parameters: Parameters, _ random: inout RandomStream) {
    embedding.initialize(parameters, &random)
    for few in blocks.map(\.inducingPoints) + [seed] {
      let bound = Float(3).squareRoot()
      parameters[few] = (0..<few.outputs * few.inputs).map { _ in bound * (2 * random.nextUniform() - 1) }
    }
    for block in blocks.flatMap({ [$0.gather, $0.spread] }) + [pooling] { block.initialize(parameters, &random) }
    output.initialize(parameters, &random)
  }
}
