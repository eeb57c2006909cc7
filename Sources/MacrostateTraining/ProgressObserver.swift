/// Who is told how far a long job is.
public protocol ProgressObserver: Sendable {
  /// `done` of `total` units of the job `name` are done; `note` is a short remark such as the best score.
  func update(_ name: String, done: Int, of total: Int, note: String)
  /// A line for the log.
  func log(_ line: String)
  /// Something that the user should look at.
  func warn(_ line: String)
}

/// Tells nobody.
public struct SilentProgress: ProgressObserver {
  /// Tells nobody.
  public init() {}
  public func update(_ name: String, done: Int, of total: Int, note: String) {}
  public func log(_ line: String) {}
  public func warn(_ line: String) {}
}
