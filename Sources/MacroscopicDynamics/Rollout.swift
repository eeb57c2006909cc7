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
    let rows = 128
    let parts = (count + rows - 1) / rows
    let result = RolloutValues(count: count, frames: steps.count + 1, dimension: d)
    try pool.run(tasks: parts) { part in
      let range = part * rows..<min((part + 1) * rows, count)
      var integration = Integration(
        model: self, tape: Tape(kernels: kernels, parameters: parameters), range: range, noise: noise)
      integration.run(starts: starts, steps: steps, into: result)
    }
    return result.rollout
  }
}

/// The integration of a part of the trajectories.
private struct Integration {
  let model: DynamicsModel
  let tape: Tape
  let range: Range<Int>
  let noise: (seed: UInt64, realisation: Int)?

  mutating func run(starts: [Float], steps: [Double], into result: RolloutValues) {
    let d = model.shape.dimension
    var z = [Float](repeating: 0, count: range.count * d)
    for i in z.indices { z[i] = model.scaling.scaled(starts[range.lowerBound * d + i], i % d) }
    result.write(z, frame: 0, range: range, scaling: model.scaling)
    for (k, dt) in steps.enumerated() {
      z = advance(z, dt: dt, step: k)
      result.checkAndWrite(&z, frame: k + 1, range: range, scaling: model.scaling)
    }
  }

  private func advance(_ z: [Float], dt: Double, step index: Int) -> [Float] {
    let d = model.shape.dimension
    tape.reset()
    let state = z.withUnsafeBufferPointer { tape.copyPadded($0, rows: range.count, columns: d) }
    let step = tape.variable(rows: range.count, columns: d, wantsGradient: false)
    let out = tape.value(step)
    for row in 0..<range.count {
      for j in 0..<d { out[row * step.stride + j] = Float(dt) * model.scaling.driftUnit[j] }
    }
    let next = tape.array(model.advance(tape, state, step: step))
    guard let noise, let raw = model.rawDiffusion(tape, state) else { return next }
    return addNoise(to: next, raw: raw, dt: dt, step: index, noise: noise)
  }

  /// z + √Δt Σ(z) η, η ~ N(0, I) from the stream named by (realisation and step, trajectory).
  private func addNoise(
    to z: [Float], raw: Tensor, dt: Double, step: Int, noise: (seed: UInt64, realisation: Int)
  ) -> [Float] {
    let d = model.shape.dimension
    var result = z
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
        result[row * d + i] += Float(sum * dt.squareRoot()) * model.scaling.noiseUnit[i]
      }
    }
    return result
  }
}

/// The values of a rollout: each part writes rows of its own.
private final class RolloutValues: @unchecked Sendable {
  private let count: Int
  private let frames: Int
  private let dimension: Int
  private let values: UnsafeMutableBufferPointer<Float>
  /// The first divergence of each trajectory: frame · D + component, or −1.
  private let divergences: UnsafeMutableBufferPointer<Int>

  init(count: Int, frames: Int, dimension: Int) {
    self.count = count
    self.frames = frames
    self.dimension = dimension
    values = .allocate(capacity: count * frames * dimension)
    values.initialize(repeating: 0)
    divergences = .allocate(capacity: count)
    divergences.initialize(repeating: -1)
  }

  deinit {
    values.deallocate()
    divergences.deallocate()
  }

  func write(_ z: [Float], frame: Int, range: Range<Int>, scaling: MacrostateScaling) {
    for (row, trajectory) in range.enumerated() {
      for j in 0..<dimension {
        values[(trajectory * frames + frame) * dimension + j] =
          z[row * dimension + j] * scaling.spread[j] + scaling.mean[j]
      }
    }
  }

  /// Writes a frame; a trajectory that left 1000 spreads is recorded and held at its last state.
  func checkAndWrite(_ z: inout [Float], frame: Int, range: Range<Int>, scaling: MacrostateScaling) {
    for (row, trajectory) in range.enumerated() {
      let bad = (0..<dimension).first { !(abs(z[row * dimension + $0]) < 1000) }
      guard let bad else { continue }
      if divergences[trajectory] < 0 { divergences[trajectory] = frame * dimension + bad }
      for j in 0..<dimension {
        let last = values[(trajectory * frames + frame - 1) * dimension + j]
        z[row * dimension + j] = scaling.scaled(last, j)
      }
    }
    write(z, frame: frame, range: range, scaling: scaling)
  }

  var rollout: Rollout {
    let found = divergences.enumerated().compactMap { trajectory, at in
      at < 0
        ? nil : Rollout.Divergence(trajectory: trajectory, frame: at / dimension, component: at % dimension)
    }
    return Rollout(count: count, frames: frames, dimension: dimension, values: Array(values), divergences: found)
  }
}
