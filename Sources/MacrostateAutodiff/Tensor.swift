/// A matrix on a tape: `[rows, columns]`, row-major, `stride` floats from row to row.
///
/// What operations produce is padded (`stride` is a multiple of 16, so that kernels work on whole vectors); what is
/// handed in need not be.
public struct Tensor: Sendable, Equatable {
  let index: Int
  /// The number of rows: points, samples or sets.
  public let rows: Int
  /// The number of columns: features.
  public let columns: Int
  /// Floats from one row to the next.
  public let stride: Int

  /// All floats of the matrix, padding included.
  var storage: Int { rows * stride }
}

/// The elementwise functions that a linear map can end in, and whose derivative is a function of their output.
public enum ElementwiseFunction: String, Codable, Sendable, CaseIterable {
  /// x
  case identity
  /// max(x, 0)
  case relu
  /// tanh x
  case tanh
  /// log(1 + eˣ)
  case softplus
  /// 1/(1 + e⁻ˣ)
  case sigmoid
  /// x/(1 + e⁻ˣ)
  case silu
}

/// Something that a tape cannot do.
public enum AutodiffError: Error, Equatable {
  /// The gradient of a network with this activation cannot be differentiated again: its second derivative is zero or
  /// undefined, and would silently give a wrong result.
  case noSecondOrder(String)
}
