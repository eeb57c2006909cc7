import MacrostateAutodiff
import MacrostateCompute
import PointDensities

/// The density objective in one lane: K samples of q_X a set, and the loss of each, −log p(x | ẑ) where there is a
/// likelihood.
final class DensityReconstruction: Reconstruction {
  private let scaling: [(shift: Float, factor: Float)]
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
    let d = model.shape.dimension
    scaling = (0..<d).map { (shift: model.scaling.shift[$0], factor: model.scaling.factor[$0]) }
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
    let d = scaling.count
    var chosen = [Int32](repeating: 0, count: count)
    chosen.withUnsafeMutableBufferPointer { drawSamples([member], .validation(seed: seed), chosen: $0) }
    var scaled: [Float] = []
    source.withPoints(ofSet: member.set) { positions, _ in
      scaled = positions.enumerated().map { i, x in (x - scaling[i % d].shift) * scaling[i % d].factor }
    }
    let weights = source.weights(ofSet: member.set)
    return scaled.withUnsafeBufferPointer { points in
      (0..<count).reduce(0.0) { sum, s in
        let x = (0..<d).map { samples[$0 * rows + s] }
        let eta = (0..<d).map { noise[$0 * count + s] }
        return sum
          + mixture.logDensity(
            x, points: points, weights: weights, stride: d, drawn: (point: Int(chosen[s]), noise: eta))
      }
    }
  }

  private func columns(_ tape: Tape) -> [Tensor] {
    samples.withUnsafeBufferPointer { samples in
      scaling.indices.map { j in
        tape.copy(
          UnsafeBufferPointer(rebasing: samples[j * rows..<(j + 1) * rows]), rows: rows, columns: 1)
      }
    }
  }

  private func drawSamples(_ members: [SetMember], _ draw: RandomDraw, chosen: UnsafeMutableBufferPointer<Int32>?) {
    let d = scaling.count
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
          source.withPoints(ofSet: member.set) { positions, _ in
            // A species without particles induces no density: trainer and validation leave such sets out.
            precondition(!positions.isEmpty, "an empty set has no density")
            mixture.sample(
              points: positions, weights: source.weights(ofSet: member.set), scaling: scaling, samples: count,
              random: &random, columns: columns, noise: noise, chosen: chosen)
          }
        }
      }
    }
  }
}
