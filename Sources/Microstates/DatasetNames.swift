import MacrostateStorage

extension DatasetDescription {
  /// Checks the names of observables and species of a new data set: options take them (`--start energy=0.5`,
  /// `--species A,B`), and tables have columns of them. Data sets of earlier versions may have others.
  ///
  /// Names that differ in upper and lower case only are two names: `p` and `P` are two quantities.
  ///
  /// - Throws: `MacrostateError` of kind `badData` that names the data set, the name and the remedy.
  func validateNames(source: String) throws {
    try Self.validate(speciesNames, of: "species", remedy: "name the species otherwise (--species)", source)
    // The names of what is computed are not the user's.
    try Self.validate(
      observables.filter { $0.definition != nil }.map(\.name), of: "observable",
      remedy: "compute it with one choice of settings (--observable), and others in a data set of their own", source)
    let remedy = "give other names (--observable-names)"
    try Self.validate(observables.map(\.name), of: "observable", remedy: remedy, source)
    var owners = ["time": "the column of times"]
    for observable in observables {
      let name = observable.name
      guard !Self.isClosureVariable(name) else {
        throw MacrostateError(
          .badData, "\(source): the observable '\(name)' has the name of a closure variable (z1, z2, …); \(remedy)")
      }
      for column in [name, "\(name)_lower", "\(name)_upper"] {
        if let owner = owners.updateValue("the observable '\(name)'", forKey: column) {
          throw MacrostateError(
            .badData,
            "\(source): the observable '\(name)' and \(owner) would both have the column '\(column)' in tables; \(remedy)"
          )
        }
      }
    }
  }

  private static func validate(_ names: [String], of kind: String, remedy: String, _ source: String) throws {
    var seen: Set<String> = []
    for name in names {
      func refuse(_ problem: String) -> MacrostateError {
        MacrostateError(.badData, "\(source): the \(kind) \(name.debugDescription) \(problem); \(remedy)")
      }
      if name.isEmpty { throw refuse("has an empty name") }
      if name.contains(where: \.isWhitespace) { throw refuse("has a blank in its name") }
      if let sign = name.first(where: { ",=\"".contains($0) }) { throw refuse("has the sign \(sign) in its name") }
      if name.unicodeScalars.contains(where: { [.control, .format].contains($0.properties.generalCategory) }) {
        throw refuse("has a control character in its name")
      }
      guard seen.insert(name).inserted else { throw refuse("is there twice") }
    }
  }

  /// z1, z2, …, and the columns of their bands.
  private static func isClosureVariable(_ name: String) -> Bool {
    guard name.first == "z" else { return false }
    let rest = name.dropFirst().drop { $0.isASCII && $0.isNumber }
    return rest.count < name.count - 1 && ["", "_lower", "_upper"].contains(rest)
  }
}
