import MacrostateConfiguration

/// Which components of z = [z̄, ẑ, x] the models of stage II describe: one model all of them, or for each observable a model
/// that of it, ẑ and x.
struct DynamicsParts: Sendable {
  /// The components of each model, in its order.
  let components: [[Int]]
  /// Those of the models without ẑ, in [z̄, x].
  let withoutClosure: [[Int]]

  /// - Parameters:
  ///   - observables: names of the observables.
  ///   - species: names of the species.
  ///   - closureDimension: dim ẑ of a species.
  ///   - constantCount: the components of x.
  init(
    _ kind: DynamicsSettings.Observables, observables: [String], species: [String], closureDimension: Int,
    constantCount: Int
  ) {
    let k = observables.count
    let moving = k + species.count * closureDimension
    guard kind == .separate, k > 1 else {
      components = [Array(0..<moving + constantCount)]
      withoutClosure = [Array(0..<k + constantCount)]
      return
    }
    let constants = Array(moving..<moving + constantCount)
    components = observables.enumerated().map { j, name in
      let order = Self.pair(name, of: species).map { [$0.0, $0.1] } ?? []
      let others = species.indices.filter { !order.contains($0) }
      return [j]
        + (order + others).flatMap { s in (0..<closureDimension).map { k + s * closureDimension + $0 } }
        + constants
    }
    withoutClosure = (0..<k).map { [$0] + (k..<k + constantCount) }
  }

  /// The species that an observable of a pair is named by, as in R_AB or R_Na_Cl: as the paper has it, ẑ of the first
  /// stands first.
  private static func pair(_ name: String, of species: [String]) -> (Int, Int)? {
    for a in species.indices {
      for b in species.indices where a != b {
        let ends = ["_\(species[a])\(species[b])", "_\(species[a])_\(species[b])"]
        if ends.contains(where: name.hasSuffix) { return (a, b) }
      }
    }
    return nil
  }

  /// The name of a model's training, and of its file.
  static func name(_ name: String, part: Int, of count: Int) -> String {
    count == 1 ? name : "\(name)-observable-\(part)"
  }
}
