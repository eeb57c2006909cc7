import ParticleSimulators

extension Regime {
  /// The tests, in the paper's order.
  package static var tests: [Regime] { allCases.filter { $0 != .training } }

  /// Names of tests: the paper's in its order, others behind them by name.
  static func ordered(_ names: some Sequence<String>) -> [String] {
    let known = tests.map(\.rawValue)
    let names = Set(names)
    return known.filter(names.contains) + names.subtracting(known).sorted()
  }
}
