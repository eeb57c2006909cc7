// Counter-based random numbers: Philox 4×32-10 (Salmon et al., Parallel random numbers: as easy as 1, 2, 3; SC 2011).
// A block's four words depend on (key, counter) alone, so LANES blocks are made side by side and any order gives the same.

#pragma once
#include "elementary.h"
#include "vectors.h"

INLINE void multiplyWide(vuint a, uint32_t b, vuint *high, vuint *low) {
  vuint64 product = __builtin_convertvector(a, vuint64) * (uint64_t)b;
  *low = __builtin_convertvector(product, vuint);
  *high = __builtin_convertvector(product >> 32, vuint);
}

static void randomWords(uint64_t key, uint32_t first, uint32_t c1, uint32_t c2, uint32_t c3, size_t blocks,
                        uint32_t *out) {
  for (size_t block = 0; block < blocks; block += LANES) {
    vuint x0 = laneNumbers() + (uint32_t)(first + block);
    vuint x1 = (vuint)(c1), x2 = (vuint)(c2), x3 = (vuint)(c3);
    uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
    for (int round = 0; round < 10; round++) {
      vuint high0, low0, high1, low1;
      multiplyWide(x0, 0xD2511F53u, &high0, &low0);
      multiplyWide(x2, 0xCD9E8D57u, &high1, &low1);
      x0 = high1 ^ x1 ^ k0;
      x1 = low1;
      x2 = high0 ^ x3 ^ k1;
      x3 = low0;
      k0 += 0x9E3779B9u;
      k1 += 0xBB67AE85u;
    }
    const size_t left = blocks - block < LANES ? blocks - block : LANES;
    for (size_t i = 0; i < left; i++) {
      uint32_t *words = out + 4 * (block + i);
      words[0] = x0[i];
      words[1] = x1[i];
      words[2] = x2[i];
      words[3] = x3[i];
    }
  }
}

/// sin and cos of 2πu for u in [−½, ½): the quarter is taken off first, so the polynomials see at most π/4.
INLINE void sineAndCosine(vfloat u, vfloat *sine, vfloat *cosine) {
  vfloat quarter = vround(u * 4.0f);
  vfloat t = (u - quarter * 0.25f) * 6.28318531f;
  vfloat s = t * t;
  // Taylor polynomials: their error at π/4 is below 3e-8.
  vfloat sn = t + (t * s) * (-1.0f / 6 + s * (1.0f / 120 + s * (-1.0f / 5040 + s * (1.0f / 362880))));
  vfloat cs = 1.0f + s * (-0.5f + s * (1.0f / 24 + s * (-1.0f / 720 + s * (1.0f / 40320))));
  vint q = __builtin_convertvector(quarter, vint);
  vmask odd = (q & 1) != 0;
  vfloat a = choose(odd, cs, sn), b = choose(odd, sn, cs);
  *sine = choose((q & 2) != 0, -a, a);
  *cosine = choose(((q + 1) & 2) != 0, -b, b);
}

static void normals(size_t count, const uint32_t *words, float *out) {
  const size_t pairs = count / 2;
  for (size_t pair = 0; pair < pairs; pair += LANES) {
    const size_t left = pairs - pair < LANES ? pairs - pair : LANES;
    vuint a = (vuint)(0), b = (vuint)(0);
    for (size_t i = 0; i < left; i++) {
      a[i] = words[2 * (pair + i)];
      b[i] = words[2 * (pair + i) + 1];
    }
    // 24 bits, shifted by half a unit: in (0, 1), so that the logarithm is finite.
    vfloat u = (__builtin_convertvector((vint)(a >> 8), vfloat) + 0.5f) * 0x1p-24f;
    vfloat angle = __builtin_convertvector((vint)b, vfloat) * 0x1p-32f;
    vfloat sine, cosine;
    sineAndCosine(angle, &sine, &cosine);
    vfloat radius = vsqrt(-2.0f * vlog(u));
    for (size_t i = 0; i < left; i++) {
      out[2 * (pair + i)] = radius[i] * cosine[i];
      out[2 * (pair + i) + 1] = radius[i] * sine[i];
    }
  }
}
