/* A dense layer, and what a convolution does at each place:

   output[u] = clip(zero_point + scale[u] * (bias[u] + sum over k of input[k] * weights[u][k]))

   A sum has 64 bits. Products of 16 and 8 bits have 23, so that 256 of them are summed in 32 bits
   first, which is quicker. A scale is multiplier * 2^(shift - 15) here, with a multiplier of 15 bits,
   and rounds once, halves up: TensorFlow Lite's reference kernels scale sums of 64 bits so. Four
   units share each number of the input that is loaded; the last four may overlap those before. */

struct dense {
    const int8_t *weights;      /* [units][depth] */
    const int64_t *bias;        /* [units] */
    const int16_t *multipliers; /* [units] */
    const int8_t *shifts;       /* [units] */
    int32_t units, depth;
    int32_t zero_point, low, high; /* of the output */
};

static inline void dense_output(const struct dense *layer, int32_t unit, int64_t sum,
                                int16_t *output)
{
    const int shift = 15 - layer->shifts[unit];
    const int64_t half = (int64_t)1 << (shift - 1);
    const int32_t scaled = (int32_t)((sum * layer->multipliers[unit] + half) >> shift);
    output[unit] = clipped(scaled + layer->zero_point, layer->low, layer->high);
}

static void dense_four(const struct dense *layer, int32_t unit, const int16_t *input,
                       int16_t *output)
{
    const int32_t depth = layer->depth;
    const int8_t *w0 = layer->weights + unit * depth;
    const int8_t *w1 = w0 + depth, *w2 = w1 + depth, *w3 = w2 + depth;
    int64_t s0 = layer->bias[unit], s1 = layer->bias[unit + 1];
    int64_t s2 = layer->bias[unit + 2], s3 = layer->bias[unit + 3];

    for (int32_t left = depth; left > 0; left -= 256) {
        int32_t t0 = 0, t1 = 0, t2 = 0, t3 = 0, some = left < 256 ? left : 256;
#if defined(__SSE2__) || defined(__ARM_NEON)
        /* Compilers use vectors for loops of a known length. */
        for (; some >= 16; some -= 16, input += 16, w0 += 16, w1 += 16, w2 += 16, w3 += 16) {
            for (int32_t k = 0; k < 16; k++) {
                t0 += input[k] * w0[k];
                t1 += input[k] * w1[k];
                t2 += input[k] * w2[k];
                t3 += input[k] * w3[k];
            }
        }
#endif
        for (; some > 0; some--) {
            const int32_t x = *input++;
            t0 += x * *w0++;
            t1 += x * *w1++;
            t2 += x * *w2++;
            t3 += x * *w3++;
        }
        s0 += t0;
        s1 += t1;
        s2 += t2;
        s3 += t3;
    }
    dense_output(layer, unit, s0, output);
    dense_output(layer, unit + 1, s1, output);
    dense_output(layer, unit + 2, s2, output);
    dense_output(layer, unit + 3, s3, output);
}

static void dense(const struct dense *layer, const int16_t *input, int16_t *output)
{
    const int32_t units = layer->units, depth = layer->depth;

    if (units >= 4) {
        for (int32_t unit = 0; unit < units; unit += 4) {
            dense_four(layer, unit + 4 <= units ? unit : units - 4, input, output);
        }
        return;
    }
    for (int32_t unit = 0; unit < units; unit++) {
        const int8_t *weights = layer->weights + unit * depth;
        int64_t sum = layer->bias[unit];
        for (int32_t k = 0; k < depth; k++) {
            sum += (int32_t)input[k] * weights[k];
        }
        dense_output(layer, unit, sum, output);
    }
}
