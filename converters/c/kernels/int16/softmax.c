/* probability[i] = exp(x[i] - max x) / sum over j of exp(x[j] - max x), in 1/32768.

   The arithmetic is that of TensorFlow Lite's reference kernel for 16 bits: exp from -10 to 0 and
   1 / (1 + x) from 0 to 1 are tables of 513 places each, with straight lines between them. */

struct softmax {
    const int16_t *exp, *inverse; /* [513] */
    int32_t classes;
    int32_t multiplier, shift; /* from a difference of the input's to 10/65535 */
};

static int16_t softmax_between(const int16_t *table, int32_t x)
{
    /* x is in 1/128 of the distance between places, 0 in the middle of the table. */
    const int32_t within = clipped(x, -32768, 32767);
    const int16_t *place = table + 256 + (within >> 7);
    const int32_t rise = (place[1] - place[0]) * (within & 127);
    return (int16_t)(place[0] + ((rise + 64) >> 7));
}

static void softmax(const struct softmax *layer, const int16_t *input, int16_t *output)
{
    int32_t most = input[0], sum = 0, scale;
    int bits = 15;

    for (int32_t i = 1; i < layer->classes; i++) {
        most = input[i] > most ? input[i] : most;
    }
    for (int32_t i = 0; i < layer->classes; i++) {
        const int32_t scaled = rescaled(input[i] - most, layer->multiplier, layer->shift);
        output[i] = softmax_between(layer->exp, scaled + 32767);
        sum += output[i];
    }
    /* The sum is 2^(bits - 1) * (1 + x) with x from 0 to 1, which is brought to 1/65536. */
    while (sum >> bits) {
        bits++;
    }
    scale = (int32_t)((((int64_t)sum << (31 - bits)) + 8192) >> 14) - 65536;
    scale = softmax_between(layer->inverse, scale - 32768);
    for (int32_t i = 0; i < layer->classes; i++) {
        const int32_t value = (output[i] * scale + ((int32_t)1 << (bits - 2))) >> (bits - 1);
        output[i] = clipped(value, 0, 32767);
    }
}
