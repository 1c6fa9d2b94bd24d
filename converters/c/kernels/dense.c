/* A dense layer, and what a convolution does at each place:

   output[u] = clip(zero_point + scale[u] * (bias[u] + sum over k of input[k] * weights[u][k]))

   The zero point of the input is taken off beforehand: bias[u] is the layer's own, less that zero
   point times the sum of weights[u]. Four units share each number of the input that is loaded. */

struct dense {
    const int8_t *weights;      /* [units][depth] */
    const int32_t *bias;        /* [units] */
    const int32_t *multipliers; /* [units] */
    const int8_t *shifts;       /* [units] */
    int32_t units, depth;
    int32_t zero_point, low, high; /* of the output */
};

static inline int8_t dense_output(const struct dense *layer, int32_t unit, int32_t sum)
{
    const int32_t scaled = rescaled(sum, layer->multipliers[unit], layer->shifts[unit]);
    return clipped(scaled + layer->zero_point, layer->low, layer->high);
}

static void dense(const struct dense *layer, const int8_t *input, int8_t *output)
{
    const int32_t depth = layer->depth;
    const int8_t *weights = layer->weights;
    int32_t unit = 0;

    for (; unit + 4 <= layer->units; unit += 4, weights += 4 * depth) {
        const int8_t *w0 = weights, *w1 = w0 + depth, *w2 = w1 + depth, *w3 = w2 + depth;
        int32_t s0 = layer->bias[unit], s1 = layer->bias[unit + 1];
        int32_t s2 = layer->bias[unit + 2], s3 = layer->bias[unit + 3];
        for (int32_t k = 0; k < depth; k++) {
            const int32_t x = input[k];
            s0 += x * w0[k];
            s1 += x * w1[k];
            s2 += x * w2[k];
            s3 += x * w3[k];
        }
        output[unit] = dense_output(layer, unit, s0);
        output[unit + 1] = dense_output(layer, unit + 1, s1);
        output[unit + 2] = dense_output(layer, unit + 2, s2);
        output[unit + 3] = dense_output(layer, unit + 3, s3);
    }
    for (; unit < layer->units; unit++, weights += depth) {
        int32_t sum = layer->bias[unit];
        for (int32_t k = 0; k < depth; k++) {
            sum += (int32_t)input[k] * weights[k];
        }
        output[unit] = dense_output(layer, unit, sum);
    }
}
