import MacrostateStorage

/// The observables that can be asked for by name, as in `import --observable pair-energy`.
public enum NamedObservable: String, CaseIterable, Codable, Sendable {
  /// The mean energy of a pair of particles, `PairEnergy`.
  case pairEnergy = "pair-energy"

  /// The observable called `name`.
  ///
  /// - Throws: `MacrostateError` of kind `usage` for an unknown name, with those there are.
  public init(named name: String) throws {
    guard let found = Self(rawValue: name) else {
      let names = Self.allCases.map(\.rawValue)
      let nearest = names.min { editDistance($0, name) < editDistance($1, name) } ?? ""
      // A name that needs half its letters changed was not a slip of the finger.
      let isSlip = 2 * editDistance(nearest, name) < max(nearest.count, name.count)
      let suggestion = isSlip ? " (did you mean '\(nearest)'?)" : ""
      throw MacrostateError(
        .usage, "unknown observable '\(name)'\(suggestion); there are: \(names.joined(separator: ", "))")
    }
    self = found
  }

  /// The observable with its usual parameters.
  public var observable: any Observable {
    switch self {
    case .pairEnergy: PairEnergy()
    }
  }
}

/// The least number of letters to insert, remove or replace to turn `a` into `b` (Levenshtein).
private func editDistance(_ a: String, _ b: String) -> Int {
  let b = Array(b)
  var row = Array(0...b.count)
  for (i, letter) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for j in b.indices {
      let replaced = diagonal + (letter == b[j] ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(replaced, diagonal + 1, row[j] + 1)
    }
  }
  return row[b.count]
}
