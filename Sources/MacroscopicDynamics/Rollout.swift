import Foundation
import MacrostateAutodiff
import MacrostateParallel
import RandomStreams

/// Predicted trajectories of macrostates, all of the same length.
public struct Rollout: Sendable {
  /// Predictions.
  public let count: Int
  /// Frames of each, the start included.
  public let frames: Int
  /// D.
  public let dimension: Int
  /// z in its own units, `[count, frames, D]`.
  public let values: [Float]
  /// Where and when predictions left the finite numbers (or 1000 spreads): trajectory, frame, component.
  public let divergences: [Divergence]

  /// A prediction that ran away.
  public struct Divergence: Sendable, Equatable {
    /// Which prediction.
    public var trajectory: Int
    /// The first frame at which it was seen.
    public var frame: Int
    /// The component of z.
    public var component: Int
  }

  /// One component of one prediction over time.
  public func series(_ trajectory: Int, _ component: Int) -> [Float] {
    (0..<frames).map { values[(trajectory * frames + $0) * dimension + component] }
  }
}

extension DynamicsModel {
  /// Rolls out from `starts` `[count, D]` over `steps` (the same time steps for all).
  ///
  /// - Parameters:
  ///   - noise: for an SDE, the seed of the noise and the number of the realisation; nil leaves the noise out.
  /// - Returns: the predictions; a row that ran away stays at its last finite state.
  public func rollout(
    _ parameters: Parameters, starts: [Float], steps: [Double], noise: (seed: UInt64, realisation: Int)? = nil,
    kernels: Kernels, pool: WorkerPool
  ) throws -> Rollout {
    let d = shape.dimension
    let count = starts.count / d
    let rows = Integration.rows
    var divergences = [Int](repeating: -1, count: count)
    let values = try divergences.withUnsafeMutableBufferPointer { divergences in
      try [Float](unsafeUninitializedCapacity: count * (steps.count + 1) * d) { buffer, initializedCount in
        let output = RolloutOutput(
          values: buffer, divergences: divergences, frames: steps.count + 1, scaling: scaling)
        try pool.run(tasks: (count + rows - 1) / rows) { part in
          let range = part * rows..<min((part + 1) * rows, count)
          Integration(
            model: self, tape: Tape(kernels: kernels, parameters: parameters), range: range, noise: noise
          ).run(starts: starts, steps: steps, into: output)
        }
        initializedCount = buffer.count
      }
    }
    return Rollout(
      count: count, frames: steps.count + 1, dimension: d, values: values,
      divergences: divergences.enumerated().compactMap { trajectory, at in
        at < 0 ? nil : Rollout.Divergence(trajectory: trajectory, frame: at / d, component: at % d)
      })
  }
}

/// The integration of a part of the trajectories, on one tape whose first tensors, state and step, stay.
private struct Integration {
  /// Trajectories of a part: whole register tiles, their activations in cache.
  static let rows = 126

  let model: DynamicsModel
  let tape: Tape
  let range: Range<Int>
  let noise: (seed: UInt64, realisation: Int)?

  func run(starts: [Float], steps: [Double], into output: RolloutOutput) {
    let d = model.shape.dimension
    let state = tape.variable(rows: range.count, columns: d, wantsGradient: false)
    let step = tape.variable(rows: range.count, columns: d, wantsGradient: false)
    let mark = tape.mark
    let z = tape.value(state)
    for row in 0..<range.count {
      for j in 0..<d {
        z[row * state.stride + j] = model.scaling.scaled(starts[(range.lowerBound + row) * d + j], j)
      }
    }
    output.write(z, stride: state.stride, range: range, frame: 0)
    var lastStep: Double?
    for (k, dt) in steps.enumerated() {
      if dt != lastStep { fill(step, dt) }
      lastStep = dt
      tape.reset(to: mark)
      let next = model.advance(tape, state, step: step)
      let raw = noise == nil ? nil : model.rawDiffusion(tape, state)
      z.update(from: tape.value(next), count: state.rows * state.stride)
      if let noise, let raw { addNoise(to: state, raw: raw, dt: dt, step: k, noise: noise) }
      output.write(z, stride: state.stride, range: range, frame: k + 1)
    }
  }

  /// Δt in the drift's unit, for every row.
  private func fill(_ step: Tensor, _ dt: Double) {
    for row in 0..<step.rows {
      for j in 0..<step.columns {
        tape.value(step)[row * step.stride + j] = Float(dt) * model.scaling.driftUnit[j]
      }
    }
  }

  /// z + √Δt Σ(z) η, η ~ N(0, I) from the stream named by (realisation and step, trajectory).
  private func addNoise(
    to state: Tensor, raw: Tensor, dt: Double, step: Int, noise: (seed: UInt64, realisation: Int)
  ) {
    let d = model.shape.dimension
    for row in 0..<range.count {
      var random = RandomStream(
        seed: noise.seed &+ UInt64(noise.realisation) &* 0x9E37_79B9_7F4A_7C15, purpose: .dynamicsNoise, step: step,
        set: range.lowerBound + row)
      let eta = random.normals(d)
      let factor = model.shape.factorForm.factor(
        raw: tape.value(raw) + (raw.rows == 1 ? 0 : row) * raw.stride, components: d,
        floor: DynamicsModel.diffusionFloor)
      for i in 0..<d {
        var sum = 0.0
        for j in 0...i { sum += factor[i * (i + 1) / 2 + j] * Double(eta[j]) }
        tape.value(state)[row * state.stride + i] += Float(sum * dt.squareRoot()) * model.scaling.noiseUnit[i]
      }
    }
  }
}

/// Where a rollout's frames go, `[count, frames, D]`, and the first divergence of each trajectory (frame · D +
/// component, or −1). Unchecked: each part writes the rows of its own trajectories alone.
private struct RolloutOutput: @unchecked Sendable {
  /// Spreads from the mean beyond which a prediction has run away.
  private static let limit: Float = 1000

  let values: UnsafeMutableBufferPointer<Float>
  let divergences: UnsafeMutableBufferPointer<Int>
  let frames: Int
  let scaling: MacrostateScaling

  /// Writes frame `frame` of the trajectories `range` from scaled z; one that ran away is recorded and held at its last
  /// state, in z too.
  func write(_ z: UnsafeMutablePointer<Float>, stride: Int, range: Range<Int>, frame: Int) {
    let d = scaling.dimension
    scaling.mean.withUnsafeBufferPointer { mean in
      scaling.spread.withUnsafeBufferPointer { spread in
        for (row, trajectory) in range.enumerated() {
          let from = z + row * stride
          let at = (trajectory * frames + frame) * d
          var isHere = true
          for j in 0..<d {
            // False for what is not a number.
            isHere = isHere && abs(from[j]) < Self.limit
            values[at + j] = from[j] * spread[j] + mean[j]
          }
          if !isHere && frame > 0 { hold(from, trajectory, at: at, frame: frame) }
        }
      }
    }
  }

  private func hold(_ z: UnsafeMutablePointer<Float>, _ trajectory: Int, at: Int, frame: Int) {
    let d = scaling.dimension
    if divergences[trajectory] < 0, let bad = (0..<d).first(where: { !(abs(z[$0]) < Self.limit) }) {
      divergences[trajectory] = frame * d + bad
    }
    for j in 0..<d {
      values[at + j] = values[at - d + j]
      z[j] = scaling.scaled(values[at + j], j)
    }
  }
}
