import Foundation
import MacrostateSettings
import MacrostateStorage
import Microstates
import Synchronization

/// Trajectories in files of particles of one format, compressed or not.
///
/// Each file is a trajectory. Files of one frame each whose names differ by their steps (`run.*.dump`), or that have the
/// same particles at different steps, are one trajectory.
///
/// Particles may be unsorted, and their number may change. Types 1 … S become species, called by names or elements where
/// each type has one of its own; without types these make the species, sorted by name. Within a species particles are in
/// the order of their ids. Frames without particles, and frames that repeat an earlier one, are left out. The box is that
/// of the first frame, orthogonal or tilted, and a frame whose edges differ has its own: periodic axes wrap what is
/// outside, along fixed ones nothing may be outside, and others are open.
/// One frame is in memory at a time.
package struct ParticleTrajectories<Format: ParticleFormat>: Sendable {
  /// What files do not say.
  package typealias Options = ParticleOptions

  package let box: SimulationBox?
  package let hasChangingBoxes: Bool
  package let positionOffset: [Double]?
  package let typicalFrameCount: Int
  package let estimatedFrameCount: Int
  package let typicalParticleCount: Int
  /// Whether the files say the times of their frames.
  package var hasTimes: Bool { conversion.hasTimes }
  /// Whether the time of a step was given.
  var hasTimeStep: Bool { options.timeStep != nil }
  package let columnNames: [String]
  package let auxiliaryFeatureNames: [String]
  /// The files of each trajectory.
  private let trajectories: [[URL]]
  private let options: ParticleOptions
  private let conversion: ParticleConversion
  private let open: ParticleFrames.Open
  /// Where the frames of trajectories stand that have been counted.
  private let marks = FrameMarks()

  /// Reads the first frame of every file, and all of the first file if there are several.
  ///
  /// - Throws: `MacrostateError` of kind `usage` for options that make no sense; `missingInput` if a file cannot be
  ///   read; `badData` that names the file and the place.
  init(_ files: [URL], options: ParticleOptions, settings: Format.Settings) throws {
    try options.check()
    self.options = options
    let notes = ReadingNotes()
    let preparation = options.preparation
    var request = preparation.request(
      ParticleRequest(
        axes: options.dimension,
        columns: options.features + options.auxiliaryFeatures.filter { !options.features.contains($0) }))
    if options.speciesBy != nil { request.wantsAllLabels = true }
    open = { [request] in PreparedFile(try Format.open($0, request, settings, from: $1), preparation, notes) }
    request.wantsAllLabels = true
    let survey = try ParticleSurvey(files, speciesBy: options.speciesBy, notes: notes) {
      try ForeignFormat.refuse($0)
      return PreparedFile(try Format.open($0, request, settings, from: nil), preparation, notes)
    }
    let first = survey.first
    trajectories = survey.trajectories(joinsFiles: options.joinsFiles, notes: notes)
    columnNames = survey.columnNames
    if options.timeStep == nil, let problem = survey.timeProblem {
      throw MacrostateError(.usage, "\(problem); give --time-step, the time of a step of the simulation")
    }
    // An unknown system of LAMMPS's is refused by the frames, with their line.
    let scale = try UnitScale(
      survey.units, length: options.lengthUnit, time: options.timeUnit, hasOwnTimes: first.time != nil)
    let isSlab = options.dimension == nil && first.isSlab
    let dimension = options.dimension ?? (isSlab ? 2 : first.coordinates.count)
    let firstBox = first.box?.scaled(by: scale.length)
    hasChangingBoxes =
      first.box.map { box in survey.boxes.contains { $0.hasOtherEdges(than: box, axes: dimension) } } ?? false
    positionOffset =
      options.mayOffset
      ? firstBox.flatMap { PositionOffset.ofAxes(Array($0.bounds[..<dimension])) }
      : options.offset.flatMap { $0.count == dimension ? $0 : nil }
    try survey.require(options.features, of: files[0])
    auxiliaryFeatureNames = options.auxiliaryFeatures.filter {
      first.columns[$0] != nil && !options.features.contains($0)
    }
    conversion = ParticleConversion(
      dimension: dimension, species: try survey.species(given: options.speciesNames),
      features: options.features + auxiliaryFeatureNames,
      needsSlab: isSlab, coordinateCount: options.dimension == nil ? first.coordinates.count : nil,
      hasIDs: first.ids != nil, hasTimes: first.time != nil, units: first.units, scale: scale, box: firstBox,
      timeStep: options.timeStep, notes: notes, offset: positionOffset)
    box = firstBox?.simulationBox(dimension: dimension)?.moved(
      by: PositionOffset.shift(from: nil, to: positionOffset))
    typicalParticleCount = first.count
    // Trajectories of one shard are counted, not bytes: a single trajectory needs no count.
    typicalFrameCount =
      try trajectories.count == 1
      ? survey.frameCount ?? 1
      : trajectories[0].count > 1 ? trajectories[0].count : survey.frameCount ?? Self.frameCount(open(files[0], nil))
    // At least so many; a compressed file has more of them.
    estimatedFrameCount =
      try trajectories == [files] && files.count == 1 && survey.frameCount == nil
      ? max(1, FileStamp(of: files[0]).byteCount / survey.frameByteCount) : typicalFrameCount
    if let timeStep = options.timeStep, hasTimes {
      notes.add(
        "the frames have times of their own (\(first.timeText)), which are taken; --time-step \(timeStep) is not",
        files[0])
    }
    survey.noteUnread(options.features + options.auxiliaryFeatures, notes)
  }

  /// All files.
  private var allFiles: [URL] { trajectories.flatMap(\.self) }
  /// The notes, to be put together with those of other sources.
  package var readingNotes: ReadingNotes { conversion.notes }

  private static func frameCount(_ file: any ParticleFile) throws -> Int {
    var count = 0
    while let frame = try file.next() { count += frame.count > 0 ? 1 : 0 }
    return count
  }
}

extension ParticleTrajectories: TrajectorySource {
  package var name: String {
    allFiles.count == 1 ? allFiles[0].path : "\(allFiles[0].path) and \(allFiles.count - 1) more"
  }
  package var trajectoryCount: Int { trajectories.count }
  package var dimension: Int { conversion.dimension }
  package var featureNames: [String] { conversion.features }
  package var speciesNames: [String] { conversion.species.names }
  package var observables: [ObservableDescription] { [] }
  package var notes: [String] { readingNotes.texts }
  package var files: [(role: String, url: URL)] {
    allFiles.map { (Format.role, $0) } + (options.preparation.topology.map { [("topology", $0.url)] } ?? [])
  }
  package var units: DatasetDescription.Units { conversion.scale.units }

  package var settings: [String: StoredSetting] {
    var result: [String: StoredSetting] = ["\(Format.role)s": .number(Double(allFiles.count))]
    if let timeStep = options.timeStep { result["time step"] = .number(timeStep) }
    if conversion.scale.length != 1 { result["factor of lengths"] = .number(conversion.scale.length) }
    if conversion.scale.time != 1 { result[UnitScale.timeFactorKey] = .number(conversion.scale.time) }
    if let label = options.speciesBy { result["species by"] = .text(label.rawValue) }
    return result.merging(options.preparation.settings) { $1 }
  }

  package var remarks: [String: StoredSetting] {
    var result: [String: StoredSetting] = ["first \(Format.role)": .text(allFiles[0].lastPathComponent)]
    if let system = conversion.units.system { result["units of LAMMPS"] = .text(system) }
    return result
  }

  /// Of names, sizes and first bytes.
  package func earlierChecksums(of files: [SourceFile]) throws -> [String: StoredSetting] {
    var checksum = Checksum()
    for file in allFiles {
      let mapped = try MappedFile(file)
      Array("\(file.lastPathComponent) \(mapped.count)".utf8).withUnsafeBytes { checksum.update($0) }
      mapped.withBytes { checksum.update(UnsafeRawBufferPointer(rebasing: $0.prefix(1 << 16))) }
    }
    return ["\(Format.role)s crc32": .number(Double(checksum.value))]
  }

  /// The frames from `first` on: without reading those before where the frames have been counted.
  package func frames(ofTrajectory m: Int, from first: Int) throws -> FrameStream {
    let mark = marks.withLock { $0[m].flatMap { first < $0.count ? $0[first] : nil } }
    let frames = ParticleFrames(trajectories[m], open, conversion, from: mark)
    return FrameStream { try frames.next() }.frames(from: mark == nil ? first : 0)
  }

  /// By reading them, which tells where each of them stands.
  package func frameCount(ofTrajectory m: Int) throws -> Int {
    if let known = marks.withLock({ $0[m] }) { return known.count }
    let frames = ParticleFrames(trajectories[m], open, conversion)
    var found: [ParticleFrames.Mark] = []
    while try frames.next() != nil { if let mark = frames.mark { found.append(mark) } }
    marks.withLock { $0[m] = found }
    return found.count
  }
}

extension ParticleTrajectories: TrajectoryReader {
  package typealias Settings = Format.Settings

  package static var name: String { Format.name }
  package static var title: String { Format.title }
  package static var kind: String { Format.kind }
  package static var appearance: String { Format.appearance }

  /// What files of particles do not say.
  package static var options: Set<ReadingOption> {
    [
      .timeStep, .species, .speciesBy, .dimension, .join, .features, .select, .topology, .whole, .unwrap, .particles,
      .lengthUnit, .timeUnit,
    ]
  }

  /// What files of particles have instead.
  package static var insteadOf: [ReadingOption: String] {
    [
      .observables: "dumps have --observable", .observableNames: "dumps have --observable",
      .types: "the types are in the dump",
    ]
  }

  package static func recognises(_ file: FileBeginning) -> Bool { Format.recognises(file) }

  /// The files `files`; coordinates in a box far from 0 become relative to it, or to what a model wants.
  package init(_ files: [URL], _ options: ReadingOptions, _ settings: Format.Settings) throws {
    var wanted = ParticleOptions(
      timeStep: options.timeStep, speciesNames: options.speciesNames, dimension: options.dimension,
      joinsFiles: options.joinsFiles, mayOffset: options.placement == nil, offset: options.placement?.offset)
    wanted.speciesBy = options.speciesBy
    wanted.features = options.features.isEmpty ? options.placement?.features ?? [] : options.features
    // Several observables may look at one.
    for feature in options.auxiliaryFeatures where !wanted.auxiliaryFeatures.contains(feature) {
      wanted.auxiliaryFeatures.append(feature)
    }
    (wanted.lengthUnit, wanted.timeUnit) = (options.lengthUnit, options.timeUnit)
    wanted.preparation = ParticlePreparation(
      topology: try options.topology.map { try Topology($0) }, selection: options.selection,
      wholeness: options.wholeness, unit: options.unit)
    try self.init(files, options: wanted, settings: settings)
  }

  /// Whether the files, or the caller, say the times.
  package var saysTimes: Bool { hasTimes || hasTimeStep }

  /// What files without times need, and what is said of units.
  package var advice: [String] {
    conversion.scale.remarks + (saysTimes ? [] : [Format.adviceWithoutTimes])
  }
}

/// Where frames stand, by trajectory: several threads may ask and tell.
private final class FrameMarks: Sendable {
  private let known = Mutex<[Int: [ParticleFrames.Mark]]>([:])

  func withLock<Result>(_ body: (inout [Int: [ParticleFrames.Mark]]) -> Result) -> Result {
    known.withLock { body(&$0) }
  }
}
