import Foundation
import MacrostateStorage
import Microstates

/// Trajectories in LAMMPS text dumps (`dump custom` or `dump atom`), compressed or not: one file a trajectory.
///
/// Columns may stand in any order, coordinates be plain, scaled or unwrapped (`x`, `xs`, `xu`, `xsu`), atoms unsorted,
/// and their number may change. Types 1 … S become species; within a species particles are in the order of their ids.
/// The box keeps its origin: periodic axes (`pp`) wrap what is outside, along fixed ones (`ff`) nothing may be outside,
/// and others are open. One trajectory is in memory at a time.
public struct LAMMPSDumpSource: TrajectorySource {
  /// What a dump does not say.
  public struct Options: Sendable {
    /// The time of a step of LAMMPS; `nil` for the times in the dump (`dump_modify time yes`), or steps without them.
    public var timeStep: Double?
    /// The names of the types 1 … S; `type-1`, … for those of the first frames if none are given.
    public var speciesNames: [String]?
    /// The dimension d of space; `nil` for that of the coordinates, and 2 where all atoms of the first frame have the
    /// same z.
    public var dimension: Int?

    /// Options, all of which may be left out.
    public init(timeStep: Double? = nil, speciesNames: [String]? = nil, dimension: Int? = nil) {
      self.timeStep = timeStep
      self.speciesNames = speciesNames
      self.dimension = dimension
    }
  }

  public let box: SimulationBox?
  public let typicalFrameCount: Int
  public let typicalParticleCount: Int
  /// Whether the dumps say the times of their frames.
  public let hasTimes: Bool
  private let files: [URL]
  private let options: Options
  private let conversion: LAMMPSFrameConversion

  /// More types than this are hardly species.
  static let maximumSpeciesCount = 32

  /// Reads the first frame of every file, and all of the first file if there are several.
  ///
  /// - Throws: `MacrostateError` of kind `usage` for options that make no sense; `missingInput` if a file cannot be
  ///   read; `badData` that names the file and the line.
  public init(_ files: [URL], options: Options = Options()) throws {
    try Self.check(options)
    self.files = files
    self.options = options
    var first: LAMMPSDumpReader.Frame?
    var greatestType = 1
    for file in files {
      let frame = try Self.firstFrame(file, axes: options.dimension)
      first = first ?? frame
      greatestType = max(greatestType, Self.greatestType(frame))
    }
    guard let first else { throw MacrostateError(.usage, "no dumps to read; name at least one") }
    guard greatestType <= Self.maximumSpeciesCount else {
      throw MacrostateError(
        .badData,
        "\(files[0].path): \(greatestType) types; types become species, of which there may be "
          + "\(Self.maximumSpeciesCount)")
    }
    let isSlab = options.dimension == nil && Self.isSlab(first)
    let dimension = options.dimension ?? (isSlab ? 2 : first.columns.coordinates.count)
    let defaultNames = first.columns.typePlace == nil ? ["particle"] : (1...greatestType).map { "type-\($0)" }
    conversion = LAMMPSFrameConversion(
      dimension: dimension, speciesNames: options.speciesNames ?? defaultNames, needsSlab: isSlab, box: first.box,
      timeStep: options.timeStep)
    box = first.box.simulationBox(dimension: dimension)
    hasTimes = first.time != nil
    typicalParticleCount = first.atomCount
    typicalFrameCount = files.count > 1 ? try Self.frameCount(files[0], axes: options.dimension) : 1
  }

  public var name: String { files.count == 1 ? files[0].path : "\(files[0].path) and \(files.count - 1) more" }
  public var trajectoryCount: Int { files.count }
  public var dimension: Int { conversion.dimension }
  public var speciesNames: [String] { conversion.speciesNames }
  public var observables: [ObservableDescription] { [] }

  /// Names, sizes and first bytes of the files: enough to notice other files, without reading all of them twice.
  public func provenance() throws -> [String: SettingValue] {
    var checksum = Checksum()
    for file in files {
      let mapped = try MappedFile(file)
      Array("\(file.lastPathComponent) \(mapped.count)".utf8).withUnsafeBytes { checksum.update($0) }
      mapped.withBytes { checksum.update(UnsafeRawBufferPointer(rebasing: $0.prefix(1 << 16))) }
    }
    var result: [String: SettingValue] = [
      "dumps": .number(Double(files.count)), "first dump": .text(files[0].lastPathComponent),
      "dumps crc32": .number(Double(checksum.value)),
    ]
    if let timeStep = options.timeStep { result["time step"] = .number(timeStep) }
    return result
  }

  public func trajectory(_ m: Int) throws -> Trajectory {
    let reader = try LAMMPSDumpReader(files[m], axes: conversion.needsSlab ? nil : dimension)
    var frames: [Trajectory.Frame] = []
    while let frame = try reader.next() {
      let converted = try conversion(frame, of: reader.scanner)
      if let last = frames.last, converted.time <= last.time {
        throw reader.scanner.error(
          atLine: frame.firstLine - 1,
          "step \(frame.step) does not come after the step of the frame before it; remove repeated frames, and give "
            + "every run a file of its own")
      }
      frames.append(converted)
    }
    return Trajectory(frames: frames)
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

  private static func firstFrame(_ file: URL, axes: Int?) throws -> LAMMPSDumpReader.Frame {
    guard let frame = try LAMMPSDumpReader(file, axes: axes).next() else {
      throw MacrostateError(
        .badData, "\(file.path): it has no frames; the run wrote nothing, or the file is not a dump")
    }
    return frame
  }

  private static func frameCount(_ file: URL, axes: Int?) throws -> Int {
    let reader = try LAMMPSDumpReader(file, axes: axes)
    var count = 0
    while try reader.next() != nil { count += 1 }
    return count
  }

  private static func isSlab(_ frame: LAMMPSDumpReader.Frame) -> Bool {
    guard frame.columns.coordinates.count == 3, frame.atomCount > 1 else { return false }
    return stride(from: 2, to: frame.values.count, by: frame.columns.table.width)
      .allSatisfy { frame.values[$0] == frame.values[2] }
  }

  private static func greatestType(_ frame: LAMMPSDumpReader.Frame) -> Int {
    guard let place = frame.columns.typePlace else { return 1 }
    return stride(from: place, to: frame.values.count, by: frame.columns.table.width)
      .reduce(1) { max($0, Int(exactly: frame.values[$1]) ?? 0) }
  }
}
