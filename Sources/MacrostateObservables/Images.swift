import Microstates

/// The nearest images of particles: in open space, in an orthogonal box, in a tilted one.
package enum Images {
  case open
  /// The periods along the axes, and 1 over them; 0 where there is none.
  case orthogonal(period: SIMD3<Double>, frequency: SIMD3<Double>)
  case tilted(PeriodicImages)

  /// The images in `box`, nil being open space.
  package init(_ box: SimulationBox?) {
    guard let box, box.boundaries.contains(.periodic), box.lengths.count <= 3 else {
      self = .open
      return
    }
    if box.isTilted, let images = PeriodicImages(box) {
      self = .tilted(images)
      return
    }
    var (period, frequency) = (SIMD3<Double>.zero, SIMD3<Double>.zero)
    for axis in box.lengths.indices where box.boundaries[axis] == .periodic {
      (period[axis], frequency[axis]) = (box.lengths[axis], 1 / box.lengths[axis])
    }
    self = .orthogonal(period: period, frequency: frequency)
  }

  /// The shortest of the vectors that differ from `difference` by a translation of the box.
  package func nearest(_ difference: SIMD3<Double>) -> SIMD3<Double> {
    switch self {
    case .open: difference
    case .orthogonal(let period, let frequency):
      difference - period * (difference * frequency).rounded(.toNearestOrEven)
    case .tilted(let images): images.nearest(difference)
    }
  }
}
