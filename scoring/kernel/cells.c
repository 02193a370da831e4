/* Cells in a file's bytes: what scoring/octets.py, known_names.py and plain_decimals.py do. */
#include <float.h>

#include "kernel.h"

enum { WORD = 8, MARGIN = 64, MOST_WORDS = 8, MOST_DIGITS = 15, MOST_DIGITS_OF_80_BITS = 19 };

static uint64_t word_at(const uint8_t *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, WORD);
    return word;
}

/* ---- where the cells are: see octets.py ---- */

#define EACH(byte) (0x0101010101010101u * (uint64_t)(byte))

/* The highest bit of each byte that equals the one that is repeated in `wanted`. No carry crosses a byte. */
static uint64_t equal_bytes(uint64_t word, uint64_t wanted)
{
    const uint64_t other = word ^ wanted;
    return ~(((other & EACH(0x7f)) + EACH(0x7f)) | other | EACH(0x7f));
}

/* Where each cell of `rows` rows starts and stops and has its last point (its stop without one), each (width, rows).
 * The bytes end with a line feed. Returns how many rows there are, -1 where one has not exactly `width` cells or
 * there are more. */
EXPORT int64_t split_cells(const uint8_t *bytes, int64_t size, int64_t width, int64_t rows, int64_t *start,
                           int64_t *stop, int64_t *point)
{
    int64_t row = 0, place = 0, begin = MARGIN, last_point = 0;
    const int64_t end = size - MARGIN;
    for (int64_t at = MARGIN; at < end; at += WORD) {
        const uint64_t word = word_at(bytes + at);
        uint64_t special = equal_bytes(word, EACH(',')) | equal_bytes(word, EACH('\n')) | equal_bytes(word, EACH('.'));
        for (; special; special &= special - 1) {
            const int64_t here = at + (__builtin_ctzll(special) >> 3);
            const uint8_t kind = bytes[here];
            if (kind == '.') {
                last_point = here;
                continue;
            }
            if (row == rows || (kind == '\n') != (place == width - 1))
                return -1;
            const int64_t cell = place * rows + row;
            start[cell] = begin;
            stop[cell] = here;
            point[cell] = last_point >= begin ? last_point : here;
            begin = here + 1;
            if (++place == width) {
                place = 0;
                row++;
            }
        }
    }
    return place ? -1 : row;
}

/* Cells of one column. */
typedef struct {
    const uint8_t *bytes;
    int64_t size;
    const int64_t *start;
    const int64_t *stop;
    const int64_t *point;
    int64_t count;
} Column;

/* Whether every cell lies between the margins, so that words may reach over its ends. */
static int are_inside(const Column *cells)
{
    int outside = 0;
    for (int64_t i = 0; i < cells->count; i++)
        outside |= (cells->start[i] < MARGIN) | (cells->point[i] < cells->start[i]) |
                   (cells->stop[i] < cells->point[i]) | (cells->stop[i] > cells->size - MARGIN);
    return !outside;
}

/* ---- which name a cell holds: see known_names.py ---- */

typedef struct {
    const int32_t *entry; /* (1 << 64 - shift): which name has each slot */
    const int64_t *length;
    const int32_t *number;
    const uint64_t *words; /* (count, names) */
    const uint64_t *mixers;
    int64_t names;
    int64_t count;
    int64_t shift;
} Names;

static int32_t find_name(const Names *names, const uint8_t *cell, int64_t length, int32_t missing)
{
    uint64_t words[MOST_WORDS], mixed = 0;
    for (int64_t nth = 0; nth < names->count; nth++) {
        const int64_t left = length - WORD * nth;
        words[nth] = left <= 0 ? 0 : word_at(cell + WORD * nth);
        if (left > 0 && left < WORD)
            words[nth] &= ((uint64_t)1 << 8 * left) - 1;
        mixed ^= words[nth] * names->mixers[nth];
    }
    mixed ^= mixed >> 32;
    const int32_t entry = names->entry[mixed * names->mixers[0] >> names->shift];
    if (entry < 0 || entry >= names->names || names->length[entry] != length)
        return missing;
    for (int64_t nth = 0; nth < names->count; nth++)
        if (names->words[nth * names->names + entry] != words[nth])
            return missing;
    return names->number[entry];
}

EXPORT int find_names(Column cells, Names names, int32_t missing, int32_t *result)
{
    if (!are_inside(&cells))
        return BAD_INDEX;
    for (int64_t i = 0; i < cells.count; i++)
        result[i] = find_name(&names, cells.bytes + cells.start[i], cells.stop[i] - cells.start[i], missing);
    return DONE;
}

/* ---- which number a cell holds: see plain_decimals.py ---- */

static const double TENS[MOST_DIGITS + 1] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                             1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
static const uint64_t WHOLE_TENS[WORD + 1] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};

/* The whole number that the `count` bytes before `end` make up, at most eight; *all is cleared where one is no digit. */
static uint64_t digits_before(const uint8_t *end, int64_t count, int *all)
{
    if (!count)
        return 0;
    uint64_t digits = (word_at(end - WORD) ^ EACH('0')) & (~(uint64_t)0 << 8 * (WORD - count));
    /* A byte above 9 reaches its highest bit by adding 118, if it hasn't got it already. */
    if (((digits + EACH(118)) | digits) & EACH(0x80))
        *all = 0;
    digits = (digits * 10 + (digits >> 8)) & 0x00FF00FF00FF00FFu;
    digits = (digits * 100 + (digits >> 16)) & 0x0000FFFF0000FFFFu;
    return (digits * 10000 + (digits >> 32)) & 0x00000000FFFFFFFFu;
}

#if LDBL_MANT_DIG == 64
/* Up to 19 digits. Both roundings together can only go wrong where the first ends between two float64. */
static int read_long(const uint8_t *point, uint64_t whole, int64_t before, int64_t decimals, double *number)
{
    static const long double tens[MOST_DIGITS_OF_80_BITS + 1] = {
        1e0L,  1e1L,  1e2L,  1e3L,  1e4L,  1e5L,  1e6L,  1e7L,  1e8L,  1e9L,
        1e10L, 1e11L, 1e12L, 1e13L, 1e14L, 1e15L, 1e16L, 1e17L, 1e18L, 1e19L};
    if (decimals > MOST_DIGITS_OF_80_BITS || decimals + (whole ? before : 0) > MOST_DIGITS_OF_80_BITS)
        return 0;
    int all = 1;
    for (int64_t first = 0; first < decimals; first += WORD) {
        const int64_t count = decimals - first < WORD ? decimals - first : WORD;
        whole = whole * WHOLE_TENS[count] + digits_before(point + 1 + first + count, count, &all);
    }
    const long double quotient = (long double)whole / tens[decimals];
    uint64_t mantissa;
    memcpy(&mantissa, &quotient, sizeof mantissa);
    *number = (double)quotient;
    return all && (mantissa & 0x7FF) != 0x400;
}
#else
static int read_long(const uint8_t *point, uint64_t whole, int64_t before, int64_t decimals, double *number)
{
    (void)point, (void)whole, (void)before, (void)decimals, (void)number;
    return 0;
}
#endif

static int read_decimal(const uint8_t *start, const uint8_t *point, const uint8_t *stop, double *number)
{
    const int negative = *start == '-';
    const int64_t before = point - start - negative, decimals = stop > point ? stop - point - 1 : 0;
    if (before < 0 || before > WORD || before + decimals == 0)
        return 0;
    int all = 1;
    const uint64_t whole = digits_before(point, before, &all);
    if (decimals <= WORD && before + decimals <= MOST_DIGITS) {
        const uint64_t behind = digits_before(stop, decimals, &all);
        *number = (double)(whole * WHOLE_TENS[decimals] + behind) / TENS[decimals];
    } else {
        all &= read_long(point, whole, before, decimals, number);
    }
    if (negative)
        *number = -*number;
    return all;
}

/* The number in each cell, and whether it holds a plain decimal. */
EXPORT int read_decimals(Column cells, double *numbers, uint8_t *known)
{
    if (!are_inside(&cells))
        return BAD_INDEX;
    for (int64_t i = 0; i < cells.count; i++) {
        numbers[i] = 0;
        known[i] = (uint8_t)read_decimal(cells.bytes + cells.start[i], cells.bytes + cells.point[i],
                                         cells.bytes + cells.stop[i], numbers + i);
    }
    return DONE;
}
