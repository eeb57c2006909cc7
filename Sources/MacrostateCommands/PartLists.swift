import MacrostateKit

/// The lists of parts, of which a program has its own at their ends.
enum PartLists {
  /// Checks the parts of the program that runs.
  ///
  /// - Throws: `MacrostateError` of kind `failure` for a part of no list, for names that are there twice and for keys with
  ///   two forms.
  static func check() throws {
    guard !Parts.current.added.isEmpty else { return }
    func fail(_ problem: String) -> MacrostateError {
      MacrostateError(.failure, "the parts that this program adds: \(problem)")
    }
    for part in Parts.current.added where !isKnown(part) {
      throw fail("'\(part.name)' is no encoder, density, dynamics, observable, local feature or reader")
    }
    let names = [
      Observables.all.map { $0.name }, LocalFeatures.all.map { $0.name }, TrajectoryReaders.all.map { $0.name },
    ]
    let doubled = names.lazy.compactMap { list in list.first { name in list.count { $0 == name } > 1 } }.first
    if let doubled { throw fail("two parts are called '\(doubled)'; give one of them another name") }
    if let problem = Encoders.problem ?? Densities.problem ?? DynamicsKinds.problem { throw fail(problem) }
  }

  private static func isKnown(_ part: any Part.Type) -> Bool {
    part is any ClosureEncoder.Type || part is any ConditionalDensity.Type || part is any DynamicsKind.Type
      || part is any Observable.Type || part is any LocalFeature.Type || part is any TrajectoryReader.Type
  }
}
