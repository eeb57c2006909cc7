// Monotone rational-quadratic splines (Durkan et al. 2019) with analytic first derivatives, LANES samples at a time.
//
// On [−B, B] with knots (x_k, y_k), bin sizes w, h, s = h/w, slopes δ > 0, ξ = (x − x_k)/w, θ = ξ(1 − ξ):
//   D = s + (δ₀ + δ₁ − 2s)θ      y = y_k + h(sξ² + δ₀θ)/D      dy/dx = s²(δ₁ξ² + 2sθ + δ₀(1 − ξ)²)/D²
// and the identity outside. The formulas always see an input clamped to [−B, B], so masked samples stay finite. The slopes
// at the ends are 1; where the interval is closed to a circle, they are one parameter more.

#pragma once
#include "elementary.h"
#include "include/macrostate_kernels.h"
#include "vectors.h"

enum { SPLINE_MAX_BINS = 64 };
#define SPLINE_MIN_SIZE 1e-3f
#define SPLINE_MIN_SLOPE 1e-3f

/// The knots of LANES splines; of one spline LANES times over where samples share their parameters.
typedef struct {
  vfloat width[SPLINE_MAX_BINS], height[SPLINE_MAX_BINS], slope[SPLINE_MAX_BINS + 1];
} SplineKnots;

/// The bin that a sample lies in.
typedef struct {
  vint index;
  vfloat x, y, width, height, slope0, slope1;
} SplineBin;

/// raw[k] = parameter k of the samples begin … begin + count − 1 (one row each, or one row for all).
INLINE void gatherParameters(const MacrostateSpline *s, size_t begin, size_t count, vfloat *raw) {
  const size_t number = 3 * s->bins - 1 + s->closed;
  if (s->rowsPerParameters > 1) {
    const float *row = s->parameters + (begin / s->rowsPerParameters) * s->parameterStride;
    for (size_t k = 0; k < number; k++) raw[k] = splat(row[k]);
    return;
  }
  const float *rows = s->parameters + begin * s->parameterStride;
  for (size_t k = 0; k < number; k++) {
    vfloat v = splat(rows[k]);
    for (size_t i = 1; i < LANES; i++) v[i] = rows[(i < count ? i : 0) * s->parameterStride + k];
    raw[k] = v;
  }
}

/// sizes = 2B·(m + (1 − m·bins)·softmax(logits)).
INLINE void binSizes(size_t bins, float bound, const vfloat *logits, vfloat *sizes) {
  vfloat largest = logits[0];
  for (size_t k = 1; k < bins; k++) largest = vmax(largest, logits[k]);
  vfloat sum = splat(0);
  for (size_t k = 0; k < bins; k++) {
    sizes[k] = vexp(logits[k] - largest);
    sum += sizes[k];
  }
  const vfloat scale = (2 * bound * (1 - SPLINE_MIN_SIZE * (float)bins)) / sum;
  for (size_t k = 0; k < bins; k++) sizes[k] = sizes[k] * scale + 2 * bound * SPLINE_MIN_SIZE;
}

INLINE void makeKnots(const MacrostateSpline *s, const vfloat *raw, SplineKnots *knots) {
  const size_t bins = s->bins;
  binSizes(bins, s->bound, raw, knots->width);
  binSizes(bins, s->bound, raw + bins, knots->height);
  knots->slope[bins] = splat(1);
  for (size_t k = 1; k < bins + s->closed; k++) knots->slope[k] = SPLINE_MIN_SLOPE + vsoftplus(raw[2 * bins + k - 1]);
  knots->slope[0] = knots->slope[bins];
}

/// Finds the bin of `value` among the knots of `sizes` (widths to evaluate, heights to invert).
INLINE SplineBin findBin(const MacrostateSpline *s, const SplineKnots *knots, vfloat value, int invert) {
  SplineBin bin;
  vfloat x = splat(-s->bound), y = splat(-s->bound);
  for (size_t k = 0; k < s->bins; k++) {
    const vmask reached = k == 0 ? (vmask)(-1) : (vmask)(value >= (invert ? y : x));
    if (k == 0) {
      bin = (SplineBin){(vint)(0), x, y, knots->width[0], knots->height[0], knots->slope[0], knots->slope[1]};
    } else {
      bin.index -= reached;
      bin.x = choose(reached, x, bin.x);
      bin.y = choose(reached, y, bin.y);
      bin.width = choose(reached, knots->width[k], bin.width);
      bin.height = choose(reached, knots->height[k], bin.height);
      bin.slope0 = choose(reached, knots->slope[k], bin.slope0);
      bin.slope1 = choose(reached, knots->slope[k + 1], bin.slope1);
    }
    x += knots->width[k];
    y += knots->height[k];
  }
  return bin;
}

/// Knots of the samples from `begin` on, unless `knots` holds them already (samples that share a row).
INLINE void updateKnots(const MacrostateSpline *s, size_t begin, size_t count, SplineKnots *knots) {
  if (s->rowsPerParameters > 1 && begin % s->rowsPerParameters != 0) return;
  vfloat raw[3 * SPLINE_MAX_BINS];
  gatherParameters(s, begin, count, raw);
  makeKnots(s, raw, knots);
}

/// How many samples from `begin` on are worked on together: LANES, less at the end of a set or of all.
INLINE size_t blockLength(const MacrostateSpline *s, size_t begin) {
  size_t end = s->count;
  if (s->rowsPerParameters > 1) {
    const size_t setEnd = (begin / s->rowsPerParameters + 1) * s->rowsPerParameters;
    if (setEnd < end) end = setEnd;
  }
  return end - begin < LANES ? end - begin : LANES;
}

INLINE vfloat logSlopeAt(vfloat ratio, vfloat theta, vfloat xi, SplineBin bin, vfloat D) {
  vfloat N = bin.slope1 * xi * xi + 2.0f * ratio * theta + bin.slope0 * (1.0f - xi) * (1.0f - xi);
  return vlog((ratio * ratio * N) / (D * D));
}

static void splineForward(const MacrostateSpline *s, const float *x, float *y, float *logSlope) {
  SplineKnots knots;
  for (size_t begin = 0, count; begin < s->count; begin += count) {
    count = blockLength(s, begin);
    updateKnots(s, begin, count, &knots);
    const vfloat input = loadPart(x + begin, count);
    const vfloat inside = vmin(vmax(input, splat(-s->bound)), splat(s->bound));
    const SplineBin bin = findBin(s, &knots, inside, 0);
    const vfloat ratio = bin.height / bin.width;
    const vfloat xi = vmin((inside - bin.x) / bin.width, splat(1));
    const vfloat theta = xi * (1.0f - xi);
    const vfloat D = ratio + (bin.slope0 + bin.slope1 - 2.0f * ratio) * theta;
    const vfloat value = bin.y + bin.height * (ratio * xi * xi + bin.slope0 * theta) / D;
    const vmask isInside = input == inside;
    storePart(y + begin, choose(isInside, value, input), count);
    storePart(logSlope + begin, only(isInside, logSlopeAt(ratio, theta, xi, bin, D)), count);
  }
}

static void splineInverse(const MacrostateSpline *s, const float *y, float *x, float *logSlope) {
  SplineKnots knots;
  for (size_t begin = 0, count; begin < s->count; begin += count) {
    count = blockLength(s, begin);
    updateKnots(s, begin, count, &knots);
    const vfloat input = loadPart(y + begin, count);
    const vfloat inside = vmin(vmax(input, splat(-s->bound)), splat(s->bound));
    const SplineBin bin = findBin(s, &knots, inside, 1);
    const vfloat ratio = bin.height / bin.width;
    const vfloat u = vmin(inside - bin.y, bin.height);
    const vfloat e = bin.slope0 + bin.slope1 - 2.0f * ratio;
    const vfloat a = u * e + bin.height * (ratio - bin.slope0);
    const vfloat b = bin.height * bin.slope0 - u * e;
    const vfloat c = -ratio * u;
    // Rounding can make the discriminant slightly negative where it should vanish.
    const vfloat root = vsqrt(vmax(b * b - 4.0f * a * c, splat(0)));
    const vfloat xi = vmin(vmax((2.0f * c) / (-b - root), splat(0)), splat(1));
    const vfloat theta = xi * (1.0f - xi);
    const vfloat D = ratio + e * theta;
    const vmask isInside = input == inside;
    storePart(x + begin, choose(isInside, bin.x + xi * bin.width, input), count);
    storePart(logSlope + begin, only(isInside, logSlopeAt(ratio, theta, xi, bin, D)), count);
  }
}

/// Derivatives of the loss with respect to a bin's quantities; dX is with respect to the input, too.
typedef struct {
  vfloat input, x, y, width, height, slope0, slope1;
} SplineBinGradient;

INLINE SplineBinGradient binGradient(SplineBin bin, vfloat inside, vfloat gy, vfloat gl) {
  const vfloat inverseWidth = 1.0f / bin.width;
  const vfloat ratio = bin.height * inverseWidth;
  const vfloat xi = vmin((inside - bin.x) * inverseWidth, splat(1));
  const vfloat rest = 1.0f - xi, theta = xi * rest;
  const vfloat e = bin.slope0 + bin.slope1 - 2.0f * ratio;
  const vfloat inverseD = 1.0f / (ratio + e * theta);
  const vfloat A = ratio * xi * xi + bin.slope0 * theta;
  const vfloat N = bin.slope1 * xi * xi + 2.0f * ratio * theta + bin.slope0 * rest * rest;

  SplineBinGradient g;
  const vfloat gA = gy * bin.height * inverseD;
  const vfloat gD = -(gA * A + 2.0f * gl) * inverseD;
  const vfloat gN = gl / N;
  vfloat gRatio = 2.0f * gl / ratio + gD * (1.0f - 2.0f * theta) + gA * xi * xi + gN * 2.0f * theta;
  const vfloat gTheta = gD * e + gA * bin.slope0 + gN * 2.0f * ratio;
  const vfloat gXi = gA * 2.0f * ratio * xi + gN * 2.0f * (bin.slope1 * xi - bin.slope0 * rest) + gTheta * (rest - xi);
  g.slope0 = gD * theta + gA * theta + gN * rest * rest;
  g.slope1 = gD * theta + gN * xi * xi;
  g.input = gXi * inverseWidth;
  g.x = -g.input;
  g.y = gy;
  g.height = gy * A * inverseD + gRatio * inverseWidth;
  g.width = -(gXi * xi + gRatio * ratio) * inverseWidth;
  return g;
}

/// Adds a bin's gradient to that of the knots: x_k and y_k depend on the sizes of all bins before.
INLINE void addToKnots(size_t bins, vint index, SplineBinGradient g, SplineKnots *total) {
  for (size_t k = 0; k < bins; k++) {
    const vmask here = index == (int)k, before = (int)k < index;
    total->width[k] += only(here, g.width) + only(before, g.x);
    total->height[k] += only(here, g.height) + only(before, g.y);
    total->slope[k] += only(here, g.slope0);
    total->slope[k + 1] += only(here, g.slope1);
  }
}

/// Through sizes = 2B·(m + (1 − m·bins)·softmax): from dL/dsizes (in place) to dL/dlogits.
INLINE void sizesBackward(size_t bins, float bound, const vfloat *sizes, vfloat *g) {
  const float scale = 2 * bound * (1 - SPLINE_MIN_SIZE * (float)bins);
  vfloat mean = splat(0);
  for (size_t k = 0; k < bins; k++) mean += g[k] * (sizes[k] - 2 * bound * SPLINE_MIN_SIZE);
  mean = mean / scale;
  for (size_t k = 0; k < bins; k++) g[k] = (sizes[k] - 2 * bound * SPLINE_MIN_SIZE) * (g[k] - mean);
}

/// From dL/dknots to dL/dparameters, added to the rows they belong to.
INLINE void scatterGradient(const MacrostateSpline *s, const SplineKnots *knots, SplineKnots *g, size_t begin,
                            size_t count, float *dParameters) {
  const size_t bins = s->bins;
  const size_t slopes = bins + s->closed;
  const int shared = s->rowsPerParameters > 1;
  if (s->closed) g->slope[bins] += g->slope[0];
  if (shared) {
    for (size_t k = 0; k < bins; k++) g->width[k] = splat(total(g->width[k]));
    for (size_t k = 0; k < bins; k++) g->height[k] = splat(total(g->height[k]));
    for (size_t k = 1; k < slopes; k++) g->slope[k] = splat(total(g->slope[k]));
  }
  sizesBackward(bins, s->bound, knots->width, g->width);
  sizesBackward(bins, s->bound, knots->height, g->height);
  // dδ/draw = sigmoid(raw) = 1 − exp(−softplus(raw)).
  for (size_t k = 1; k < slopes; k++) g->slope[k] *= 1.0f - vexp(SPLINE_MIN_SLOPE - knots->slope[k]);
  const size_t rows = shared ? 1 : count;
  float *out = dParameters + (begin / s->rowsPerParameters) * s->parameterStride;
  for (size_t i = 0; i < rows; i++, out += s->parameterStride) {
    for (size_t k = 0; k < bins; k++) out[k] += g->width[k][i];
    for (size_t k = 0; k < bins; k++) out[bins + k] += g->height[k][i];
    for (size_t k = 1; k < slopes; k++) out[2 * bins + k - 1] += g->slope[k][i];
  }
}

static void splineBackward(const MacrostateSpline *s, const float *x, const float *dy, const float *dLogSlope,
                           float *dx, float *dParameters) {
  SplineKnots knots, sum;
  const int shared = s->rowsPerParameters > 1;
  for (size_t begin = 0, count; begin < s->count; begin += count) {
    count = blockLength(s, begin);
    updateKnots(s, begin, count, &knots);
    if (!shared || begin % s->rowsPerParameters == 0) {
      for (size_t k = 0; k < s->bins; k++) sum.width[k] = sum.height[k] = sum.slope[k] = splat(0);
      sum.slope[s->bins] = splat(0);
    }
    const vfloat input = loadPart(x + begin, count);
    const vfloat inside = vmin(vmax(input, splat(-s->bound)), splat(s->bound));
    const vmask isInside = input == inside;
    const vfloat gy = loadPart(dy + begin, count);
    const vfloat gl = loadPart(dLogSlope + begin, count);
    const SplineBin bin = findBin(s, &knots, inside, 0);
    const SplineBinGradient g = binGradient(bin, inside, only(isInside, gy), only(isInside, gl));
    if (dx) {
      const vfloat gx = choose(isInside, g.input, gy);
      storePart(dx + begin, loadPart(dx + begin, count) + gx, count);
    }
    addToKnots(s->bins, bin.index, g, &sum);
    const size_t end = begin + count;
    if (!shared || end % s->rowsPerParameters == 0 || end == s->count) {
      scatterGradient(s, &knots, &sum, begin, count, dParameters);
    }
  }
}

#undef SPLINE_MIN_SIZE
#undef SPLINE_MIN_SLOPE
