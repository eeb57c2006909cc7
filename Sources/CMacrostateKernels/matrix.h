// The matrix product. A tile of TILE_ROWS × TILE_VECTORS vector registers holds a block of the result; for every k, one
// row of b is loaded and TILE_ROWS elements of a are spread over registers, so each load feeds many multiply-adds. The
// activation follows while the tile is in the first-level cache.
// At the shapes of this method (inner dimension ≤ 300) everything is in the first- or second-level cache.

#pragma once
#include "elementwise.h"
#include "include/macrostate_kernels.h"
#include "vectors.h"

/// Rows of a (and b) taken at once where the inner dimension is long (sums over points), so that they stay in cache.
enum { INNER_BLOCK = 128 };

/// Rows of a tile that is one vector wide: as many chains of multiply-adds as hide their latency.
#define NARROW_TILE_ROWS (2 * TILE_ROWS)

/// A block of `rows` × `vectors` registers of the result. `rows` and `vectors` are constants where this is called, so
/// that every loop over them is unrolled and `sums` lives in registers.
INLINE void productTile(int rows, int vectors, const MacrostateProduct *p, size_t row, size_t column) {
  vfloat sums[NARROW_TILE_ROWS][4];
  const size_t aRow = p->aRow, aColumn = p->aColumn, bStride = p->bStride;
  UNROLL
  for (int i = 0; i < rows; i++) {
    // A bias that all rows share costs no division.
    const float *bias = p->biasStride == 0 ? p->bias : p->bias + (row + i) / p->rowsPerBias * p->biasStride;
    UNROLL
    for (int j = 0; j < vectors; j++) {
      const size_t at = column + (size_t)j * LANES;
      sums[i][j] = splat(0);
      if (p->start == MacrostateStartResult) sums[i][j] = load(p->c + (row + i) * p->cStride + at);
      if (p->start == MacrostateStartBias) sums[i][j] = load(bias + at);
    }
  }
  const float *a = p->a + row * aRow;
  const float *b = p->b + column;
  for (size_t k = 0; k < p->k; k++) {
    vfloat bRow[4];
    UNROLL
    for (int j = 0; j < vectors; j++) bRow[j] = load(b + j * LANES);
    UNROLL
    for (int i = 0; i < rows; i++) {
      vfloat element = splat(a[i * aRow]);
      UNROLL
      for (int j = 0; j < vectors; j++) sums[i][j] = element * bRow[j] + sums[i][j];
    }
    a += aColumn;
    b += bStride;
  }
  UNROLL
  for (int i = 0; i < rows; i++) {
    UNROLL
    for (int j = 0; j < vectors; j++) {
      vfloat value = sums[i][j];
      if (p->activation == MacrostateReLU) value = vmax(value, splat(0));
      store(p->c + (row + i) * p->cStride + column + (size_t)j * LANES, value);
    }
  }
  if (p->activation == MacrostateIdentity || p->activation == MacrostateReLU) return;
  float *c = p->c + row * p->cStride + column;
  float *gate = p->gate ? p->gate + row * p->cStride + column : NULL;
  activate((size_t)rows, (size_t)vectors * LANES, p->cStride, p->activation, c, c, gate);
}

INLINE void productTileOfVectors(int rows, int vectors, const MacrostateProduct *p, size_t row, size_t column) {
  switch (vectors) {
    case 4: productTile(rows, TILE_VECTORS >= 4 ? 4 : TILE_VECTORS, p, row, column); break;
    case 3: productTile(rows, TILE_VECTORS >= 3 ? 3 : TILE_VECTORS, p, row, column); break;
    case 2: productTile(rows, 2, p, row, column); break;
    default: productTile(rows, 1, p, row, column); break;
  }
}

/// All rows of one column panel of at most TILE_VECTORS registers.
INLINE void productPanel(int vectors, const MacrostateProduct *p, size_t column) {
  size_t row = 0;
  if (vectors == 1) {
    for (; row + NARROW_TILE_ROWS <= p->m; row += NARROW_TILE_ROWS) productTile(NARROW_TILE_ROWS, 1, p, row, column);
  }
  for (; row + TILE_ROWS <= p->m; row += TILE_ROWS) productTileOfVectors(TILE_ROWS, vectors, p, row, column);
  const size_t left = p->m - row;
  switch (left) {
    case 5: productTileOfVectors(TILE_ROWS >= 5 ? 5 : 1, vectors, p, row, column); break;
    case 4: productTileOfVectors(TILE_ROWS >= 4 ? 4 : 1, vectors, p, row, column); break;
    case 3: productTileOfVectors(3, vectors, p, row, column); break;
    case 2: productTileOfVectors(2, vectors, p, row, column); break;
    case 1: productTileOfVectors(1, vectors, p, row, column); break;
    default: break;
  }
}

/// A column panel of b, its rows moved together: rows a power of two apart fall into the same few sets of the cache,
/// which then cannot hold a panel that is smaller than it.
static void packedPanel(int vectors, const MacrostateProduct *p, size_t column) {
  float packed[2 * INNER_BLOCK * TILE_VECTORS * LANES] __attribute__((aligned(64)));
  const size_t stride = (size_t)vectors * LANES;
  for (size_t k = 0; k < p->k; k++) {
    for (int j = 0; j < vectors; j++) {
      store(packed + k * stride + j * LANES, load(p->b + k * p->bStride + column + j * LANES));
    }
  }
  MacrostateProduct panel = *p;
  panel.b = packed;
  panel.bStride = stride;
  panel.c += column;
  if (panel.gate) panel.gate += column;
  if (panel.bias) panel.bias += column;
  productPanel(vectors, &panel, 0);
}

static void productBlock(const MacrostateProduct *p) {
  const size_t vectors = (p->n + LANES - 1) / LANES;
  // Worth it where b is wider than a panel and each panel is used by many rows.
  const int isPacked = vectors > TILE_VECTORS && p->m >= 8 * TILE_ROWS;
  size_t v = 0;
  for (; v + TILE_VECTORS <= vectors; v += TILE_VECTORS) {
    if (isPacked) {
      packedPanel(TILE_VECTORS, p, v * LANES);
    } else {
      productPanel(TILE_VECTORS, p, v * LANES);
    }
  }
  switch (vectors - v) {
    case 3: productPanel(3, p, v * LANES); break;
    case 2: productPanel(2, p, v * LANES); break;
    case 1: productPanel(1, p, v * LANES); break;
    default: break;
  }
}

static void multiply(const MacrostateProduct *product) {
  MacrostateProduct p = *product;
  for (size_t done = 0;; done += INNER_BLOCK) {
    const size_t left = product->k - done;
    const int last = left <= 2 * INNER_BLOCK;
    p.k = last ? left : INNER_BLOCK;
    p.activation = last ? product->activation : MacrostateIdentity;
    productBlock(&p);
    if (last) break;
    p.a += INNER_BLOCK * p.aColumn;
    p.b += INNER_BLOCK * p.bStride;
    p.start = MacrostateStartResult;
  }
}

#undef NARROW_TILE_ROWS
