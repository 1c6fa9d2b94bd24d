/* Copies numbers from place to place, as padding, slicing, joining and transposing do:

   output[to + i * to_i + j * to_j + ...] = input[from + i * from_i + j * from_j + ...] */

struct rearrange {
    int32_t sizes[4];
    int32_t from, from_steps[4];
    int32_t to, to_steps[4];
};

static void rearrange(const struct rearrange *layer, const int8_t *input, int8_t *output)
{
    const int32_t *sizes = layer->sizes, *from = layer->from_steps, *to = layer->to_steps;

    for (int32_t i = 0; i < sizes[0]; i++) {
        for (int32_t j = 0; j < sizes[1]; j++) {
            for (int32_t k = 0; k < sizes[2]; k++) {
                const int8_t *a = input + layer->from + i * from[0] + j * from[1] + k * from[2];
                int8_t *b = output + layer->to + i * to[0] + j * to[1] + k * to[2];
                for (int32_t l = 0; l < sizes[3]; l++) {
                    b[l * to[3]] = a[l * from[3]];
                }
            }
        }
    }
}
