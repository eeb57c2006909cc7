import Foundation
import MacrostateAutodiff
import MacrostateCompute
import MacrostateStorage

/// Predicted paths of macrostates, all of the same length: some paths of each start.
public struct Rollout: Sendable {
  /// Starts.
  public let count: Int
  /// Paths of each start.
  public let samples: Int
  /// Frames of each path, the start included.
  public let frames: Int
  /// D.
  public let dimension: Int
  /// z in its own units, `[count, samples, frames, D]`.
  public let values: [Float]
  /// The places where predictions left the finite numbers (or 1000 spreads).
  public let divergences: [Place]

  /// A place where a path is not what one would wish: it ran away, or left the range seen in training.
  public struct Place: Sendable, Equatable {
    /// The number of the start.
    public var trajectory: Int
    /// The number of its path.
    public var sample: Int
    /// The first frame at which it was seen.
    public var frame: Int
    /// The component of z.
    public var component: Int
  }

  /// One component of one path over time.
  public func series(_ trajectory: Int, sample: Int = 0, _ component: Int) -> [Float] {
    let path = trajectory * samples + sample
    return (0..<frames).map { values[(path * frames + $0) * dimension + component] }
  }
}

/// The name of the noise of the paths of an SDE: those of (seed, model, start, sample) are the same in any rollout.
public struct PathNoise: Sendable {
  /// The seed.
  public var seed: UInt64
  /// The number of the model among those that are rolled out together, so that each has noise of its own.
  public var model: Int

  /// The noise of a seed.
  public init(seed: UInt64, model: Int = 0) {
    self.seed = seed
    self.model = model
  }

  func stream(start: Int, sample: Int) -> RandomStream {
    RandomStream(
      seed: seed &+ UInt64(model) &* 0x9E37_79B9_7F4A_7C15, purpose: .dynamicsNoise, step: sample, set: start)
  }
}

extension DynamicsModel {
  /// Rolls out from `starts` `[count, D]` over `steps` (the same time steps for all): the deterministic part of each step,
  /// and its noise √Δt Σ η. A step longer than any in training is made in several (`substeps`).
  ///
  /// - Parameters:
  ///   - noise: for an SDE, what names its noise; nil leaves it out.
  ///   - samples: paths of each start; they differ by their noise alone.
  ///   - numbers: the starts' numbers, which name their noise; nil for 0, 1, ….
  /// - Returns: the predictions; a path that ran away stays at its last finite state.
  /// - Throws: `MacrostateError` of kind `badData` for a step that the model cannot make.
  public func rollout(
    _ parameters: Parameters, starts: [Float], steps: [Double], noise: PathNoise? = nil, samples: Int = 1,
    numbers: [Int]? = nil, compute: Compute
  ) throws -> Rollout {
    let d = dimension
    let parts = try steps.map { step in
      guard let parts = substeps(of: step) else {
        throw MacrostateError(
          .badData,
          "the model makes steps of \(Float(scaling.largestStep)) and cannot make one of \(Float(step)); give times that are "
            + "multiples of its own")
      }
      return parts
    }
    let count = starts.count / d
    let paths = count * samples
    let rows = Integration.rows
    let noise = isStochastic ? noise : nil
    var divergences = [Int](repeating: -1, count: paths)
    let values = try divergences.withUnsafeMutableBufferPointer { divergences in
      try [Float](unsafeUninitializedCapacity: paths * (steps.count + 1) * d) { buffer, initializedCount in
        let output = RolloutOutput(
          values: buffer, divergences: divergences, frames: steps.count + 1, moving: movingCount, scaling: scaling)
        try compute.pool.run(tasks: (paths + rows - 1) / rows) { part in
          let range = part * rows..<min((part + 1) * rows, paths)
          Integration(
            model: self, scaling: scaling, tape: Tape(kernels: compute.kernels, parameters: parameters), range: range,
            samples: samples,
            noise: noise, numbers: numbers
          ).run(starts: starts, steps: Array(zip(steps, parts)), into: output)
        }
        initializedCount = buffer.count
      }
    }
    return Rollout(
      count: count, samples: samples, frames: steps.count + 1, dimension: d, values: values,
      divergences: divergences.enumerated().compactMap { path, at in
        at < 0
          ? nil
          : Rollout.Place(
            trajectory: path / samples, sample: path % samples, frame: at / d, component: at % d)
      })
  }
}

/// The integration of a part of the paths, on one tape whose first tensors, state and step, stay.
private struct Integration {
  /// Paths of a part: whole register tiles, their activations in cache.
  static let rows = 126
  /// Steps whose noise is drawn at once.
  private static let noiseSteps = 128

  let model: any DynamicsModel
  /// The model's, taken out once: a copy of it costs references that all threads share.
  let scaling: MacrostateScaling
  let tape: Tape
  let range: Range<Int>
  let samples: Int
  let noise: PathNoise?
  let numbers: [Int]?

  func run(starts: [Float], steps: [(whole: Double, parts: Int)], into output: RolloutOutput) {
    let state = tape.variable(rows: range.count, columns: model.dimension + model.hiddenCount, wantsGradient: false)
    let step = tape.variable(rows: range.count, columns: model.movingCount, wantsGradient: false)
    let mark = tape.mark
    begin(state, starts)
    output.write(tape, state, range: range, frame: 0)
    var normals = PathNormals(
      noise, range: range, samples: samples, numbers: numbers, dimension: model.movingCount)
    var lastStep: Double?
    var scale: [Float] = []
    let total = steps.reduce(0) { $0 + $1.parts }
    var done = 0
    for (k, (whole, parts)) in steps.enumerated() {
      let dt = whole / Double(parts)
      if dt != lastStep {
        tape.fill(step) { _, j in Float(dt) * scaling.driftRate(j) }
        scale = noiseScale(dt)
      }
      lastStep = dt
      for _ in 0..<parts {
        tape.reset(to: mark)
        let next = model.advance(tape, state, step: step)
        let stepNoise = noise == nil ? nil : model.noise(tape, state)
        tape.assign(state, next)
        if let stepNoise {
          if done % Self.noiseSteps == 0 { normals.draw(steps: min(Self.noiseSteps, total - done)) }
          addNoise(normals, step: done % Self.noiseSteps, to: state, stepNoise, scale: scale)
        }
        done += 1
      }
      output.write(tape, state, range: range, frame: k + 1)
    }
  }

  /// Sets the state that the paths begin with.
  private func begin(_ state: Tensor, _ starts: [Float]) {
    let d = model.dimension
    let z = tape.variable(rows: range.count, columns: d, wantsGradient: false)
    let first = range.lowerBound
    tape.fill(z) { row, j in scaling.scaled(starts[(first + row) / samples * d + j], j) }
    tape.assign(state, model.start(tape, z))
  }

  /// √Δt in the noise's unit, by component.
  private func noiseScale(_ dt: Double) -> [Float] {
    (0..<model.movingCount).map { Float(dt.squareRoot()) * scaling.noiseRate($0) }
  }

  /// z + √Δt Σ(z) η.
  private func addNoise(_ normals: PathNormals, step: Int, to state: Tensor, _ noise: StepNoise, scale: [Float]) {
    normals.values.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress else { return }
      tape.addGaussianNoise(
        to: state, rawFactor: noise.rawFactor, form: noise.form, eta: base + step * scale.count,
        etaStride: normals.stride, scale: scale, floor: DifferentialEquation.diffusionFloor)
    }
  }
}

/// The standard normal numbers of some paths for a number of steps at a time, each path from its own stream.
private struct PathNormals {
  private var streams: [RandomStream]
  /// M.
  private let dimension: Int
  /// Numbers of a path.
  private(set) var stride = 0
  /// `[paths, steps, M]`.
  private(set) var values: [Float] = []

  init(_ noise: PathNoise?, range: Range<Int>, samples: Int, numbers: [Int]?, dimension: Int) {
    self.dimension = dimension
    streams =
      noise.map { noise in
        range.map { path in
          let start = path / samples
          return noise.stream(start: numbers?[start] ?? start, sample: path % samples)
        }
      } ?? []
  }

  mutating func draw(steps: Int) {
    stride = steps * dimension
    let count = streams.count * stride
    if values.count < count { values = Array(repeating: 0, count: count) }
    values.withUnsafeMutableBufferPointer { values in
      for i in streams.indices {
        streams[i].fill(normals: UnsafeMutableBufferPointer(rebasing: values[i * stride..<(i + 1) * stride]))
      }
    }
  }
}

/// The output of a rollout: its frames, `[paths, frames, D]`, and the first divergence of each path (frame · D + component, or
/// −1). Unchecked: each part writes the rows of its own paths alone.
private struct RolloutOutput: @unchecked Sendable {
  /// Spreads from the mean beyond which a prediction has run away.
  private static let limit: Float = 1000

  let values: UnsafeMutableBufferPointer<Float>
  let divergences: UnsafeMutableBufferPointer<Int>
  let frames: Int
  /// M: the components that can run away.
  let moving: Int
  let scaling: MacrostateScaling

  /// Writes frame `frame` of the paths `range` from scaled z; one that ran away is recorded and held at its last state,
  /// in z too.
  func write(_ tape: Tape, _ state: Tensor, range: Range<Int>, frame: Int) {
    let d = scaling.dimension
    scaling.mean.withUnsafeBufferPointer { mean in
      scaling.spread.withUnsafeBufferPointer { spread in
        tape.forEachRow(of: state) { row, from in
          let path = range.lowerBound + row
          let at = (path * frames + frame) * d
          var isHere = true
          // False for what is not a number.
          for j in 0..<moving { isHere = isHere && abs(from[j]) < Self.limit }
          for j in 0..<d { values[at + j] = from[j] * spread[j] + mean[j] }
          if !isHere && frame > 0 { hold(from, path, at: at, frame: frame) }
        }
      }
    }
  }

  private func hold(_ z: UnsafeMutableBufferPointer<Float>, _ path: Int, at: Int, frame: Int) {
    let d = scaling.dimension
    if divergences[path] < 0, let bad = (0..<moving).first(where: { !(abs(z[$0]) < Self.limit) }) {
      divergences[path] = frame * d + bad
    }
    for j in 0..<d {
      values[at + j] = values[at - d + j]
      z[j] = scaling.scaled(values[at + j], j)
    }
  }
}
