// How many pairs of particles stand at which distance, by neighbour search in O(n): particles are sorted into cells at
// least as wide as the cut-off, so that the neighbours of a particle stand in its own cell and those around it.
//
// Every ordered pair is met once: cells around a cell are listed without repetition (a periodic axis of two cells has the
// same cell on both sides). Distances are in double precision: a count must not depend on how a difference was rounded.

#pragma once
#include "include/macrostate_kernels.h"
#include "vectors.h"

/// The particles in the order of their cells: cell c has the particles starts[c] ..< starts[c + 1], particle p the
/// coordinates sorted[3·p …] (0 for missing axes) and species[p].
typedef struct {
  size_t *starts;
  uint32_t *species;
  double *sorted;
} CellList;

/// The particles of a cell.
typedef struct {
  size_t begin, end;
} CellSpan;

/// Which of `cells` along one axis stand at `own` or next to it; returns how many, at most 3.
static size_t cellsAround(int32_t own, int32_t cells, int periodic, int32_t around[3]) {
  size_t count = 0;
  for (int32_t step = -1; step <= 1; step++) {
    int32_t cell = own + step;
    if (periodic) cell = cell < 0 ? cells - 1 : cell == cells ? 0 : cell;
    if (cell < 0 || cell >= cells) continue;
    int isNew = 1;
    for (size_t k = 0; k < count; k++) isNew = isNew && around[k] != cell;
    if (isNew) around[count++] = cell;
  }
  return count;
}

/// The cell that a particle stands in.
INLINE size_t cellAt(const MacrostateNeighbours *search, const float *position) {
  size_t cell = 0;
  for (size_t k = search->dimension; k-- > 0;) {
    const double place = ((double)position[k] - search->origin[k]) / search->width[k];
    // A periodic axis repeats; along others a particle at the upper edge belongs to the last cell.
    const double cells = search->cells[k];
    const double folded = search->period[k] > 0 ? place - cells * __builtin_floor(place / cells) : place;
    const int32_t index = folded >= cells ? search->cells[k] - 1 : folded > 0 ? (int32_t)folded : 0;
    cell = cell * (size_t)search->cells[k] + (size_t)index;
  }
  return cell;
}

/// Sorts the particles by cell, counting; `cellOf` is scratch `[n]`.
static void sortIntoCells(const MacrostateNeighbours *search, const float *positions, const size_t *speciesEnds,
                          size_t cellCount, uint32_t *cellOf, CellList list) {
  const size_t n = search->count, d = search->dimension;
  memset(list.starts, 0, (cellCount + 1) * sizeof(size_t));
  for (size_t i = 0; i < n; i++) {
    cellOf[i] = (uint32_t)cellAt(search, positions + i * d);
    list.starts[cellOf[i] + 1]++;
  }
  for (size_t c = 0; c < cellCount; c++) list.starts[c + 1] += list.starts[c];
  uint32_t species = 0;
  for (size_t i = 0; i < n; i++) {
    while (i >= speciesEnds[species]) species++;
    const size_t place = list.starts[cellOf[i]]++;
    for (size_t k = 0; k < 3; k++) list.sorted[3 * place + k] = k < d ? positions[i * d + k] : 0;
    list.species[place] = species;
  }
  // Each start has moved on to the start of the next cell.
  memmove(list.starts + 1, list.starts, cellCount * sizeof(size_t));
  list.starts[0] = 0;
}

/// The nearest whole number, for |x| < 2⁵¹: adding 1.5·2⁵² leaves no bits for a fraction.
INLINE double nearestWhole(double x) { return (x + 6755399441055744.0) - 6755399441055744.0; }

/// The square of the distance, to the nearest image along periodic axes; `frequency` is 1/period, or 0 along the others.
INLINE double squaredDistance(const double *a, const double *b, const double *period, const double *frequency) {
  double sum = 0;
  for (size_t k = 0; k < 3; k++) {
    double difference = a[k] - b[k];
    difference -= period[k] * nearestWhole(difference * frequency[k]);
    sum += difference * difference;
  }
  return sum;
}

/// Counts the pairs of a particle of one cell and one of another (or the same).
INLINE void countPairs(const MacrostateNeighbours *search, CellList list, CellSpan own, CellSpan other,
                       const double *frequency, uint64_t *counts) {
  const double squaredCutoff = search->cutoff * search->cutoff, binsPerLength = (double)search->bins / search->cutoff;
  for (size_t i = own.begin; i < own.end; i++) {
    uint64_t *row = counts + list.species[i] * search->speciesCount * search->bins;
    for (size_t j = other.begin; j < other.end; j++) {
      const double square = squaredDistance(list.sorted + 3 * i, list.sorted + 3 * j, search->period, frequency);
      if (square >= squaredCutoff || i == j) continue;
      size_t bin = 0;
      if (search->bins > 1) {
        bin = (size_t)(__builtin_sqrt(square) * binsPerLength);
        // Rounding must not lift a distance below the cut-off over it.
        bin = bin < search->bins ? bin : search->bins - 1;
      }
      row[list.species[j] * search->bins + bin]++;
    }
  }
}

static uint64_t countNeighbours(const MacrostateNeighbours *search, const float *positions, const size_t *speciesEnds,
                                size_t *starts, uint32_t *labels, double *sorted, uint64_t *counts) {
  const int32_t *cells = search->cells;
  const size_t x = (size_t)cells[0], y = (size_t)cells[1], z = (size_t)cells[2];
  const CellList list = {starts, labels + search->count, sorted};
  sortIntoCells(search, positions, speciesEnds, x * y * z, labels, list);
  double frequency[3];
  for (size_t k = 0; k < 3; k++) frequency[k] = search->period[k] > 0 ? 1 / search->period[k] : 0;
  uint64_t candidates = 0;
  for (size_t c = 0; c < x * y * z; c++) {
    const CellSpan own = {starts[c], starts[c + 1]};
    if (own.begin == own.end) continue;
    int32_t around[3][3];
    const size_t alongX = cellsAround((int32_t)(c % x), cells[0], search->period[0] > 0, around[0]);
    const size_t alongY = cellsAround((int32_t)(c / x % y), cells[1], search->period[1] > 0, around[1]);
    const size_t alongZ = cellsAround((int32_t)(c / (x * y)), cells[2], search->period[2] > 0, around[2]);
    for (size_t k = 0; k < alongX * alongY * alongZ; k++) {
      const size_t cellX = (size_t)around[0][k % alongX], cellY = (size_t)around[1][k / alongX % alongY];
      const size_t cell = cellX + x * (cellY + y * (size_t)around[2][k / (alongX * alongY)]);
      const CellSpan other = {starts[cell], starts[cell + 1]};
      candidates += (own.end - own.begin) * (other.end - other.begin);
      countPairs(search, list, own, other, frequency, counts);
    }
  }
  return candidates;
}
