#ifndef MACROSTATE_EXCHANGED_NAMES_H
#define MACROSTATE_EXCHANGED_NAMES_H

/// Lets two files or folders of one file system change their names in a single step; returns 0, or -1 with `errno` where
/// that cannot be done.
int macrostate_exchange_names(const char *first, const char *second);

#endif
