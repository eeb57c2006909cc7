import Foundation
import MacrostateStorage
import Microstates
import TestSupport
import Testing
import TrajectoryFormats

/// The text of a small LAMMPS dump in the plane, with parts that a test may change.
struct DumpText {
  struct Atom {
    var id: Int
    var type: Int
    var x: Double
    var y: Double
  }

  var columns = "id type x y"
  var boundaries = "pp ff pp"
  /// Of x, y and z.
  var bounds = [(-3.0, 5.0), (1.0, 9.0), (-0.5, 0.5)]
  var frames = [DumpText.atoms, DumpText.atoms.map { Atom(id: $0.id, type: $0.type, x: $0.x + 0.25, y: $0.y) }]
  var stepsPerFrame = 100

  static let atoms = [
    Atom(id: 1, type: 1, x: -2, y: 2), Atom(id: 2, type: 2, x: 0.5, y: 3), Atom(id: 3, type: 1, x: 4.5, y: 8.5),
    Atom(id: 4, type: 2, x: 1, y: 1.25),
  ]

  /// What a column of an atom says.
  private func value(_ column: Substring, _ atom: Atom) -> String {
    func scaled(_ value: Double, _ axis: Int) -> Double {
      (value - bounds[axis].0) / (bounds[axis].1 - bounds[axis].0)
    }
    return switch column {
    case "id": "\(atom.id)"
    case "type": "\(atom.type)"
    case "x": "\(atom.x)"
    case "y": "\(atom.y)"
    // Two boxes to the right.
    case "xu": "\(atom.x + 2 * (bounds[0].1 - bounds[0].0))"
    case "yu": "\(atom.y)"
    case "xs": "\(scaled(atom.x, 0))"
    case "ys": "\(scaled(atom.y, 1))"
    case "xsu": "\(scaled(atom.x, 0) - 3)"
    case "ysu": "\(scaled(atom.y, 1))"
    case "z", "zu", "zs": "0"
    default: "hello"
    }
  }

  var text: String {
    frames.enumerated().map { f, atoms in
      let rows = atoms.map { atom in
        columns.split(separator: " ").map { value($0, atom) }.joined(separator: " ") + " \n"
      }
      return """
        ITEM: TIMESTEP
        \(f * stepsPerFrame)
        ITEM: NUMBER OF ATOMS
        \(atoms.count)
        ITEM: BOX BOUNDS \(boundaries)
        \(bounds.map { "\($0.0) \($0.1)" }.joined(separator: "\n"))
        ITEM: ATOMS \(columns)

        """ + rows.joined()
    }.joined()
  }
}

/// A folder of dumps, removed with it.
final class DumpFolder {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  var url: URL { folder.url }

  func write(_ text: String, _ name: String = "x.dump") throws -> URL { try folder.file(name, text) }

  func source(_ text: String, options: LAMMPSDumpSource.Options = .init()) throws -> LAMMPSDumpSource {
    try LAMMPSDumpSource([write(text)], options: options)
  }

  /// The positions `[frames][S][n·d]` of a dump's text.
  func positions(_ text: String, options: LAMMPSDumpSource.Options = .init()) throws -> [[[Float]]] {
    try source(text, options: options).trajectory(0).frames.map(\.positions)
  }

  /// Expects the dump to be refused with a message that names the file and contains `part`.
  func expectRefusal(
    _ part: String, _ text: String, kind: MacrostateError.Kind = .badData,
    options: LAMMPSDumpSource.Options = .init(), sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let error = #expect(throws: MacrostateError.self, sourceLocation: sourceLocation) {
      _ = try positions(text, options: options)
    }
    #expect(error?.kind == kind, sourceLocation: sourceLocation)
    let message = error?.message ?? ""
    #expect(message.contains(part), "\(message)", sourceLocation: sourceLocation)
    #expect(kind == .usage || message.contains("x.dump"), "\(message)", sourceLocation: sourceLocation)
  }
}
