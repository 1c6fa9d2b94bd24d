/* A function of each number by itself: its 256 answers, computed beforehand. */

static void lookup(const int8_t *table, const uint8_t *input, int8_t *output, int32_t count)
{
    for (int32_t i = 0; i < count; i++) {
        output[i] = table[input[i]];
    }
}
