/* Where a pooling window lies, cut at the border of the picture. */

struct pool {
    struct window window;
    int32_t low, high; /* of the output */
};

struct part {
    int32_t top, bottom, left, right; /* bottom and right are the first outside of it */
};

static inline struct part pool_part(const struct window *window, int32_t y, int32_t x)
{
    struct part part;
    part.top = y * window->row_stride - window->above;
    part.left = x * window->column_stride - window->left;
    part.bottom = part.top + window->rows;
    part.right = part.left + window->columns;
    part.top = part.top < 0 ? 0 : part.top;
    part.left = part.left < 0 ? 0 : part.left;
    part.bottom = part.bottom > window->height ? window->height : part.bottom;
    part.right = part.right > window->width ? window->width : part.right;
    return part;
}
