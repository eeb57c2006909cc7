import Foundation
import MacrostateStorage
import TrajectoryFormats

/// The contents of a file of trajectories, and what can be done with it: a data set is made of it first.
public struct InspectedFile: Codable, Sendable {
  /// One array.
  public struct Array: Codable, Sendable {
    /// Its name; the file's path for a `.npy` file.
    public var name: String
    /// The type of its elements, as NumPy writes it: `<f4`.
    public var elements: String
    /// Its shape.
    public var shape: [Int]
  }

  /// The place.
  public var path: String
  /// The kind of file: `LAMMPS dump`.
  public var kind: String
  /// Its arrays; nil for a format without.
  public var arrays: [Array]?
  /// The particles of the first frame; nil for arrays.
  public var particles: Int?
  /// The dimension of space; nil for arrays.
  public var dimension: Int?
  /// The species; nil for arrays.
  public var species: [String]?
  /// The command that makes a data set of it.
  public var next: String

  /// Looks at the file at `url`.
  ///
  /// - Throws: `MacrostateError` where there is none, or it is damaged or of no known format.
  public init(_ url: URL) throws {
    path = url.path
    next = "macrostate import \(url.relativePath) --output \(url.deletingPathExtension().lastPathComponent).dataset"
    let reader = try TrajectoryReaders.type(of: url)
    kind = reader.kind
    arrays = try reader.arrays(in: url)?.map { name, array in
      Array(name: name, elements: array.elementType.descriptor, shape: array.shape)
    }
    guard arrays == nil else { return }
    let source = try TrajectoryReaders.open([url])
    particles = source.typicalParticleCount
    dimension = source.dimension
    species = source.speciesNames
  }

  /// The summary for people.
  public var text: String {
    var lines = ["\(path)  (\(kind), not a data set yet)"]
    for array in arrays ?? [] { lines.append("  \(array.name)  \(shapeText(array.shape)) of '\(array.elements)'") }
    if let particles, let dimension, let species {
      lines.append(
        "  first frame  \(particles) particles, dimension \(dimension), species: \(species.joined(separator: ", "))")
    }
    return (lines + ["Next: \(next)"]).joined(separator: "\n")
  }
}
