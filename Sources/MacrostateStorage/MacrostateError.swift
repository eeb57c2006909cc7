/// An error that a user can act on: one message that names the file, the place in it and the remedy.
///
/// Every part of Macrostate throws this type for bad input; the command-line tool prints `message` and exits with
/// `kind.exitCode`.
public struct MacrostateError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The kind of failure, as far as a calling script needs to know.
  public enum Kind: Int32, Sendable {
    /// Anything without a code of its own: a full disk, a diverging run.
    case failure = 1
    /// The command line was wrong.
    case usage = 64
    /// A configuration or a data file was wrong.
    case badData = 65
    /// An input does not exist or cannot be read.
    case missingInput = 66
    /// Stopped by a signal or a wall-time limit, with a checkpoint: the same command carries on.
    case stopped = 75

    /// The exit code of the process, after sysexits.h.
    public var exitCode: Int32 { rawValue }
  }

  /// The kind of error, which decides the exit code.
  public var kind: Kind
  /// One sentence for the user: what, where, and what to do about it.
  public var message: String

  /// An error of `kind` with `message`.
  public init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  public var description: String { message }
}
