import MacrostateStorage
import TrajectoryFormats

/// Which of a model's species those of a file are.
struct SpeciesPlaces {
  private let places: [Int]
  private let count: Int

  /// - Throws: `MacrostateError`: `.usage` where particles have no types and the model has several species; `.badData` for
  ///   a species that the model has not.
  init(_ source: any TrajectorySource, _ species: [String]) throws {
    count = species.count
    let path = source.files.first { $0.role == "types" }?.url.path ?? source.name
    places = try source.speciesNames.map { name in
      if let place = species.firstIndex(of: name) { return place }
      let hasNoTypes = source.speciesNames == ["particle"]
      if hasNoTypes, species.count == 1 { return 0 }
      guard !hasNoTypes else {
        throw MacrostateError(
          .usage,
          "\(source.name): the model has the species \(species.joined(separator: ", ")); say which particle is of which by "
            + "--types types.npy, whole numbers [n]")
      }
      guard let place = Self.place(ofType: name, species) else {
        throw MacrostateError(
          .badData,
          "\(path): there are particles of \(name.replacing(/^type-/, with: "type ")); the model's species are "
            + "\(species.enumerated().map { "\($0.offset + 1) (\($0.element))" }.joined(separator: ", "))")
      }
      return place
    }
  }

  /// The place of `type-t` among species that have other names: t − 1.
  private static func place(ofType name: String, _ species: [String]) -> Int? {
    guard name.hasPrefix("type-"), let type = Int(name.dropFirst(5)), (1...species.count).contains(type),
      !species.contains(where: { $0.hasPrefix("type-") })
    else { return nil }
    return type - 1
  }

  /// The sets of the model's species, `[S]`, of those of a file.
  func placed(_ sets: [[Float]]) -> [[Float]] {
    var result = [[Float]](repeating: [], count: count)
    for (set, place) in zip(sets, places) { result[place] += set }
    return result
  }
}
