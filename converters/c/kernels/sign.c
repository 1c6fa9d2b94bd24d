/* The same numbers between uint8 and int8: 128 is taken off, or added, by the highest bit alone. */

static void sign(const uint8_t *input, uint8_t *output, int32_t count)
{
    for (int32_t i = 0; i < count; i++) {
        output[i] = (uint8_t)(input[i] ^ 0x80u);
    }
}
