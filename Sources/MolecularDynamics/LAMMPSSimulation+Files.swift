import Foundation
import MacrostateStorage
import Microstates

/// The files of the user that a run reads: every run has copies of its own, and may write into them.
extension LAMMPSSimulation {
  /// The key of a file in a data set's description.
  static func key(_ file: URL) -> String { "file \(file.lastPathComponent) crc32" }

  static func checksum(_ file: URL) throws -> StoredSetting { .number(Double(try Checksum.ofFile(file).value)) }

  /// Checks that the files are there, plain files, and of different names, since a run finds them by their names alone.
  func validateFiles() throws {
    var paths: [String: String] = [:]
    for file in files {
      let name = file.lastPathComponent
      guard !Folder.exists(file) else {
        throw MacrostateError(
          .usage, "\(file.path): a folder; name the files in it that the script reads, each with --file")
      }
      // Refuses what is not there, and what is no plain file.
      _ = try MappedFile(file)
      guard name != LAMMPSRun.ownFolder else {
        throw MacrostateError(.usage, "\(file.path): every run has a folder of that name; give the file another name")
      }
      if let other = paths.updateValue(file.path, forKey: name) {
        throw MacrostateError(
          .usage, "\(other) and \(file.path) are both called \(name) in a run's folder; give one another name")
      }
    }
  }

  /// The bytes of a run's copies.
  func fileBytes() throws -> Double {
    try files.reduce(0) { try $0 + Double(MappedFile($1).count) }
  }

  /// Copies the files into the folder of a run.
  ///
  /// - Parameter origin: what the data set is made of.
  /// - Throws: `MacrostateError` of kind `badData` if one of them, or the script, is not what it was when the work began.
  func copyFiles(to folder: URL, origin: DatasetDescription.Generator) throws {
    var copies: [URL] = []
    for file in files {
      let copy = folder.appendingPathComponent(file.lastPathComponent)
      try FileCopy.copy(file, to: copy)
      copies.append(copy)
    }
    let isOriginal = try copies.allSatisfy { try origin.parameters[Self.key($0)] == Self.checksum($0) }
    guard isOriginal, try LAMMPSScript(script.url).checksum == script.checksum else {
      throw MacrostateError(
        .badData,
        "\(script.url.path): the script or one of its files has been changed while its runs were made; undo the change, "
          + "or choose another output")
    }
  }

  /// Removes the copies that the run has left as they were.
  func removeCopies(in folder: URL, origin: DatasetDescription.Generator) throws {
    for file in files {
      let copy = folder.appendingPathComponent(file.lastPathComponent)
      guard let checksum = try? Self.checksum(copy), checksum == origin.parameters[Self.key(file)] else { continue }
      try Folder.remove(copy)
    }
  }
}
