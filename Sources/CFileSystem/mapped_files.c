/// What happens when a file is shortened while it is mapped.
///
/// The system answers a reading behind the file's new end with SIGBUS, in the middle of a loop over numbers. Reading
/// with pread instead would copy every batch of every training for the sake of a thing that must not happen; so the
/// signal is caught. Nothing can go on from there: the handler says which file it was, and ends the process. A training
/// then carries on from its last checkpoint. It is C, since a handler of signals may do next to nothing: no allocation,
/// no locks, none of Swift's or Foundation's functions. It reads a table of fixed size without a lock.

#include "mapped_files.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { slotCount = 1 << 14 };

enum { isFree, isBeingWritten, isInUse };

static struct {
  atomic_int state;
  uintptr_t start;
  size_t length;
  char *path;
} slots[slotCount];

/// Where to look for a free slot first; only a hint.
static atomic_uint nextSlot;
static int exitCodeOfLoss;

long macrostate_remember_map(const void *start, size_t length, const char *path) {
  unsigned first = atomic_load(&nextSlot);
  for (unsigned i = 0; i < slotCount; i++) {
    unsigned slot = (first + i) % slotCount;
    int expected = isFree;
    if (!atomic_compare_exchange_strong(&slots[slot].state, &expected, isBeingWritten)) continue;
    slots[slot].start = (uintptr_t)start;
    slots[slot].length = length;
    slots[slot].path = strdup(path);
    atomic_store(&slots[slot].state, isInUse);
    atomic_store(&nextSlot, slot + 1);
    return slot;
  }
  return -1;
}

void macrostate_forget_map(long number) {
  if (number < 0) return;
  atomic_store(&slots[number].state, isBeingWritten);
  free(slots[number].path);
  slots[number].path = NULL;
  atomic_store(&slots[number].state, isFree);
}

static void say(const char *text) {
  // Names of files go to a terminal: without control characters.
  char line[4096];
  size_t count = 0;
  for (; text[count] != 0 && count < sizeof line; count++) {
    unsigned char byte = (unsigned char)text[count];
    line[count] = byte < 0x20 || byte == 0x7f ? '?' : text[count];
  }
  if (write(STDERR_FILENO, line, count) < 0) return;
}

static void nameLostMap(int number, siginfo_t *information, void *context) {
  (void)context;
  uintptr_t address = (uintptr_t)information->si_addr;
  // The map of the address is being read by the thread that this runs on, so its slot cannot be given back meanwhile.
  for (unsigned i = 0; information->si_code > 0 && i < slotCount; i++) {
    if (atomic_load(&slots[i].state) != isInUse) continue;
    if (address < slots[i].start || address - slots[i].start >= slots[i].length) continue;
    say("macrostate: ");
    say(slots[i].path != NULL ? slots[i].path : "a mapped file");
    say(": was shortened while it was read, or its disk fails; restore the file and run the same command again");
    if (write(STDERR_FILENO, "\n", 1) < 0) _exit(exitCodeOfLoss);
    _exit(exitCodeOfLoss);
  }
  signal(number, SIG_DFL);
  raise(number);
}

void macrostate_name_lost_maps(int exitCode) {
  exitCodeOfLoss = exitCode;
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = nameLostMap;
  action.sa_flags = SA_SIGINFO;
  sigemptyset(&action.sa_mask);
  sigaction(SIGBUS, &action, NULL);
#ifdef __APPLE__
  // There some kinds of maps end in SIGSEGV.
  sigaction(SIGSEGV, &action, NULL);
#endif
}
