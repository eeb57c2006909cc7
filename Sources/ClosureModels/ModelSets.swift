/// The sets of a source as a model encodes and compares them.
///
/// A source has a set for each species of each frame: set f·S + s. Most encoders see each of them; one of whole frames
/// sees frames without types. A term of the objective belongs to a set, or to the S sets of a frame (`groupSize`), for a
/// decoder that gives all points of the frame.
struct ModelSets: Sendable {
  /// The sets that are encoded.
  let source: any PointSetSource
  /// Sets of a term of the objective, one behind the other in every batch.
  let groupSize: Int
  /// Floats of ẑ of an encoded set.
  let closureWidth: Int
  private let mergedSpecies: Int

  init(_ model: ClosureModel, _ source: any PointSetSource) {
    let shape = model.shape
    mergedSpecies = shape.encodesWholeFrames ? shape.speciesCount : 1
    self.source =
      mergedSpecies > 1 ? MergedPointSets(base: source, speciesCount: mergedSpecies) : source
    groupSize = shape.groupSize
    closureWidth = shape.encodedDimension
  }

  /// The sets to encode for sets of the original source, all species of a frame together.
  func encoded(_ sets: [Int]) -> [Int] {
    guard mergedSpecies > 1 else { return sets }
    precondition(sets.count % mergedSpecies == 0, "whole frames are encoded")
    return stride(from: 0, to: sets.count, by: mergedSpecies).map { sets[$0] / mergedSpecies }
  }

  /// The members of a batch of the original source's sets; without groups that have no points positions count the others.
  func members(_ batch: [Int], keepsEmpty: Bool) -> [SetMember] {
    let sets = encoded(batch)
    let kept =
      keepsEmpty
      ? sets
      : stride(from: 0, to: sets.count, by: groupSize).flatMap { begin in
        let group = sets[begin..<begin + groupSize]
        return hasPoints(group) ? group : []
      }
    return kept.enumerated().map { SetMember(set: $0.element, position: $0.offset) }
  }

  /// Members whose group has points, and those whose group has none.
  func split(_ members: [SetMember]) -> (present: [SetMember], empty: [SetMember]) {
    var parts: (present: [SetMember], empty: [SetMember]) = ([], [])
    for begin in stride(from: 0, to: members.count, by: groupSize) {
      let group = members[begin..<begin + groupSize]
      if hasPoints(group.map(\.set)) { parts.present += group } else { parts.empty += group }
    }
    return parts
  }

  private func hasPoints(_ group: some Sequence<Int>) -> Bool { group.contains { source.pointCount(ofSet: $0) > 0 } }

  /// n of each set.
  func counts(_ members: some Sequence<SetMember>) -> [Int] { members.map { source.pointCount(ofSet: $0.set) } }

  /// The tiles of members: groups stay whole where terms are computed, and sets are on their own where they are encoded.
  func tiles(_ members: [SetMember], keepsGroups: Bool, tilePoints: Int) -> [[Range<Int>]] {
    let size = keepsGroups ? groupSize : 1
    let counts = counts(members)
    let sums = stride(from: 0, to: counts.count, by: size).map { counts[$0..<$0 + size].reduce(0, +) }
    let tiles = PointTiles(counts: sums, tilePoints: tilePoints).tiles
    guard size > 1 else { return tiles }
    return tiles.map { $0.map { $0.lowerBound * size..<$0.upperBound * size } }
  }
}
