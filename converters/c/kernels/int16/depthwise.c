/* A depthwise convolution: each channel of the input has filters of its own.

   output[y][x][c] = clip(zero_point + scale[c] * (bias[c] + sum over what the filter sees of
                                                   seen[row][column][c] * weights[c][row][column]))

   Sums have 64 bits; each row of the filter, of 256 columns at most, is summed in 32 first. A filter
   that lies inside the picture reads it where it is; one that reaches over the border reads a copy
   with the border filled in. Weights are in groups of four channels, [row][column][4], and single
   channels behind them. */

struct depthwise {
    struct window window;
    struct dense dense; /* units are channels, depth is the filter's size */
};

static void depthwise_place(const struct depthwise *layer, const int16_t *seen, int32_t row_step,
                            int16_t *output)
{
    const int32_t rows = layer->window.rows, columns = layer->window.columns;
    const int32_t channels = layer->window.channels;
    const struct dense *filters = &layer->dense;
    const int8_t *weights = filters->weights;
    int32_t c = 0;

    for (; c + 4 <= channels; c += 4) {
        int64_t s0 = filters->bias[c], s1 = filters->bias[c + 1];
        int64_t s2 = filters->bias[c + 2], s3 = filters->bias[c + 3];
        for (int32_t row = 0; row < rows; row++) {
            const int16_t *from = seen + row * row_step + c;
            int32_t t0 = 0, t1 = 0, t2 = 0, t3 = 0;
            for (int32_t column = 0; column < columns; column++) {
                t0 += (int32_t)from[0] * weights[0];
                t1 += (int32_t)from[1] * weights[1];
                t2 += (int32_t)from[2] * weights[2];
                t3 += (int32_t)from[3] * weights[3];
                from += channels;
                weights += 4;
            }
            s0 += t0;
            s1 += t1;
            s2 += t2;
            s3 += t3;
        }
        dense_output(filters, c, s0, output);
        dense_output(filters, c + 1, s1, output);
        dense_output(filters, c + 2, s2, output);
        dense_output(filters, c + 3, s3, output);
    }
    for (; c < channels; c++) {
        int64_t sum = filters->bias[c];
        for (int32_t row = 0; row < rows; row++) {
            for (int32_t column = 0; column < columns; column++) {
                sum += (int32_t)seen[row * row_step + column * channels + c] * *weights++;
            }
        }
        dense_output(filters, c, sum, output);
    }
}

static void depthwise(const struct depthwise *layer, const int16_t *input, int16_t *seen,
                      int16_t *output)
{
    const struct window *window = &layer->window;

    for (int32_t y = 0; y < window->output_height; y++) {
        const int32_t top = y * window->row_stride - window->above;
        for (int32_t x = 0; x < window->output_width; x++) {
            const int32_t left = x * window->column_stride - window->left;
            if (window_inside(window, top, left)) {
                const int32_t step = window->width * window->channels;
                depthwise_place(layer, input + top * step + left * window->channels, step, output);
            } else {
                window_copy(window, input, top, left, seen);
                depthwise_place(layer, seen, window->columns * window->channels, output);
            }
            output += window->channels;
        }
    }
}
