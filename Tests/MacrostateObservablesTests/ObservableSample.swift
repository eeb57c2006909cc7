import MacrostateObservables
import MacrostateSettings
import Microstates

/// Particles of one or several species in a frame, and the values of an observable that is asked for as on the command line.
struct ObservableSample {
  var dimension: Int
  /// The positions of each species.
  var positions: [[Float]]
  var box: SimulationBox?
  /// The features of all particles by their names, in the order of the positions.
  var features: [(name: String, values: [Float])] = []

  init(_ dimension: Int, _ positions: [Float]..., box: SimulationBox? = nil) {
    self.dimension = dimension
    self.positions = positions
    self.box = box
  }

  /// The same with a feature more.
  func with(_ name: String, _ values: [Float]) -> ObservableSample {
    var sample = self
    sample.features.append((name, values))
    return sample
  }

  /// The values of the observable written as `text`.
  func values(_ text: String) throws -> [Double] {
    let observable = try Observables.observable(
      PartRequest(text, of: "observable"), speciesNames: positions.indices.map { ["A", "B", "C"][$0] }, box: box,
      dimension: dimension)
    return try values(observable)
  }

  func values(_ observable: any Observable) throws -> [Double] {
    var first = 0
    let features = positions.map { points -> [Float] in
      let places = first..<(first + points.count / dimension)
      first = places.upperBound
      return places.flatMap { i in self.features.map { $0.values[i] } }
    }
    let frame = Trajectory.Frame(time: 0, positions: positions, features: features)
    return try observable.evaluate(frame, dimension: dimension, box: box, featureNames: self.features.map(\.name))
  }
}

/// Whether two lists agree within `tolerance`, beside the greatest value.
func agree(_ a: [Double], _ b: [Double], _ tolerance: Double = 1e-6) -> Bool {
  let size = max(1e-300, b.map(abs).max() ?? 0)
  return a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= tolerance * size }
}

/// A periodic box from 0 with these lengths.
func periodicBox(_ lengths: Double...) -> SimulationBox {
  SimulationBox(
    origin: lengths.map { _ in 0 }, lengths: lengths, boundaries: lengths.map { _ in SimulationBox.Boundary.periodic })
}
