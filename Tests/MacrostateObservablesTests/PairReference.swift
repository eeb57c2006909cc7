import CMacrostateKernels
import Foundation
import MacrostateCompute
import MacrostateObservables

/// Particles with the forces and the energy written down as the formulas say, in double precision.
struct PairReference {
  var x: [Float]
  var y: [Float]
  let interaction = PairInteraction()

  /// `n` particles spread over a square of edge `2·extent`.
  init(n: Int, extent: Float = 1) {
    // Halton's sequence: evenly spread, no two alike.
    func radicalInverse(_ index: Int, _ base: Int) -> Float {
      var (result, digit, rest) = (0.0, 1.0, index)
      while rest > 0 {
        digit /= Double(base)
        result += digit * Double(rest % base)
        rest /= base
      }
      return Float(2 * result - 1)
    }
    x = (1..<(n + 1)).map { extent * radicalInverse($0, 2) }
    y = (1..<(n + 1)).map { extent * radicalInverse($0, 3) }
  }

  /// The velocities and the mean pair energy.
  func forces() -> (vx: [Double], vy: [Double], energy: Double) {
    let n = x.count
    var vx = [Double](repeating: 0, count: n)
    var vy = vx
    var energy = 0.0
    for i in 0..<n {
      for j in 0..<n where j != i {
        let dx = Double(x[i]) - Double(x[j])
        let dy = Double(y[i]) - Double(y[j])
        let r = (dx * dx + dy * dy).squareRoot()
        let u = 4 * (1 - r)
        energy += (abs(u) + log((1 + exp(-2 * abs(u))) / 2)) / 4 + 0.1 * (1 - r)
        guard r > 0 else { continue }
        vx[i] += (tanh(u) + 0.1) * dx / r / Double(n)
        vy[i] += (tanh(u) + 0.1) * dy / r / Double(n)
      }
    }
    return (vx, vy, n > 1 ? energy / Double(n * (n - 1)) : 0)
  }

  /// The same from the kernel of one instruction set.
  func forces(_ kernels: Kernels) -> (vx: [Float], vy: [Float], energy: Double) {
    var vx = [Float](repeating: .nan, count: x.count)
    var vy = vx
    let energy = kernels.table.pointee.pairForces(x.count, MacrostatePairForce(a: 4, b: 0.1), x, y, &vx, &vy)
    return (vx, vy, energy)
  }
}

/// max |aᵢ − bᵢ|; NaN counts as infinitely far.
func largestDifference(_ a: [Float], _ b: [Double]) -> Double {
  zip(a, b).map { $0.isNaN ? .infinity : abs(Double($0) - $1) }.max() ?? 0
}
