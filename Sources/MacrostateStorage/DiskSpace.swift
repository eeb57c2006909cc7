import Foundation

/// Room on a disk.
public enum DiskSpace {
  /// The free bytes of the disk that holds `url`, or the nearest folder above it that exists; nil where unknown.
  public static func free(at url: URL) -> Double? {
    var folder = url.absoluteURL.standardizedFileURL
    while !Folder.exists(folder), folder.path != "/" { folder.deleteLastPathComponent() }
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder.path)
    return (attributes?[.systemFreeSize] as? NSNumber)?.doubleValue
  }

  /// Refuses to begin where `bytes` do not fit.
  ///
  /// - Throws: `MacrostateError` of kind `failure` that names the folder, what is needed and what is free.
  public static func require(_ bytes: Double, at url: URL) throws {
    guard let free = free(at: url), free < bytes else { return }
    throw MacrostateError(
      .failure,
      "\(url.path): \(text(bytes)) are needed and \(text(free)) free; free space, or choose another folder with "
        + "--output")
  }

  /// A number of bytes as people say it.
  public static func text(_ bytes: Double) -> String {
    bytes < 1e8 ? String(format: "%.1f MB", bytes / 1e6) : String(format: "%.1f GB", bytes / 1e9)
  }
}
