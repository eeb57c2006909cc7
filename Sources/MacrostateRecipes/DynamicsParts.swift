import MacroscopicDynamics
import MacrostateSettings

/// The components of z = [z̄, ẑ, x] that the models of stage II describe: one model all of them, or for each observable a model
/// that of it, ẑ and x.
struct DynamicsParts: Sendable {
  /// The components of each model, in its order.
  let components: [[Int]]
  /// The components of the models without ẑ, in [z̄, x].
  let withoutClosure: [[Int]]

  /// - Parameters:
  ///   - macrostate: what the components of z are.
  ///   - species: names of the species.
  init(_ kind: DynamicsSettings.Observables, _ macrostate: Macrostate, species: [String]) {
    let k = macrostate.observables.count
    let constants = macrostate.constants.count
    guard kind == .separate, k > 1 else {
      components = [Array(0..<macrostate.dimension)]
      withoutClosure = [Array(0..<k + constants)]
      return
    }
    components = macrostate.observables.enumerated().map { j, name in
      let order = Self.pair(name, of: species).map { [$0.0, $0.1] } ?? []
      let others = species.indices.filter { !order.contains($0) }
      return [j]
        + (order + others).flatMap(macrostate.closureRange(ofSpecies:))
        + macrostate.constantRange
    }
    withoutClosure = (0..<k).map { [$0] + (k..<k + constants) }
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
}
