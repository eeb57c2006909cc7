/// Two names that change their places in a single step, so that no moment finds one of them missing. It is C, since
/// Swift's Glibc does not have the call.

#define _GNU_SOURCE
#include "exchanged_names.h"

#include <fcntl.h>
#include <stdio.h>

int macrostate_exchange_names(const char *first, const char *second) {
#if defined(__linux__)
  return renameat2(AT_FDCWD, first, AT_FDCWD, second, RENAME_EXCHANGE);
#else
  return renamex_np(first, second, RENAME_SWAP);
#endif
}
