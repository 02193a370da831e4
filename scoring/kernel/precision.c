/* The area under the precision envelope: what scoring/average_precision.py does. */
#include <stdlib.h>

#include "kernel.h"

/* So many columns have their precisions in the cache at once, of some thousand rows. */
enum { FEW = 16 };

/* The rows of one label, which all thresholds share. `right` (rights) are the rows that are right at some threshold,
 * ascending, and `seen` (rights, LANES) the weight of all rows up to each, at least 1. */
typedef struct {
    Weights weights;
    const int64_t *image;
    const int64_t *right;
    int64_t rights;
    int32_t *seen;
} Rows;

/* The rows that are right at one threshold: their places in `right`, and their images. */
typedef struct {
    int64_t *place;
    int64_t *image;
    int64_t count;
} Chosen;

/* How many recalls are reached: levels[offsets[column] + true positives]. Without levels each true positive counts. */
typedef struct {
    const uint8_t *levels;
    int64_t count;
    const int64_t *offsets;
    const int64_t *all;
} Shares;

/* What is kept of each chosen row in a few columns: its precision, and then the largest from there on times its share;
 * the recalls that are reached, or the true positives that it adds. */
typedef struct {
    double (*precision)[FEW];
    uint8_t (*reached)[FEW];
} Room;

static void weigh_rows(const Rows *rows, int64_t column)
{
    int32_t total[LANES] = {0};
    int64_t done = 0;
    for (int64_t k = 0; k < rows->rights; k++) {
        add_rows(total, &rows->weights, column, rows->image, done, rows->right[k] + 1);
        done = rows->right[k] + 1;
        for (int lane = 0; lane < LANES; lane++)
            rows->seen[k * LANES + lane] = total[lane] > 1 ? total[lane] : 1;
    }
}

/* Whether the table of recalls goes as far as the true positives of these rows. */
static int are_in_table(const Rows *rows, const Chosen *chosen, int64_t column, const Shares *shares)
{
    int32_t found[LANES] = {0};
    add_rows(found, &rows->weights, column, chosen->image, 0, chosen->count);
    int outside = 0;
    for (int lane = 0; lane < LANES; lane++) {
        const int64_t offset = shares->offsets[column + lane];
        outside |= offset < 0 || offset + found[lane] >= shares->count;
    }
    return !outside;
}

/* From the first row on: the precision at each, and the recalls reached. */
static void measure_rows(const Rows *rows, const Chosen *chosen, int64_t column, int first, const Shares *shares,
                         Room room)
{
    int32_t found[FEW] = {0}, place[FEW] = {0};
    for (int lane = 0; shares->levels && lane < FEW; lane++)
        place[lane] = (int32_t)shares->offsets[column + first + lane];
    for (int64_t r = 0; r < chosen->count; r++) {
        const uint8_t *own = rows->weights.cells + chosen->image[r] * rows->weights.columns + column + first;
        const int32_t *seen = rows->seen + chosen->place[r] * LANES + first;
        for (int lane = 0; lane < FEW; lane++) {
            found[lane] += own[lane];
            place[lane] += own[lane];
            room.precision[r][lane] = (double)found[lane] / (double)seen[lane];
        }
        if (!shares->levels)
            memcpy(room.reached[r], own, FEW);
        else
            for (int lane = 0; lane < FEW; lane++)
                room.reached[r][lane] = shares->levels[place[lane]];
    }
}

/* From the last row back: each precision becomes the largest from there on, times its row's share. */
static void share_envelope(int64_t count, int by_levels, Room room)
{
    static const uint8_t nothing[FEW] = {0};
    double largest[FEW] = {0};
    for (int64_t r = count - 1; r >= 0; r--) {
        /* The first row also has the recall 0, which is reached without any true positive. */
        const uint8_t *before = by_levels && r ? room.reached[r - 1] : nothing;
        for (int lane = 0; lane < FEW; lane++) {
            const double precision = room.precision[r][lane];
            largest[lane] = precision > largest[lane] ? precision : largest[lane];
            room.precision[r][lane] = largest[lane] * (double)(room.reached[r][lane] - before[lane]);
        }
    }
}

/* The areas in the columns of a block at one threshold. */
static void sum_areas(const Rows *rows, const Chosen *chosen, int64_t column, const Shares *shares, Room room,
                      double *areas)
{
    for (int first = 0; first < LANES; first += FEW) {
        double sum[FEW] = {0};
        measure_rows(rows, chosen, column, first, shares, room);
        share_envelope(chosen->count, shares->levels != NULL, room);
        for (int64_t r = 0; r < chosen->count; r++)
            for (int lane = 0; lane < FEW; lane++)
                sum[lane] += room.precision[r][lane];
        for (int lane = 0; lane < FEW; lane++)
            areas[column + first + lane] = sum[lane] / (double)shares->all[column + first + lane];
    }
}

static int all_areas(const Rows *rows, const Chosen *chosen, int64_t thresholds, const Shares *shares, Room room,
                     double *areas)
{
    const Weights *weights = &rows->weights;
    for (int64_t column = 0; column < weights->columns; column = next_block(weights, column)) {
        weigh_rows(rows, column);
        for (int64_t t = 0; t < thresholds; t++) {
            if (shares->levels && !are_in_table(rows, chosen + t, column, shares))
                return BAD_INDEX;
            sum_areas(rows, chosen + t, column, shares, room, areas + t * weights->columns);
        }
    }
    return DONE;
}

/* The rows that are right at each threshold; `lists` has room for all of them at each. */
static void choose(const Rows *rows, const uint8_t *found, int64_t thresholds, int64_t *lists, Chosen *chosen)
{
    for (int64_t t = 0; t < thresholds; t++) {
        Chosen *here = chosen + t;
        *here = (Chosen){lists + 2 * t * rows->rights, lists + (2 * t + 1) * rows->rights, 0};
        for (int64_t k = 0; k < rows->rights; k++)
            if (found[t * rows->rights + k]) {
                here->place[here->count] = k;
                here->image[here->count++] = rows->image[rows->right[k]];
            }
    }
}

/* areas (thresholds, columns): over the rows that are found (thresholds, rights), the sum of each one's share times
 * the largest precision from there on, over all shares (columns). */
EXPORT int precision_areas(Weights weights, const int64_t *image, int64_t count, const int64_t *right, int64_t rights,
                           const uint8_t *found, int64_t thresholds, Shares shares, double *areas)
{
    if (!all_within(image, count, weights.images) || !all_within(right, rights, count) ||
        !all_ascend(right, rights) || shares.count > INT32_MAX)
        return BAD_INDEX;
    const size_t most = (size_t)rights + 1, all = (size_t)thresholds;
    Rows rows = {weights, image, right, rights, malloc(most * LANES * sizeof *rows.seen)};
    Room room = {malloc(most * sizeof *room.precision), malloc(most * sizeof *room.reached)};
    int64_t *lists = malloc(2 * all * most * sizeof *lists);
    Chosen *chosen = malloc(all * sizeof *chosen);
    int outcome = NO_MEMORY;
    if (rows.seen && room.precision && room.reached && lists && chosen) {
        choose(&rows, found, thresholds, lists, chosen);
        outcome = all_areas(&rows, chosen, thresholds, &shares, room, areas);
    }
    free(rows.seen);
    free(room.precision);
    free(room.reached);
    free(lists);
    free(chosen);
    return outcome;
}
