#include "text_table.h"

#include <stdlib.h>
#include <string.h>

// Powers of ten that a double holds exactly.
static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

static inline int isBlank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

static inline const char *skipBlanks(const char *p) {
  while (isBlank(*p)) p++;
  return p;
}

static inline const char *skipWord(const char *p) {
  while (!isBlank(*p) && *p != '\n') p++;
  return p;
}

static inline const char *digits(const char *p, uint64_t *value) {
  for (unsigned digit; (digit = (unsigned)(*p - '0')) < 10; p++) *value = *value * 10 + digit;
  return p;
}

/// Any number that the quick way does not take; returns null for what is none.
static const char *readAny(const char *p, double *out) {
  char word[64];
  const char *end = skipWord(p);
  size_t length = (size_t)(end - p);
  if (length == 0 || length >= sizeof word) return NULL;
  memcpy(word, p, length);
  word[length] = 0;
  char *rest;
  *out = strtod(word, &rest);
  return rest == word + length ? end : NULL;
}

/// The number at p; returns its end, or null for what is none.
///
/// A decimal m·10^e with m < 2^53 and |e| ≤ 22 is one exact integer times or by an exact power of ten: the one rounding
/// makes it the nearest double (Clinger 1990).
static inline const char *readNumber(const char *p, double *out) {
  const char *start = p;
  int isNegative = *p == '-';
  p += *p == '-' || *p == '+';
  uint64_t mantissa = 0;
  const char *whole = p;
  p = digits(p, &mantissa);
  long count = p - whole, exponent = 0;
  if (*p == '.') {
    const char *fraction = ++p;
    p = digits(p, &mantissa);
    exponent = -(p - fraction);
    count += p - fraction;
  }
  if (*p == 'e' || *p == 'E') {
    p++;
    int isSmall = *p == '-';
    p += *p == '-' || *p == '+';
    uint64_t power = 0;
    const char *first = p;
    p = digits(p, &power);
    if (p == first || p - first > 3) return readAny(start, out);
    exponent += isSmall ? -(long)power : (long)power;
  }
  // At most 19 digits fit 64 bits.
  int isExact = count > 0 && count <= 19 && mantissa < (1ull << 53) && exponent >= -22 && exponent <= 22;
  if (!isExact || (!isBlank(*p) && *p != '\n')) return readAny(start, out);
  double value = (double)mantissa;
  value = exponent < 0 ? value / powers[-exponent] : value * powers[exponent];
  *out = isNegative ? -value : value;
  return p;
}

/// The number of the name at p; returns its end, or null for a name too long or too many.
static const char *readName(MacrostateTextNames *names, const char *p, double *out) {
  const char *end = skipWord(p);
  size_t length = (size_t)(end - p), k = 0;
  char *known = names->text;
  while (k < names->count && !(names->lengths[k] == length && memcmp(known, p, length) == 0)) {
    k++;
    known += MACROSTATE_TEXT_NAME_LENGTH;
  }
  if (k == names->count) {
    if (k == MACROSTATE_TEXT_NAMES || length > MACROSTATE_TEXT_NAME_LENGTH) return NULL;
    memcpy(known, p, length);
    names->lengths[k] = length;
    names->count++;
  }
  *out = (double)k;
  return end;
}

/// Reads the line at p into a row of `values`; returns the start of the next line, or null where `progress` says why.
static inline const char *readLine(const MacrostateTextTable *table, const char *p, double *values,
                                   MacrostateTextProgress *progress) {
  for (size_t column = 0; column < table->columns; column++) {
    p = skipBlanks(p);
    progress->column = column;
    if (*p == '\n') {
      progress->problem = MacrostateTextTooFewColumns;
      return NULL;
    }
    int32_t place = table->places[column];
    if (place >= 0) {
      p = readNumber(p, values + place);
    } else if (place == -1) {
      p = skipWord(p);
    } else {
      p = readName(table->names, p, values - place - 2);
    }
    if (!p) {
      progress->problem = place >= 0 ? MacrostateTextNoNumber : MacrostateTextNoName;
      return NULL;
    }
  }
  p = skipBlanks(p);
  if (*p == '\n') return p + 1;
  progress->problem = MacrostateTextTooManyColumns;
  return NULL;
}

MacrostateTextProgress macrostate_read_table(const MacrostateTextTable *table, const char *text, size_t length,
                                             size_t rows, double *values) {
  MacrostateTextProgress progress = {0, 0, MacrostateTextGood, 0};
  // Every line that is read ends at or before the last line's end, where all loops above stop.
  size_t whole = length;
  while (whole > 0 && text[whole - 1] != '\n') whole--;
  const char *p = text;
  while (progress.rows < rows && p < text + whole) {
    const char *next = readLine(table, p, values + progress.rows * table->width, &progress);
    if (!next) break;
    p = next;
    progress.rows++;
  }
  progress.bytes = (size_t)(p - text);
  return progress;
}
