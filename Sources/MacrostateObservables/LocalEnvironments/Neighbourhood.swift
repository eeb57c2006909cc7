import Foundation
import MacrostateSettings

/// The weight ½(1 + cos πr/r_c) of a neighbour, which goes to 0 with its slope at the cut-off.
struct CosineCutoff {
  /// r_c.
  let cutoff: Double

  /// The weight at this square of the distance.
  func weight(_ square: Double) -> Double { (1 + cos(Double.pi * square.squareRoot() / cutoff)) / 2 }

  /// ∫ of the weight over space of d dimensions: the expected sum of weights at density 1.
  func volume(_ dimension: Int) -> Double {
    switch dimension {
    case 1: cutoff
    case 2: (0.5 - 2 / (Double.pi * Double.pi)) * Double.pi * cutoff * cutoff
    default: (0.5 - 3 / (Double.pi * Double.pi)) * 4 / 3 * Double.pi * cutoff * cutoff * cutoff
    }
  }
}

extension MicrostateView {
  /// Calls `body` with every particle and its neighbours: those within `cutoff`, or where `nearest` is not 0 so many nearest
  /// ones at any distance.
  ///
  /// - Throws: `MacrostateError` of kind `badData` where neighbours cannot be found.
  func forEachNeighbourhood(
    cutoff: Double, nearest: Int = 0, _ body: (Int, ArraySlice<NeighbourPairs.Neighbour>) -> Void
  ) throws {
    guard nearest == 0 else { return try NearestNeighbours(self, count: nearest).visit(body) }
    let pairs = try NeighbourPairs(self, cutoff: cutoff)
    var found: [NeighbourPairs.Neighbour] = []
    for i in pairs.points.indices {
      pairs.find(of: i, into: &found)
      body(i, found[...])
    }
  }
}

/// `name` for particles of one species, `name_A`, `name_B` for those of several.
func namesBySpecies(_ name: String, _ speciesNames: [String]) -> [String] {
  speciesNames.count > 1 ? speciesNames.map { "\(name)_\($0)" } : [name]
}
