import Foundation
import Microstates

/// The trajectories of another source seen in another way: all that is not said anew is that of the other.
protocol TrajectorySourceView: TrajectorySource {
  /// The other source.
  var source: any TrajectorySource { get }
}

extension TrajectorySourceView {
  public var name: String { source.name }
  public var trajectoryCount: Int { source.trajectoryCount }
  public var dimension: Int { source.dimension }
  public var grid: [Int]? { source.grid }
  public var units: DatasetDescription.Units { source.units }
  public var featureNames: [String] { source.featureNames }
  public var auxiliaryFeatureNames: [String] { source.auxiliaryFeatureNames }
  public var columnNames: [String] { source.columnNames }
  public var computedFeatures: [ObservableDescription.Definition] { source.computedFeatures }
  public var speciesNames: [String] { source.speciesNames }
  public var observables: [ObservableDescription] { source.observables }
  public var typicalFrameCount: Int { source.typicalFrameCount }
  public var estimatedFrameCount: Int { source.estimatedFrameCount }
  public var typicalParticleCount: Int { source.typicalParticleCount }
  public var box: SimulationBox? { source.box }
  public var hasChangingBoxes: Bool { source.hasChangingBoxes }
  public var notes: [String] { source.notes }
  public var advice: [String] { source.advice }
  public var saysTimes: Bool { source.saysTimes }
  public func positionRounding() throws -> [Double] { try source.positionRounding() }
  public var files: [(role: String, url: URL)] { source.files }
  public var settings: [String: StoredSetting] { source.settings }
  public var remarks: [String: StoredSetting] { source.remarks }
  public func earlierChecksums(of files: [SourceFile]) throws -> [String: StoredSetting] {
    try source.earlierChecksums(of: files)
  }
  public func frames(ofTrajectory m: Int, from first: Int) throws -> FrameStream {
    try source.frames(ofTrajectory: m, from: first)
  }
  public func frameCount(ofTrajectory m: Int) throws -> Int { try source.frameCount(ofTrajectory: m) }
  public var positionOffset: [Double]? { source.positionOffset }
}
