import Foundation
import MacrostateStorage

/// The arrays that are looked for in a `.npz` file.
package enum NumPyRole: Sendable {
  case positions, features, featureNames, observables, observableNames, types, times, box, offsets, trajectoryOffsets

  /// The names that such an array may have, the first one found being taken.
  fileprivate var names: [String] {
    switch self {
    // The second name is that of the paper's own code.
    case .positions: ["positions", "trajectories"]
    case .features: ["features", "states"]
    case .featureNames: ["feature_names"]
    case .observables: ["observables"]
    case .observableNames: ["observable_names"]
    case .types: ["types"]
    case .times: ["times", "time"]
    case .box: ["box"]
    case .offsets: ["offsets"]
    case .trajectoryOffsets: ["trajectory_offsets"]
    }
  }
}

/// A `.npy` file, which is one array without a name, or a `.npz` file of named arrays; it knows which were not used.
package struct NumPyInput {
  private enum Contents {
    case array(NumPyArray)
    case archive(ZipArchive)
  }

  private let url: URL
  private let contents: Contents
  private var used: Set<String> = []

  /// Opens the file at `url`, of which the first bytes tell what it is, whatever it is called.
  ///
  /// - Throws: `MacrostateError` of kind `missingInput` if it cannot be read; `badData` if it is damaged.
  package init(_ url: URL) throws {
    self.url = url
    let file = try RandomAccessFile(url)
    let start = try file.bytes(at: 0, count: min(2, file.count))
    let isArchive = start == Array("PK".utf8) || (url.pathExtension == "npz" && start.first != 0x93)
    contents = isArchive ? .archive(try ZipArchive(url)) : .array(try NumPyArray(url))
  }

  /// The array that the file is for: the one called `name`, else the only one, whatever its name, else the one called as its
  /// role is.
  ///
  /// - Throws: `MacrostateError` of kind `badData` if there is none, with the names that are there.
  package mutating func main(_ role: NumPyRole, named asked: String? = nil) throws -> NumPyArray {
    switch contents {
    case .array(let array): return array
    case .archive(let archive):
      let names = archive.arrayNames
      if let asked, !names.contains(asked) {
        throw MacrostateError(
          .usage,
          "\(url.path): --array \(asked): no array is called so\(Spelling.hint(for: asked, among: names)); it has "
            + names.joined(separator: ", "))
      }
      guard let name = asked ?? (names.count == 1 ? names[0] : role.names.first(where: names.contains)) else {
        throw missing(role, names)
      }
      used.insert(name)
      return try archive.array(name)
    }
  }

  /// The array of that role beside the main one, if there is one.
  package mutating func side(_ role: NumPyRole) throws -> NumPyArray? {
    guard case .archive(let archive) = contents, archive.arrayNames.count > 1,
      let name = role.names.first(where: archive.arrayNames.contains)
    else { return nil }
    used.insert(name)
    return try archive.array(name)
  }

  /// What is said of an array that was opened, but not used after all.
  package mutating func leave(_ array: NumPyArray) {
    used = used.filter { !array.name.hasSuffix("[\($0)]") }
  }

  /// The arrays of the file that were not asked for, in words; nil if there are none.
  package var unusedNote: String? {
    guard case .archive(let archive) = contents else { return nil }
    let names = archive.arrayNames.filter { !used.contains($0) }
    return names.isEmpty ? nil : "\(url.path): not used: \(names.joined(separator: ", "))"
  }

  private func missing(_ role: NumPyRole, _ names: [String]) -> MacrostateError {
    let name = role.names[0]
    guard !names.isEmpty else { return MacrostateError(.badData, "\(url.path): there are no arrays (.npy) in it") }
    return MacrostateError(
      .badData,
      "\(url.path): it has the arrays \(names.joined(separator: ", ")), and none is called '\(name)'; say which (--array), or save the array under "
        + "this name (in Python numpy.savez('\(url.lastPathComponent)', \(name)=x), as a rule with types=, times= and "
        + "observables= beside positions=), or alone in a file")
  }
}
