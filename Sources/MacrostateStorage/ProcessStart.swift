import CFileSystem
import Foundation

/// The inheritance of a process from the one that started it, made fit for long work.
public enum ProcessStart {
  /// Makes the standard streams and the signals of this process what the rest of the program takes them for; to be
  /// called once, by a program's first line, not by a library.
  ///
  /// - A standard stream that was closed (`2>&-`) is opened, so that no file of ours gets its number and is written into
  ///   by messages. It refuses what it is for, with an error as before: nobody takes a table for written.
  /// - A pipe that nobody reads and a file size limit (`ulimit -f`) are errors of the call that writes, not signals that
  ///   end the process in the middle of its work.
  /// - The ends of child processes are told to this process, even where its parent did not want to know of its own.
  /// - A file that is shortened while it is mapped ends the process with a message and the exit code of bad data.
  public static func prepare() {
    for (descriptor, mode) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY)] {
      // The lowest free number is taken: this one, since those below it are open by now.
      if fcntl(descriptor, F_GETFD) < 0, errno == EBADF { _ = open("/dev/null", mode) }
    }
    makeWritingFail()
    signal(SIGCHLD, SIG_DFL)
    macrostate_name_lost_maps(MacrostateError.Kind.badData.exitCode)
  }

  /// At a file size limit and at the end of a pipe, writing fails with a message instead of ending the process.
  static func makeWritingFail() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
  }
}
