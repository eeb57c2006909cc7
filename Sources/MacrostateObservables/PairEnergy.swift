import MacrostateAutodiff
import MacrostateStorage
import Microstates

/// The mean energy of a pair of particles, E = 2/(n(n−1)) Σ_{i<j} U(‖xⁱ − xʲ‖), in reduced units.
///
/// It is intensive, and the particles of `PairInteraction` move down its gradient: ẋⁱ = −((n−1)/2) ∂E/∂xⁱ. Species are
/// not told apart. The cost is O(n²).
public struct PairEnergy: Observable {
  /// The interaction of two particles, U.
  public let interaction: PairInteraction
  private let kernels: Kernels

  /// The mean pair energy of `interaction`.
  public init(_ interaction: PairInteraction = PairInteraction(), kernels: Kernels = .best) {
    self.interaction = interaction
    self.kernels = kernels
  }

  /// One value, `pair-energy`.
  public var descriptions: [ObservableDescription] {
    let name = NamedObservable.pairEnergy.rawValue
    return [ObservableDescription(name: name, definition: .init(observable: name))]
  }

  /// The mean pair energy: single precision and vectors in the plane (relative error about 1e-6), double precision in
  /// other dimensions.
  ///
  /// - Throws: `MacrostateError` of kind `badData` for fewer than two particles.
  public func evaluate(_ microstate: MicrostateView) throws -> [Double] {
    let n = microstate.pointCount
    guard n >= 2 else {
      throw MacrostateError(
        .badData,
        "the pair energy needs two particles or more, this frame has \(n); leave such frames out or choose another "
          + "observable")
    }
    return [microstate.dimension == 2 ? planarEnergy(microstate.positions) : Self.energy(microstate, interaction)]
  }

  /// The same in double precision for any dimension d, pair by pair: slower, for comparison.
  ///
  /// - Returns: NaN for fewer than two particles.
  public static func energy(_ microstate: MicrostateView, _ interaction: PairInteraction) -> Double {
    let n = microstate.pointCount
    let d = microstate.dimension
    let positions = microstate.positions
    var sum = 0.0
    for i in 0..<n {
      for j in 0..<i {
        var squaredDistance = 0.0
        for axis in 0..<d {
          let difference = Double(positions[i * d + axis]) - Double(positions[j * d + axis])
          squaredDistance += difference * difference
        }
        sum += interaction.energy(squaredDistance.squareRoot())
      }
    }
    return 2 * sum / (Double(n) * Double(n - 1))
  }

  /// The kernel wants the coordinates apart, and gives the forces as well.
  private func planarEnergy(_ positions: UnsafeBufferPointer<Float>) -> Double {
    let n = positions.count / 2
    return withUnsafeTemporaryAllocation(of: Float.self, capacity: 4 * n) { scratch in
      for i in 0..<n {
        scratch[i] = positions[2 * i]
        scratch[n + i] = positions[2 * i + 1]
      }
      guard let x = scratch.baseAddress else { return 0 }
      return kernels.table.pointee.pairForces(n, interaction.kernelForce, x, x + n, x + 2 * n, x + 3 * n)
    }
  }
}
