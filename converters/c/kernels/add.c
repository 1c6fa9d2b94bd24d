/* output[i] = clip(zero_point + scale * (scale_a * (a[i] - zero_a) + scale_b * (b[i] - zero_b)))

   The two are brought to twice the larger of their scales, 20 bits up, so that the sum loses
   nothing. The shorter b begins anew for each of its own length of a. */

struct add {
    int32_t count, count_b;
    int32_t zero_a, multiplier_a, shift_a;
    int32_t zero_b, multiplier_b, shift_b;
    int32_t zero_point, multiplier, shift, low, high; /* of the output */
};

static void add(const struct add *layer, const int8_t *a, const int8_t *b, int8_t *output)
{
    const int32_t up = (int32_t)1 << 20;

    for (int32_t start = 0; start < layer->count; start += layer->count_b) {
        for (int32_t i = 0; i < layer->count_b; i++) {
            const int32_t one = (a[start + i] - layer->zero_a) * up;
            const int32_t two = (b[i] - layer->zero_b) * up;
            const int32_t sum = rescaled(one, layer->multiplier_a, layer->shift_a) +
                                rescaled(two, layer->multiplier_b, layer->shift_b);
            const int32_t scaled = rescaled(sum, layer->multiplier, layer->shift);
            output[start + i] = clipped(scaled + layer->zero_point, layer->low, layer->high);
        }
    }
}
