// Sums of Gaussian kernels over all pairs of two samples, for the maximum mean discrepancy. LANES points of the first go
// together past all of the second; the coordinates are columns. Terms are summed in single precision over SEGMENT_POINTS
// points of the second, and those sums in double precision.

#pragma once
#include "elementary.h"
#include "include/macrostate_kernels.h"
#include "vectors.h"

#define SEGMENT_POINTS 64

static void gaussianSums(size_t dimension, size_t n, const float *x, size_t xStride, size_t m, const float *y,
                         size_t yStride, size_t rateCount, const float *rates, double *sums) {
  for (size_t i = 0; i < n; i += LANES) {
    const size_t part = n - i < LANES ? n - i : LANES;
    for (size_t begin = 0; begin < m; begin += SEGMENT_POINTS) {
      const size_t end = m - begin < SEGMENT_POINTS ? m : begin + SEGMENT_POINTS;
      vfloat terms[MACROSTATE_GAUSSIAN_RATES];
      for (size_t r = 0; r < rateCount; r++) terms[r] = splat(0);
      for (size_t j = begin; j < end; j++) {
        vfloat square = splat(0);
        for (size_t k = 0; k < dimension; k++) {
          const vfloat difference = loadPart(x + k * xStride + i, part) - y[k * yStride + j];
          square += difference * difference;
        }
        for (size_t r = 0; r < rateCount; r++) terms[r] += vexp(square * -rates[r]);
      }
      for (size_t r = 0; r < rateCount; r++) {
        for (size_t l = 0; l < part; l++) sums[r] += (double)terms[r][l];
      }
    }
  }
}

#undef SEGMENT_POINTS
