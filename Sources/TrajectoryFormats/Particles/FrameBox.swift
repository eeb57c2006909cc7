import Foundation
import MacrostateStorage
import Microstates

/// The box of a frame as a file has it, in three dimensions: bounds, boundaries and tilt.
package struct FrameBox: Sendable {
  /// How an axis ends.
  package enum Boundary: String, Sendable {
    /// `p`.
    case periodic
    /// `f`: walls.
    case fixed
    /// `s`, `m`, or unknown: bounds that follow the atoms.
    case open

    /// The same boundary of a box of the store.
    var stored: SimulationBox.Boundary {
      switch self {
      case .periodic: .periodic
      case .fixed: .reflecting
      case .open: .open
      }
    }
  }

  /// A box whose edges are not along the axes.
  package struct Tilt: Sendable {
    package var origin: [Double]
    /// The edges a, b and c.
    package var edges: [[Double]]
  }

  /// The least and the greatest coordinate of the box along each axis.
  package var bounds: [(low: Double, high: Double)]
  /// The edges of a tilted box; `nil` for an orthogonal one.
  package var tilt: Tilt?
  package var boundaries: [Boundary]
  /// Whether the file says how the axes end; without a word they are taken to be open.
  package var saysBoundaries: Bool

  /// The first of `axes` axes along which both boxes have other boundaries.
  func axisOfOtherBoundary(from other: FrameBox, axes: Int) -> Int? {
    (0..<axes).first { boundaries[$0] != other.boundaries[$0] }
  }

  /// Whether an edge along `axes` axes differs from that of `other`; the bounds of an open axis may differ, and a box may
  /// move.
  func hasOtherEdges(than other: FrameBox, axes: Int) -> Bool {
    // Bounds are written with 17 digits by some versions, with 6 by others.
    if tilt != nil || other.tilt != nil {
      let (mine, others) = (edges, other.edges)
      return (0..<axes).contains { i in
        let size = 1e-9 * (0..<3).reduce(0) { max($0, abs(mine[i][$1]), abs(other.bounds[$1].low)) }
        return (0..<3).contains { abs(mine[i][$0] - others[i][$0]) > size }
      }
    }
    return (0..<axes).contains { axis in
      boundaries[axis] != .open
        && abs(length(axis) - other.length(axis)) > 1e-9 * max(length(axis), abs(other.bounds[axis].low))
    }
  }

  /// The edges a, b and c, of an orthogonal box, too.
  private var edges: [[Double]] {
    tilt?.edges ?? (0..<3).map { i in (0..<3).map { $0 == i ? length(i) : 0 } }
  }

  /// Whether edges of the first `axes` axes leave their space, or others reach into it.
  func leansOut(of axes: Int) -> Bool {
    guard let tilt else { return false }
    return (0..<3).contains { i in (0..<3).contains { (i < axes) != ($0 < axes) && tilt.edges[i][$0] != 0 } }
  }

  /// The edge along an axis.
  func length(_ axis: Int) -> Double { bounds[axis].high - bounds[axis].low }

  /// The box of the store in `dimension` dimensions; `nil` where no edge has an end.
  func simulationBox(dimension: Int) -> SimulationBox? {
    boundaries[..<dimension].allSatisfy { $0 == .open } ? nil : wholeBox(dimension: dimension)
  }

  /// The box of the store in `dimension` dimensions, whatever is at its ends.
  func wholeBox(dimension: Int) -> SimulationBox {
    let ends = boundaries[..<dimension].map(\.stored)
    guard let tilt else {
      return SimulationBox(
        origin: bounds[..<dimension].map(\.low), lengths: (0..<dimension).map(length), boundaries: ends)
    }
    return SimulationBox(
      origin: Array(tilt.origin[..<dimension]), edges: tilt.edges[..<dimension].map { Array($0[..<dimension]) },
      boundaries: ends)
  }

  /// The same box where lengths have another unit.
  func scaled(by factor: Double) -> FrameBox {
    guard factor != 1 else { return self }
    var box = self
    box.bounds = bounds.map { ($0.low * factor, $0.high * factor) }
    box.tilt = tilt.map { tilt in
      Tilt(origin: tilt.origin.map { $0 * factor }, edges: tilt.edges.map { $0.map { $0 * factor } })
    }
    return box
  }

  /// The bounds of an axis for people.
  func text(axis: Int) -> String { "\(bounds[axis].low) … \(bounds[axis].high)" }
}

extension FrameBox {
  /// The box with the edges a, b and c from the corner `origin`, in space of three dimensions.
  ///
  /// - Parameter boundaries: how each edge ends; nil where the file does not say.
  /// - Returns: nil for edges that are no finite numbers or hold no volume.
  init?(origin: [Double] = [0, 0, 0], edges: [[Double]], boundaries: [Boundary]?) {
    let ends = boundaries ?? Array(repeating: .open, count: 3)
    let box = SimulationBox(origin: origin, edges: edges, boundaries: ends.map(\.stored))
    guard (origin + edges.joined()).allSatisfy(\.isFinite), box.lengths.allSatisfy({ $0 > 0 && $0.isFinite }),
      box.volume > 1e-9 * box.lengths.reduce(1, *)
    else { return nil }
    self.init(
      bounds: (0..<3).map(box.bounds), tilt: box.isTilted ? Tilt(origin: origin, edges: edges) : nil,
      boundaries: ends, saysBoundaries: boundaries != nil)
  }

  /// The periodic box of edges of the lengths a, b, c with the angles α between b and c, β between a and c, γ between a
  /// and b, in degrees: a along x, b in the plane of x and y.
  ///
  /// - Returns: nil for no box.
  init?(lengths: [Double], angles: [Double]) {
    func cosine(_ degrees: Double) -> Double { degrees == 90 ? 0 : cos(degrees * .pi / 180) }
    let (alpha, beta, gamma) = (cosine(angles[0]), cosine(angles[1]), cosine(angles[2]))
    let sine = (1 - gamma * gamma).squareRoot()
    let part = (alpha - beta * gamma) / sine
    let height = (1 - beta * beta - part * part).squareRoot()
    let directions = [[1, 0, 0], [gamma, sine, 0], [beta, part, height]]
    self.init(
      edges: zip(directions, lengths).map { direction, length in direction.map { $0 * length } },
      boundaries: Array(repeating: .periodic, count: 3))
  }
}
