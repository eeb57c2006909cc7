// The loops for AVX-512 (512-bit vectors, 32 registers). The features are listed one by one: naming an architecture
// level instead would make the compiler prefer 256-bit vectors.
#if defined(__x86_64__)
#define LANES 16
#define TILE_ROWS 6
#define TILE_VECTORS 4
#define INSTRUCTION_SET MacrostateAVX512
#define TABLE macrostateAVX512Kernels

#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,avx2,fma,bmi,bmi2"))), \
                             apply_to = function)
#include "kernels.h"
#pragma clang attribute pop
#endif
