import Foundation
import MacrostateSettings
import MacrostateStorage
import Microstates

/// The trajectories of another source with observables from tables, one table for each trajectory: every frame gets the row
/// of its time, after the observables it has; rows in between are passed over.
public struct ObservedTrajectories: TrajectorySourceView {
  let source: any TrajectorySource
  private let tables: [ObservableTable]
  /// Those of the source, then those of the tables.
  public let observables: [ObservableDescription]

  /// The trajectories of `source` with the observables in `tables`, in the same order.
  ///
  /// - Throws: `MacrostateError` of kind `usage` for another number of tables; `badData` for tables of different columns.
  public init(_ source: any TrajectorySource, _ tables: [ObservableTable]) throws {
    guard let first = tables.first, tables.count == source.trajectoryCount else {
      throw MacrostateError(
        .usage,
        "\(tables.count) files of observables for the \(source.trajectoryCount) trajectories of \(source.name); give one for "
          + "each, in their order: --observables first.log,second.log")
    }
    if let other = tables.first(where: { $0.names != first.names }) {
      throw MacrostateError(
        .badData,
        "\(other.url.path): its columns are \(other.names.joined(separator: ", ")), and those of \(first.url.path) "
          + "\(first.names.joined(separator: ", ")); choose those that all have (--observable-names)")
    }
    self.source = source
    self.tables = tables
    observables = source.observables + first.names.map { ObservableDescription(name: $0) }
  }

  public var files: [(role: String, url: URL)] { source.files + tables.map { ("observables", $0.url) } }

  public var settings: [String: StoredSetting] {
    source.settings.merging(["columns of tables": .text(tables[0].names.joined(separator: ","))]) { $1 }
  }

  public var notes: [String] {
    source.notes + (tables[0].note.map { ["\(tables[0].url.path): \($0)"] } ?? [])
  }

  public func frameCount(ofTrajectory m: Int) throws -> Int { try source.frameCount(ofTrajectory: m) }

  public func frames(ofTrajectory m: Int, from first: Int) throws -> FrameStream {
    let table = tables[m]
    let stream = try source.frames(ofTrajectory: m, from: first).compactMap { frame, number in
      var frame = frame
      frame.observables += try table.row(row(of: frame, first + number, table, m))
      return frame
    }
    guard table.times == nil else { return stream }
    return stream.finally { count in
      guard first + count >= table.rowCount else {
        throw MacrostateError(
          .badData,
          "\(table.url.path): \(table.rowCount) rows for the \(first + count) frames of trajectory \(m) of \(name)")
      }
    }
  }

  private func row(of frame: Trajectory.Frame, _ number: Int, _ table: ObservableTable, _ m: Int) throws -> Int {
    guard table.times != nil else {
      guard number < table.rowCount else {
        throw MacrostateError(
          .badData,
          "\(table.url.path): \(table.rowCount) rows, and trajectory \(m) of \(name) has a frame \(number) (from 0)")
      }
      return number
    }
    let found = table.row(at: frame.time)
    guard let row = found.row else {
      throw MacrostateError(
        .badData,
        "\(table.url.path): no row at the time \(frame.time) of frame \(number) of trajectory \(m) of \(name); the nearest "
          + "is at \(found.nearest). Print a row for every frame, or leave the frame out (--first, --last, --every)")
    }
    return row
  }
}

extension TrajectoryReaders {
  /// Opens `files` as `open(_:as:options:)` does, with the observables in `observables`: one array that the reader of
  /// `files` takes itself, or a table for each trajectory.
  ///
  /// - Parameter names: the names of the columns of an array, or of those to take.
  /// - Throws: as `open(_:as:options:)`, `ObservableTable` and `ObservedTrajectories` do.
  public static func open(
    _ files: [URL], as request: PartRequest? = nil, options: ReadingOptions, observables: [URL], names: [String]?
  ) throws -> any TrajectorySource {
    var options = options
    guard let file = observables.first else {
      options.observableNames = names
      return try open(files, as: request, options: options)
    }
    let reader = try type(of: files, as: request)
    let isArray = try ["npy", "npz"].contains(file.pathExtension.lowercased()) || ObservableTable.isArray(file)
    if observables.count == 1, isArray, reader.options.contains(.observables) {
      (options.observables, options.observableNames) = (file, names)
      return try open(files, as: request, options: options)
    }
    let source = try open(files, as: request, options: options)
    // The time step of arrays is that between frames, and not of a step of a simulation.
    let timeStep = reader.options.contains(.observables) ? nil : options.timeStep
    let tables = try observables.map { url in
      try ObservableTable(url, names: names, timeStep: timeStep, timeFactor: source.timeFactor)
    }
    return try ObservedTrajectories(source, tables)
  }
}

extension TrajectorySource {
  /// What the times of the files were multiplied by.
  fileprivate var timeFactor: Double {
    if case .number(let factor) = settings[UnitScale.timeFactorKey] { factor } else { 1 }
  }
}
