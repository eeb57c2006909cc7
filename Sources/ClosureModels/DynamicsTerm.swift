import MacroscopicDynamics

/// A dynamics that is trained together with the encoder: λ L_dyn of L = L_rec + λ L_dyn (Eq. 5), or all there is to learn
/// by (the baseline InvE).
public struct DynamicsTerm: Sendable, Equatable, Codable {
  /// λ.
  public var weight: Double
  /// The dynamics of z = [z̄, ẑ] or [z̄, ẑ, x]: an ODE by its one-step error, an SDE by its likelihood.
  public var model: DifferentialEquation.Shape
  /// The units that it works in; they stay as they are while ẑ changes.
  public var scaling: MacrostateScaling
  /// The layout of z.
  public var macrostate: Macrostate

  /// A term of the loss.
  public init(weight: Double, model: DifferentialEquation.Shape, scaling: MacrostateScaling, macrostate: Macrostate) {
    precondition(scaling.dimension == model.dimension && macrostate.dimension == model.dimension)
    self.weight = weight
    self.model = model
    self.scaling = scaling
    self.macrostate = macrostate
  }
}

extension DynamicsTerm {
  private enum EarlierKeys: String, CodingKey { case observableCount }

  /// Terms written before the components of z had names have the number of observables.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let model = try values.decode(DifferentialEquation.Shape.self, forKey: .model)
    func earlier() throws -> Macrostate {
      let count = try decoder.container(keyedBy: EarlierKeys.self).decode(Int.self, forKey: .observableCount)
      guard (0...model.movingCount).contains(count), model.constantCount >= 0 else {
        throw DecodingError.dataCorruptedError(
          forKey: .model, in: values, debugDescription: "\(count) observables of \(model.movingCount) components")
      }
      return Macrostate(
        observableCount: count, closureCount: model.movingCount - count, constantCount: model.constantCount)
    }
    self.weight = try values.decode(Double.self, forKey: .weight)
    self.model = model
    self.scaling = try values.decode(MacrostateScaling.self, forKey: .scaling)
    self.macrostate = try values.decodeIfPresent(Macrostate.self, forKey: .macrostate) ?? earlier()
  }
}
