// Forces and energy of particles that interact in pairs: every unordered pair is visited once, as one lane of a vector.
//
// A row i meets the particles j > i, LANES at a time: what pushes i is summed in registers, and its opposite (Newton's
// third law) is added to the velocities of the j's, which stay in the first-level cache. The last n mod LANES particles
// live in a padded block of their own, so that every block is whole; a mask leaves out its padding and j ≤ i. ROWS rows
// go together: while one waits for its square root and its division, the other calculates.
//
// With u = a(1 − r) and t = exp(−2|u|) one exponential gives both functions, neither of which can overflow:
//   tanh u = sign(u)·(1 − t)/(1 + t)        log cosh u = |u| + log(1 + t) − log 2
// The force over the distance, F(r)/r = [sign(u)(1 − t) + b(1 + t)] / [(1 + t) r], then takes a single division, and
// a·(pair energy) = |u| + log(1 + t) − log 2 + b·u. The logarithms are not taken pair by pair: the factors 1 + t ≤ 2
// are multiplied up, and the logarithm of the product is taken every SEGMENT blocks (and at a row's end). A product then
// has at most ROWS·(SEGMENT + 2) factors, those of the diagonal and of the rest included: below 2¹²⁴, so it is finite.

#pragma once
#include "elementary.h"
#include "include/macrostate_kernels.h"
#include "vectors.h"

#define ROWS 2
#define SEGMENT 60

typedef double vdouble __attribute__((ext_vector_type(LANES)));

/// LANES particles and the sums of the forces on them.
typedef struct {
  vfloat x, y, fx, fy;
} ParticleBlock;

/// One particle, the same in every lane, and the sums of the forces on it.
typedef ParticleBlock ParticleRow;

/// The sums of the pair energies: `linear` of (|u| + b·u)·2/ln 2, `product` of the factors 1 + t.
typedef struct {
  vfloat linear, product;
} EnergySums;

/// 2ᶻ for z ≤ 0 as 2ᵏ·2ᶠ with |f| ≤ ½; the polynomial is a minimax fit with a relative error of 2e-8.
INLINE vfloat powerOfTwo(vfloat z) {
  z = vmax(z, splat(-126));
  // Adding 1.5·2²³ rounds to a whole number and leaves that number in the lowest bits.
  vfloat shifted = z + 12582912.0f;
  vfloat f = z - (shifted - 12582912.0f);
  vfloat f2 = f * f;
  vfloat low = 1.0f + f * 6.93147182e-1f + f2 * (2.40226462e-1f + f * 5.55032864e-2f);
  vfloat high = 9.61848907e-3f + f * 1.33999356e-3f + f2 * 1.53458226e-4f;
  return bitsToFloat(floatToBits(low + f2 * f2 * high) + (floatToBits(shifted) << 23));
}

/// The pairs of a row with a block, where `mask` holds. `steepness` is 2a/ln 2, so that t = 2^−|steepness·(1 − r)|.
INLINE void interact(float steepness, float b, ParticleRow *row, ParticleBlock *block, vmask mask, EnergySums *sums) {
  vfloat dx = row->x - block->x, dy = row->y - block->y;
  // The tiny term makes the force of coinciding particles 0 instead of 0/0, as symmetry wants.
  vfloat r = vsqrt(dx * dx + (dy * dy + 1e-36f));
  vfloat u = steepness - steepness * r;
  vint sign = floatToBits(u) & INT32_MIN;
  vfloat minusMagnitude = bitsToFloat(floatToBits(u) | INT32_MIN);
  vfloat t = powerOfTwo(minusMagnitude);
  vfloat factor = 1.0f + t;
  vfloat difference = bitsToFloat(floatToBits(1.0f - t) | sign);
  vfloat scale = only(mask, (difference + b * factor) / (factor * r));
  row->fx += scale * dx;
  row->fy += scale * dy;
  block->fx -= scale * dx;
  block->fy -= scale * dy;
  sums->linear += only(mask, b * u - minusMagnitude);
  sums->product *= choose(mask, factor, splat(1));
}

/// The pairs of the rows with the whole blocks from `begin` up to `end`, whose forces stand in vx and vy.
INLINE void interactWithBlocks(float steepness, float b, ParticleRow *rows, size_t begin, size_t end,
                               const vmask *masks, const float *x, const float *y, float *vx, float *vy,
                               EnergySums *sums) {
  for (size_t j = begin; j < end; j += LANES) {
    ParticleBlock block = {load(x + j), load(y + j), load(vx + j), load(vy + j)};
    for (int k = 0; k < ROWS; k++) interact(steepness, b, rows + k, &block, masks[k], sums);
    store(vx + j, block.fx);
    store(vy + j, block.fy);
  }
}

/// Adds the sums to the energy, lane by lane, and empties them.
INLINE void flushEnergy(EnergySums *sums, vdouble *energy) {
  *energy += __builtin_convertvector(sums->linear * 0.34657359f + vlog(sums->product), vdouble);
  sums->linear = splat(0);
  sums->product = splat(1);
}

static double pairForces(size_t n, MacrostatePairForce force, const float *x, const float *y, float *vx, float *vy) {
  memset(vx, 0, n * sizeof(float));
  memset(vy, 0, n * sizeof(float));
  const float steepness = force.a * 2.88539008f, b = force.b;
  const size_t whole = n / LANES * LANES, rest = n - whole;
  const vint lane = (vint)laneNumbers();
  const vmask everywhere[ROWS] = {(vint)(-1), (vint)(-1)};
  ParticleBlock last = {loadPart(x + whole, rest), loadPart(y + whole, rest), splat(0), splat(0)};
  EnergySums sums = {splat(0), splat(1)};
  vdouble energy = (vdouble)(0);
  for (size_t i = 0; i < n; i += ROWS) {
    const size_t own = i / LANES * LANES;
    ParticleRow rows[ROWS];
    vmask after[ROWS];
    for (size_t k = 0; k < ROWS; k++) {
      // A row behind the last particle repeats that particle and meets nobody.
      const size_t particle = i + k < n ? i + k : n - 1;
      rows[k] = (ParticleRow){splat(x[particle]), splat(y[particle]), splat(0), splat(0)};
      after[k] = lane > (int32_t)(i + k - own);
    }
    if (own < whole) interactWithBlocks(steepness, b, rows, own, own + LANES, after, x, y, vx, vy, &sums);
    for (size_t begin = own + LANES; begin < whole; begin += SEGMENT * LANES) {
      const size_t end = whole - begin > SEGMENT * LANES ? begin + SEGMENT * LANES : whole;
      interactWithBlocks(steepness, b, rows, begin, end, everywhere, x, y, vx, vy, &sums);
      if (end < whole) flushEnergy(&sums, &energy);
    }
    for (int k = 0; rest > 0 && k < ROWS; k++) {
      const vmask mask = lane < (int32_t)rest;
      interact(steepness, b, rows + k, &last, own < whole ? mask : mask & after[k], &sums);
    }
    flushEnergy(&sums, &energy);
    for (size_t k = 0; k < ROWS && i + k < n; k++) {
      vx[i + k] += total(rows[k].fx);
      vy[i + k] += total(rows[k].fy);
    }
  }
  storePart(vx + whole, loadPart(vx + whole, rest) + last.fx, rest);
  storePart(vy + whole, loadPart(vy + whole, rest) + last.fy, rest);
  for (size_t i = 0; i < n; i++) {
    vx[i] /= (float)n;
    vy[i] /= (float)n;
  }
  if (n < 2) return 0;
  double sum = 0;
  for (int l = 0; l < LANES; l++) sum += energy[l];
  const double pairs = 0.5 * (double)n * (double)(n - 1);
  return (sum / pairs - 0.69314718055994531) / force.a;
}

#undef ROWS
#undef SEGMENT
