/* output[y][x][c] = the largest of what the window sees of channel c, clipped. What lies outside of
   the picture is no number, and the window is cut at the border. */

static void maximum(const struct pool *layer, const int8_t *input, int8_t *output)
{
    const struct window *window = &layer->window;
    const int32_t channels = window->channels;

    for (int32_t y = 0; y < window->output_height; y++) {
        for (int32_t x = 0; x < window->output_width; x++) {
            const struct part seen = pool_part(window, y, x);
            for (int32_t c = 0; c < channels; c++) {
                int32_t most = layer->low;
                for (int32_t row = seen.top; row < seen.bottom; row++) {
                    const int8_t *from = input + row * window->width * channels + c;
                    for (int32_t column = seen.left; column < seen.right; column++) {
                        const int32_t value = from[column * channels];
                        most = value > most ? value : most;
                    }
                }
                *output++ = clipped(most, layer->low, layer->high);
            }
        }
    }
}
