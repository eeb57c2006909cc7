import Microstates

/// The positions of a frame in a periodic box, moved by whole edges.
struct PeriodicTranslations {
  private let frame: ParticleFrame
  private let box: FrameBox
  private let edges: [SIMD3<Double>]
  private let axes: Int

  /// The positions of `frame`; nil where it has no box.
  init?(_ frame: ParticleFrame) {
    guard let box = frame.box else { return nil }
    self.frame = frame
    self.box = box
    edges = box.wholeBox(dimension: 3).edgeVectors.map { SIMD3(padding: $0) }
    axes = frame.coordinates.count
  }

  /// The positions in the unit of length.
  private var absolute: [SIMD3<Double>] {
    let scale = BoxEdges(box.wholeBox(dimension: 3))
    let isScaled = frame.coordinates.map { $0 == .scaled }
    let corner = SIMD3(padding: box.tilt?.origin ?? box.bounds.map(\.low))
    return (0..<frame.count).map { row in
      let written = SIMD3(padding: (0..<axes).map { frame.positions[row, $0] })
      if isScaled.allSatisfy(\.self) { return scale.point(written) }
      var point = written
      for axis in 0..<axes where isScaled[axis] { point[axis] = corner[axis] + written[axis] * box.length(axis) }
      return point
    }
  }

  /// The positions as they are, in the unit of length.
  var asWritten: ParticleTable { table(absolute) }

  /// The positions of the images that particles have gone to: x + i·a + j·b + k·c.
  func unwrapped(by flags: [ParticleColumn]) -> ParticleTable {
    let columns = flags.map(\.values)
    return table(
      absolute.enumerated().map { row, point in
        edges.indices.reduce(point) { $0 + edges[$1] * columns[$1][row] }
      })
  }

  /// The positions where each particle is at the image that is nearest to one that it is bonded to.
  func whole(along bonds: [[Int32]]) -> ParticleTable {
    guard let images = PeriodicImages(box.wholeBox(dimension: 3)) else { return table(absolute) }
    var points = absolute
    var isPlaced = [Bool](repeating: false, count: points.count)
    for start in points.indices where !isPlaced[start] {
      isPlaced[start] = true
      var waiting = [start]
      while let particle = waiting.popLast() {
        for next in bonds[particle] where !isPlaced[Int(next)] {
          isPlaced[Int(next)] = true
          points[Int(next)] = points[particle] + images.nearest(points[Int(next)] - points[particle])
          waiting.append(Int(next))
        }
      }
    }
    return table(points)
  }

  private func table(_ points: [SIMD3<Double>]) -> ParticleTable {
    ParticleTable(points.flatMap { point in (0..<axes).map { point[$0] } }, width: axes)
  }
}
