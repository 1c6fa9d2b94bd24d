/* Fixed-point scaling, as every quantized layer ends with.

   A real factor is kept as multiplier * 2^(shift - 31) with multiplier in [2^30, 2^31): Jacob et al.,
   "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference"
   (2018), equation 5. TensorFlow Lite's reference kernels round twice: the product's upper half to
   the nearest (halves up), then its quotient by 2^-shift (halves away from zero).

   Shifting a negative number right keeps its sign, as on every compiler for machines of today. */

static inline int32_t product(int32_t a, int32_t b)
{
    /* a * b / 2^31, rounded to the nearest, halves up. */
    return (int32_t)(((int64_t)a * b + ((int64_t)1 << 30)) >> 31);
}

static inline int32_t divided(int32_t value, int exponent)
{
    /* value / 2^exponent, rounded to the nearest, halves away from zero. */
    const int32_t mask = (int32_t)(((uint32_t)1 << exponent) - 1);
    return (value >> exponent) + ((value & mask) > (mask >> 1) + (value < 0));
}

static inline int32_t rescaled(int32_t value, int32_t multiplier, int shift)
{
    if (shift > 0) {
        return product(value * ((int32_t)1 << shift), multiplier);
    }
    return divided(product(value, multiplier), -shift);
}

static inline int8_t clipped(int32_t value, int32_t low, int32_t high)
{
    return (int8_t)(value < low ? low : value > high ? high : value);
}
