/* The mean of all pixels, a channel at a time:

   output[c] = clip(zero_point + scale * (sum over pixels of input[pixel][c] - offset)) */

struct mean {
    int32_t pixels, channels;
    int32_t multiplier, shift; /* with the division by the number of pixels in them */
    int32_t offset;            /* the input's zero point, so many times */
    int32_t zero_point;        /* of the output */
};

static void mean(const struct mean *layer, const int8_t *input, int8_t *output)
{
    for (int32_t c = 0; c < layer->channels; c++) {
        int32_t sum = -layer->offset;
        for (int32_t pixel = 0; pixel < layer->pixels; pixel++) {
            sum += input[pixel * layer->channels + c];
        }
        sum = rescaled(sum, layer->multiplier, layer->shift);
        output[c] = clipped(sum + layer->zero_point, -128, 127);
    }
}
