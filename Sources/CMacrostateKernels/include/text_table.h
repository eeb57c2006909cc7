// Numbers and names in columns of text, as in the atoms' lines of a LAMMPS dump. The same code for every instruction set: its time
// goes into single characters.

#pragma once
#include <stddef.h>
#include <stdint.h>

#define MACROSTATE_TEXT_NAMES 64
#define MACROSTATE_TEXT_NAME_LENGTH 63

/// The different names of a column, in the order in which they were met.
typedef struct {
  size_t count;
  /// The bytes of each, `[MACROSTATE_TEXT_NAMES]`.
  size_t *lengths;
  /// `[MACROSTATE_TEXT_NAMES, MACROSTATE_TEXT_NAME_LENGTH]`.
  char *text;
} MacrostateTextNames;

/// Which columns are read, and where each goes.
typedef struct {
  /// The columns of a line.
  size_t columns;
  /// The numbers of a row of the result.
  size_t width;
  /// For each column the place p of its number in the row, −1 where it is left out, or −2 − p where it holds names: the
  /// number is then that of the name.
  const int32_t *places;
  /// The names so far; new ones are added. May be null where no column holds names.
  MacrostateTextNames *names;
} MacrostateTextTable;

/// What stopped the reading of a line.
typedef enum {
  MacrostateTextGood = 0,
  MacrostateTextTooFewColumns = 1,
  MacrostateTextTooManyColumns = 2,
  MacrostateTextNoNumber = 3,
  /// A name that is too long, or one more than there may be.
  MacrostateTextNoName = 4
} MacrostateTextProblem;

/// How far the reading came.
typedef struct {
  /// The rows that were read, and the bytes that they took.
  size_t rows, bytes;
  /// What is wrong with the line after them, and with which of its columns.
  MacrostateTextProblem problem;
  size_t column;
} MacrostateTextProgress;

/// Reads at most `rows` lines that end within `text` into `values` `[rows, width]`; a last line without its end is left
/// for later. Numbers are rounded as `strtod` does; "nan" and "inf" are numbers.
MacrostateTextProgress macrostate_read_table(const MacrostateTextTable *table, const char *text, size_t length,
                                             size_t rows, double *values);
