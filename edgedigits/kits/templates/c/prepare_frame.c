int classifier_prepare(const uint8_t *pixels, uint32_t width, uint32_t height, uint32_t channels,
                       uint8_t *work, size_t work_bytes, uint8_t prepared[CLASSIFIER_PIXELS]) {
    const picture_photo photo = {pixels, width, height, channels};
    const uint8_t black[3] = {0, 0, 0};
    (void)work;
    (void)work_bytes;
    return picture_frame(&photo, CONTRACT_MODE, black, CLASSIFIER_WIDTH, CLASSIFIER_HEIGHT, CLASSIFIER_CHANNELS,
                         prepared);
}
