import ClosureModels
import Microstates

/// The frames of a data set as point sets: set f·S + s is species s of frame f. A feature called `weight` is the weight of a
/// point, and no feature of it.
public struct DatasetPointSets: PointSetSource {
  /// The data set.
  public let dataset: Dataset
  /// The shift that is added to stored positions, `[d]`; nil for none.
  public let shift: [Double]?
  /// Whether the points have weights.
  public let hasWeights: Bool
  /// The cell of all frames, or of those that a model's box stands in for; nil where frames have boxes of their own.
  private let commonCell: PeriodicCell?
  private let hasChangingBoxes: Bool

  /// The point sets of `dataset` as they are stored.
  public init(_ dataset: Dataset) { self.init(dataset, shift: nil, box: dataset.description.box) }

  /// The point sets of `dataset` relative to what positions are relative to in `model`, in the model's box where theirs does
  /// not repeat itself along the model's periodic axes.
  public init(_ dataset: Dataset, for model: TrainedModel) {
    let shift = PositionOffset.shift(from: dataset.description.positionOffset, to: model.description.positionOffset)
    let own = dataset.description.box?.moved(by: shift)
    self.init(dataset, shift: shift, box: model.cellBox(own))
  }

  private init(_ dataset: Dataset, shift: [Double]?, box: SimulationBox?) {
    self.dataset = dataset
    self.shift = shift
    hasChangingBoxes = dataset.hasChangingBoxes && box == dataset.description.box?.moved(by: shift)
    commonCell = box.map(PeriodicCell.init)
    hasWeights = dataset.description.featureNames.contains(PointWeights.featureName)
  }

  public var dimension: Int { dataset.dimension }
  public var featureCount: Int { dataset.featureCount - (hasWeights ? 1 : 0) }

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
      dataset.withFeatures(frame: frame, species: species) { features in
        guard hasWeights else { return move(positions) { body($0, features) } }
        let others = PointWeights.others(of: features, named: dataset.description.featureNames)
        others.withUnsafeBufferPointer { others in move(positions) { body($0, others) } }
      }
    }
  }

  private func move(_ positions: UnsafeBufferPointer<Float>, _ body: (UnsafeBufferPointer<Float>) -> Void) {
    guard let shift else { return body(positions) }
    let d = dimension
    let moved = positions.enumerated().map { Float(Double($0.element) + shift[$0.offset % d]) }
    moved.withUnsafeBufferPointer(body)
  }

  public func cell(ofSet set: Int) -> PeriodicCell? {
    guard hasChangingBoxes else { return commonCell }
    return dataset.box(ofFrame: set / speciesCount).map { PeriodicCell($0.moved(by: shift)) }
  }

  public func weights(ofSet set: Int) -> [Float]? {
    guard hasWeights else { return nil }
    var weights: [Float]?
    dataset.withFeatures(frame: set / speciesCount, species: set % speciesCount) { features in
      weights = PointWeights.weights(of: features, named: dataset.description.featureNames)
    }
    return weights
  }
}
