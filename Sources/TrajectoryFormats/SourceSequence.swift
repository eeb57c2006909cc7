import Foundation
import MacrostateStorage
import Microstates

/// The trajectories of several sources, one source after the other; or one trajectory of all their frames.
struct SourceSequence: TrajectorySource {
  private let sources: [any TrajectorySource]
  private let joins: Bool
  private let timeStep: Double?
  /// The source and the number in it of each trajectory.
  private let places: [(source: Int, trajectory: Int)]

  /// The trajectories of `sources`, at least one.
  ///
  /// - Parameters:
  ///   - joins: whether all frames are one trajectory; each source has one then.
  ///   - timeStep: the time between joined frames, where the sources do not say their times.
  /// - Throws: `MacrostateError` of kind `badData` for sources of different kinds of states.
  init(_ sources: [any TrajectorySource], joins: Bool, timeStep: Double?) throws {
    self.sources = sources
    self.joins = joins
    self.timeStep = timeStep
    for source in sources.dropFirst() {
      guard let difference = Self.difference(source, sources[0]) else { continue }
      throw MacrostateError(
        .badData,
        "\(source.name): \(difference) of \(sources[0].name); import such files by themselves, or make them alike")
    }
    if joins, let source = sources.first(where: { $0.trajectoryCount != 1 }) {
      throw MacrostateError(
        .usage,
        "\(source.name): it has \(source.trajectoryCount) trajectories, and --join makes one of all files; leave it out"
      )
    }
    places = sources.enumerated().flatMap { number, source in (0..<source.trajectoryCount).map { (number, $0) } }
  }

  /// In what a source is of another kind.
  private static func difference(_ source: any TrajectorySource, _ first: any TrajectorySource) -> String? {
    if source.dimension != first.dimension { return "dimension \(source.dimension), and not the \(first.dimension)" }
    if source.speciesNames != first.speciesNames {
      return "the species \(source.speciesNames.joined(separator: ", ")), and not the "
        + first.speciesNames.joined(separator: ", ")
    }
    if source.featureNames != first.featureNames { return "other features than those" }
    if source.observables != first.observables { return "other observables than those" }
    if source.grid != first.grid { return "another grid than that" }
    if source.units != first.units { return "other units than those" }
    if source.positionOffset != first.positionOffset { return "positions far from those" }
    if source.box?.boundaries != first.box?.boundaries { return "a box with other ends than that" }
    return nil
  }

  func frames(ofTrajectory m: Int, from first: Int) throws -> FrameStream {
    guard joins else {
      let place = places[m]
      return withBox(try sources[place.source].frames(ofTrajectory: place.trajectory, from: first), place.source)
    }
    var number = 0
    var current: FrameStream?
    var rest = 0..<sources.count
    let stream = FrameStream {
      while true {
        if let frame = try current?.next() {
          defer { number += 1 }
          guard !saysOwnTimes else { return frame }
          var timed = frame
          timed.time = Double(number) * (timeStep ?? 1)
          return timed
        }
        guard let next = rest.popFirst() else { return nil }
        current = withBox(try sources[next].frames(ofTrajectory: 0), next)
      }
    }
    return stream.frames(from: first)
  }

  /// The frames of a source, each with its box where that is not the first one.
  private func withBox(_ stream: FrameStream, _ source: Int) -> FrameStream {
    guard let box = sources[source].box, box != sources[0].box else { return stream }
    return stream.compactMap { frame, _ in
      var frame = frame
      frame.box = frame.box ?? box
      return frame
    }
  }

  private var saysOwnTimes: Bool { timeStep == nil && sources.allSatisfy(\.saysTimes) }

  func frameCount(ofTrajectory m: Int) throws -> Int {
    guard joins else { return try sources[places[m].source].frameCount(ofTrajectory: places[m].trajectory) }
    return try sources.reduce(0) { $0 + (try $1.frameCount(ofTrajectory: 0)) }
  }

  var name: String { "\(sources[0].name) and \(sources.count - 1) more" }
  var trajectoryCount: Int { joins ? 1 : places.count }
  var dimension: Int { sources[0].dimension }
  var grid: [Int]? { sources[0].grid }
  var units: DatasetDescription.Units { sources[0].units }
  var featureNames: [String] { sources[0].featureNames }
  var speciesNames: [String] { sources[0].speciesNames }
  var observables: [ObservableDescription] { sources[0].observables }
  var typicalFrameCount: Int { joins ? sources.reduce(0) { $0 + $1.typicalFrameCount } : sources[0].typicalFrameCount }
  var estimatedFrameCount: Int { typicalFrameCount }
  var typicalParticleCount: Int { sources[0].typicalParticleCount }
  var box: SimulationBox? { sources[0].box }
  var hasChangingBoxes: Bool { sources.contains { $0.hasChangingBoxes || $0.box != sources[0].box } }
  var notes: [String] { sources.flatMap(\.notes) }
  var advice: [String] { sources[0].advice }
  var saysTimes: Bool { sources.allSatisfy(\.saysTimes) }
  func positionRounding() throws -> [Double] { try sources[0].positionRounding() }
  var files: [(role: String, url: URL)] { sources.flatMap(\.files) }
  var settings: [String: StoredSetting] {
    sources[0].settings.merging(["files": .number(Double(sources.count)), "joined": .text("\(joins)")]) { $1 }
  }
  var remarks: [String: StoredSetting] { sources[0].remarks }
  var positionOffset: [Double]? { sources[0].positionOffset }
}
