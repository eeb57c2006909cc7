import Foundation
import MacrostateSettings
import MacrostateStorage
import TrajectoryFormats

/// The arrays in a file, which need not be trajectories.
public struct InspectedArrays: Codable, Sendable {
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
  /// The kind of file: `NumPy arrays`.
  public var kind: String
  /// Its arrays.
  public var arrays: [Array]

  /// Looks at the file at `url`; nil for one of a format without arrays.
  ///
  /// - Throws: `MacrostateError` where there is none, or it is damaged or of no known format.
  public init?(_ url: URL) throws {
    let reader = try TrajectoryReaders.type(of: url)
    guard let found = try reader.arrays(in: url) else { return nil }
    (path, kind) = (url.path, reader.kind)
    arrays = found.map { Array(name: $0, elements: $1.elementType.descriptor, shape: $1.shape) }
  }

  /// Whether the arrays can be read as trajectories.
  public func isTrajectory(as request: PartRequest?, options: ReadingOptions) -> Bool {
    (try? TrajectoryReaders.open([URL(fileURLWithPath: path)], as: request, options: options)) != nil
  }

  /// The arrays, a line each.
  public var list: String {
    arrays.map { "  array         \($0.name) \(shapeText($0.shape)) of '\($0.elements)'" }.joined(separator: "\n")
  }

  /// The summary for people, of arrays that are no trajectories.
  public var text: String { "\(path)  (\(kind), no trajectories as they are)\n\(list)" }
}
