import ClosureModels
import Microstates

/// The frames of a data set as point sets: set f·S + s is species s of frame f.
public struct DatasetPointSets: PointSetSource {
  /// The data set.
  public let dataset: Dataset

  /// The point sets of `dataset`.
  public init(_ dataset: Dataset) { self.dataset = dataset }

  public var dimension: Int { dataset.dimension }
  public var featureCount: Int { dataset.featureCount }

  /// S.
  public var speciesCount: Int { dataset.speciesNames.count }

  /// The sets of all species of `frames`, frame after frame.
  public func sets(ofFrames frames: some Sequence<Int>) -> [Int] {
    frames.flatMap { frame in (0..<speciesCount).map { frame * speciesCount + $0 } }
  }

  public func pointCount(ofSet set: Int) -> Int {
    dataset.pointCount(frame: set / speciesCount, species: set % speciesCount)
  }

  public func withPoints(
    ofSet set: Int, _ body: (UnsafeBufferPointer<Float>, UnsafeBufferPointer<Float>) -> Void
  ) {
    let (frame, species) = (set / speciesCount, set % speciesCount)
    dataset.withPositions(frame: frame, species: species) { positions in
      dataset.withFeatures(frame: frame, species: species) { features in body(positions, features) }
    }
  }
}
