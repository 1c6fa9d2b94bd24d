/* A dense layer, and what a convolution does at each place:

   output[u] = clip(zero_point + scale[u] * (bias[u] + sum over k of input[k] * weights[u][k]))

   The zero point of the input is taken off beforehand: bias[u] is the layer's own, less that zero
   point times the sum of weights[u]. Four units share each number of the input that is loaded; the
   last four may overlap those before. Where processors have vectors, compilers use them for loops of
   a known length, and for products of 16 bits best; those of WebAssembly are to be told. */

#if defined(__wasm_simd128__)
#include <wasm_simd128.h>
#endif

struct dense {
    const int8_t *weights;      /* [units][depth] */
    const int32_t *bias;        /* [units] */
    const int32_t *multipliers; /* [units] */
    const int8_t *shifts;       /* [units] */
    int32_t units, depth;
    int32_t zero_point, low, high; /* of the output */
};

static inline void dense_output(const struct dense *layer, int32_t unit, int32_t sum, int8_t *output)
{
    const int32_t scaled = rescaled(sum, layer->multipliers[unit], layer->shifts[unit]);
    output[unit] = clipped(scaled + layer->zero_point, layer->low, layer->high);
}

#if defined(__wasm_simd128__)
static inline int32_t dense_total(v128_t sums)
{
    return wasm_i32x4_extract_lane(sums, 0) + wasm_i32x4_extract_lane(sums, 1) +
           wasm_i32x4_extract_lane(sums, 2) + wasm_i32x4_extract_lane(sums, 3);
}
#endif

static void dense_four(const struct dense *layer, int32_t unit, const int8_t *input, int8_t *output)
{
    const int32_t depth = layer->depth;
    const int8_t *w0 = layer->weights + unit * depth;
    const int8_t *w1 = w0 + depth, *w2 = w1 + depth, *w3 = w2 + depth;
    int32_t s0 = layer->bias[unit], s1 = layer->bias[unit + 1];
    int32_t s2 = layer->bias[unit + 2], s3 = layer->bias[unit + 3];
    int32_t left = depth;

#if defined(__wasm_simd128__)
    v128_t t0 = wasm_i32x4_splat(0), t1 = t0, t2 = t0, t3 = t0;
    for (; left >= 8; left -= 8, input += 8, w0 += 8, w1 += 8, w2 += 8, w3 += 8) {
        /* dot multiplies eight pairs, and adds each two products that lie beside each other. */
        const v128_t x = wasm_i16x8_load8x8(input);
        t0 = wasm_i32x4_add(t0, wasm_i32x4_dot_i16x8(x, wasm_i16x8_load8x8(w0)));
        t1 = wasm_i32x4_add(t1, wasm_i32x4_dot_i16x8(x, wasm_i16x8_load8x8(w1)));
        t2 = wasm_i32x4_add(t2, wasm_i32x4_dot_i16x8(x, wasm_i16x8_load8x8(w2)));
        t3 = wasm_i32x4_add(t3, wasm_i32x4_dot_i16x8(x, wasm_i16x8_load8x8(w3)));
    }
    s0 += dense_total(t0);
    s1 += dense_total(t1);
    s2 += dense_total(t2);
    s3 += dense_total(t3);
#elif defined(__SSE2__) || defined(__ARM_NEON)
    for (; left >= 16; left -= 16, input += 16, w0 += 16, w1 += 16, w2 += 16, w3 += 16) {
        int16_t x[16];
        for (int32_t k = 0; k < 16; k++) {
            x[k] = input[k];
        }
        for (int32_t k = 0; k < 16; k++) {
            s0 += x[k] * w0[k];
            s1 += x[k] * w1[k];
            s2 += x[k] * w2[k];
            s3 += x[k] * w3[k];
        }
    }
#endif
    for (; left > 0; left--) {
        const int32_t x = *input++;
        s0 += x * *w0++;
        s1 += x * *w1++;
        s2 += x * *w2++;
        s3 += x * *w3++;
    }
    dense_output(layer, unit, s0, output);
    dense_output(layer, unit + 1, s1, output);
    dense_output(layer, unit + 2, s2, output);
    dense_output(layer, unit + 3, s3, output);
}

static void dense(const struct dense *layer, const int8_t *input, int8_t *output)
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
        int32_t sum = layer->bias[unit];
        for (int32_t k = 0; k < depth; k++) {
            sum += (int32_t)input[k] * weights[k];
        }
        dense_output(layer, unit, sum, output);
    }
}
