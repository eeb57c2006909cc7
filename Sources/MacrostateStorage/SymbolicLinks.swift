import Foundation

/// Symbolic links, followed by hand where each step matters.
enum SymbolicLinks {
  /// As many as Linux follows, one after the other.
  private static let most = 40

  /// `path`, then what each link leads to, up to what is no link or not there; nil where links lead in a circle.
  static func chain(from path: String) -> [String]? {
    var chain = [path]
    var next = target(of: path)
    while let target = next {
      guard chain.count <= most else { return nil }
      chain.append(target)
      next = self.target(of: target)
    }
    return chain
  }

  /// The target of the link at `path`, one step; nil where there is no link.
  static func target(of path: String) -> String? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(path, &buffer, buffer.count)
    guard count > 0 else { return nil }
    let target = String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
    return target.hasPrefix("/") ? target : "\(split(path).folder)/\(target)"
  }

  /// The folder of `path`, as the system finds it, and the name in it.
  static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    return (slash == path.startIndex ? "/" : String(path[..<slash]), String(path[path.index(after: slash)...]))
  }
}
