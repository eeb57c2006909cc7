/// The limits of what a network's description may say: a file that was changed may say anything.
package enum LayerSizes {
  /// Columns of a layer, and numbers in one of its matrices.
  private static let (mostColumns, mostWeights) = (1 << 20, 1 << 28)

  /// Whether there are networks with layers of these numbers of columns, one after the other.
  package static func arePossible(_ sizes: [Int]) -> Bool {
    sizes.allSatisfy { (1...mostColumns).contains($0) }
      && zip(sizes, sizes.dropFirst()).allSatisfy { $0 * $1 <= mostWeights }
  }
}
