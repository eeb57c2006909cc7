import MacrostateAutodiff

/// Layer normalisation of a sum (Ba et al. 2016): (s − mean(s))/√(var(s) + 1e-5) · scale + shift over the columns of
/// s = x + residual.
public struct LayerNorm: Sendable {
  private let scale: Bias
  private let shift: Bias

  /// A normalisation whose parameters `name.weight` and `name.bias` `[count]` are added to `layout`.
  public init(_ name: String, count: Int, layout: inout ParameterLayout) {
    scale = layout.addBias(name + ".weight", count: count)
    shift = layout.addBias(name + ".bias", count: count)
  }

  /// The normalised rows of x + residual, `[rows, count]`; a residual of fewer rows is repeated.
  public func callAsFunction(_ tape: Tape, _ x: Tensor, adding residual: Tensor) -> Tensor {
    tape.layerNorm(x, adding: residual, scale: scale, shift: shift)
  }

  /// Scale 1, shift 0.
  public func initialize(_ parameters: Parameters) {
    parameters[scale] = Array(repeating: 1, count: scale.count)
    parameters[shift] = Array(repeating: 0, count: shift.count)
  }
}
