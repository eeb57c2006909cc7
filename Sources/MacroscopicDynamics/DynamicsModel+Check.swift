import MacrostateNetworks

extension DynamicsModel.Shape {
  /// Components of z that a description may say.
  private static let mostComponents = 1 << 12

  /// Whether there is a model of these sizes for macrostates that are scaled so: what a file says may be anything.
  package func isPossible(_ scaling: MacrostateScaling) -> Bool {
    guard (1...Self.mostComponents).contains(dimension), (0..<dimension).contains(constantCount),
      scaling.isWhole(dimension)
    else { return false }
    let entries = diffusion == .none ? [] : diffusionWidths + [factorForm.entryCount(movingCount)]
    return LayerSizes.arePossible([dimension] + widths + [movingCount])
      && LayerSizes.arePossible([dimension] + entries)
  }
}

extension MacrostateScaling {
  /// Whether all is said of `dimension` components.
  package func isWhole(_ dimension: Int) -> Bool {
    [mean, spread, least, greatest, driftUnit, noiseUnit].allSatisfy { $0.count == dimension }
      && conserved?.allSatisfy((0..<dimension).contains) ?? true
  }
}
