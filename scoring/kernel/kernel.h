/* What the parts of the kernel share. scoring/compiled.py is its only caller: it checks the type, size and layout of each
 * array; indices that come in an array are checked here, before any is followed. No part keeps a state, prints or
 * allocates what it doesn't free, so calls may run side by side.
 *
 * Every function gives the bits that the numpy beside it gives: whole numbers are exact, and floating-point numbers
 * are divided, compared and added in the same order. Never compile with -ffast-math or with contraction (fused
 * multiply-add rounds once where numpy rounds twice).
 */
#ifndef SCORING_KERNEL_H
#define SCORING_KERNEL_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "The kernel reads eight bytes of text as one word whose lowest byte is the first."
#endif
#ifdef __FAST_MATH__
#error "The kernel must round as numpy does."
#endif

#define EXPORT __attribute__((visibility("default")))

/* Raised whenever a function's arguments change, so that a library that was built before is not called. */
#define INTERFACE 1

enum { DONE = 0, BAD_INDEX = 1, NO_MEMORY = 2, TOO_MANY = 3 };

/* So many columns of the weights are handled at once: a cache line of them. */
enum { LANES = 64 };

/* How often each image was drawn: `images` rows of `columns` bytes, at least LANES of them, none above `largest`. */
typedef struct {
    const uint8_t *cells;
    int64_t images;
    int64_t columns;
    int64_t largest;
} Weights;

int all_within(const int64_t *values, int64_t count, int64_t end);
int all_ascend(const int64_t *values, int64_t count);
int64_t next_block(const Weights *weights, int64_t start);
void add_rows(int32_t total[LANES], const Weights *weights, int64_t column, const int64_t *image, int64_t from,
              int64_t to);

#endif
