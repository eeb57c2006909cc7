// Elementary functions on vectors, good to a few units in the last place of single precision.
// The coefficients are minimax fits made by Scripts/fit-elementary-functions.py, which prints their errors.

#pragma once
#include "include/macrostate_kernels.h"
#include "vectors.h"

/// eˣ: x = k·ln 2 + r with |r| ≤ ln 2 / 2, then eˣ = 2ᵏ·eʳ. Arguments are clamped to the finite, normal range.
INLINE vfloat vexp(vfloat x) {
  x = vmin(vmax(x, splat(-87.3f)), splat(88.3f));
  vfloat k = vround(x * 1.44269504f);
  vfloat r = x - k * 0.693359375f;
  r = r - k * -2.12194440e-4f;
  vfloat p = splat(1.38146e-3f);
  p = p * r + 8.36871e-3f;
  p = p * r + 4.166839e-2f;
  p = p * r + 1.6666521e-1f;
  p = p * r + 4.9999993e-1f;
  vfloat e = (p * r) * r + r + 1.0f;
  vint exponent = __builtin_convertvector(k, vint) << 23;
  return bitsToFloat(floatToBits(e) + exponent);
}

/// log x for positive, normal x: x = 2ᵏ·(1 + t) with 1 + t in [√½, √2).
INLINE vfloat vlog(vfloat x) {
  vint bits = floatToBits(x);
  vint k = (bits - 0x3f3504f3) >> 23;
  vfloat t = bitsToFloat(bits - (k << 23)) - 1.0f;
  vfloat p = splat(6.746638e-2f);
  p = p * t + -1.1675651e-1f;
  p = p * t + 1.1888163e-1f;
  p = p * t + -1.2405589e-1f;
  p = p * t + 1.4219552e-1f;
  p = p * t + -1.6667996e-1f;
  p = p * t + 2.0002119e-1f;
  p = p * t + -2.500001e-1f;
  p = p * t + 3.3333313e-1f;
  vfloat e = __builtin_convertvector(k, vfloat);
  vfloat small = (p * t) * (t * t) + (t * t) * -0.5f + e * -2.12194440e-4f;
  return small + t + e * 0.693359375f;
}

/// tanh x = x·P(x²)/Q(x²) on [−9.2, 9.2]; ±1 to single precision outside.
INLINE vfloat vtanh(vfloat x) {
  vfloat c = vmin(vmax(x, splat(-9.1f)), splat(9.1f));
  vfloat u = c * c;
  vfloat p = splat(-1.18244920e-11f);
  p = p * u + 3.00703184e-8f;
  p = p * u + 2.77925151e-5f;
  p = p * u + 3.85765630e-3f;
  p = p * u + 1.36713953e-1f;
  p = p * u + 9.99999998e-1f;
  vfloat q = splat(1.27237495e-6f);
  q = q * u + 3.91982810e-4f;
  q = q * u + 2.72067716e-2f;
  q = q * u + 4.70047271e-1f;
  q = q * u + 1.0f;
  return vmin(vmax(c * p / q, splat(-1.0f)), splat(1.0f));
}

/// log(1 + eˣ) = max(x, 0) + log(1 + e^−|x|).
INLINE vfloat vsoftplus(vfloat x) { return vmax(x, splat(0)) + vlog(1.0f + vexp(-vabs(x))); }

INLINE vfloat vsigmoid(vfloat x) { return 1.0f / (1.0f + vexp(-x)); }

/// x·gate, gate = sigmoid(x). Below −88 the gate is the least that there is, and x must not make it grow again.
INLINE vfloat vsilu(vfloat x, vfloat gate) { return vmax(x, splat(-88)) * gate; }

INLINE vfloat vactivate(MacrostateActivation activation, vfloat x) {
  switch (activation) {
    case MacrostateReLU: return vmax(x, splat(0));
    case MacrostateTanh: return vtanh(x);
    case MacrostateSoftplus: return vsoftplus(x);
    case MacrostateSigmoid: return vsigmoid(x);
    case MacrostateSiLU: return vsilu(x, vsigmoid(x));
    default: return x;
  }
}

/// The derivative of an activation, written through its output y; for SiLU, y = x·gate, also through its gate.
INLINE vfloat vactivationSlope(MacrostateActivation activation, vfloat y, vfloat gate) {
  switch (activation) {
    case MacrostateReLU: return only(y > 0, splat(1));
    case MacrostateTanh: return 1.0f - y * y;
    case MacrostateSoftplus: return 1.0f - vexp(-y);
    case MacrostateSigmoid: return y * (1.0f - y);
    case MacrostateSiLU: return gate + y * (1.0f - gate);
    default: return splat(1);
  }
}
