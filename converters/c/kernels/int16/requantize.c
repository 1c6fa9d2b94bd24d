/* output[i] = clip(scale * input[i]): another scale for the same numbers, or what a ReLU leaves. */

struct requantize {
    int32_t count;
    int32_t multiplier, shift, low, high; /* of the output */
};

static void requantize(const struct requantize *layer, const int16_t *input, int16_t *output)
{
    for (int32_t i = 0; i < layer->count; i++) {
        const int32_t scaled = rescaled(input[i], layer->multiplier, layer->shift);
        output[i] = clipped(scaled, layer->low, layer->high);
    }
}
