// What a vector is. Clang's vector extensions keep the loops portable: the same source becomes SSE, AVX2, AVX-512 or
// NEON. Arithmetic on a `vfloat` is elementwise; a comparison gives a `vmask` of all ones (true) or zeros.
//
// Each instruction set defines, before it includes this file: LANES (floats in a register), TILE_ROWS and TILE_VECTORS
// (the register tile of the matrix product: TILE_ROWS × TILE_VECTORS accumulators must fit the registers).

#pragma once
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef float vfloat __attribute__((ext_vector_type(LANES)));
typedef int32_t vint __attribute__((ext_vector_type(LANES)));
typedef uint32_t vuint __attribute__((ext_vector_type(LANES)));
typedef uint64_t vuint64 __attribute__((ext_vector_type(LANES)));
typedef vint vmask;

#define INLINE static inline __attribute__((always_inline))

/// The loop that follows is unrolled whole, so that the registers of a tile are known when it is compiled.
#define UNROLL _Pragma("clang loop unroll(full)")

INLINE vfloat splat(float x) { return (vfloat)(x); }

INLINE vfloat load(const float *p) {
  vfloat v;
  memcpy(&v, p, sizeof v);
  return v;
}

INLINE void store(float *p, vfloat v) { memcpy(p, &v, sizeof v); }

/// The first `count` elements of p; zeros behind them.
INLINE vfloat loadPart(const float *p, size_t count) {
  if (count >= LANES) return load(p);
  float buffer[LANES] = {0};
  memcpy(buffer, p, count * sizeof(float));
  return load(buffer);
}

INLINE void storePart(float *p, vfloat v, size_t count) {
  if (count >= LANES) {
    store(p, v);
    return;
  }
  memcpy(p, &v, count * sizeof(float));
}

INLINE vfloat bitsToFloat(vint v) { return (vfloat)v; }
INLINE vint floatToBits(vfloat v) { return (vint)v; }

/// a where the mask is true, else b.
INLINE vfloat choose(vmask mask, vfloat a, vfloat b) {
  return bitsToFloat((mask & floatToBits(a)) | (~mask & floatToBits(b)));
}

/// a where the mask is true, else 0.
INLINE vfloat only(vmask mask, vfloat a) { return bitsToFloat(mask & floatToBits(a)); }

/// The larger and the smaller, a where a is not a number: what has diverged must not turn into a plain number. (Written
/// so, each is one instruction on x86-64.)
INLINE vfloat vmax(vfloat a, vfloat b) { return b > a ? b : a; }
INLINE vfloat vmin(vfloat a, vfloat b) { return b < a ? b : a; }
INLINE vfloat vabs(vfloat a) { return __builtin_elementwise_abs(a); }
INLINE vfloat vsqrt(vfloat a) { return __builtin_elementwise_sqrt(a); }

/// The nearest whole number, for |x| < 2²²: adding 1.5·2²³ leaves no bits for a fraction (SSE2 has no rounding).
INLINE vfloat vround(vfloat x) { return (x + 12582912.0f) - 12582912.0f; }

/// The sum of the elements, in a fixed order: halves are added until one is left.
INLINE float total(vfloat v) {
  float sums[LANES];
  memcpy(sums, &v, sizeof v);
#pragma clang loop unroll(full)
  for (int width = LANES / 2; width > 0; width /= 2) {
    for (int i = 0; i < width; i++) sums[i] += sums[i + width];
  }
  return sums[0];
}

/// 0, 1, 2, …
INLINE vuint laneNumbers(void) {
  vuint v;
  for (unsigned i = 0; i < LANES; i++) v[i] = i;
  return v;
}
