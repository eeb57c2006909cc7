#ifndef MACROSTATE_MAPPED_FILES_H
#define MACROSTATE_MAPPED_FILES_H

#include <stddef.h>

/// Remembers that `length` bytes from `start` on are the file at `path`; returns a number for `macrostate_forget_map`,
/// or -1 where the table is full. Any thread may call it.
long macrostate_remember_map(const void *start, size_t length, const char *path);

/// Forgets a map; to be called before its memory is given back.
void macrostate_forget_map(long number);

/// Makes this process end with a message that names the file, and with `exitCode`, when a mapped file is shorter than
/// it was or can no longer be read.
void macrostate_name_lost_maps(int exitCode);

#endif
