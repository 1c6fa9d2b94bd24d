/* probability[i] = exp(x[i] - max x) / sum over j of exp(x[j] - max x), in 1/256 from -128.

   The arithmetic is that of TensorFlow Lite's reference kernel, on gemmlowp's fixed point (Jacob and
   Warden, "gemmlowp: a small self-contained low-precision GEMM library", fixedpoint/): a number in
   Qm.n is n bits behind the point of 32. */

struct softmax {
    int32_t classes;
    int32_t multiplier, shift; /* from a difference of the input's to Q5.26 */
    int32_t least;             /* the difference from which on a probability is 0 */
};

static inline int32_t divided(int32_t value, int exponent)
{
    /* value / 2^exponent, rounded to the nearest, halves away from zero, for any value. */
    const int32_t mask = (int32_t)(((uint32_t)1 << exponent) - 1);
    return (value >> exponent) + ((value & mask) > (mask >> 1) + (value < 0));
}

static int32_t softmax_exp(int32_t value)
{
    /* exp of a Q5.26 that is not above 0, as Q0.31: exp(-1/8) times its Taylor series of the fourth
       degree within a quarter, times exp(-2^k) for each further bit. */
    static const int32_t powers[] = {
        1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242,
    };
    const int32_t quarter = (int32_t)1 << 24;
    const int32_t eighth = 1895147668; /* exp(-1/8) */
    const int32_t third = 715827883;   /* 1/3 */
    const int32_t within = (value & (quarter - 1)) - quarter;
    const int32_t x = within * 32 + ((int32_t)1 << 28);
    const int32_t x2 = product(x, x);
    const int32_t x3 = product(x2, x);
    const int32_t x4 = product(x2, x2);
    const int32_t more = divided(product(divided(x4, 2) + x3, third) + x2, 1);
    const int32_t rest = within - value;
    int32_t result = eighth + product(eighth, x + more);

    if (value == 0) {
        return INT32_MAX;
    }
    for (int bit = 0; bit < 7; bit++) {
        if (rest & (quarter << bit)) {
            result = product(result, powers[bit]);
        }
    }
    return result;
}

static int32_t softmax_inverse(int32_t value)
{
    /* 1 / (1 + x) of a Q0.31 in [0, 1), as Q0.31: Newton's division in three steps from
       48/17 - 32/17 d, with d = (1 + x) / 2. */
    const int32_t half = (int32_t)(((int64_t)value + INT32_MAX + 1) / 2);
    int32_t x = 1515870810 + product(half, -1010580540);

    for (int step = 0; step < 3; step++) {
        x += product(x, ((int32_t)1 << 29) - product(half, x)) * 4;
    }
    return x > INT32_MAX / 2 ? INT32_MAX : x * 2;
}

static void softmax(const struct softmax *layer, const int8_t *input, int8_t *output)
{
    int32_t most = input[0], sum = 0, scale;
    int exponent = 35;
    uint32_t shifted;

    for (int32_t i = 1; i < layer->classes; i++) {
        most = input[i] > most ? input[i] : most;
    }
    for (int32_t i = 0; i < layer->classes; i++) {
        const int32_t difference = input[i] - most;
        if (difference >= layer->least) {
            const int32_t scaled = rescaled(difference, layer->multiplier, layer->shift);
            sum += divided(softmax_exp(scaled), 12);
        }
    }
    /* The sum is a Q12.19 of at least 1: brought to 1 + x with x in [0, 1). */
    shifted = (uint32_t)sum;
    while (shifted < (uint32_t)1 << 31) {
        shifted *= 2;
        exponent--;
    }
    scale = softmax_inverse((int32_t)(shifted - ((uint32_t)1 << 31)));
    for (int32_t i = 0; i < layer->classes; i++) {
        const int32_t difference = input[i] - most;
        int32_t value = 0;
        if (difference >= layer->least && exponent < 32) {
            const int32_t scaled = rescaled(difference, layer->multiplier, layer->shift);
            value = divided(product(scale, softmax_exp(scaled)), exponent);
        }
        output[i] = clipped(value - 128, -128, 127);
    }
}
