import Foundation
import MacrostateStorage
import TrajectoryFormats

/// What a file of trajectories contains, and what can be done with it: a data set is made of it first.
public struct InspectedFile: Codable, Sendable {
  /// What it is.
  public enum Kind: String, Codable, Sendable {
    case arrays = "NumPy arrays"
    case dump = "LAMMPS dump"
  }

  /// One array.
  public struct Array: Codable, Sendable {
    /// Its name; the file's path for a `.npy` file.
    public var name: String
    /// The type of its elements, as NumPy writes it: `<f4`.
    public var elements: String
    /// Its shape.
    public var shape: [Int]
  }

  /// Where it is.
  public var path: String
  /// What it is.
  public var kind: Kind
  /// Its arrays; nil for a dump.
  public var arrays: [Array]?
  /// The particles of a dump's first frame; nil for arrays.
  public var particles: Int?
  /// The dimension of space of a dump; nil for arrays.
  public var dimension: Int?
  /// The species of a dump; nil for arrays.
  public var species: [String]?
  /// The command that makes a data set of it.
  public var next: String

  /// Looks at the file at `url`.
  ///
  /// - Throws: `MacrostateError` where there is none, or it is damaged or of no known format.
  public init(_ url: URL) throws {
    path = url.path
    next = "macrostate import \(url.relativePath) --output \(url.deletingPathExtension().lastPathComponent).dataset"
    switch try TrajectoryFormat(of: url) {
    case .numPy:
      kind = .arrays
      arrays = try Self.arrays(url)
    case .lammpsDump:
      kind = .dump
      let source = try LAMMPSDumpSource([url])
      particles = source.typicalParticleCount
      dimension = source.dimension
      species = source.speciesNames
    }
  }

  private static func arrays(_ url: URL) throws -> [Array] {
    func summary(_ name: String, _ array: NumPyArray) -> Array {
      Array(name: name, elements: array.elementType.descriptor, shape: array.shape)
    }
    guard url.pathExtension == "npz" else { return [summary(url.lastPathComponent, try NumPyArray(url))] }
    let archive = try ZipArchive(url)
    return try archive.arrayNames.map { summary($0, try archive.array($0)) }
  }

  /// The summary for people.
  public var text: String {
    var lines = ["\(path)  (\(kind.rawValue), not a data set yet)"]
    for array in arrays ?? [] { lines.append("  \(array.name)  \(shapeText(array.shape)) of '\(array.elements)'") }
    if let particles, let dimension, let species {
      lines.append(
        "  first frame  \(particles) particles, dimension \(dimension), species: \(species.joined(separator: ", "))")
    }
    return (lines + ["Next: \(next)"]).joined(separator: "\n")
  }
}
