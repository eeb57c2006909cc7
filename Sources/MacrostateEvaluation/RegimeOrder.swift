extension TestRegime {
  /// The paper's test regimes, in its order.
  private static let known = ["in-dst", "diff-init", "diff-N"]

  /// Names of regimes: the paper's in its order, others behind them by name.
  package static func ordered(_ names: some Sequence<String>) -> [String] {
    let names = Set(names)
    return known.filter(names.contains) + names.subtracting(known).sorted()
  }
}
