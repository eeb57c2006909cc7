import MacrostateAutodiff
import MacrostateCompute
import PointDensities

/// The density objective in one lane: K samples of q_X a set, and the loss of each, −log p(x | ẑ) where there is a
/// likelihood.
final class DensityReconstruction: Reconstruction {
  private let coordinates: DensityCoordinates
  private let source: any PointSetSource
  private let mixture: KernelMixture
  private let density: any ConditionalDensity
  private let count: Int
  /// A column for each coordinate, one behind the other: `rows` floats each, K samples a set.
  private var samples: [Float] = []
  private var noise: [Float] = []
  private var rows = 0
  /// Random numbers of the tile beyond those of the samples.
  private var random = RandomStream(seed: 0, purpose: .densityLoss)

  init(
    _ model: ClosureModel, _ source: any PointSetSource, mixture: KernelMixture, density: any ConditionalDensity,
    samples count: Int
  ) {
    coordinates = DensityCoordinates(model.shape, model.scaling, smoothing: mixture.smoothing)
    self.source = source
    self.mixture = mixture
    self.density = density
    self.count = count
  }

  func load(_ members: [SetMember], _ draw: RandomDraw) { drawSamples(members, draw, chosen: nil) }

  func addLoss(_ tape: Tape, closure: Tensor, weight: Double) {
    density.addLoss(
      tape, DensityTarget(samples: columns(tape), samplesPerSet: count, random: random), context: closure,
      weight: weight)
  }

  func terms(_ tape: Tape, closure: Tensor) -> Double {
    guard let likelihood = density.likelihood else { return lossTerms(tape, closure: closure) }
    return -likelihood.logDensities(tape, columns(tape), context: closure).reduce(0.0) { $0 + Double($1) }
  }

  /// Σ over a set's samples of log q_X(x): it makes of −log p a divergence. It costs O(n) a sample.
  func offset(_ member: SetMember, seed: UInt64) -> Double {
    guard density.likelihood != nil else { return 0 }
    let d = coordinates.dimension
    var chosen = [Int32](repeating: 0, count: count)
    chosen.withUnsafeMutableBufferPointer { drawSamples([member], .validation(seed: seed), chosen: $0) }
    let weights = source.weights(ofSet: member.set)
    var sum = 0.0
    withMixture(of: member.set) { mixture, points, scaling in
      let scaled = points.enumerated().map { i, x in (x - scaling[i % d].shift) * scaling[i % d].factor }
      scaled.withUnsafeBufferPointer { points in
        for s in 0..<count {
          let x = (0..<d).map { samples[$0 * rows + s] }
          let eta = (0..<d).map { noise[$0 * count + s] }
          sum += mixture.logDensity(
            x, points: points, weights: weights, stride: d, drawn: (point: Int(chosen[s]), noise: eta))
        }
      }
    }
    return sum
  }

  /// Calls `body` with q_X's kernels, the points `[n, D]` of a set, and what makes them the density's coordinates.
  private func withMixture(
    of set: Int, _ body: (KernelMixture, UnsafeBufferPointer<Float>, [(shift: Float, factor: Float)]) -> Void
  ) {
    source.withPoints(ofSet: set) { positions, features in
      if coordinates.arePlain {
        body(mixture, positions, coordinates.scaling)
      } else {
        let cell = source.cell(ofSet: set)
        let ready = Array(repeating: (shift: Float(0), factor: Float(1)), count: coordinates.dimension)
        coordinates.values(positions, features, in: cell).withUnsafeBufferPointer {
          body(coordinates.mixture(in: cell), $0, ready)
        }
      }
    }
  }

  private func columns(_ tape: Tape) -> [Tensor] {
    samples.withUnsafeBufferPointer { samples in
      (0..<coordinates.dimension).map { j in
        tape.copy(
          UnsafeBufferPointer(rebasing: samples[j * rows..<(j + 1) * rows]), rows: rows, columns: 1)
      }
    }
  }

  private func drawSamples(_ members: [SetMember], _ draw: RandomDraw, chosen: UnsafeMutableBufferPointer<Int32>?) {
    let d = coordinates.dimension
    rows = members.count * count
    if let first = members.first { random = draw.stream(.densityLoss, first) }
    if samples.count < d * rows { samples = Array(repeating: 0, count: d * rows) }
    if noise.count < d * count { noise = Array(repeating: 0, count: d * count) }
    samples.withUnsafeMutableBufferPointer { samples in
      noise.withUnsafeMutableBufferPointer { noise in
        for (i, member) in members.enumerated() {
          var random = draw.stream(.densitySamples, member)
          // None where there are no samples, and so no address.
          let columns = (0..<d).compactMap { j in samples.baseAddress.map { $0 + j * rows + i * count } }
          withMixture(of: member.set) { mixture, points, scaling in
            // A species without particles induces no density: trainer and validation leave such sets out.
            precondition(!points.isEmpty, "an empty set has no density")
            mixture.sample(
              points: points, weights: source.weights(ofSet: member.set), scaling: scaling, samples: count,
              random: &random, columns: columns, noise: noise, chosen: chosen)
          }
        }
      }
    }
  }
}
