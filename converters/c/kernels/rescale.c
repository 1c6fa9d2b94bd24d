/* Fixed-point scaling, as every quantized layer ends with.

   A real factor is kept as multiplier * 2^(shift - 31) with multiplier in [2^30, 2^31): Jacob et al.,
   "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference"
   (2018), equation 5. TensorFlow Lite's reference kernels round twice: the product's upper half to
   the nearest (halves up), then its quotient by 2^-shift (halves away from zero).

   No value comes near 2^30, which the writer of this file has checked, so that nothing overflows.
   Shifting a negative number right keeps its sign, as on every compiler for machines of today. */

static inline int32_t product(int32_t a, int32_t b)
{
    /* a * b / 2^31, rounded to the nearest, halves up. */
    return (int32_t)(((int64_t)a * b + ((int64_t)1 << 30)) >> 31);
}

static inline int32_t rescaled(int32_t value, int32_t multiplier, int shift)
{
    if (shift >= 0) {
        return product(value * ((int32_t)1 << shift), multiplier);
    }
    value = product(value, multiplier);
    return (value + ((int32_t)1 << (-shift - 1)) - (value < 0)) >> -shift;
}
