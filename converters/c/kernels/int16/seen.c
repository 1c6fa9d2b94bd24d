/* What a filter sees at one place, with the border filled in: in int16 the zero point is 0. */

static inline int window_inside(const struct window *window, int32_t top, int32_t left)
{
    return top >= 0 && left >= 0 && top + window->rows <= window->height &&
           left + window->columns <= window->width;
}

static void window_copy(const struct window *window, const int16_t *input, int32_t top,
                        int32_t left, int16_t *copy)
{
    /* Copies [rows][columns][channels], the first pixel of which is at (top, left). */
    const int32_t first = left < 0 ? -left : 0;
    const int32_t right = window->width - left;
    const int32_t last = right < window->columns ? right : window->columns;
    const int32_t length = window->columns * window->channels;
    const size_t seen = (size_t)((last - first) * window->channels) * sizeof *copy;

    for (int32_t row = top; row < top + window->rows; row++, copy += length) {
        const int16_t *from = input + (row * window->width + left + first) * window->channels;
        if (row < 0 || row >= window->height) {
            memset(copy, 0, (size_t)length * sizeof *copy);
            continue;
        }
        if (last - first < window->columns) {
            memset(copy, 0, (size_t)length * sizeof *copy);
        }
        memcpy(copy + first * window->channels, from, seen);
    }
}
