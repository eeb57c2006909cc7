#include "macrostate_kernels.h"
