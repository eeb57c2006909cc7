// All loops, and the table that names them, for the instruction set of the file that includes this.
// The includer defines LANES, TILE_ROWS, TILE_VECTORS, INSTRUCTION_SET and TABLE.

#include "attention.h"
#include "chamfer.h"
#include "elementary.h"
#include "elementwise.h"
#include "gaussians.h"
#include "include/macrostate_kernels.h"
#include "layernorm.h"
#include "likelihood.h"
#include "matrix.h"
#include "neighbours.h"
#include "onsager.h"
#include "pairs.h"
#include "peak.h"
#include "random.h"
#include "spline.h"
#include "vectors.h"

const MacrostateKernelTable TABLE = {
    .instructionSet = INSTRUCTION_SET,
    .lanes = LANES,
    .multiply = multiply,
    .activate = activate,
    .activationGradient = activationGradient,
    .sumRows = sumRows,
    .spreadRow = spreadRow,
    .addRowDots = addRowDots,
    .addScaled = addScaled,
    .multiplyElements = multiplyElements,
    .transpose = transpose,
    .reduceLanes = reduceLanes,
    .sumOfSquares = sumOfSquares,
    .adam = adam,
    .splineForward = splineForward,
    .splineInverse = splineInverse,
    .splineBackward = splineBackward,
    .onsagerForward = onsagerForward,
    .onsagerBackward = onsagerBackward,
    .attentionPool = attentionPool,
    .attentionPoolGradient = attentionPoolGradient,
    .attentionMix = attentionMix,
    .attentionMixGradient = attentionMixGradient,
    .layerNorm = layerNorm,
    .layerNormGradient = layerNormGradient,
    .gaussianNoise = gaussianNoise,
    .gaussianLoss = gaussianLoss,
    .randomWords = randomWords,
    .normals = normals,
    .pairForces = pairForces,
    .nearest = nearest,
    .countNeighbours = countNeighbours,
    .gaussianSums = gaussianSums,
    .multiplyAddPeak = multiplyAddPeak,
};
