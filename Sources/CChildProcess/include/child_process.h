// Starting a program as a child of this process. In C because between fork and exec only calls that are safe in signal
// handlers are allowed, and Swift promises that of none of its own.

#pragma once
#include <sys/types.h>

/// Starts `executable` with `arguments` and `environment` (arrays of texts that end with null) in `folder`, with its
/// output and errors in the file `output` and nothing to read. It leads a process group of its own, so that it can be ended
/// with its children; it inherits no ignored and no blocked signal; and on Linux it ends with the thread that started it,
/// even where this process is killed.
///
/// Returns its process number, or −1 with the reason in `errno`.
pid_t macrostate_start_process(const char *executable, char *const *arguments, char *const *environment,
                               const char *folder, const char *output);
