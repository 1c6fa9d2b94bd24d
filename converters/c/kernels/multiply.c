/* output[i] = clip(zero_point + scale * (a[i] - zero_a) * (b[i] - zero_b))

   The shorter b begins anew for each of its own length of a. */

struct multiply {
    int32_t count, count_b;
    int32_t zero_a, zero_b;
    int32_t zero_point, multiplier, shift, low, high; /* of the output */
};

static void multiply(const struct multiply *layer, const int8_t *a, const int8_t *b, int8_t *output)
{
    for (int32_t start = 0; start < layer->count; start += layer->count_b) {
        for (int32_t i = 0; i < layer->count_b; i++) {
            const int32_t value = (a[start + i] - layer->zero_a) * (b[i] - layer->zero_b);
            const int32_t scaled = rescaled(value, layer->multiplier, layer->shift);
            output[start + i] = clipped(scaled + layer->zero_point, layer->low, layer->high);
        }
    }
}
