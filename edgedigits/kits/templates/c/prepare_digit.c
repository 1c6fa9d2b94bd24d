int classifier_prepare(const uint8_t *pixels, uint32_t width, uint32_t height, uint32_t channels,
                       uint8_t *work, size_t work_bytes, uint8_t prepared[CLASSIFIER_PIXELS]) {
    return picture_digit(pixels, width, height, channels, work, work_bytes, prepared);
}
