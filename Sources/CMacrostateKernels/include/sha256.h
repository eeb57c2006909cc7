// The check sum SHA-256 (FIPS 180-4), which nobody can make another file fit.

#pragma once
#include <stddef.h>
#include <stdint.h>

/// Writes the 32 bytes of the check sum of `count` bytes.
void macrostate_sha256(const uint8_t *bytes, size_t count, uint8_t sum[32]);
