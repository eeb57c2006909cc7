import Foundation
import MacroscopicDynamics
import MacrostateAutodiff
import MacrostateCompute

/// What the tests of dynamics share: models without hidden layers, whose parameters are known numbers.
enum Bench {
  static let compute = Compute(threads: 2)
  static var pool: WorkerPool { compute.pool }
  static var kernels: Kernels { compute.kernels }

  /// A scaling that leaves z as it is, for `dimension` components.
  static func unitScaling(_ dimension: Int) -> MacrostateScaling {
    // Two frames a distance 2 apart have mean 0 and spread 1 about it; the units are then set by hand.
    let data = trajectories([[-1, 1].map { Array(repeating: $0, count: dimension) }], step: 1)
    var scaling = MacrostateScaling(data)
    scaling.driftUnit = Array(repeating: 1, count: dimension)
    scaling.noiseUnit = Array(repeating: 1, count: dimension)
    return scaling
  }

  /// Trajectories `[trajectory][frame][component]` with one time step.
  static func trajectories(
    _ values: [[[Float]]], step: Double, observables: Int? = nil, constants: Int = 0
  ) -> MacrostateTrajectories {
    let dimension = values[0][0].count
    return MacrostateTrajectories(
      Macrostate(
        observableCount: observables ?? dimension - constants,
        closureCount: observables.map { dimension - constants - $0 } ?? 0, constantCount: constants),
      values: values.flatMap { $0.flatMap { $0 } },
      times: values.flatMap { $0.indices.map { Double($0) * step } },
      offsets: values.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) })
  }

  /// dz = (A z + b) dt + Σ dW with a constant Σ in its raw form, in units of `scaling`.
  static func linear(
    _ matrix: [Float], _ bias: [Float], integrator: DifferentialEquation.Integrator = .euler,
    diffusion: DifferentialEquation.Diffusion = .none, rawDiffusion: [Float] = [], scaling: MacrostateScaling? = nil
  ) -> (model: DifferentialEquation, parameters: Parameters) {
    let d = bias.count
    let shape = DifferentialEquation.Shape(
      dimension: d, widths: [], activation: .identity, integrator: integrator, diffusion: diffusion)
    let model = DifferentialEquation(shape, scaling: scaling ?? unitScaling(d))
    let parameters = model.initialParameters(seed: 1, member: 0)
    set(parameters, "drift.0.weight", matrix)
    set(parameters, "drift.0.bias", bias)
    switch diffusion {
    case .none: break
    case .constant: set(parameters, "diffusion.constant", rawDiffusion)
    case .diagonal, .lowerTriangular:
      set(parameters, "diffusion.0.weight", Array(repeating: 0, count: rawDiffusion.count * d))
      set(parameters, "diffusion.0.bias", rawDiffusion)
    }
    return (model, parameters)
  }

  /// Sets the matrix or vector of this name.
  static func set(_ parameters: Parameters, _ name: String, _ values: [Float]) {
    for weight in parameters.layout.weights where parameters.layout.name(of: weight) == name {
      parameters[weight] = values
    }
    for bias in parameters.layout.biases where parameters.layout.name(of: bias) == name { parameters[bias] = values }
  }

  /// The raw entry whose standard deviation is `deviation`: the inverse of floor + softplus.
  static func raw(deviation: Double) -> Float {
    Float(log(exp(deviation - DifferentialEquation.diffusionFloor) - 1))
  }
}
