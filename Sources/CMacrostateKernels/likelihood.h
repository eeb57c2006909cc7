// Gaussians N(mean, L Lᵀ) whose factor L is given by raw entries: floor + softplus on the diagonal, as they are below it.
//
// Softplus, its slope and logarithms are taken in single precision, a row of entries at once; residuals are divided by L
// and sums are made in double precision, so that a small Σ far from a target loses no digits.

#pragma once
#include "elementary.h"
#include "include/macrostate_kernels.h"
#include "vectors.h"

/// Where entry (i, j), j ≤ i, of L stands in a row of raw entries.
INLINE size_t factorEntry(const MacrostateGaussianFactor *p, size_t i, size_t j) {
  return p->isTriangular ? i * (i + 1) / 2 + j : i;
}

/// softplus of a row of raw entries (its padding, too).
INLINE void factorRow(const MacrostateGaussianFactor *p, const float *raw, float *softplus) {
  for (size_t column = 0; column < p->entryStride; column += LANES) {
    store(softplus + column, vsoftplus(load(raw + column)));
  }
}

/// x += scale_i (L η)_i for every row.
static void gaussianNoise(const MacrostateGaussianFactor *p, const float *eta, size_t etaStride, const float *scale,
                          float *x, size_t xStride, float *scratch) {
  const size_t d = p->dimension;
  for (size_t row = 0; row < p->rows; row++) {
    const float *raw = p->raw + (p->isShared ? 0 : row * p->entryStride);
    if (row == 0 || !p->isShared) factorRow(p, raw, scratch);
    const float *normal = eta + row * etaStride;
    for (size_t i = 0; i < d; i++) {
      double sum = (p->floor + scratch[factorEntry(p, i, i)]) * normal[i];
      if (p->isTriangular) {
        for (size_t j = 0; j < i; j++) sum += (double)raw[factorEntry(p, i, j)] * normal[j];
      }
      x[row * xStride + i] += (float)(sum * scale[i]);
    }
  }
}

/// The gradient of weight · (½‖u‖² + Σ log L_ii) with respect to a row of raw entries, added; u = L⁻¹ residual and
/// w = L⁻ᵀ u, of which the derivative with respect to L is −w uᵀ.
INLINE void addFactorGradient(const MacrostateGaussianFactor *p, const float *raw, const double *diagonal,
                              const double *u, const double *w, double weight, float *dRaw) {
  for (size_t i = 0; i < p->dimension; i++) {
    if (p->isTriangular) {
      for (size_t j = 0; j < i; j++) dRaw[factorEntry(p, i, j)] -= (float)(weight * w[i] * u[j]);
    }
    const size_t at = factorEntry(p, i, i);
    const float slope = vsigmoid(splat(raw[at]))[0];
    dRaw[at] += (float)(weight * (1 / diagonal[i] - w[i] * u[i]) * slope);
  }
}

/// Σ over rows of ½‖u‖² + Σ log L_ii, and its gradient times `weight`.
static double gaussianLoss(const MacrostateGaussianFactor *p, const float *mean, size_t meanStride, const float *target,
                           double weight, float *dMean, float *dRaw, double *scratch) {
  const size_t d = p->dimension;
  double *u = scratch, *w = scratch + d, *diagonal = scratch + 2 * d;
  float *softplus = (float *)(scratch + 3 * d);
  double sum = 0, logs = 0;
  for (size_t row = 0; row < p->rows; row++) {
    const size_t rawOffset = p->isShared ? 0 : row * p->entryStride;
    const float *raw = p->raw + rawOffset;
    if (row == 0 || !p->isShared) {
      factorRow(p, raw, softplus);
      logs = 0;
      for (size_t i = 0; i < d; i++) {
        diagonal[i] = p->floor + softplus[factorEntry(p, i, i)];
        logs += vlog(splat((float)diagonal[i]))[0];
      }
    }
    sum += logs;
    for (size_t i = 0; i < d; i++) {
      double residual = (double)target[row * d + i] - mean[row * meanStride + i];
      if (p->isTriangular) {
        for (size_t j = 0; j < i; j++) residual -= raw[factorEntry(p, i, j)] * u[j];
      }
      u[i] = residual / diagonal[i];
      sum += 0.5 * u[i] * u[i];
    }
    for (size_t i = d; i-- > 0;) {
      double value = u[i];
      if (p->isTriangular) {
        for (size_t k = i + 1; k < d; k++) value -= raw[factorEntry(p, k, i)] * w[k];
      }
      w[i] = value / diagonal[i];
      if (dMean) dMean[row * meanStride + i] -= (float)(weight * w[i]);
    }
    if (dRaw) addFactorGradient(p, raw, diagonal, u, w, weight, dRaw + rawOffset);
  }
  return sum;
}
