// The loops for every machine: SSE2 on x86-64, NEON on Arm (128-bit vectors).
#define LANES 4
#if defined(__aarch64__)
#define TILE_ROWS 6
#define TILE_VECTORS 4
#else
#define TILE_ROWS 4
#define TILE_VECTORS 2
#endif
#define INSTRUCTION_SET MacrostateBaseline
#define TABLE macrostateBaselineKernels

#include "kernels.h"
