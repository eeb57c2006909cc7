import MacrostateStorage
import Microstates

extension MicrostateView {
  /// The energy of all pairs closer than `cutoff`, divided by the number of particles, from that of one pair by the square
  /// of its distance and its species.
  ///
  /// - Throws: `MacrostateError` of kind `badData` without particles, where neighbours cannot be found, and where the
  ///   energy is not finite; what `energy` throws.
  func energyPerParticle(
    cutoff: Double, _ energy: (_ square: Double, _ first: Int, _ second: Int) throws -> Double
  ) throws -> Double {
    guard pointCount > 0 else {
      throw MacrostateError(.badData, "a frame without particles has no energy per particle; leave such frames out")
    }
    let species = species
    var sum = 0.0
    try NeighbourPairs(self, cutoff: cutoff).forEachPair { i, neighbour in
      let value = try energy(neighbour.square, species[i], species[neighbour.index])
      guard value.isFinite else {
        throw MacrostateError(
          .badData,
          "the particles \(neighbour.index) and \(i) are so close that their energy is not finite; correct the input")
      }
      sum += value
    }
    return sum / Double(pointCount)
  }
}
