// Starting a program beside this process, with a supervisor that ends it. In C because between fork and exec only calls that
// are safe in signal handlers are allowed, and Swift promises that of none of its own.

#pragma once
#include <sys/types.h>

/// A program that runs, and the process that looks after it.
struct macrostate_process {
  /// The supervisor's process number: a child of this process, to be waited for.
  pid_t supervisor;
  /// To close it asks the program to end (SIGTERM), and two seconds later ends it with all that it has started. Where this
  /// process ends, in whatever way, the system closes it, and they are ended at once.
  int control;
  /// Read from here, once: `struct macrostate_end`.
  int end;
  /// What the program prints can be read here, or −1 where a file takes it.
  int output;
};

/// How a program ended.
struct macrostate_end {
  /// The reason (`errno`) why it could not be started, or 0.
  int failure;
  /// What waitpid says of it.
  int status;
};

/// Starts `executable` with `arguments` and `environment` (arrays of texts that end with null) in `folder`, with its
/// output and errors in the file `output` and nothing to read; where `output` is null, with its output in a pipe and
/// errors nowhere. It inherits no ignored and no blocked signal, leads a
/// process group of its own, and has a supervisor: a process that does nothing but to wait for it and for `control`. When
/// the program has ended, by itself or not, and when this process has ended, even by SIGKILL, the supervisor ends the
/// process group; on Linux all that the program has started, in whatever group.
///
/// Returns 0, or −1 with the reason in `errno`.
int macrostate_start_process(const char *executable, char *const *arguments, char *const *environment,
                             const char *folder, const char *output, struct macrostate_process *process);
