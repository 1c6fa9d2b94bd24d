/* A part of a photo, scaled to any size and laid into the framed picture. */

/* What of the old pixels one new pixel is made of, along one axis: `count` of them from `first` on.
 * Those between weigh `whole`, the first and the last their own. */
typedef struct {
    uint32_t first, count, first_weight, last_weight, whole;
} Share;

/* New pixel n of `cells`, of `length` old ones: a mean where they become fewer (docs/picture.md, c),
 * else a straight line between the middles of two. */
static Share share_of(uint32_t n, uint32_t length, uint32_t cells) {
    Share share;
    if (cells <= length) {
        const uint64_t begin = (uint64_t)n * length, end = begin + length;
        const uint32_t last = (uint32_t)((end - 1) / cells);
        share.first = (uint32_t)(begin / cells);
        share.count = last - share.first + 1;
        share.whole = cells;
        share.first_weight = (uint32_t)((share.first + (uint64_t)1) * cells - begin);
        share.last_weight = (uint32_t)(end - (uint64_t)last * cells);
        if (share.count == 1) share.first_weight = length;
    } else {
        const uint32_t most = 2 * cells * (length - 1), place = (2 * n + 1) * length;
        const uint32_t at = place < cells ? 0 : smaller(place - cells, most);
        share.first = at / (2 * cells);
        share.last_weight = at - share.first * (2 * cells);
        share.count = share.last_weight ? 2 : 1;
        share.whole = 0;
        share.first_weight = 2 * cells - share.last_weight;
    }
    return share;
}

static uint32_t weight_of(uint32_t length, uint32_t cells) { return cells <= length ? length : 2 * cells; }

/* Divided at once where 32 bits hold it: microcontrollers take long for more. */
static uint8_t rounded(uint64_t sum, uint64_t total) {
    sum += total / 2;
    if (sum >> 32) return (uint8_t)(sum / total);
    return (uint8_t)((uint32_t)sum / (uint32_t)total);
}

/* One colour of a row's pixels, each times its weight. */
static uint64_t row_sum(const uint8_t *pixel, const Share *across, uint32_t channels, uint32_t colour) {
    uint64_t whole = 0;
    const uint64_t first = (uint64_t)across->first_weight * on_white(pixel, channels, colour);
    if (across->count == 1) return first;
    for (uint32_t n = 2; n < across->count; n++) {
        pixel += channels;
        whole += on_white(pixel, channels, colour);
    }
    pixel += channels;
    return first + whole * across->whole + (uint64_t)across->last_weight * on_white(pixel, channels, colour);
}

/* The larger side of the largest rectangle of a shape in another is one of the latter's; the other. */
static uint32_t inner_side(uint32_t side, uint32_t of_shape, uint32_t by_shape) {
    const uint64_t inner = ((uint64_t)side * of_shape + by_shape / 2) / by_shape;
    return inner ? (uint32_t)inner : 1;
}

typedef struct {
    uint32_t left, top, width, height;
} Box;

/* The largest rectangle of a shape in the middle of a whole. */
static Box inner_box(uint32_t width, uint32_t height, uint32_t wide, uint32_t high) {
    Box box = {0, 0, width, height};
    if ((uint64_t)width * high > (uint64_t)height * wide)
        box.width = inner_side(height, wide, high);
    else
        box.height = inner_side(width, high, wide);
    box.left = (width - box.width) / 2;
    box.top = (height - box.height) / 2;
    return box;
}

static void put(uint8_t *pixel, uint32_t channels, uint32_t red, uint32_t green, uint32_t blue) {
    pixel[0] = (uint8_t)(channels == 3 ? red : (299 * red + 587 * green + 114 * blue + 500) / 1000);
    if (channels == 1) return;
    pixel[1] = (uint8_t)green;
    pixel[2] = (uint8_t)blue;
}

/* The pixel that the shares of rows and of columns give; of `total` weights. */
static void blend(const picture_photo *photo, const uint8_t *corner, const Share *down, const Share *across,
                  uint64_t total, uint32_t channels, uint8_t *pixel) {
    uint8_t colours[3];
    const uint32_t given = photo->channels;
    for (uint32_t colour = 0; colour < (given == 1 ? 1 : 3); colour++) {
        uint64_t sum = 0;
        for (uint32_t n = 0; n < down->count; n++) {
            const uint32_t weight = n == 0                 ? down->first_weight
                                    : n == down->count - 1 ? down->last_weight
                                                           : down->whole;
            const uint8_t *row = corner + (size_t)(down->first + n) * photo->width * given;
            sum += weight * row_sum(row + (size_t)across->first * given, across, given, colour);
        }
        colours[colour] = rounded(sum, total);
    }
    if (given == 1) colours[1] = colours[2] = colours[0];
    put(pixel, channels, colours[0], colours[1], colours[2]);
}

int picture_frame(const picture_photo *photo, int mode, const uint8_t fill[3], uint32_t width,
                  uint32_t height, uint32_t channels, uint8_t *framed) {
    if (!is_shape(photo->width, photo->height, photo->channels)) return PICTURE_WRONG_SHAPE;
    if (!width || !height || width > PICTURE_LONGEST_SIDE || height > PICTURE_LONGEST_SIDE)
        return PICTURE_WRONG_SHAPE;
    if (channels != 1 && channels != 3) return PICTURE_WRONG_SHAPE;
    if (mode != PICTURE_STRETCH && mode != PICTURE_CROP && mode != PICTURE_PAD) return PICTURE_WRONG_MODE;
    Box from = {0, 0, photo->width, photo->height}, to = {0, 0, width, height};
    if (mode == PICTURE_CROP) from = inner_box(photo->width, photo->height, width, height);
    if (mode == PICTURE_PAD) to = inner_box(width, height, photo->width, photo->height);
    const uint64_t total = (uint64_t)weight_of(from.height, to.height) * weight_of(from.width, to.width);
    const uint8_t *corner = photo->pixels + ((size_t)from.top * photo->width + from.left) * photo->channels;
    for (uint32_t y = 0; y < height; y++) {
        const int is_row = y >= to.top && y - to.top < to.height;
        const Share down = share_of(is_row ? y - to.top : 0, from.height, to.height);
        for (uint32_t x = 0; x < width; x++, framed += channels) {
            if (is_row && x >= to.left && x - to.left < to.width) {
                const Share across = share_of(x - to.left, from.width, to.width);
                blend(photo, corner, &down, &across, total, channels, framed);
            } else {
                put(framed, channels, fill[0], fill[1], fill[2]);
            }
        }
    }
    return PICTURE_OK;
}
