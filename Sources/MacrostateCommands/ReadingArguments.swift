import ArgumentParser
import Foundation
import MacrostateKit

/// What files of trajectories do not say, and what is wanted of them: for all commands that read such files.
struct ReadingArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The format of the files, where they do not tell it: "
        + TrajectoryReaders.all.map { $0.name }.joined(separator: ", ")
        + "; its settings follow after commas, NAME,key=value."))
  var format: String?

  @Option(
    help: "Names of the types 1, 2, …, such as A,B; or other names for those in a file without types, sorted.",
    transform: commaSeparated)
  var species: [String]?

  @Option(help: "What makes the species: \(ParticleLabel.allCases.map(\.rawValue).joined(separator: ", ")).")
  var speciesBy: ParticleLabel?

  @Option(
    help: "Columns that become features of the particles, such as vx,vy,vz or c_pe.", transform: commaSeparated)
  var features: [String] = []

  @Option(
    name: .customLong("select"),
    help:
      "Particles to read: type=1,2, name=CA, element=O, residue=HOH, id=1-100, molecule=3. Repeated: all must hold.",
    transform: ParticleSelection.init)
  var selection: [ParticleSelection] = []

  @Option(help: "Names, residues, masses and bonds that the trajectory lacks: a GRO, PDB, PSF or LAMMPS data file.")
  var topology: String?

  @Flag(help: "Make molecules whole, by image flags or the bonds of the topology.")
  var whole = false

  @Flag(help: "Keep unwrapped coordinates, or unwrap by image flags; space is then open.")
  var unwrap = false

  @Option(help: "What a point is: atoms, or molecules by their centres of mass.")
  var particles = ParticleChoice.atoms

  @Option(help: "Unit of length of the data set, such as nm: other units are converted.", transform: unitOfLength)
  var lengthUnit: MeasuringUnit?

  @Option(help: "Unit of time of the data set, such as ps.", transform: unitOfTime)
  var timeUnit: MeasuringUnit?

  @Option(parsing: .unconditional, help: "Dimension of space of a file: 2 leaves z out.", transform: wholeNumber(1...3))
  var dimension: Int?

  @Option(
    help: "Types of particles of arrays, [trajectories, n] or [n], whole numbers: they become species.")
  var types: String?

  @Option(help: "Name of the array of positions in a file of several arrays.")
  var array: String?

  @Option(
    help: ArgumentHelp(
      "Arrays are states without positions on a grid, such as 16x16: [trajectories, frames, 16, 16], with a last axis for "
        + "several features of a cell; 1 for vectors [trajectories, frames, c].", valueName: "cells"),
    transform: gridExtents)
  var grid: [Int]?

  /// What a point is, as the option has it.
  enum ParticleChoice: String, ExpressibleByArgument, CaseIterable {
    case atoms, molecules
  }

  func validate() throws {
    if whole && unwrap { throw ValidationError("--whole and --unwrap: choose one") }
  }

  /// The format that is asked for.
  var request: PartRequest? {
    get throws { try format.map { try PartRequest($0, of: "format") } }
  }

  /// The options for readers.
  var options: ReadingOptions {
    var options = ReadingOptions(types: types.map { URL(fileURLWithPath: $0) }, grid: grid)
    options.array = array
    options.speciesNames = species
    options.speciesBy = speciesBy
    options.features = features
    options.selection = selection
    options.topology = topology.map { URL(fileURLWithPath: $0) }
    options.wholeness = whole ? .whole : unwrap ? .unwrapped : .wrapped
    options.unit = particles == .molecules ? .molecule : .atom
    (options.lengthUnit, options.timeUnit) = (lengthUnit, timeUnit)
    options.dimension = dimension
    return options
  }
}

extension ParticleLabel: ExpressibleByArgument {}

func unitOfLength(_ name: String) throws -> MeasuringUnit { try MeasuringUnit(name, of: .length) }
func unitOfTime(_ name: String) throws -> MeasuringUnit { try MeasuringUnit(name, of: .time) }
