// The nearest neighbour of every point of one set among the points of another, by comparing all: the part of the Chamfer
// distance that costs O(n·m). LANES points go together through the whole other set; the coordinates are columns.

#pragma once
#include "vectors.h"

/// `dimension` is a constant where this is called, so that coordinates stay in registers.
INLINE void nearestOf(size_t dimension, size_t n, const float *x, size_t xStride, size_t m, const float *y,
                      size_t yStride, int32_t *index, float *square) {
  for (size_t i = 0; i < n; i += LANES) {
    const size_t part = n - i < LANES ? n - i : LANES;
    vfloat own[4];
    if (dimension <= 4) {
      for (size_t k = 0; k < dimension; k++) own[k] = loadPart(x + k * xStride + i, part);
    }
    // A point that is not a number has no nearest: its square stays infinite, which the loss then shows.
    vfloat least = splat(__builtin_inff());
    vint nearest = (vint)(0);
    for (size_t j = 0; j < m; j++) {
      vfloat sum = splat(0);
      for (size_t k = 0; k < dimension; k++) {
        const vfloat difference = (dimension <= 4 ? own[k] : loadPart(x + k * xStride + i, part)) - y[k * yStride + j];
        sum += difference * difference;
      }
      const vmask closer = sum < least;
      least = choose(closer, sum, least);
      nearest = (closer & (vint)((int32_t)j)) | (~closer & nearest);
    }
    storePart(square + i, least, part);
    memcpy(index + i, &nearest, part * sizeof(int32_t));
  }
}

static void nearest(size_t dimension, size_t n, const float *x, size_t xStride, size_t m, const float *y,
                    size_t yStride, int32_t *index, float *square) {
  switch (dimension) {
    case 1: nearestOf(1, n, x, xStride, m, y, yStride, index, square); break;
    case 2: nearestOf(2, n, x, xStride, m, y, yStride, index, square); break;
    case 3: nearestOf(3, n, x, xStride, m, y, yStride, index, square); break;
    default: nearestOf(dimension, n, x, xStride, m, y, yStride, index, square); break;
  }
}
