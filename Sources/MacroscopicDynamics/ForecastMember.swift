import MacrostateAutodiff
import MacrostateCompute

/// One model of a forecast's ensemble: a dynamics of the whole macrostate, or several, each of some of its components
/// (for each observable one of it and ẑ).
public struct ForecastMember: Sendable {
  /// A dynamics of some components of z.
  public struct Part: Sendable {
    /// The components of z that it works on, in its order.
    public let components: [Int]
    /// The dynamics.
    public let model: any DynamicsModel
    /// Its parameters.
    public let parameters: Parameters

    /// A dynamics of `components`.
    public init(components: [Int], model: any DynamicsModel, parameters: Parameters) {
      precondition(components.count == model.dimension)
      self.components = components
      self.model = model
      self.parameters = parameters
    }
  }

  /// The dynamics; every component of z belongs to at least one of them, and is read off the first that has it.
  public let parts: [Part]
  /// D.
  public let dimension: Int

  /// A member of these parts.
  public init(_ parts: [Part]) {
    let components = Set(parts.flatMap(\.components))
    precondition(components == Set(0..<components.count) && !parts.isEmpty, "every component belongs to a part")
    self.parts = parts
    dimension = components.count
  }

  /// A dynamics of the whole macrostate.
  public init(_ model: any DynamicsModel, _ parameters: Parameters) {
    self.init([Part(components: Array(0..<model.dimension), model: model, parameters: parameters)])
  }

  /// The first of its dynamics; the only one where there is one of the whole macrostate.
  public var model: any DynamicsModel { parts[0].model }
  /// The parameters of the first.
  public var parameters: Parameters { parts[0].parameters }
  /// Whether there is noise.
  public var isStochastic: Bool { parts.contains { $0.model.isStochastic } }

  /// For each component of z the part that it is read off, and its place there.
  private var owners: [(part: Int, place: Int)] {
    var owners = [(part: Int, place: Int)?](repeating: nil, count: dimension)
    for (i, part) in parts.enumerated() {
      for (place, component) in part.components.enumerated() where owners[component] == nil {
        owners[component] = (i, place)
      }
    }
    return owners.compactMap(\.self)
  }

  /// Rolls out every part from its components of `starts` `[count, D]` and puts z together; see `DifferentialEquation.rollout`.
  func rollout(
    starts: [Float], steps: [Double], seed: UInt64, number: Int, samples: Int, numbers: [Int], compute: Compute
  ) throws -> Rollout {
    let count = starts.count / dimension
    let rollouts = try parts.enumerated().map { i, part in
      try part.model.rollout(
        part.parameters, starts: (0..<count).flatMap { m in part.components.map { starts[m * dimension + $0] } },
        steps: steps, noise: PathNoise(seed: seed, model: number * parts.count + i), samples: samples,
        numbers: numbers, compute: compute)
    }
    guard rollouts.count > 1 else { return rollouts[0] }
    let rows = count * samples * (steps.count + 1)
    var values = [Float](repeating: 0, count: rows * dimension)
    for (component, owner) in owners.enumerated() {
      let rollout = rollouts[owner.part]
      for row in 0..<rows {
        values[row * dimension + component] = rollout.values[row * rollout.dimension + owner.place]
      }
    }
    let divergences = zip(parts, rollouts).flatMap { part, rollout in
      rollout.divergences.map { place in
        var place = place
        place.component = part.components[place.component]
        return place
      }
    }
    return Rollout(
      count: count, samples: samples, frames: steps.count + 1, dimension: dimension, values: values,
      divergences: divergences)
  }
}
