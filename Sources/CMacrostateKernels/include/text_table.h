// Numbers in columns of text, as in the atoms' lines of a LAMMPS dump. The same code for every instruction set: its time
// goes into single characters.

#pragma once
#include <stddef.h>
#include <stdint.h>

/// Which columns are read, and where each goes.
typedef struct {
  /// The columns of a line.
  size_t columns;
  /// The numbers of a row of the result.
  size_t width;
  /// For each column the place of its number in the row, or −1 where it is left out.
  const int32_t *places;
} MacrostateTextTable;

/// What stopped the reading of a line.
typedef enum {
  MacrostateTextGood = 0,
  MacrostateTextTooFewColumns = 1,
  MacrostateTextTooManyColumns = 2,
  MacrostateTextNoNumber = 3
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
