import Foundation
import MacrostateStorage

/// A library of others that this process has loaded. It stays until the process ends.
struct LoadedLibrary {
  let library: ForeignLibrary
  let path: String
  private let handle: UnsafeMutableRawPointer

  /// Loads the file at `path`.
  ///
  /// - Throws: `MacrostateError` of kind `failure` with what is to be done.
  init(_ library: ForeignLibrary, path: String) throws {
    guard let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
      let reason = dlerror().map { String(cString: $0) } ?? "no reason given"
      throw MacrostateError(.failure, "\(path): cannot be loaded (\(reason)); \(library.remedy)")
    }
    (self.library, self.path, self.handle) = (library, path, handle)
  }

  /// Where the function or the variable `name` is.
  ///
  /// - Throws: `MacrostateError` of kind `failure` if the library has none.
  func address(of name: String) throws -> UnsafeMutableRawPointer {
    guard let address = dlsym(handle, name) else {
      throw MacrostateError(.failure, "\(path): has no '\(name)' and is not \(library.title); \(library.remedy)")
    }
    return address
  }

  /// The function `name`, whose type in C the caller knows.
  func function<Function>(_ name: String, as type: Function.Type = Function.self) throws -> Function {
    try unsafeBitCast(address(of: name), to: type)
  }

  /// The error of a version that cannot be used.
  func unsuitable(version: String) -> MacrostateError {
    MacrostateError(
      .failure, "\(path): version \(version) of \(library.rawValue), and \(library.title) is needed; \(library.remedy)")
  }
}
