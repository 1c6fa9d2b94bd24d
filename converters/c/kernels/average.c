/* output[y][x][c] = the mean of what the window sees of channel c, rounded to the nearest, halves
   away from zero, and clipped. The window is cut at the border. */

static void average(const struct pool *layer, const int8_t *input, int8_t *output)
{
    const struct window *window = &layer->window;
    const int32_t channels = window->channels;

    for (int32_t y = 0; y < window->output_height; y++) {
        for (int32_t x = 0; x < window->output_width; x++) {
            const struct part seen = pool_part(window, y, x);
            const int32_t count = (seen.bottom - seen.top) * (seen.right - seen.left);
            for (int32_t c = 0; c < channels; c++) {
                int32_t sum = 0;
                for (int32_t row = seen.top; row < seen.bottom; row++) {
                    const int8_t *from = input + row * window->width * channels + c;
                    for (int32_t column = seen.left; column < seen.right; column++) {
                        sum += from[column * channels];
                    }
                }
                sum = (sum > 0 ? sum + count / 2 : sum - count / 2) / count;
                *output++ = clipped(sum, layer->low, layer->high);
            }
        }
    }
}
