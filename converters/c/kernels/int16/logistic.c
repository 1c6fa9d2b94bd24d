/* output[i] = 1 / (1 + exp(-scale * input[i])), in 1/32768.

   The table has the upper half of the curve, 1 / (1 + exp(-k / 24)) in 1/65536, and between its
   places lie straight lines: the arithmetic is that of TensorFlow Lite's reference kernel. */

struct logistic {
    const uint16_t *curve; /* [256] */
    int32_t count;
    int32_t multiplier, shift; /* to 1/12288, of which 512 are a place of the table */
};

static void logistic(const struct logistic *layer, const int16_t *input, int16_t *output)
{
    const int32_t half = layer->shift > 0 ? (int32_t)1 << (layer->shift - 1) : 0;

    for (int32_t i = 0; i < layer->count; i++) {
        const int32_t x = (input[i] * layer->multiplier + half) >> layer->shift;
        const int32_t far = x < 0 ? -x : x;
        const int32_t place = far >> 9;
        int32_t y = (int32_t)0x7FFF << 10; /* in 1/2^25 */

        if (place < 255) {
            const int32_t from = layer->curve[place], to = layer->curve[place + 1];
            y = from * 512 + (far & 511) * (to - from);
        }
        y = x < 0 ? ((int32_t)1 << 25) - y + 511 : y + 512;
        output[i] = (int16_t)(y >> 10);
    }
}
