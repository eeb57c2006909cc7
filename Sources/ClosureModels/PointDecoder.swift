import MacrostateAutodiff
import MacrostateNetworks

/// A decoder that gives the points themselves: a perceptron ẑ → n·d, for the one n that it was made for.
public struct PointDecoder: Sendable {
  /// The sizes of a decoder.
  public struct Shape: Sendable, Equatable, Codable {
    /// n, the points of every set.
    public var pointCount: Int
    /// Hidden widths.
    public var widths: [Int]
    /// The activation.
    public var activation: Activation

    /// The sizes of a decoder.
    public init(pointCount: Int, widths: [Int], activation: Activation) {
      self.pointCount = pointCount
      self.widths = widths
      self.activation = activation
    }
  }

  /// The sizes.
  public let shape: Shape
  /// d.
  public let dimension: Int
  let network: MLP

  /// A decoder whose parameters `name.0…` are added to `layout`.
  init(_ name: String, shape: Shape, dimension: Int, closureDimension: Int, layout: inout ParameterLayout) {
    self.shape = shape
    self.dimension = dimension
    network = MLP(
      name, sizes: [closureDimension] + shape.widths + [shape.pointCount * dimension], activation: shape.activation,
      layout: &layout)
  }

  /// The points for ẑ `[sets, dim ẑ]`, in scaled coordinates: `[sets, n·d]`.
  public func callAsFunction(_ tape: Tape, closure: Tensor) -> Tensor { network(tape, closure) }
}
