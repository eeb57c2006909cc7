// The limit that a core sets: as many multiply-adds as its registers allow, with no memory in the way.

#pragma once
#include "vectors.h"

static double multiplyAddPeak(size_t rounds) {
  enum { CHAINS = 12 };
  vfloat sums[CHAINS];
  for (int i = 0; i < CHAINS; i++) sums[i] = splat((float)i);
  // Values that the compiler cannot know, so that it cannot do the work beforehand.
  volatile float factor = 0.999f, term = 0.001f;
  const vfloat f = splat(factor), t = splat(term);
  for (size_t round = 0; round < rounds; round++) {
    UNROLL
    for (int i = 0; i < CHAINS; i++) sums[i] = sums[i] * f + t;
  }
  vfloat sum = splat(0);
  for (int i = 0; i < CHAINS; i++) sum += sums[i];
  // The result must be used, and must not change the count.
  return 2.0 * CHAINS * LANES * (double)rounds + (total(sum) == 12345.0f);
}
