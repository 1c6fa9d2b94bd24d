/* The steps in their order, and where everything lies in the work. */

typedef char piece_is_as_small_as_the_header_says[sizeof(Piece) <= 20 ? 1 : -1];

static Picture picture_in(uint8_t *work, uint32_t width, uint32_t height) {
    Picture p;
    memset(&p, 0, sizeof p);
    p.width = width;
    p.height = height;
    p.side = (uint32_t)PICTURE_CELL_(width, height);
    p.columns = (width + p.side - 1) / p.side;
    p.rows = (height + p.side - 1) / p.side;
    work += (4 - (uintptr_t)work % 4) % 4;
    p.pieces = (Piece *)(void *)work;
    work += PICTURE_PIECES_BYTES_(width);
    p.paper = (uint16_t *)(void *)work;
    work += PICTURE_MAP_BYTES_(width, height);
    p.cells = (uint16_t *)(void *)work;
    work += PICTURE_GRID_BYTES_(width, height);
    p.peaks = (uint16_t *)(void *)work;
    p.mask = work;
    work += PICTURE_MASK_BYTES_(width, height);
    p.labels = (uint16_t *)(void *)work;
    p.levels = work + 2 * (size_t)width;
    return p;
}

int picture_digit(const uint8_t *pixels, uint32_t width, uint32_t height, uint32_t channels,
                  uint8_t *work, size_t work_bytes, uint8_t digit[PICTURE_DIGIT_BYTES]) {
    if (!is_shape(width, height, channels)) return PICTURE_WRONG_SHAPE;
    if (work_bytes < PICTURE_DIGIT_WORK_BYTES(width, height)) return PICTURE_WORK_TOO_SMALL;
    const uint32_t factor = (uint32_t)PICTURE_FACTOR_(width, height);
    Picture p = picture_in(work, (width + factor - 1) / factor, (height + factor - 1) / factor);
    p.pixels = pixels;
    p.channels = channels;
    if (factor > 1) {
        p.reduced = p.levels + p.width;
        reduce_grey(pixels, width, height, channels, factor, p.levels + p.width);
    }
    int64_t darkness;
    if (find_cells(&p, &darkness)) return PICTURE_NO_INK;
    choose_paper(&p, darkness);
    Digit found;
    if (!find_ink(&p) || !find_digit(&p, &found)) return PICTURE_NO_INK;
    Ink ink = ink_of(&p, &found);
    return fit_ink(&ink, digit) ? PICTURE_OK : PICTURE_NO_INK;
}
