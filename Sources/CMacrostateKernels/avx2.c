// The loops for AVX2 with fused multiply-add (256-bit vectors, 16 registers).
#if defined(__x86_64__)
#define LANES 8
#define TILE_ROWS 6
#define TILE_VECTORS 2
#define INSTRUCTION_SET MacrostateAVX2
#define TABLE macrostateAVX2Kernels

#pragma clang attribute push(__attribute__((target("avx2,fma,bmi,bmi2"))), apply_to = function)
#include "kernels.h"
#pragma clang attribute pop
#endif
