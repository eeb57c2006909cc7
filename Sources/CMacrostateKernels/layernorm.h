// Layer normalisation (Ba et al. 2016) of the rows of a sum x + r, and its gradient:
//   y = (s − mean(s))·t·scale + shift,   s = x + r,   t = 1/√(variance(s) + 1e-5)
// Padding columns take no part and are zero in y and in all gradients.

#pragma once
#include "include/macrostate_kernels.h"
#include "vectors.h"

#define LAYER_NORM_EPSILON 1e-5f

/// v without the lanes that lie beyond the last column.
INLINE vfloat keepColumns(vfloat v, size_t at, size_t columns) {
  return at + LANES <= columns ? v : only(laneNumbers() < (uint32_t)(columns - at), v);
}

static void layerNorm(const MacrostateLayerNorm *s, float *y, size_t yStride) {
  const size_t columns = s->columns;
  for (size_t i = 0; i < s->rows; i++) {
    const float *x = s->x + i * s->xStride, *r = s->residual + i % s->residualRows * s->residualStride;
    float *row = y + i * yStride;
    vfloat sum = splat(0), squares = splat(0);
    for (size_t j = 0; j < columns; j += LANES) {
      const vfloat v = keepColumns(load(x + j) + load(r + j), j, columns);
      store(row + j, v);
      sum += v;
    }
    const float mean = total(sum) / (float)columns;
    for (size_t j = 0; j < columns; j += LANES) {
      const vfloat v = keepColumns(load(row + j) - mean, j, columns);
      squares += v * v;
    }
    const vfloat variance = splat(total(squares) / (float)columns);
    const float t = (1.0f / vsqrt(variance + LAYER_NORM_EPSILON))[0];
    s->statistics[2 * i] = mean;
    s->statistics[2 * i + 1] = t;
    for (size_t j = 0; j < columns; j += LANES) {
      store(row + j, (load(row + j) - mean) * t * load(s->scale + j) + load(s->shift + j));
    }
    for (size_t j = (columns + LANES - 1) / LANES * LANES; j < yStride; j += LANES) store(row + j, splat(0));
  }
}

INLINE void putGradient(float *at, vfloat g, int accumulate) { store(at, accumulate ? load(at) + g : g); }

static void layerNormGradient(const MacrostateLayerNorm *s, const float *dy, size_t dyStride, float *dx,
                              int accumulateX, float *dResidual, int accumulateResidual, float *dScale,
                              float *dShift) {
  const size_t columns = s->columns, end = (columns + LANES - 1) / LANES * LANES;
  for (size_t i = 0; i < s->rows; i++) {
    const size_t residualRow = i % s->residualRows * s->residualStride;
    const float *x = s->x + i * s->xStride, *r = s->residual + residualRow, *d = dy + i * dyStride;
    const float mean = s->statistics[2 * i], t = s->statistics[2 * i + 1];
    vfloat sum = splat(0), dot = splat(0);
    for (size_t j = 0; j < end; j += LANES) {
      const vfloat g = load(d + j), n = (load(x + j) + load(r + j) - mean) * t;
      if (dScale) store(dScale + j, load(dScale + j) + g * n);
      if (dShift) store(dShift + j, load(dShift + j) + g);
      const vfloat scaled = g * load(s->scale + j);
      sum += scaled;
      dot += scaled * n;
    }
    const float a = total(sum) / (float)columns, b = total(dot) / (float)columns;
    for (size_t j = 0; j < end; j += LANES) {
      const vfloat n = (load(x + j) + load(r + j) - mean) * t;
      const vfloat g = keepColumns((load(d + j) * load(s->scale + j) - a - n * b) * t, j, columns);
      if (dx) putGradient(dx + i * s->xStride + j, g, accumulateX);
      if (dResidual) putGradient(dResidual + residualRow + j, g, accumulateResidual);
    }
    for (size_t j = end; j < s->xStride; j += LANES) {
      if (dx && !accumulateX) store(dx + i * s->xStride + j, splat(0));
      if (dResidual && !accumulateResidual) store(dResidual + residualRow + j, splat(0));
    }
  }
}

#undef LAYER_NORM_EPSILON
