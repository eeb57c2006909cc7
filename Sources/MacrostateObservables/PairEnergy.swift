import MacrostateCompute
import MacrostateSettings
import MacrostateStorage
import Microstates

/// The mean energy of a pair of particles, E = 2/(n(n−1)) Σ_{i<j} U(‖xⁱ − xʲ‖), in reduced units.
///
/// It is intensive, and the particles of `PairInteraction` move down its gradient: ẋⁱ = −((n−1)/2) ∂E/∂xⁱ. Species are
/// not told apart. The cost is O(n²).
///
/// Along a periodic axis the distance is that to the nearest image. The interaction has no end, so that this is a
/// definition, not an approximation: every pair counts once, however short the period is.
public struct PairEnergy: Observable {
  /// The name, which says of which force.
  public static let name = "pair-energy:tanh"
  /// The meaning in a line.
  public static let summary = "The mean energy of a pair of particles, of the tanh force"
  /// The name that says nothing of the force: of the time when there was one alone.
  public static let earlierNames = [plainName]
  private static let plainName = "pair-energy"

  /// The interaction of two particles, U.
  public let interaction: PairInteraction
  /// Whether distances are those to the nearest image along periodic axes; in open space there are none.
  public let countsImages: Bool
  private let kernels: Kernels

  /// The mean pair energy of `interaction`.
  public init(
    _ interaction: PairInteraction = PairInteraction(), countsImages: Bool = true, kernels: Kernels = .best
  ) {
    self.interaction = interaction
    self.countsImages = countsImages
    self.kernels = kernels
  }

  /// The mean pair energy of the interaction `settings`.
  public init(_ settings: PairInteraction, speciesNames: [String], box: SimulationBox?) { self.init(settings) }

  /// The interaction.
  public var settings: PairInteraction { interaction }

  /// One value, `pair-energy`.
  public var quantities: [ObservableDescription] { [ObservableDescription(name: Self.plainName)] }

  /// The mean pair energy: single precision and vectors in the plane without periodic axes (relative error about 1e-6),
  /// double precision otherwise.
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
    if countsImages, let box = microstate.box, box.isTilted, let images = PeriodicImages(box) {
      return [energy(microstate, images)]
    }
    let periods = countsImages ? microstate.periods : nil
    return [
      microstate.dimension == 2 && periods == nil
        ? planarEnergy(microstate.positions) : Self.energy(microstate, interaction, periods: periods)
    ]
  }

  /// The same in double precision for any dimension d, pair by pair: slower.
  ///
  /// - Parameter periods: the period of each axis `[d]`, infinite where it has none; nil where no axis has one.
  /// - Returns: NaN for fewer than two particles.
  public static func energy(
    _ microstate: MicrostateView, _ interaction: PairInteraction, periods: [Double]? = nil
  ) -> Double {
    let n = microstate.pointCount
    let d = microstate.dimension
    let positions = microstate.positions
    var sum = 0.0
    for i in 0..<n {
      for j in 0..<i {
        var squaredDistance = 0.0
        for axis in 0..<d {
          var difference = Double(positions[i * d + axis]) - Double(positions[j * d + axis])
          if let periods { difference = difference.remainder(dividingBy: periods[axis]) }
          squaredDistance += difference * difference
        }
        sum += interaction.energy(squaredDistance.squareRoot())
      }
    }
    return 2 * sum / (Double(n) * Double(n - 1))
  }

  /// The energy in a tilted box.
  private func energy(_ microstate: MicrostateView, _ images: PeriodicImages) -> Double {
    let n = microstate.pointCount
    let points = (0..<n).map(microstate.position)
    var sum = 0.0
    for i in 0..<n {
      for j in 0..<i {
        let difference = images.nearest(points[i] - points[j])
        sum += interaction.energy((difference * difference).sum().squareRoot())
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

extension PairEnergy {
  /// The paper's pair energy with a = 4 and b = 0.1 in open space, whatever the box: of built-in simulations, and of all
  /// data of versions that knew no images.
  private static let inOpenSpace = ObservableDescription.Definition(observable: plainName)

  private static func definition(_ interaction: PairInteraction) -> ObservableDescription.Definition {
    .init(observable: name, settings: ["a": .number(interaction.a), "b": .number(interaction.b)])
  }

  /// `pair-energy:tanh` with a and b, or `pair-energy` alone in open space.
  public var definition: ObservableDescription.Definition {
    !countsImages && interaction == PairInteraction() ? Self.inOpenSpace : Self.definition(interaction)
  }

  /// The mean pair energy as it was computed.
  public init(stored definition: ObservableDescription.Definition, speciesNames: [String]) throws {
    try self.init(PartRequest(definition).settings(), countsImages: definition != Self.inOpenSpace)
  }

  /// That in open space for the paper's a and b.
  public static func earlierDefinition(
    _ definition: ObservableDescription.Definition
  ) -> ObservableDescription.Definition {
    definition == Self.definition(PairInteraction()) ? inOpenSpace : definition
  }
}
