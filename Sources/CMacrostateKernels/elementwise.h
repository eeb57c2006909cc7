// Loops over all elements of a matrix, and the optimiser's step.

#pragma once
#include "elementary.h"
#include "include/macrostate_kernels.h"
#include "vectors.h"

/// activation(x), and SiLU's gate where it is wanted. `activation` is a constant where this is called.
INLINE vfloat activated(MacrostateActivation activation, vfloat x, vfloat *gate) {
  if (activation != MacrostateSiLU) return vactivate(activation, x);
  *gate = vsigmoid(x);
  return vsilu(x, *gate);
}

INLINE void activateAs(MacrostateActivation activation, size_t m, size_t n, size_t stride, const float *x, float *y,
                       float *gate) {
  const int keepsGate = activation == MacrostateSiLU && gate;
  const size_t whole = n / LANES * LANES;
  for (size_t i = 0; i < m; i++) {
    const size_t end = i * stride + whole;
    vfloat open;
    for (size_t at = i * stride; at < end; at += LANES) {
      store(y + at, activated(activation, load(x + at), &open));
      if (keepsGate) store(gate + at, open);
    }
    if (whole == n) continue;
    storePart(y + end, activated(activation, loadPart(x + end, n - whole), &open), n - whole);
    if (keepsGate) storePart(gate + end, open, n - whole);
  }
}

static void activate(size_t m, size_t n, size_t stride, MacrostateActivation activation, const float *x, float *y,
                     float *gate) {
#define CASE(A) \
  case A: activateAs(A, m, n, stride, x, y, gate); break;
  switch (activation) {
    CASE(MacrostateIdentity)
    CASE(MacrostateReLU)
    CASE(MacrostateTanh)
    CASE(MacrostateSoftplus)
    CASE(MacrostateSigmoid)
    CASE(MacrostateSiLU)
  }
#undef CASE
}

/// `activation` is a constant where this is called.
INLINE void activationGradientOf(MacrostateActivation activation, const MacrostateActivationGradient *p) {
  const size_t m = p->m, rowsPerBias = p->rowsPerBias;
  for (size_t column = 0; column < p->n; column += LANES) {
    for (size_t begin = 0; begin < m; begin += rowsPerBias) {
      const size_t end = begin + rowsPerBias < m ? begin + rowsPerBias : m;
      vfloat sum = splat(0);
      for (size_t i = begin; i < end; i++) {
        float *dy = p->dy + i * p->dyStride + column;
        vfloat g = load(dy);
        if (activation != MacrostateIdentity) {
          vfloat output = load(p->y + i * p->yStride + column);
          if (activation == MacrostateReLU) {
            g = only(output > 0, g);
          } else {
            const vfloat open = activation == MacrostateSiLU ? load(p->gate + i * p->yStride + column) : splat(0);
            g = g * vactivationSlope(activation, output, open);
          }
          store(dy, g);
        }
        sum += g;
      }
      if (p->dBias) {
        float *at = p->dBias + (begin / rowsPerBias) * p->dBiasStride + column;
        store(at, load(at) + sum);
      }
    }
  }
}

static void activationGradient(const MacrostateActivationGradient *gradient) {
  // A copy that nothing else points to, so that it stays in registers.
  const MacrostateActivationGradient p = *gradient;
#define CASE(A) \
  case A: activationGradientOf(A, &p); break;
  switch (p.activation) {
    CASE(MacrostateReLU)
    CASE(MacrostateTanh)
    CASE(MacrostateSoftplus)
    CASE(MacrostateSigmoid)
    CASE(MacrostateSiLU)
    CASE(MacrostateIdentity)
  }
#undef CASE
}

static void sumRows(size_t rows, size_t n, const float *x, size_t xStride, float weight, float *out) {
  for (size_t column = 0; column < n; column += LANES) {
    vfloat even = splat(0), odd = splat(0);
    size_t i = 0;
    for (; i + 2 <= rows; i += 2) {
      even += load(x + i * xStride + column);
      odd += load(x + (i + 1) * xStride + column);
    }
    if (i < rows) even += load(x + i * xStride + column);
    store(out + column, (even + odd) * weight);
  }
}

static void spreadRow(size_t rows, size_t n, const float *dOut, float weight, float *dx, size_t dxStride,
                      int accumulate) {
  for (size_t column = 0; column < n; column += LANES) {
    const vfloat value = load(dOut + column) * weight;
    for (size_t i = 0; i < rows; i++) {
      float *at = dx + i * dxStride + column;
      store(at, accumulate ? load(at) + value : value);
    }
  }
}

static void addRowDots(size_t rows, size_t columns, size_t inner, const float *a, size_t aStride, const float *b,
                       size_t bStride, float *out, size_t outStride) {
  for (size_t i = 0; i < rows; i++) {
    for (size_t j = 0; j < columns; j++) {
      vfloat sum = splat(0);
      for (size_t k = 0; k < inner; k += LANES) sum += load(a + i * aStride + k) * load(b + j * bStride + k);
      out[i * outStride + j] += total(sum);
    }
  }
}

static void addScaled(size_t count, float scale, const float *x, float *y) {
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) store(y + i, load(x + i) * scale + load(y + i));
  for (; i < count; i++) y[i] = x[i] * scale + y[i];
}

static void multiplyElements(size_t count, const float *x, const float *y, float *z, int accumulate) {
  for (size_t i = 0; i < count; i++) z[i] = (accumulate ? z[i] : 0) + x[i] * y[i];
}

static void transpose(size_t m, size_t n, const float *a, size_t aStride, float *b, size_t bStride) {
  for (size_t j = 0; j < n; j++) {
    for (size_t i = 0; i < m; i++) b[j * bStride + i] = a[i * aStride + j];
    for (size_t i = m; i < bStride; i++) b[j * bStride + i] = 0;
  }
}

static void reduceLanes(size_t count, size_t lanes, const float *const *g, float *out) {
  if (lanes == 8) {
    for (size_t i = 0; i < count; i++) {
      out[i] = ((g[0][i] + g[1][i]) + (g[2][i] + g[3][i])) + ((g[4][i] + g[5][i]) + (g[6][i] + g[7][i]));
    }
  } else if (lanes == 4) {
    for (size_t i = 0; i < count; i++) out[i] = (g[0][i] + g[1][i]) + (g[2][i] + g[3][i]);
  } else if (lanes == 2) {
    for (size_t i = 0; i < count; i++) out[i] = g[0][i] + g[1][i];
  } else {
    memcpy(out, g[0], count * sizeof(float));
  }
}

static double sumOfSquares(size_t count, const float *x) {
  double sum = 0;
  for (size_t i = 0; i < count; i += 1024) {
    const size_t end = i + 1024 < count ? i + 1024 : count;
    vfloat part = splat(0);
    for (size_t j = i; j < end; j += LANES) {
      const vfloat v = loadPart(x + j, end - j);
      part += v * v;
    }
    sum += total(part);
  }
  return sum;
}

static void adam(const MacrostateAdamStep *step, size_t count, const float *gradient, float *parameter, float *first,
                 float *second) {
  const MacrostateAdamStep s = *step;
  for (size_t i = 0; i < count; i += LANES) {
    const size_t part = count - i;
    const vfloat g = loadPart(gradient + i, part);
    const vfloat p = loadPart(parameter + i, part);
    const vfloat m = loadPart(first + i, part) * s.beta1 + g * (1 - s.beta1);
    const vfloat v = loadPart(second + i, part) * s.beta2 + (g * g) * (1 - s.beta2);
    const vfloat change = (m * s.correction1) / (vsqrt(v * s.correction2) + s.epsilon);
    storePart(first + i, m, part);
    storePart(second + i, v, part);
    storePart(parameter + i, p - (change + p * s.decay) * s.rate, part);
  }
}
