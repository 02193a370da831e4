/* Sums of rows of weights: what scoring/weights.py does. */
#include "kernel.h"

typedef uint8_t Lane __attribute__((vector_size(LANES)));

EXPORT int kernel_interface(void)
{
    return INTERFACE;
}

int all_within(const int64_t *values, int64_t count, int64_t end)
{
    /* As unsigned numbers the negative ones are the largest. */
    uint64_t beyond = 0;
    for (int64_t i = 0; i < count; i++)
        beyond |= (uint64_t)values[i] >= (uint64_t)end;
    return !beyond;
}

int all_ascend(const int64_t *values, int64_t count)
{
    int descends = 0;
    for (int64_t i = 1; i < count; i++)
        descends |= values[i] < values[i - 1];
    return !descends;
}

/* The block of columns after the one that began at `start`, the number of columns after the last. The last block may
 * overlap the one before, whose columns it computes again, to the same bits. */
int64_t next_block(const Weights *weights, int64_t start)
{
    int64_t last = weights->columns - LANES;
    if (start >= last)
        return weights->columns;
    return start + LANES < last ? start + LANES : last;
}

/* Add the weights of the rows from `from` up to `to` in the columns of one block. As many rows as surely fit are added
 * up in bytes, which is many times faster than in wider numbers. */
void add_rows(int32_t total[LANES], const Weights *weights, int64_t column, const int64_t *image, int64_t from,
              int64_t to)
{
    const uint8_t *cells = weights->cells + column;
    const int64_t portion = weights->largest > 0 ? 255 / weights->largest : 255;
    while (from < to) {
        const int64_t stop = to - from < portion ? to : from + portion;
        Lane sum = {0};
        for (; from < stop; from++) {
            Lane row;
            memcpy(&row, cells + image[from] * weights->columns, LANES);
            sum += row;
        }
        uint8_t sums[LANES];
        memcpy(sums, &sum, LANES);
        for (int lane = 0; lane < LANES; lane++)
            total[lane] += sums[lane];
    }
}

/* result[k] (columns): the weight of the first stops[k] rows; the stops ascend. */
EXPORT int weight_of_first(Weights weights, const int64_t *image, int64_t rows, const int64_t *stops, int64_t count,
                           int64_t *result)
{
    if (!all_within(image, rows, weights.images) || !all_within(stops, count, rows + 1) || !all_ascend(stops, count))
        return BAD_INDEX;
    for (int64_t column = 0; column < weights.columns; column = next_block(&weights, column)) {
        int32_t total[LANES] = {0};
        int64_t done = 0;
        for (int64_t k = 0; k < count; k++) {
            add_rows(total, &weights, column, image, done, stops[k]);
            done = stops[k];
            for (int lane = 0; lane < LANES; lane++)
                result[k * weights.columns + column + lane] = total[lane];
        }
    }
    return DONE;
}

/* won (columns): twice the Mann-Whitney statistic, weighted. Both sides ascend by score; below[p] negatives score less
 * than positive p, and not_above[p] not more. */
EXPORT int twice_won(Weights weights, const int64_t *positive, int64_t positives, const int64_t *negative,
                     int64_t negatives, const int64_t *below, const int64_t *not_above, int64_t *won)
{
    if (!all_within(positive, positives, weights.images) || !all_within(negative, negatives, weights.images) ||
        !all_within(below, positives, negatives + 1) || !all_within(not_above, positives, negatives + 1))
        return BAD_INDEX;
    for (int64_t column = 0; column < weights.columns; column = next_block(&weights, column)) {
        int64_t sum[LANES] = {0};
        int32_t so_far[LANES] = {0};
        int64_t done = 0;
        for (int64_t p = 0; p < positives;) {
            /* Positives that score the same beat the same negatives. */
            int64_t end = p + 1;
            while (end < positives && below[end] == below[p] && not_above[end] == not_above[p])
                end++;
            if (below[p] < done || not_above[p] < below[p])
                return BAD_INDEX;
            int32_t twice[LANES], own[LANES] = {0};
            add_rows(so_far, &weights, column, negative, done, below[p]);
            memcpy(twice, so_far, sizeof twice);
            add_rows(so_far, &weights, column, negative, below[p], not_above[p]);
            add_rows(own, &weights, column, positive, p, end);
            for (int lane = 0; lane < LANES; lane++)
                sum[lane] += ((int64_t)twice[lane] + so_far[lane]) * own[lane];
            done = not_above[p];
            p = end;
        }
        memcpy(won + column, sum, sizeof sum);
    }
    return DONE;
}

/* ---- drawing: see bootstrap.py and pcg64.py ---- */

/* The 128-bit state of numpy's PCG64, its lower half first. */
typedef struct {
    uint64_t state[2];
    uint64_t increment[2];
} Stream;

static uint64_t next_bits(Stream *stream)
{
    typedef unsigned __int128 Wide;
    const Wide factor = (Wide)0x2360ED051FC65DA4u << 64 | 0x4385DF649FCCF645u;
    const Wide increment = (Wide)stream->increment[1] << 64 | stream->increment[0];
    const Wide state = ((Wide)stream->state[1] << 64 | stream->state[0]) * factor + increment;
    stream->state[0] = (uint64_t)state;
    stream->state[1] = (uint64_t)(state >> 64);
    const uint64_t folded = stream->state[0] ^ stream->state[1];
    const unsigned turn = (unsigned)(state >> 122);
    return folded >> turn | folded << (-turn & 63);
}

/* counts (groups, draws), all 0 before: how often each group comes up when as many are drawn as there are, once for each
 * column. The highest 53 bits of a number are a fraction of the groups. TOO_MANY where a count doesn't fit a byte. */
EXPORT int draw_counts(Stream *stream, int64_t groups, int64_t draws, uint8_t *counts)
{
    Stream here = *stream;
    for (int64_t draw = 0; draw < draws; draw++) {
        for (int64_t i = 0; i < groups; i++) {
            const double fraction = (double)(next_bits(&here) >> 11) * 0x1p-53;
            const int64_t group = (int64_t)(fraction * (double)groups);
            if (group >= groups)
                return BAD_INDEX;
            if (++counts[group * draws + draw] == 0)
                return TOO_MANY;
        }
    }
    *stream = here;
    return DONE;
}
