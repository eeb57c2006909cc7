// The product (L Lᵀ + αI + W) u of OnsagerNet, with matrices of its own for every row.
//
// A row of `matrix` is a square matrix A `[d, d]`: L is its lower triangle with the diagonal, and W is antisymmetric,
// W_ij = A_ij and W_ji = −A_ij for i < j. Rows of `vector` and of all results are padded to whole vectors.

#pragma once
#include "include/macrostate_kernels.h"
#include "vectors.h"

/// `count` floats of row i of A from column `column`, split by the diagonal; zeros behind the row.
typedef struct {
  vfloat lower, upper;
} TriangleParts;

INLINE TriangleParts triangleParts(const float *a, size_t stride, size_t d, size_t i, size_t column) {
  const size_t at = i * d + column;
  const vfloat entries = loadPart(a + at, stride - at);
  const vint j = __builtin_convertvector(laneNumbers(), vint) + (int32_t)column;
  const TriangleParts parts = {only(j <= (int32_t)i, entries), only((j > (int32_t)i) & (j < (int32_t)d), entries)};
  return parts;
}

/// One row: w = Lᵀu and out (+)= (L Lᵀ + αI + sign·W) u.
INLINE void onsagerRow(const MacrostateOnsager *p, const float *a, float sign, const float *u, float *w, float *out,
                       int accumulate) {
  const size_t d = p->dimension;
  // By columns: w = Lᵀu, and the part of W below the diagonal.
  size_t column = 0;
  for (; column < d; column += LANES) {
    vfloat lower = splat(0), upper = splat(0);
    for (size_t i = 0; i < d; i++) {
      const TriangleParts parts = triangleParts(a, p->matrixStride, d, i, column);
      lower += parts.lower * u[i];
      upper += parts.upper * u[i];
    }
    const vfloat sum = load(u + column) * p->alpha - upper * sign;
    store(w + column, lower);
    store(out + column, accumulate ? load(out + column) + sum : sum);
  }
  for (; column < p->vectorStride; column += LANES) store(out + column, splat(0));
  // By rows: L w, and the part of W above the diagonal.
  for (size_t i = 0; i < d; i++) {
    vfloat sum = splat(0);
    for (size_t column = 0; column < d; column += LANES) {
      const TriangleParts parts = triangleParts(a, p->matrixStride, d, i, column);
      sum += parts.lower * load(w + column) + parts.upper * (load(u + column) * sign);
    }
    out[i] += total(sum);
  }
}

static void onsagerForward(const MacrostateOnsager *p, float *w, float *out) {
  for (size_t row = 0; row < p->rows; row++) {
    const size_t at = row * p->vectorStride;
    onsagerRow(p, p->matrix + row * p->matrixStride, 1, p->vector + at, w + at, out + at, 0);
  }
}

static void onsagerBackward(const MacrostateOnsager *p, const float *w, const float *dOut, float *lg, float *dMatrix,
                            float *dVector) {
  const size_t d = p->dimension;
  for (size_t row = 0; row < p->rows; row++) {
    const size_t at = row * p->vectorStride;
    const float *u = p->vector + at, *g = dOut + at, *wRow = w + at;
    // The transpose of the product is the product with −W; it leaves Lᵀg, too.
    onsagerRow(p, p->matrix + row * p->matrixStride, -1, g, lg, dVector + at, 1);
    float *da = dMatrix + row * p->matrixStride;
    for (size_t i = 0; i < d; i++) {
      for (size_t column = 0; column < d; column += LANES) {
        const vint j = __builtin_convertvector(laneNumbers(), vint) + (int32_t)column;
        const vfloat lower = load(wRow + column) * g[i] + load(lg + column) * u[i];
        const vfloat upper = load(u + column) * g[i] - load(g + column) * u[i];
        const vfloat change = only(j < (int32_t)d, choose(j <= (int32_t)i, lower, upper));
        const size_t place = i * d + column, rest = p->matrixStride - place;
        storePart(da + place, loadPart(da + place, rest) + change, rest);
      }
    }
  }
}
