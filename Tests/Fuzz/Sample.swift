import Foundation
import MacrostateStorage

/// Files that belong together, by their paths in a folder.
struct Sample {
  var files: [String: [UInt8]] = [:]

  init() {}

  /// All files in the folder at `url` and in those below it.
  init(_ url: URL) throws {
    try read(url, below: "")
  }

  private mutating func read(_ url: URL, below path: String) throws {
    for item in try Folder.contents(url) {
      let name = path + item.lastPathComponent
      if Folder.exists(item) {
        try read(item, below: name + "/")
      } else {
        files[name] = [UInt8](try Data(contentsOf: item))
      }
    }
  }

  /// The samples of a format, which are folders in the folder of its name.
  static func all(_ format: FuzzFormat, in samples: URL) throws -> [Sample] {
    try Folder.contents(samples.appendingPathComponent(format.rawValue)).map(Sample.init)
  }

  /// Writes the files into the folder `url`, which then has no others.
  func write(to url: URL) throws {
    try Folder.remove(url)
    try Folder.create(url)
    for (path, bytes) in files {
      let file = url.appendingPathComponent(path)
      try Folder.create(file.deletingLastPathComponent())
      try Data(bytes).write(to: file)
    }
  }

  /// The files of `other` in the place of those of their names, and beside the rest.
  func overlaid(by other: Sample) -> Sample {
    var result = self
    result.files.merge(other.files) { $1 }
    return result
  }

  /// The files that differ from those of `other`, or that it does not have.
  func changes(from other: Sample) -> Sample {
    var result = Sample()
    result.files = files.filter { other.files[$0.key] != $0.value }
    return result
  }

  /// Makes the records of a file's size and check sum, wherever one is kept, those of its bytes: what is behind the check
  /// sums is to be tried, too.
  mutating func reseal(_ path: String) {
    guard let bytes = files[path], let name = path.split(separator: "/").last.map(String.init) else { return }
    let record = ["byteCount": bytes.count, "crc32": Int(bytes.withUnsafeBytes { Checksum($0).value })]
    for (other, text) in files where other.hasSuffix(".json") && other != path {
      guard let value = try? JSONSerialization.jsonObject(with: Data(text)) else { continue }
      var isChanged = false
      let sealed = Self.replacing(name, by: record, in: value, &isChanged)
      guard isChanged, let data = try? JSONSerialization.data(withJSONObject: sealed, options: .sortedKeys) else {
        continue
      }
      files[other] = [UInt8](data)
    }
  }

  private static func replacing(_ name: String, by record: [String: Int], in value: Any, _ isChanged: inout Bool) -> Any
  {
    guard var object = value as? [String: Any] else { return value }
    for (key, inner) in object {
      if key == name, let old = inner as? [String: Any], old["crc32"] != nil {
        object[key] = old.merging(record) { $1 }
        isChanged = true
      } else {
        object[key] = replacing(name, by: record, in: inner, &isChanged)
      }
    }
    return object
  }
}
