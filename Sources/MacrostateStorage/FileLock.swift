import Foundation

/// Locks of open files that the system gives back when their process ends, whatever ends it.
enum FileLock {
  /// The end of an attempt.
  enum Outcome: Equatable {
    /// This descriptor has the lock now.
    case taken
    /// Another process has it, or another descriptor of this one.
    case held
    /// The file system has no locks.
    case unsupported
  }

  /// Tries to lock what `descriptor` has open for itself alone.
  ///
  /// - Parameter waits: whether to wait for a lock that another holds.
  /// - Throws: `MacrostateError(.failure)` for an error of the disk.
  static func take(_ descriptor: Int32, waits: Bool = false, of url: URL) throws -> Outcome {
    while flock(descriptor, LOCK_EX | (waits ? 0 : LOCK_NB)) < 0 {
      switch errno {
      case EINTR: continue
      case EWOULDBLOCK: return .held
      case ENOLCK, EOPNOTSUPP, ENOTSUP, ENOSYS, EINVAL, EBADF, EPERM, EACCES: return .unsupported
      case let code: throw MacrostateError.system(code, .writing, url)
      }
    }
    return .taken
  }
}
