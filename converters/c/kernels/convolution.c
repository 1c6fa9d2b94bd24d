/* A convolution: at each place a dense layer of what the filter sees.

   Copying that into one row first costs a few percent, and leaves one inner loop without a border
   in it. A filter of one pixel reads its row where it is. */

struct convolution {
    struct window window;
    struct dense dense;
};

static void convolution(const struct convolution *layer, const int8_t *input, int8_t *seen,
                        int8_t *output)
{
    const struct window *window = &layer->window;

    for (int32_t y = 0; y < window->output_height; y++) {
        const int32_t top = y * window->row_stride - window->above;
        for (int32_t x = 0; x < window->output_width; x++) {
            const int32_t left = x * window->column_stride - window->left;
            if (layer->dense.depth == window->channels) {
                const int32_t pixel = top * window->width + left;
                dense(&layer->dense, input + pixel * window->channels, output);
            } else {
                window_copy(window, input, top, left, seen);
                dense(&layer->dense, seen, output);
            }
            output += layer->dense.units;
        }
    }
}
