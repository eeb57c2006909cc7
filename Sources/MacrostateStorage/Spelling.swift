/// Guesses at misspelt names.
public enum Spelling {
  /// The name among `names` that is nearest to `word`, if it is near: at most a third of the letters changed.
  public static func closest(to word: String, among names: [String]) -> String? {
    let ranked = names.map { (name: $0, distance: distance(word.lowercased(), $0.lowercased())) }
    guard let best = ranked.min(by: { $0.distance < $1.distance }) else { return nil }
    return best.distance <= max(1, word.count / 3) ? best.name : nil
  }

  /// The least number of letters inserted, removed or replaced, or neighbours exchanged, that turns `first` into
  /// `second`.
  private static func distance(_ first: String, _ second: String) -> Int {
    let (first, second) = (Array(first), Array(second))
    // The distances of the first letters of one from those of the other: of three beginnings of `first` in a row.
    var beforeLast: [Int] = []
    var last = Array(0...second.count)
    for i in first.indices {
      var row = [i + 1]
      for j in second.indices {
        var least = min(last[j] + (first[i] == second[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, first[i] == second[j - 1], first[i - 1] == second[j] {
          least = min(least, beforeLast[j - 1] + 1)
        }
        row.append(least)
      }
      (beforeLast, last) = (last, row)
    }
    return last[second.count]
  }

  /// The text behind a word that is not among `names`: " (did you mean 'train'?)", or nothing where none is near.
  public static func hint(for word: String, among names: [String]) -> String {
    closest(to: word, among: names).map { " (did you mean '\($0)'?)" } ?? ""
  }
}
