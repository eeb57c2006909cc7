// Softmax attention between the n points of a set and a few slots, in cache-sized blocks of points.
//
// A set transformer's attention always has many points on one side and few rows on the other, in g slots (heads ×
// inducing points). Whatever has to do with a slot alone is folded into its query, key or value beforehand, so that
// here the points themselves are keys and values (pool) or queries (mix):
//   pool:  out_g = Σ_i p_ig x_i,   p_·g = softmax over points of x_i·query_g
//   mix:   out_i = Σ_g p_ig value_g,   p_i· = softmax of x_i·key_g over the slots of each head
// The weights p stand as `[n, g]`, a slot a column. They are kept for the way back.

#pragma once
#include "elementary.h"
#include "elementwise.h"
#include "include/macrostate_kernels.h"
#include "matrix.h"
#include "vectors.h"

/// Points worked on together: their weights stay in the first-level cache.
enum { ATTENTION_ROWS = MACROSTATE_ATTENTION_ROWS };
#define LEAST_FLOAT (-3.4028235e38f)

/// c (+)= a·b for a `[m, k]` that may be transposed (its element (i, j) at a[i·aRow + j·aColumn]).
INLINE void product(size_t m, size_t n, size_t k, const float *a, size_t aRow, size_t aColumn, const float *b,
                    size_t bStride, float *c, size_t cStride, int accumulate) {
  const MacrostateProduct p = {
      .m = m, .n = n, .k = k, .a = a, .aRow = aRow, .aColumn = aColumn, .b = b, .bStride = bStride,
      .c = c, .cStride = cStride, .start = accumulate ? MacrostateStartResult : MacrostateStartZero,
      .rowsPerBias = 1, .activation = MacrostateIdentity,
  };
  multiply(&p);
}

/// The floats of the vectors that hold `count`: what `multiply` has written of a row. The rest of its padding may hold
/// anything.
INLINE size_t writtenCount(size_t count) { return (count + LANES - 1) / LANES * LANES; }

INLINE size_t paddedCount(size_t count) {
  return (count + MACROSTATE_PADDING - 1) / MACROSTATE_PADDING * MACROSTATE_PADDING;
}

/// Zeros behind the columns of a gradient, where the points' own padding may have left something.
INLINE void clearPadding(size_t rows, size_t columns, float *x, size_t stride) {
  for (size_t i = 0; i < rows; i++) {
    for (size_t j = columns; j < stride; j++) x[i * stride + j] = 0;
  }
}

/// The greatest element.
INLINE float greatest(vfloat v) {
  float values[LANES];
  memcpy(values, &v, sizeof v);
#pragma clang loop unroll(full)
  for (int width = LANES / 2; width > 0; width /= 2) {
    for (int i = 0; i < width; i++) values[i] = values[i + width] > values[i] ? values[i + width] : values[i];
  }
  return values[0];
}

// ---- pool ----

/// Softmax down `vectors` registers of columns, not yet divided by its sums: w ← exp(w − most), with the reciprocal sums
/// and log Σ exp of each column.
INLINE void softmaxColumns(int vectors, size_t rows, float *weights, size_t stride, float *logSum, float *inverse) {
  vfloat most[4], sum[4];
  UNROLL
  for (int j = 0; j < vectors; j++) {
    most[j] = splat(LEAST_FLOAT);
    sum[j] = splat(0);
  }
  for (size_t i = 0; i < rows; i++) {
    UNROLL
    for (int j = 0; j < vectors; j++) most[j] = vmax(load(weights + i * stride + j * LANES), most[j]);
  }
  for (size_t i = 0; i < rows; i++) {
    UNROLL
    for (int j = 0; j < vectors; j++) {
      float *at = weights + i * stride + j * LANES;
      const vfloat e = vexp(load(at) - most[j]);
      store(at, e);
      sum[j] += e;
    }
  }
  UNROLL
  for (int j = 0; j < vectors; j++) {
    store(logSum + j * LANES, most[j] + vlog(sum[j]));
    store(inverse + j * LANES, 1.0f / sum[j]);
  }
}

static void attentionPool(const MacrostateAttention *s, float *out, size_t outStride, float *logSum, float *inverse) {
  const size_t width = writtenCount(s->width), slots = s->heads * s->slots, columns = paddedCount(slots);
  if (s->rows == 0) {
    for (size_t g = 0; g < slots; g++) memset(out + g * outStride, 0, width * sizeof(float));
    for (size_t g = 0; g < columns; g++) {
      logSum[g] = LEAST_FLOAT;
      inverse[g] = 0;
    }
    return;
  }
  float *queries = s->scratch;
  transpose(slots, width, s->keys, s->keyStride, queries, columns);
  product(s->rows, columns, width, s->x, s->xStride, 1, queries, columns, s->weights, columns, 0);
  size_t column = 0;
  for (; column + 4 * LANES <= columns; column += 4 * LANES) {
    softmaxColumns(4, s->rows, s->weights + column, columns, logSum + column, inverse + column);
  }
  for (; column < columns; column += LANES) {
    softmaxColumns(1, s->rows, s->weights + column, columns, logSum + column, inverse + column);
  }
  product(slots, width, s->rows, s->weights, 1, columns, s->x, s->xStride, out, outStride, 0);
  for (size_t g = 0; g < slots; g++) {
    for (size_t j = 0; j < width; j += LANES) {
      float *at = out + g * outStride + j;
      store(at, load(at) * inverse[g]);
    }
  }
}

/// dS = p ∘ (dp − shift), in place in dp; shift has an element a column.
INLINE void poolScoreGradient(size_t rows, size_t columns, const float *weights, const float *shift, float *dp) {
  for (size_t i = 0; i < rows; i++) {
    for (size_t g = 0; g < columns; g += LANES) {
      float *at = dp + i * columns + g;
      store(at, load(weights + i * columns + g) * (load(at) - load(shift + g)));
    }
  }
}

static void attentionPoolGradient(const MacrostateAttention *s, const float *out, const float *inverse,
                                  const float *dOut, size_t outStride, float *dx, size_t dxStride, int accumulate,
                                  float *dQueries) {
  const size_t width = writtenCount(s->width), slots = s->heads * s->slots, columns = paddedCount(slots);
  float *scaled = s->scratch, *transposed = scaled + slots * width;
  float *shift = transposed + width * columns, *dp = shift + columns;
  // The weights are not divided by their sums: dOut and the shift are instead.
  memset(shift, 0, columns * sizeof(float));
  for (size_t g = 0; g < slots; g++) {
    vfloat dot = splat(0);
    for (size_t j = 0; j < width; j += LANES) {
      const vfloat d = load(dOut + g * outStride + j) * inverse[g];
      store(scaled + g * width + j, d);
      dot += d * load(out + g * outStride + j);
    }
    shift[g] = total(dot);
  }
  transpose(slots, width, scaled, width, transposed, columns);
  for (size_t begin = 0; begin < s->rows; begin += ATTENTION_ROWS) {
    const size_t rows = s->rows - begin < ATTENTION_ROWS ? s->rows - begin : ATTENTION_ROWS;
    const float *x = s->x + begin * s->xStride, *weights = s->weights + begin * columns;
    product(rows, columns, width, x, s->xStride, 1, transposed, columns, dp, columns, 0);
    poolScoreGradient(rows, columns, weights, shift, dp);
    if (dQueries) product(slots, width, rows, dp, 1, columns, x, s->xStride, dQueries, s->keyStride, 1);
    if (!dx) continue;
    float *target = dx + begin * dxStride;
    product(rows, width, slots, weights, columns, 1, scaled, width, target, dxStride, accumulate);
    product(rows, width, slots, dp, columns, 1, s->keys, s->keyStride, target, dxStride, 1);
  }
  if (dQueries) clearPadding(slots, s->width, dQueries, s->keyStride);
}

// ---- mix ----

/// Softmax of `count` numbers in a row, in place.
INLINE void softmaxRow(size_t count, float *w) {
  vfloat most = splat(LEAST_FLOAT);
  size_t j = 0;
  for (; j + LANES <= count; j += LANES) most = vmax(load(w + j), most);
  float top = greatest(most);
  for (; j < count; j++) top = w[j] > top ? w[j] : top;
  vfloat sum = splat(0);
  for (j = 0; j < count; j += LANES) {
    // Beyond the end zeros stand, which must not count.
    const size_t left = count - j;
    vfloat e = vexp(loadPart(w + j, left) - top);
    if (left < LANES) e = only(laneNumbers() < (uint32_t)left, e);
    storePart(w + j, e, left);
    sum += e;
  }
  const float inverse = 1.0f / total(sum);
  for (j = 0; j < count; j += LANES) storePart(w + j, loadPart(w + j, count - j) * inverse, count - j);
}

static void attentionMix(const MacrostateAttention *s, float *out, size_t outStride) {
  const size_t width = writtenCount(s->width), slots = s->heads * s->slots, columns = paddedCount(slots);
  float *keys = s->scratch;
  transpose(slots, width, s->keys, s->keyStride, keys, columns);
  for (size_t begin = 0; begin < s->rows; begin += ATTENTION_ROWS) {
    const size_t rows = s->rows - begin < ATTENTION_ROWS ? s->rows - begin : ATTENTION_ROWS;
    float *weights = s->weights + begin * columns;
    product(rows, columns, width, s->x + begin * s->xStride, s->xStride, 1, keys, columns, weights, columns, 0);
    for (size_t i = 0; i < rows; i++) {
      for (size_t h = 0; h < s->heads; h++) softmaxRow(s->slots, weights + i * columns + h * s->slots);
    }
    product(rows, width, slots, weights, columns, 1, s->values, s->valueStride, out + begin * outStride, outStride, 0);
  }
}

/// dS = p ∘ (dp − Σ p dp) over `count` numbers of a row, in place in dp.
INLINE void softmaxRowGradient(size_t count, const float *w, float *dp) {
  vfloat sum = splat(0);
  for (size_t j = 0; j < count; j += LANES) sum += loadPart(w + j, count - j) * loadPart(dp + j, count - j);
  const float mean = total(sum);
  for (size_t j = 0; j < count; j += LANES) {
    const size_t left = count - j;
    storePart(dp + j, loadPart(w + j, left) * (loadPart(dp + j, left) - mean), left);
  }
}

static void attentionMixGradient(const MacrostateAttention *s, const float *dOut, size_t outStride, float *dx,
                                 size_t dxStride, int accumulate, float *dKeys, float *dValues) {
  const size_t width = writtenCount(s->width), slots = s->heads * s->slots, columns = paddedCount(slots);
  float *values = s->scratch, *dp = values + width * columns;
  transpose(slots, width, s->values, s->valueStride, values, columns);
  for (size_t begin = 0; begin < s->rows; begin += ATTENTION_ROWS) {
    const size_t rows = s->rows - begin < ATTENTION_ROWS ? s->rows - begin : ATTENTION_ROWS;
    const float *x = s->x + begin * s->xStride, *weights = s->weights + begin * columns;
    const float *d = dOut + begin * outStride;
    if (dValues) product(slots, width, rows, weights, 1, columns, d, outStride, dValues, s->valueStride, 1);
    product(rows, columns, width, d, outStride, 1, values, columns, dp, columns, 0);
    for (size_t i = 0; i < rows; i++) {
      for (size_t h = 0; h < s->heads; h++) {
        const size_t at = i * columns + h * s->slots;
        softmaxRowGradient(s->slots, weights + at, dp + at);
      }
    }
    if (dKeys) product(slots, width, rows, dp, 1, columns, x, s->xStride, dKeys, s->keyStride, 1);
    if (!dx) continue;
    float *target = dx + begin * dxStride;
    product(rows, width, slots, dp, columns, 1, s->keys, s->keyStride, target, dxStride, accumulate);
  }
  if (dKeys) clearPadding(slots, s->width, dKeys, s->keyStride);
}

#undef LEAST_FLOAT
