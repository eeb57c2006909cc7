// The hot loops of Macrostate, in C so that one source can be compiled for several instruction sets.
//
// How to read this target: `vectors.h` says what a vector is; `elementary.h`, `matrix.h`, `elementwise.h`,
// `attention.h`, `layernorm.h`, `onsager.h`, `spline.h`, `likelihood.h`, `random.h`, `pairs.h`, `chamfer.h`,
// `neighbours.h` and `gaussians.h` are the loops, written once; `baseline.c`, `avx2.c` and `avx512.c` include them all,
// each under another instruction set; `select.c` hands out the table of the one that is asked for. `text_table.c` reads
// numbers from text. There is no state.
//
// Conventions. Matrices are row-major; a stride is the distance of two rows in floats. A matrix that is written by
// `multiply` has rows padded to a multiple of MACROSTATE_PADDING floats. It writes whole vectors: behind the columns, the
// rest of the last vector is finite in values and zero in gradients; what follows it is not written, and must not be read.

#pragma once
#include <stddef.h>
#include <stdint.h>

#include "sha256.h"
#include "text_table.h"

#define MACROSTATE_PADDING 16

typedef enum { MacrostateBaseline = 0, MacrostateAVX2 = 1, MacrostateAVX512 = 2 } MacrostateInstructionSet;

typedef enum {
  MacrostateIdentity = 0,
  MacrostateReLU = 1,
  MacrostateTanh = 2,
  MacrostateSoftplus = 3,
  MacrostateSigmoid = 4,
  MacrostateSiLU = 5
} MacrostateActivation;

/// What a product starts from: nothing, what stands in the result already, or a row of `bias` for every
/// `rowsPerBias` rows of the result.
typedef enum { MacrostateStartZero = 0, MacrostateStartResult = 1, MacrostateStartBias = 2 } MacrostateStart;

/// c = activation(start + a·b) with a `[m, k]`, b `[k, n]`, c `[m, n]`.
/// Element (i, j) of a stands at a[i·aRow + j·aColumn], so that a may be transposed; rows of b and c are padded.
typedef struct {
  size_t m, n, k;
  const float *a;
  size_t aRow, aColumn;
  const float *b;
  size_t bStride;
  float *c;
  size_t cStride;
  MacrostateStart start;
  const float *bias;
  size_t biasStride, rowsPerBias;
  MacrostateActivation activation;
  /// Where SiLU leaves its gate, sigmoid(x), for the way back: rows as those of c; not wanted where null.
  float *gate;
} MacrostateProduct;

/// dy ← dy · activation′ `[m, n]`, written through the output y (and SiLU's gate); and, where dBias is not null,
/// dBias[i / rowsPerBias] += row i of the result. Whole padded rows are worked on; y and gate have the same stride.
typedef struct {
  size_t m, n;
  MacrostateActivation activation;
  const float *y, *gate;
  size_t yStride;
  float *dy;
  size_t dyStride;
  float *dBias;
  size_t dBiasStride, rowsPerBias;
} MacrostateActivationGradient;

/// A step of AdamW: decoupled weight decay; corrections for the bias of the moments.
typedef struct {
  float rate, beta1, beta2, correction1, correction2, epsilon, decay;
} MacrostateAdamStep;

/// One coordinate of a rational-quadratic spline layer, `count` samples; the parameters of sample i are row
/// i / rowsPerParameters of `parameters` `[·, 3·bins − 1]`: width logits, height logits, inner slopes before softplus.
/// Where `closed` is 1 the interval's ends are one place: their slopes are the same, and the last of 3·bins parameters.
typedef struct {
  size_t count, rowsPerParameters, bins, closed;
  float bound;
  const float *parameters;
  size_t parameterStride;
} MacrostateSpline;

/// The product (L Lᵀ + αI + W) u of OnsagerNet for every row: row r of `matrix` holds L `[d, d]` in its lower triangle
/// with the diagonal, and the antisymmetric W above it. Rows of both are padded.
typedef struct {
  size_t rows, dimension;
  float alpha;
  const float *matrix;
  size_t matrixStride;
  const float *vector;
  size_t vectorStride;
} MacrostateOnsager;

/// Points whose attention weights are worked on together.
#define MACROSTATE_ATTENTION_ROWS 128

/// Attention between the `rows` points x `[rows, width]` of a set and g = heads · slots slots `[g, width]`, head by head.
/// All rows are padded with zeros. `weights` `[rows, padded g]` are written forwards and read on the way back.
/// `scratch` has room for (g + padded g)·padded width + (MACROSTATE_ATTENTION_ROWS + 1)·padded g floats.
typedef struct {
  size_t rows, width, heads, slots;
  const float *x;
  size_t xStride;
  /// The slots' queries (pool) or keys (mix), the factor 1/√d in them.
  const float *keys;
  size_t keyStride;
  /// The slots' values; of no use to pool.
  const float *values;
  size_t valueStride;
  float *weights, *scratch;
} MacrostateAttention;

/// Layer normalisation of the rows of x + residual, row i of x with row i % residualRows of the residual.
typedef struct {
  size_t rows, columns;
  const float *x;
  size_t xStride;
  const float *residual;
  size_t residualStride, residualRows;
  const float *scale, *shift;
  /// Mean and reciprocal standard deviation of every row, `[rows, 2]`.
  float *statistics;
} MacrostateLayerNorm;

/// Interacting particles (Kolokolnikov et al. 2011): F(r) = tanh(a(1 − r)) + b.
typedef struct {
  float a, b;
} MacrostatePairForce;

/// Rates that one sum of Gaussian kernels takes at most.
#define MACROSTATE_GAUSSIAN_RATES 8

/// A search for the pairs of n particles closer than `cutoff`, by cells: axis k has `cells`[k] of the width `width`[k], at
/// least the cut-off (1 cell where there is no such axis), and repeats after `period`[k] unless that is 0.
typedef struct {
  size_t dimension, count, speciesCount, bins;
  double cutoff;
  double origin[3], width[3], period[3];
  int32_t cells[3];
} MacrostateNeighbours;

/// The factor L of Gaussians in `dimension` components for `rows` rows, by raw entries in padded rows: the diagonal alone,
/// or the lower triangle row by row. On the diagonal L is floor + softplus(raw), below it raw itself.
typedef struct {
  size_t rows, dimension;
  /// Whether entries below the diagonal are there, and whether one row of entries serves all rows.
  int isTriangular, isShared;
  double floor;
  const float *raw;
  /// Floats in a padded row of entries.
  size_t entryStride;
} MacrostateGaussianFactor;

typedef struct {
  MacrostateInstructionSet instructionSet;
  /// Floats in a vector register.
  size_t lanes;

  /// The matrix product above.
  void (*multiply)(const MacrostateProduct *product);

  /// y = activation(x) `[m, n]`, all with the same stride; SiLU's gate too where it is wanted (not null).
  void (*activate)(size_t m, size_t n, size_t stride, MacrostateActivation activation, const float *x, float *y,
                   float *gate);
  /// The way back through an activation, above.
  void (*activationGradient)(const MacrostateActivationGradient *gradient);
  /// out `[n]` = weight · the sum of the rows of x.
  void (*sumRows)(size_t rows, size_t n, const float *x, size_t xStride, float weight, float *out);
  /// dx rows = weight · dOut (overwritten, or added to where accumulate is not 0).
  void (*spreadRow)(size_t rows, size_t n, const float *dOut, float weight, float *dx, size_t dxStride, int accumulate);
  /// out[i, j] += Σ_k a[i, k]·b[j, k] for the few columns j < columns of an unpadded result.
  void (*addRowDots)(size_t rows, size_t columns, size_t inner, const float *a, size_t aStride, const float *b,
                     size_t bStride, float *out, size_t outStride);
  /// y += scale · x.
  void (*addScaled)(size_t count, float scale, const float *x, float *y);
  /// z = x · y, added to z where accumulate is not 0.
  void (*multiplyElements)(size_t count, const float *x, const float *y, float *z, int accumulate);
  /// b `[n, bStride]` = the transpose of a `[m, aStride]`, the padding of b's rows cleared.
  void (*transpose)(size_t m, size_t n, const float *a, size_t aStride, float *b, size_t bStride);

  /// out = the sum of `lanes` (1, 2, 4 or 8) gradients, in a fixed tree.
  void (*reduceLanes)(size_t count, size_t lanes, const float *const *gradients, float *out);
  /// Σ x².
  double (*sumOfSquares)(size_t count, const float *x);
  /// One step for `count` parameters and their moments.
  void (*adam)(const MacrostateAdamStep *step, size_t count, const float *gradient, float *parameter, float *first,
               float *second);

  /// y and log dy/dx of `count` samples x.
  void (*splineForward)(const MacrostateSpline *spline, const float *x, float *y, float *logSlope);
  /// x from y (the inverse), and log dy/dx there.
  void (*splineInverse)(const MacrostateSpline *spline, const float *y, float *x, float *logSlope);
  /// From dL/dy and dL/d(log dy/dx): dL/dx (added to dx; not wanted where null) and dL/dparameters (added).
  void (*splineBackward)(const MacrostateSpline *spline, const float *x, const float *dy, const float *dLogSlope,
                         float *dx, float *dParameters);

  /// out = (L Lᵀ + αI + W) u and w = Lᵀu, rows of both as those of u; both are overwritten.
  void (*onsagerForward)(const MacrostateOnsager *product, float *w, float *out);
  /// From w and dOut: dMatrix and dVector, both added to. `scratch` is one row.
  void (*onsagerBackward)(const MacrostateOnsager *product, const float *w, const float *dOut, float *scratch,
                          float *dMatrix, float *dVector);

  /// out_g `[g, width]` = Σ_i p_ig x_i with p the softmax over points of x·query. The weights are left undivided by their
  /// sums, whose logarithm and reciprocal are written `[padded g]` (−3.4e38 and 0 where there are no points).
  void (*attentionPool)(const MacrostateAttention *attention, float *out, size_t outStride, float *logSum,
                        float *inverseSum);
  /// From dL/dout: dL/dx (set, or added to where accumulate is not 0) and dL/dqueries (added); either may be null.
  void (*attentionPoolGradient)(const MacrostateAttention *attention, const float *out, const float *inverseSum,
                                const float *dOut, size_t outStride, float *dx, size_t dxStride, int accumulate,
                                float *dQueries);
  /// out_i `[rows, width]` = Σ_g p_ig value_g with p the softmax of x·key over the slots of each head.
  void (*attentionMix)(const MacrostateAttention *attention, float *out, size_t outStride);
  /// From dL/dout: dL/dx (set, or added to where accumulate is not 0), dL/dkeys and dL/dvalues (added); each may be null.
  void (*attentionMixGradient)(const MacrostateAttention *attention, const float *dOut, size_t outStride, float *dx,
                               size_t dxStride, int accumulate, float *dKeys, float *dValues);
  /// y `[rows, columns]`.
  void (*layerNorm)(const MacrostateLayerNorm *norm, float *y, size_t yStride);
  /// From dL/dy: dL/dx and dL/dresidual (set, or added to where accumulate is not 0) and dL/dscale, dL/dshift (added);
  /// each may be null. A residual of fewer rows is always added to.
  void (*layerNormGradient)(const MacrostateLayerNorm *norm, const float *dy, size_t dyStride, float *dx,
                            int accumulateX, float *dResidual, int accumulateResidual, float *dScale, float *dShift);

  /// x_i += scale_i (L η)_i for every row. `scratch` is a row of entries.
  void (*gaussianNoise)(const MacrostateGaussianFactor *factor, const float *eta, size_t etaStride, const float *scale,
                        float *x, size_t xStride, float *scratch);
  /// Σ over rows of −log N(target; mean, L Lᵀ) − (dimension/2) log 2π, and weight times its gradients, added to dMean and
  /// dRaw (either may be null). `target` has no padding; `scratch` has 3·dimension + entryStride doubles.
  double (*gaussianLoss)(const MacrostateGaussianFactor *factor, const float *mean, size_t meanStride,
                         const float *target, double weight, float *dMean, float *dRaw, double *scratch);

  /// `4·blocks` random words of Philox 4×32-10: block i has counter (first + i, c1, c2, c3).
  void (*randomWords)(uint64_t key, uint32_t first, uint32_t c1, uint32_t c2, uint32_t c3, size_t blocks,
                      uint32_t *out);
  /// Standard normal numbers from pairs of words (Box–Muller): out[i] for i < count, `count` even.
  void (*normals)(size_t count, const uint32_t *words, float *out);

  /// Velocities of n particles, v_i = (1/n) Σ_j F(r)(x_i − x_j)/r, and the mean pair energy
  /// 2/(n(n−1)) Σ_{i<j} [log cosh(a(1 − r))/a + b(1 − r)], returned. `vx`, `vy` are overwritten.
  double (*pairForces)(size_t n, MacrostatePairForce force, const float *x, const float *y, float *vx, float *vy);

  /// For each of the n points of x the nearest of the m points of y (m > 0): its index, the lowest of several, and the
  /// square of its distance. Coordinate k of point i stands at x[k·xStride + i].
  void (*nearest)(size_t dimension, size_t n, const float *x, size_t xStride, size_t m, const float *y, size_t yStride,
                  int32_t *index, float *square);

  /// counts[a, b, bin] += the ordered pairs (particle of species a, particle of species b) at a distance in
  /// [bin, bin + 1)·cutoff/bins, for finite positions `[n, d]` grouped by species, of which s ends before particle
  /// speciesEnds[s]. Scratch: `starts` `[product of cells + 1]`, `labels` `[2n]`, `sorted` `[n, 3]`. Returns how many
  /// pairs were looked at: the work.
  uint64_t (*countNeighbours)(const MacrostateNeighbours *search, const float *positions, const size_t *speciesEnds,
                              size_t *starts, uint32_t *labels, double *sorted, uint64_t *counts);

  /// sums[r] += Σ_ij exp(−rates[r]·‖x_i − y_j‖²) over the n points of x and the m points of y, for at most
  /// MACROSTATE_GAUSSIAN_RATES rates. Coordinate k of point i stands at x[k·xStride + i].
  void (*gaussianSums)(size_t dimension, size_t n, const float *x, size_t xStride, size_t m, const float *y,
                       size_t yStride, size_t rateCount, const float *rates, double *sums);

  /// Does nothing but multiply-adds in registers; returns how many floating-point operations: the peak to measure against.
  double (*multiplyAddPeak)(size_t rounds);
} MacrostateKernelTable;

/// The table of an instruction set, or null where this machine (or build) has no such instructions.
const MacrostateKernelTable *macrostate_kernel_table(MacrostateInstructionSet instructionSet);
