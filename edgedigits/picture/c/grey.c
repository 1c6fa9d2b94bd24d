/* Step 1: grey levels, and the picture with all that is known of it. */

enum { LONGEST = 1024, MOST_CELLS = 64, FINE = 16, FULL = 4095, DARKEST_PAPER = 64 * FINE };

/* A connected piece of ink while rows are read; the box is half open. */
typedef struct {
    uint32_t area;
    uint16_t top, first, left, bottom, right; /* first: the column of its first pixel */
    uint16_t owner; /* itself; the piece it was joined to; or NONE where the place is free */
    uint8_t has_core;
} Piece;

typedef struct {
    const uint8_t *pixels; /* where it is not reduced: as the caller has them */
    uint32_t channels;
    const uint8_t *reduced;
    uint32_t width, height; /* after reduction */
    int is_negative;

    uint32_t side, columns, rows; /* of the map of the paper: a cell's side, how many cells */
    uint16_t *paper;
    uint16_t *cells; /* means; the place is the pen's grid later */
    uint16_t *peaks; /* the place is the mask of the ink later */
    uint8_t *mask;   /* a bit a pixel, rows of whole bytes */
    Piece *pieces;   /* one for each two columns; the place holds sums of the fit later */
    uint16_t *labels; /* of the pieces that a row belongs to; the place holds rows of ink later */
    uint8_t *levels; /* a row */
    int32_t grain, span;
} Picture;

static uint32_t larger(uint32_t a, uint32_t b) { return a > b ? a : b; }

/* A thousand times the grey level of a pixel. */
static uint32_t luma(const uint8_t *pixel, uint32_t channels) {
    if (channels == 1) return 1000 * (uint32_t)pixel[0];
    return 299 * on_white(pixel, channels, 0) + 587 * on_white(pixel, channels, 1) +
           114 * on_white(pixel, channels, 2);
}

static uint32_t grey(const Picture *p, uint32_t x, uint32_t y) {
    uint32_t level;
    if (p->reduced)
        level = p->reduced[y * p->width + x];
    else if (p->channels == 1)
        level = p->pixels[y * p->width + x];
    else
        level = (luma(p->pixels + (y * p->width + x) * p->channels, p->channels) + 500) / 1000;
    return p->is_negative ? 255 - level : level;
}

/* Means over squares of `factor` pixels of a picture of width x height. */
static void reduce_grey(const uint8_t *pixels, uint32_t width, uint32_t height, uint32_t channels,
                        uint32_t factor, uint8_t *reduced) {
    for (uint32_t top = 0; top < height; top += factor) {
        const uint32_t bottom = top + smaller(factor, height - top);
        for (uint32_t left = 0; left < width; left += factor) {
            const uint32_t right = left + smaller(factor, width - left);
            const uint32_t count = (bottom - top) * (right - left);
            uint64_t sum = 500 * (uint64_t)count;
            for (uint32_t y = top; y < bottom; y++) {
                const uint8_t *pixel = pixels + ((size_t)y * width + left) * channels;
                for (uint32_t x = left; x < right; x++, pixel += channels) sum += luma(pixel, channels);
            }
            *reduced++ = (uint8_t)(sum / (1000 * (uint64_t)count));
        }
    }
}
