import Foundation
import MacrostateKit

/// A density without likelihood: a network of noise and ẑ draws samples, and their energy distance from those of q_X,
/// 2⟨|x − y|⟩ − ⟨|y − y′|⟩ but for what does not depend on the network, is made small.
struct EnergyDensity: ConditionalDensity {
  typealias Settings = EnergyDensitySettings
  static let name = "energy-distance"
  static let score = Score("energy score", explanation: "Energy distance of samples, but for a constant of the data.")

  private let generator: ConditionalMLP
  private let dimension: Int

  init(_ settings: Settings, _ sizes: DensitySizes, layout: inout ParameterLayout) {
    dimension = sizes.dimension
    generator = ConditionalMLP(
      "density.generator", sampleInputs: sizes.dimension, contextInputs: sizes.contextDimension,
      widths: settings.generatorWidths, outputs: sizes.dimension, activation: .silu, layout: &layout)
  }

  func initialize(_ parameters: Parameters, _ random: inout RandomStream) {
    generator.initialize(parameters, &random, finalGain: 1, finalBias: Array(repeating: 0, count: dimension))
  }

  /// Samples `[sets · count, d]`.
  private func generated(_ tape: Tape, context: Tensor, count: Int, random: inout RandomStream) -> Tensor {
    let rows = context.rows * count
    let noise = random.normals(rows * dimension).withUnsafeBufferPointer {
      tape.copyPadded($0, rows: rows, columns: dimension)
    }
    return generator(tape, samples: noise, context: context)
  }

  func addLoss(_ tape: Tape, _ target: DensityTarget, context: Tensor, weight: Double) {
    var random = target.random
    let (d, count) = (dimension, target.samplesPerSet)
    let drawn = generated(tape, context: context, count: count, random: &random)
    let y = tape.array(drawn)
    let x = target.samples.map { tape.array($0) }
    var gradient = [Double](repeating: 0, count: y.count)
    var loss = 0.0
    for set in 0..<context.rows {
      let rows = set * count..<(set + 1) * count
      for i in rows {
        for j in rows {
          // The terms of a set count as its K samples do.
          loss += 2 / Double(count) * distance(i, { Double(y[i * d + $0]) - Double(x[$0][j]) }, 2 / Double(count))
          guard j != i, count > 1 else { continue }
          let share = 1 / Double(count - 1)
          loss -= share * distance(i, { Double(y[i * d + $0]) - Double(y[j * d + $0]) }, -2 * share)
        }
      }
    }
    tape.addLoss(weight * loss, of: drawn) { Float(weight * gradient[$0 * d + $1]) }

    /// |Δ|; its gradient with respect to sample i is added to what there is, times `factor`.
    func distance(_ i: Int, _ difference: (Int) -> Double, _ factor: Double) -> Double {
      let length = (0..<d).reduce(0.0) { $0 + difference($1) * difference($1) }.squareRoot()
      if length > 0 { for c in 0..<d { gradient[i * d + c] += factor * difference(c) / length } }
      return length
    }
  }

  func samples(_ tape: Tape, context: Tensor, count: Int, random: inout RandomStream) -> [Tensor] {
    let values = tape.array(generated(tape, context: context, count: count, random: &random))
    let rows = context.rows * count
    return (0..<dimension).map { c in
      let column = tape.variable(rows: rows, columns: 1, wantsGradient: false)
      tape.fill(column) { row, _ in values[row * dimension + c] }
      return column
    }
  }
}

struct EnergyDensitySettings: SettingsGroup {
  var generatorWidths = [32, 32]
  static let summary = "A generator of samples"
  static let settings = [
    Setting<Self>("generator_widths", \.generatorWidths, .widths(atLeast: 1), "hidden widths of the generator")
  ]
}
