import MacrostateAutodiff

/// The objectives that give the points themselves, in one lane: what a `PointDecoder` makes of a frame's ẑ is compared with
/// all its points, species behind species, in scaled coordinates.
final class PointReconstruction: Reconstruction {
  /// The comparison of points.
  enum Comparison {
    /// (1/(n·d)) Σᵢ ‖xᵢ − yᵢ‖²: by their places in the set.
    case pointwise
    /// The Chamfer distance: each with its nearest.
    case chamfer
  }

  private let decoder: PointDecoder
  private let comparison: Comparison
  private let model: ClosureModel
  private let source: any PointSetSource
  private var targets: PointBuffer
  private var buffers = ChamferBuffers()

  init(_ model: ClosureModel, _ source: any PointSetSource, decoder: PointDecoder, comparison: Comparison) {
    self.decoder = decoder
    self.comparison = comparison
    self.model = model
    self.source = source
    // Positions alone, without images: a model with periodic axes has another objective.
    targets = PointBuffer(source, PointColumns(positions: decoder.dimension, model.scaling))
  }

  func load(_ members: [SetMember], _ draw: RandomDraw) {
    let counts = members.map { source.pointCount(ofSet: $0.set) }
    precondition(counts.reduce(0, +) * model.shape.groupSize == members.count * decoder.shape.pointCount)
    targets.load(members, counts: counts, order: model.order(draw))
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
