import MacrostateAutodiff
import MacrostateCompute

/// The set transformer's block (Lee et al. 2019, Eqs. 6 and 7), between the points of a set and a few rows:
///
///     MAB(Q, K) = LN(H + FF(H)),   H = LN(Q + Multihead(Q, K)),
///     Multihead(Q, K) = concat_h[softmax(Q W_qʰ (K W_kʰ)ᵀ/√d_h) K W_vʰ] W_o
///
/// with projections without bias as in the paper, d_h = width/heads, and FF two linear maps, width → 2·width → width.
/// Either the few gather from the points (Q few) or the points look at the few (K few). In both the projections that a
/// point would need are applied to the few instead, which is the same, and cheaper where heads·slots ≤ width + slots.
public struct AttentionBlock: Sendable {
  /// Heads, and the few rows of a set.
  public let form: AttentionHeads
  /// Columns of points and of the few.
  public let width: Int
  private let query: Weight
  private let key: Weight
  private let value: Weight
  private let output: Weight
  private let attentionNorm: LayerNorm
  private let feedForward: [Linear]
  private let outputNorm: LayerNorm

  /// A block whose parameters have PyTorch's names: `name.query.weight`, `key`, `value`, `out_proj`, `norm1`,
  /// `linear1`, `linear2`, `norm2`.
  ///
  /// - Parameter activation: that of FF.
  public init(
    _ name: String, width: Int, form: AttentionHeads, activation: Activation, layout: inout ParameterLayout
  ) {
    precondition(form.heads > 0 && width % form.heads == 0, "the width must be a multiple of the heads")
    self.form = form
    self.width = width
    query = layout.addWeight("\(name).query.weight", outputs: width, inputs: width)
    key = layout.addWeight("\(name).key.weight", outputs: width, inputs: width)
    value = layout.addWeight("\(name).value.weight", outputs: width, inputs: width)
    output = layout.addWeight("\(name).out_proj.weight", outputs: width, inputs: width)
    attentionNorm = LayerNorm("\(name).norm1", count: width, layout: &layout)
    feedForward = [
      Linear("\(name).linear1", inputs: width, outputs: 2 * width, activation: activation, layout: &layout),
      Linear("\(name).linear2", inputs: 2 * width, outputs: width, activation: .identity, layout: &layout),
    ]
    outputNorm = LayerNorm("\(name).norm2", count: width, layout: &layout)
  }

  /// 1/√d_h.
  private var scale: Float { 1 / Float(width / form.heads).squareRoot() }

  // MARK: The few gather from the points

  /// MAB(few, points): `[sets · slots, width]`.
  ///
  /// - Parameters:
  ///   - few: `[slots, width]`, the same for every set.
  ///   - points: `[Σ counts, width]`, set after set. A set without points gathers 0.
  public func gather(_ tape: Tape, few: Tensor, points: Tensor, counts: [Int]) -> Tensor {
    let pooled = tape.attentionPool(points, counts: counts, queries: pointQueries(tape, few), form)
    return gathered(tape, few: few, pooled: pooled.values)
  }

  /// The queries of the few to the points, `[g, width]`: (few W_qʰ) W_kʰᵀ/√d_h.
  func pointQueries(_ tape: Tape, _ few: Tensor) -> Tensor {
    let queries = tape.affine(tape.linear(few, query, .none, .identity), scale: scale, shift: 0)
    return tape.transposedLinear(tape.splitHeads(queries, form), key)
  }

  /// The rest of the block, from the points' means under the heads' weights `[sets · g, width]`.
  func gathered(_ tape: Tape, few: Tensor, pooled: Tensor) -> Tensor {
    let heads = tape.mergeHeads(tape.linear(pooled, value, .none, .identity), form)
    return finish(tape, tape.linear(heads, output, .none, .identity), residual: few)
  }

  // MARK: The points look at the few

  /// MAB(points, few): `[Σ counts, width]`.
  ///
  /// - Parameters:
  ///   - points: `[Σ counts, width]`, set after set.
  ///   - few: `[sets · slots, width]`.
  public func spread(_ tape: Tape, points: Tensor, few: Tensor, counts: [Int]) -> Tensor {
    let keys = tape.affine(tape.linear(few, key, .none, .identity), scale: scale, shift: 0)
    let values = tape.linear(few, value, .none, .identity)
    let attended = tape.attentionMix(
      points, counts: counts, keys: tape.transposedLinear(tape.splitHeads(keys, form), query),
      values: tape.linear(tape.splitHeads(values, form), output, .none, .identity), form)
    return finish(tape, attended, residual: points)
  }

  private func finish(_ tape: Tape, _ attended: Tensor, residual: Tensor) -> Tensor {
    let hidden = attentionNorm(tape, attended, adding: residual)
    return outputNorm(tape, feedForward.reduce(hidden) { $1(tape, $0) }, adding: hidden)
  }

  /// Random parameters: projections of variance 1/width.
  public func initialize(_ parameters: Parameters, _ random: inout RandomStream) {
    let bound = (3 / Float(width)).squareRoot()
    for weight in [query, key, value, output] {
      parameters[weight] = (0..<width * width).map { _ in bound * (2 * random.nextUniform() - 1) }
    }
    for layer in feedForward { layer.initialize(parameters, &random) }
    attentionNorm.initialize(parameters)
    outputNorm.initialize(parameters)
  }
}
