import Foundation
import MacrostateStorage
import Microstates
import Synchronization

/// Trajectories in LAMMPS text dumps (`dump custom` or `dump atom`), compressed or not.
///
/// Each file is a trajectory. Files of one frame each whose names differ by their steps (`run.*.dump`), or that have the
/// same atoms at different steps, are one trajectory.
///
/// Columns may stand in any order, coordinates be plain, scaled or unwrapped (`x`, `xs`, `xu`, `xsu`), atoms unsorted,
/// and their number may change. Types 1 … S become species, called by `typelabel` or `element` where each type has one
/// of its own; without types these columns make the species, sorted by name. Within a species particles are in the order
/// of their ids. Frames without atoms, and frames that repeat an earlier one, are left out. The box is that of the first
/// frame, orthogonal or tilted, and a frame whose edges differ has its own: periodic axes (`pp`) wrap what is outside,
/// along fixed ones (`ff`) nothing may be outside, and others are open.
/// One frame is in memory at a time.
public struct LAMMPSDumpSource: Sendable {
  /// What a dump does not say.
  public struct Options: Sendable {
    /// The time of a step of LAMMPS; `nil` for steps. Where the dump has times (`dump_modify time yes`) these are taken.
    public var timeStep: Double?
    /// The names of the types 1 … S, or of the dump's own names in their order; where these are among them, they are
    /// the order. `type-1`, … for those of the first frames if none are given.
    public var speciesNames: [String]?
    /// The dimension d of space; `nil` for that of the coordinates, and 2 where all atoms of the first frame have the
    /// same z.
    public var dimension: Int?
    /// Whether all files are one trajectory.
    public var joinsFiles: Bool
    /// Whether coordinates in a box far from 0 become relative to it; all dumps of a data set must then be one source.
    public var mayOffset: Bool
    /// What coordinates become relative to, `[d]`, where others say it; nil for nothing.
    public var offset: [Double]?

    /// Options, all of which may be left out.
    public init(
      timeStep: Double? = nil, speciesNames: [String]? = nil, dimension: Int? = nil, joinsFiles: Bool = false,
      mayOffset: Bool = false, offset: [Double]? = nil
    ) {
      self.mayOffset = mayOffset
      self.offset = offset
      self.timeStep = timeStep
      self.speciesNames = speciesNames
      self.dimension = dimension
      self.joinsFiles = joinsFiles
    }
  }

  public let box: SimulationBox?
  public let hasChangingBoxes: Bool
  public let positionOffset: [Double]?
  public let typicalFrameCount: Int
  public let estimatedFrameCount: Int
  public let typicalParticleCount: Int
  /// Whether the time of a step was given.
  var hasTimeStep: Bool { options.timeStep != nil }
  /// Whether the dumps say the times of their frames.
  public var hasTimes: Bool { conversion.hasTimes }
  /// The files of each trajectory.
  private let trajectories: [[URL]]
  private let options: Options
  private let conversion: LAMMPSFrameConversion
  /// Where the frames of trajectories stand that have been counted.
  private let marks = FrameMarks()

  /// More types than this are hardly species.
  static let maximumSpeciesCount = 32

  /// Reads the first frame of every file, and all of the first file if there are several.
  ///
  /// - Throws: `MacrostateError` of kind `usage` for options that make no sense; `missingInput` if a file cannot be
  ///   read; `badData` that names the file and the line.
  public init(_ files: [URL], options: Options = Options()) throws {
    try Self.check(options)
    self.options = options
    let notes = ReadingNotes()
    let survey = try LAMMPSDumpSurvey(files, axes: options.dimension, notes: notes)
    let first = survey.first
    trajectories = survey.trajectories(joinsFiles: options.joinsFiles, notes: notes)
    let isSlab = options.dimension == nil && Self.isSlab(first)
    let dimension = options.dimension ?? (isSlab ? 2 : first.columns.coordinates.count)
    hasChangingBoxes = survey.boxes.contains { $0.hasOtherEdges(than: first.box, axes: dimension) }
    positionOffset =
      options.mayOffset
      ? PositionOffset.ofAxes(Array(first.box.bounds[..<dimension]))
      : options.offset.flatMap { $0.count == dimension ? $0 : nil }
    conversion = LAMMPSFrameConversion(
      dimension: dimension, species: try survey.species(given: options.speciesNames), needsSlab: isSlab,
      coordinateCount: options.dimension == nil ? first.columns.coordinates.count : nil,
      hasIDs: first.columns.idPlace != nil, hasTimes: first.time != nil, units: first.units, box: first.box,
      timeStep: options.timeStep, notes: notes, offset: positionOffset)
    box = first.box.simulationBox(dimension: dimension)?.moved(by: PositionOffset.shift(from: nil, to: positionOffset))
    typicalParticleCount = first.atomCount
    // Trajectories of one shard are counted, not bytes: a single trajectory needs no count.
    typicalFrameCount =
      trajectories.count == 1
      ? 1 : trajectories[0].count > 1 ? trajectories[0].count : try Self.frameCount(trajectories[0][0])
    // At least so many; a compressed file has more of them.
    estimatedFrameCount =
      trajectories == [files] && files.count == 1
      ? max(1, try FileStamp(of: files[0]).byteCount / survey.frameByteCount) : typicalFrameCount
    if let timeStep = options.timeStep, hasTimes {
      notes.add(
        "the frames have times of their own (ITEM: TIME), which are taken; --time-step \(timeStep) is not", files[0])
    }
  }

  /// All files.
  private var dumps: [URL] { trajectories.flatMap(\.self) }
  public var name: String { dumps.count == 1 ? dumps[0].path : "\(dumps[0].path) and \(dumps.count - 1) more" }
  public var trajectoryCount: Int { trajectories.count }
  public var dimension: Int { conversion.dimension }
  public var speciesNames: [String] { conversion.species.names }
  public var observables: [ObservableDescription] { [] }
  public var notes: [String] { readingNotes.texts }
  /// The notes, to be put together with those of other sources.
  public var readingNotes: ReadingNotes { conversion.notes }

  public var files: [(role: String, url: URL)] { dumps.map { ("dump", $0) } }

  public var settings: [String: StoredSetting] {
    var result: [String: StoredSetting] = ["dumps": .number(Double(dumps.count))]
    if let timeStep = options.timeStep { result["time step"] = .number(timeStep) }
    return result
  }

  public var remarks: [String: StoredSetting] {
    var result: [String: StoredSetting] = ["first dump": .text(dumps[0].lastPathComponent)]
    if let units = conversion.units { result["units of LAMMPS"] = .text(units) }
    return result
  }

  /// Of names, sizes and first bytes.
  public func earlierChecksums(of files: [SourceFile]) throws -> [String: StoredSetting] {
    var checksum = Checksum()
    for file in dumps {
      let mapped = try MappedFile(file)
      Array("\(file.lastPathComponent) \(mapped.count)".utf8).withUnsafeBytes { checksum.update($0) }
      mapped.withBytes { checksum.update(UnsafeRawBufferPointer(rebasing: $0.prefix(1 << 16))) }
    }
    return ["dumps crc32": .number(Double(checksum.value))]
  }

  /// The frames from `first` on: without reading those before where the frames have been counted.
  public func frames(ofTrajectory m: Int, from first: Int) throws -> FrameStream {
    let mark = marks.withLock { $0[m].flatMap { first < $0.count ? $0[first] : nil } }
    let frames = LAMMPSDumpFrames(trajectories[m], axes: options.dimension, conversion, from: mark)
    return FrameStream { try frames.next() }.frames(from: mark == nil ? first : 0)
  }

  /// By reading them, which tells where each of them stands.
  public func frameCount(ofTrajectory m: Int) throws -> Int {
    if let known = marks.withLock({ $0[m] }) { return known.count }
    let frames = LAMMPSDumpFrames(trajectories[m], axes: options.dimension, conversion)
    var found: [LAMMPSDumpFrames.Mark] = []
    while try frames.next() != nil { if let mark = frames.mark { found.append(mark) } }
    marks.withLock { $0[m] = found }
    return found.count
  }

  private static func check(_ options: Options) throws {
    if let timeStep = options.timeStep, !(timeStep.isFinite && timeStep > 0) {
      throw MacrostateError(.usage, "time step \(timeStep): it must be a positive number")
    }
    if let dimension = options.dimension, !(1...3).contains(dimension) {
      throw MacrostateError(.usage, "dimension \(dimension): it must be 1, 2 or 3")
    }
    if let names = options.speciesNames, !(1...maximumSpeciesCount).contains(names.count) {
      throw MacrostateError(.usage, "\(names.count) species; there may be 1 to \(maximumSpeciesCount)")
    }
  }

  private static func frameCount(_ file: URL) throws -> Int {
    let reader = try LAMMPSDumpReader(file, axes: nil)
    var count = 0
    while try reader.next() != nil { count += 1 }
    return count
  }

  private static func isSlab(_ frame: LAMMPSDumpReader.Frame) -> Bool {
    guard frame.columns.coordinates.count == 3, frame.atomCount > 1 else { return false }
    return stride(from: 2, to: frame.values.count, by: frame.columns.table.width)
      .allSatisfy { frame.values[$0] == frame.values[2] }
  }
}

/// Where frames stand, by trajectory: several threads may ask and tell.
private final class FrameMarks: Sendable {
  private let known = Mutex<[Int: [LAMMPSDumpFrames.Mark]]>([:])

  func withLock<Result>(_ body: (inout [Int: [LAMMPSDumpFrames.Mark]]) -> Result) -> Result {
    known.withLock { body(&$0) }
  }
}
