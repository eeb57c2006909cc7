import Foundation
import MacrostateSettings
import Microstates

extension LAMMPSDumpSource: TrajectoryReader {
  /// The name.
  public static let name = "lammps-dump"
  /// The files.
  public static let title = "LAMMPS dumps"
  /// A file.
  public static let kind = "LAMMPS dump"
  /// A file, and how it is known.
  public static let appearance = "a text dump of LAMMPS, which begins with 'ITEM:'"
  /// What dumps do not say.
  public static let options: Set<ReadingOption> = [.timeStep, .species, .dimension, .join]
  /// What dumps have instead.
  public static let insteadOf: [ReadingOption: String] = [
    .observables: "dumps have --observable", .observableNames: "dumps have --observable",
    .types: "the types are in the dump",
  ]

  /// Whether the first line that is no comment is one of a dump of atoms.
  public static func recognises(_ file: FileBeginning) -> Bool {
    guard !ForeignFormat.isKnown(file) else { return false }
    return String(file.text.trimmingPrefix("\u{FEFF}")).split(whereSeparator: \.isNewline).lazy
      .map { $0.trimmingCharacters(in: .whitespaces) }
      .first { !$0.isEmpty && !$0.hasPrefix("#") }?.hasPrefix("ITEM: ") ?? false
  }

  /// The dumps `files`; coordinates in a box far from 0 become relative to it, or to what a model wants.
  public init(_ files: [URL], _ options: ReadingOptions, _ settings: NoSettings) throws {
    try self.init(
      files,
      options: .init(
        timeStep: options.timeStep, speciesNames: options.speciesNames, dimension: options.dimension,
        joinsFiles: options.joinsFiles, mayOffset: options.placement == nil, offset: options.placement?.offset))
  }

  /// What a dump without times needs.
  public var advice: [String] {
    hasTimes || hasTimeStep
      ? [] : ["times are steps of LAMMPS; give --time-step, the time step of the simulation, for times"]
  }
}
