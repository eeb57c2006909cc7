// Which instruction sets this machine has.
#include "include/macrostate_kernels.h"

extern const MacrostateKernelTable macrostateBaselineKernels;
#if defined(__x86_64__)
extern const MacrostateKernelTable macrostateAVX2Kernels;
extern const MacrostateKernelTable macrostateAVX512Kernels;
#endif

const MacrostateKernelTable *macrostate_kernel_table(MacrostateInstructionSet instructionSet) {
  switch (instructionSet) {
    case MacrostateBaseline: return &macrostateBaselineKernels;
#if defined(__x86_64__)
    case MacrostateAVX2:
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &macrostateAVX2Kernels : NULL;
    case MacrostateAVX512:
      return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                     __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq")
                 ? &macrostateAVX512Kernels
                 : NULL;
#endif
    default: return NULL;
  }
}
