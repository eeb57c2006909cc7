import ClosureModels
import Microstates

extension PeriodicCell {
  /// The cell of a box.
  public init(_ box: SimulationBox) {
    let d = box.lengths.count
    let edges = BoxEdges(box)
    self.init(
      corner: box.origin, edges: box.edgeVectors,
      inverse: (0..<d).map { j in (0..<d).map { edges.dual[j][$0] } })
  }
}

extension SimulationBox {
  /// Whether the box repeats itself along each edge, `[d]`; nil for none.
  package var periodicAxes: [Bool]? {
    let axes = boundaries.map { $0 == .periodic }
    return axes.contains(true) ? axes : nil
  }

  /// Whether the box repeats itself along these edges at least.
  package func isPeriodic(along axes: [Bool]) -> Bool {
    boundaries.count == axes.count && zip(boundaries, axes).allSatisfy { $0 == .periodic || !$1 }
  }
}
