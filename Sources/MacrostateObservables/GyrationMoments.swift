import Foundation
import Microstates

/// The gyration tensor of a molecule, S_ab = Σ m (r_a − R_a)(r_b − R_b) / Σ m about its centre of mass R.
struct GyrationMoments {
  /// The rows and columns, `[d][d]`.
  private(set) var components: [[Double]]

  /// The tensor of a molecule in space of `dimension` dimensions; `masses` are those of all particles.
  init(_ molecule: Molecules.Molecule, masses: [Double], dimension: Int) {
    var (total, centre) = (0.0, SIMD3<Double>.zero)
    for (i, point) in zip(molecule.members, molecule.points) {
      total += masses[i]
      centre += masses[i] * point
    }
    centre /= total
    components = [[Double]](repeating: [Double](repeating: 0, count: dimension), count: dimension)
    for (i, point) in zip(molecule.members, molecule.points) {
      let r = point - centre
      for a in 0..<dimension { for b in 0..<dimension { components[a][b] += masses[i] * r[a] * r[b] / total } }
    }
  }

  /// The square of the radius of gyration.
  var trace: Double { components.indices.reduce(0) { $0 + components[$1][$1] } }

  /// The eigenvalues, greatest first, by rotations that make the greatest component off the diagonal 0 (Jacobi).
  var eigenvalues: [Double] {
    var matrix = components
    let d = matrix.count
    let size = trace
    for _ in 0..<100 {
      let pairs = (0..<d).flatMap { a in ((a + 1)..<max(a + 1, d)).map { (a, $0) } }
      guard let (p, q) = pairs.max(by: { abs(matrix[$0.0][$0.1]) < abs(matrix[$1.0][$1.1]) }),
        abs(matrix[p][q]) > 1e-16 * size
      else { break }
      let angle = 0.5 * atan2(2 * matrix[p][q], matrix[q][q] - matrix[p][p])
      let (c, s) = (cos(angle), sin(angle))
      for k in 0..<d {
        (matrix[k][p], matrix[k][q]) = (c * matrix[k][p] - s * matrix[k][q], s * matrix[k][p] + c * matrix[k][q])
      }
      for k in 0..<d {
        (matrix[p][k], matrix[q][k]) = (c * matrix[p][k] - s * matrix[q][k], s * matrix[p][k] + c * matrix[q][k])
      }
    }
    return (0..<d).map { max(0, matrix[$0][$0]) }.sorted(by: >)
  }
}
