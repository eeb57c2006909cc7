/// A frame of particles as it stands in a file of any format, before anything is made of it.
package struct ParticleFrame {
  /// The step of the simulation; nil where the file has none.
  package var step: Int?
  /// The time, in the file's unit; nil where the file has none.
  package var time: Double?
  /// The units that the file names, or that its format fixes.
  package var units = FileUnits()
  /// The box; nil for none.
  package var box: FrameBox?
  /// The number n of particles.
  package var count: Int
  /// The coordinates `[n, axes]` as they are written, x first: the first columns of a table.
  package var positions: ParticleTable
  /// The coordinates that are there, x first.
  package var coordinates: [Coordinate]
  /// The number of each particle, by which particles are sorted; nil where their order is that of the file.
  package var ids: ParticleColumn?
  /// Whether positions are those of the image that particles have gone to.
  package var isUnwrapped = false
  /// What may name the species of particles: `type`, `name`, `element`, ….
  package var labels: [ParticleLabel: ParticleLabels] = [:]
  /// The other columns that were asked for, by name: features, and what observables look at.
  package var columns: [String: ParticleColumn] = [:]
  /// The periods that were taken off along each axis when positions were wrapped, three columns; nil where the file does
  /// not say.
  package var images: [ParticleColumn]?
  /// The names of the columns as the file has them, for messages; empty where it has none.
  package var columnsAsWritten: [String] = []
  /// What the file calls the time, for messages.
  package var timeText = "a time"
  /// Where the frame stands.
  package var place: FramePlace

  /// How a coordinate is written.
  package enum Coordinate {
    /// In the unit of length.
    case absolute
    /// In units of the box, from its lower bound.
    case scaled
  }
}

/// What may tell the species of particles apart.
public enum ParticleLabel: String, CaseIterable, Sendable {
  /// A number or a name that the simulation gave to particles with the same interactions.
  case type
  /// The name of an atom, as in files of proteins: `CA`.
  case name
  /// The chemical element.
  case element
  /// The name of the residue that the particle belongs to: `HOH`.
  case residue
}

/// The label of each particle.
package struct ParticleLabels {
  /// The number of each particle's name, counted from 0; or its type 1, 2, … where types have no names.
  package var numbers: ParticleColumn
  /// The names; nil for types that are numbers.
  package var names: [String]?
  /// What the file calls the label: `typelabel`.
  package var column: String
}

/// Numbers in rows of `width`.
package struct ParticleTable {
  /// Numbers as files have them: nothing is converted before it must be.
  package enum Numbers {
    case doubles([Double])
    case singles([Float])
  }

  package var numbers: Numbers
  package var width: Int

  /// A table of double precision.
  package init(_ numbers: [Double], width: Int) { (self.numbers, self.width) = (.doubles(numbers), width) }

  /// A table of single precision.
  package init(_ numbers: [Float], width: Int) { (self.numbers, self.width) = (.singles(numbers), width) }

  /// The column at `place`.
  package func column(_ place: Int) -> ParticleColumn { ParticleColumn(table: self, place: place) }

  /// The number at `place` of `row`.
  package subscript(row: Int, place: Int) -> Double {
    switch numbers {
    case .doubles(let values): values[row * width + place]
    case .singles(let values): Double(values[row * width + place])
    }
  }
}

/// A column of a table: a number for each particle.
package struct ParticleColumn {
  package let table: ParticleTable
  package let place: Int

  /// A column of its own.
  package init(_ numbers: [Double]) { self.init(table: ParticleTable(numbers, width: 1), place: 0) }

  /// The column at `place` of `table`.
  package init(table: ParticleTable, place: Int) { (self.table, self.place) = (table, place) }

  /// The number of a row.
  package subscript(row: Int) -> Double { table[row, place] }

  /// All numbers, by rows.
  package var values: [Double] {
    switch table.numbers {
    case .doubles(let numbers): stride(from: place, to: numbers.count, by: table.width).map { numbers[$0] }
    case .singles(let numbers): stride(from: place, to: numbers.count, by: table.width).map { Double(numbers[$0]) }
    }
  }
}

/// The units of a file.
package struct FileUnits: Equatable {
  /// The unit of lengths, such as `nm`; nil where nobody knows.
  package var length: String?
  /// The unit of times, such as `ps`; nil where nobody knows.
  package var time: String?
  /// The system of units that the file names, such as `lj`; nil for none.
  package var system: String?
}

extension ParticleFrame {
  /// Whether all particles have the same z, and there are several.
  var isSlab: Bool {
    guard coordinates.count == 3, count > 1 else { return false }
    let first = positions[0, 2]
    return (0..<count).allSatisfy { positions[$0, 2] == first }
  }
}
