import Foundation

/// The kind of thing behind a path.
enum FileKind: Equatable {
  case plain, folder, namedPipe, socket
  /// A device that gives bytes and takes them, such as a terminal.
  case characterDevice(number: dev_t)
  /// A disk.
  case blockDevice

  /// The kind that `stat` tells.
  init(_ status: stat) {
    switch status.st_mode & S_IFMT {
    case S_IFREG: self = .plain
    case S_IFDIR: self = .folder
    case S_IFIFO: self = .namedPipe
    case S_IFSOCK: self = .socket
    case S_IFCHR: self = .characterDevice(number: dev_t(status.st_rdev))
    default: self = .blockDevice
    }
  }

  /// The kind of what is at `path`, links followed; nil where nothing is, or nothing that may be looked at.
  init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  /// The kind of what is open as `descriptor`; nil where nothing is.
  init?(descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    self.init(status)
  }

  /// Whether this is `/dev/null`, by whatever name.
  var isNullDevice: Bool {
    guard case .characterDevice = self else { return false }
    return self == FileKind(path: "/dev/null")
  }

  /// The kind's name in messages.
  var name: String {
    switch self {
    case .plain: "a file"
    case .folder: "a folder"
    case .namedPipe: "a pipe"
    case .socket: "a socket"
    case .characterDevice, .blockDevice: "a device"
    }
  }

  /// Refuses what is no plain file, open as `descriptor` if that is given.
  ///
  /// - Throws: `MacrostateError` of kind `missingInput`; nothing where there is nothing at all.
  static func requirePlainInput(_ url: URL, descriptor: Int32? = nil) throws {
    let kind = descriptor.map { FileKind(descriptor: $0) } ?? FileKind(path: url.path)
    guard let kind, kind != .plain else { return }
    let remedy = kind == .folder ? "give the path of a file" : "save what it gives in a file, and name that"
    throw MacrostateError(.missingInput, "\(url.path): \(kind.name), not a file; \(remedy)")
  }
}
