import MacrostateAutodiff

/// The objectives that give the points themselves, in one lane: what a `PointDecoder` makes of ẑ is compared with the
/// set, in scaled coordinates.
final class PointReconstruction: Reconstruction {
  /// How points are compared.
  enum Comparison {
    /// (1/(n·d)) Σᵢ ‖xᵢ − yᵢ‖²: by their places in the set.
    case pointwise
    /// The Chamfer distance: each with its nearest.
    case chamfer
  }

  private let decoder: PointDecoder
  private let comparison: Comparison
  private let model: ClosureModel
  private var targets: PointBuffer
  private var buffers = ChamferBuffers()

  init(_ model: ClosureModel, _ source: any PointSetSource, decoder: PointDecoder, comparison: Comparison) {
    self.decoder = decoder
    self.comparison = comparison
    self.model = model
    targets = PointBuffer(source, scaling: model.scaling, columns: decoder.dimension)
  }

  func load(_ members: [SetMember], _ draw: RandomDraw) {
    targets.load(members, counts: members.map { _ in decoder.shape.pointCount }, order: model.order(draw))
  }

  func addLoss(_ tape: Tape, closure: Tensor, weight: Double) {
    let points = decoder(tape, closure: closure)
    targets.values.withUnsafeBufferPointer { buffer in
      guard let target = buffer.baseAddress else { return }
      switch comparison {
      case .pointwise: tape.addSquaredError(points, to: target, weight: weight / Double(points.columns))
      case .chamfer:
        tape.addChamferDistances(
          points, to: target, counts: Array(repeating: decoder.shape.pointCount, count: closure.rows),
          dimension: decoder.dimension, weight: weight, buffers: &buffers)
      }
    }
  }
}
