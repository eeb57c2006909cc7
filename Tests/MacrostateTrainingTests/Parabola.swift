import Foundation
import MacrostateAutodiff
import MacrostateCompute
import MacrostateTraining

/// The mean of ‖w + b − x‖² over noisy x about a centre: a small objective.
struct Parabola: Objective {
  let parameters: Parameters
  private let weight: Weight
  private let bias: Bias
  private let centre: Float
  private let seed: UInt64
  private let fails: Int?

  /// - Parameter fails: a step that throws.
  init(centre: Float, seed: UInt64, fails: Int? = nil) {
    var layout = ParameterLayout()
    weight = layout.addWeight("w", outputs: 3, inputs: 1)
    bias = layout.addBias("b", count: 3)
    parameters = Parameters(layout)
    self.centre = centre
    self.seed = seed
    self.fails = fails
  }

  /// w + b.
  var values: [Float] { zip(parameters[weight], parameters[bias]).map { $0 + $1 } }
  var scoreName: String { "distance" }
  func workspace(on lane: Lane) -> Lane { lane }

  func batch(ofStep step: Int) throws -> [Float] {
    if step == fails { throw CocoaError(.featureUnsupported) }
    var random = RandomStream(seed: seed, purpose: .minibatch, step: step)
    return random.normals(3 * 40).map { centre + 0.1 * $0 }
  }

  func addLoss(of batch: [Float], in lane: Lane) {
    let rows = Lanes.share(lane.number, of: batch.count / 3)
    guard !rows.isEmpty else { return }
    let one = lane.tape.variable(rows: rows.count, columns: 1, wantsGradient: false)
    lane.tape.fill(one) { _, _ in 1 }
    let answer = lane.tape.linear(one, weight, .parameter(bias), .identity)
    Array(batch[rows.lowerBound * 3..<rows.upperBound * 3]).withUnsafeBufferPointer {
      guard let target = $0.baseAddress else { return }
      lane.tape.addSquaredError(answer, to: target, weight: 1 / Double(batch.count))
    }
    lane.tape.backward()
    lane.loss += lane.tape.loss
  }

  func validationScore(_ compute: Compute) throws -> Double {
    values.reduce(0) { $0 + Double(($1 - centre) * ($1 - centre)) }.squareRoot()
  }
}
