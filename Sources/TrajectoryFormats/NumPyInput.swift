import Foundation
import MacrostateStorage

/// A `.npy` file, which is one array without a name, or a `.npz` file of named arrays.
struct NumPyInput {
  private enum Contents {
    case array(NumPyArray)
    case archive(ZipArchive)
  }

  private let contents: Contents

  init(_ url: URL) throws {
    contents = url.pathExtension == "npz" ? .archive(try ZipArchive(url)) : .array(try NumPyArray(url))
  }

  /// Whether there is an array of that name.
  func contains(_ name: String) -> Bool {
    guard case .archive(let archive) = contents else { return false }
    return archive.arrayNames.contains(name) && archive.arrayNames.count > 1
  }

  /// The array `name`; with `orOnly` the only array, whatever its name.
  func array(_ name: String, orOnly: Bool) throws -> NumPyArray {
    switch contents {
    case .array(let array):
      return array
    case .archive(let archive):
      let names = archive.arrayNames
      return try archive.array(orOnly && names.count == 1 ? names[0] : name)
    }
  }
}
