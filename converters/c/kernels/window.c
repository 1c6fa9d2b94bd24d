/* What a filter sees at one place of a picture [height][width][channels]: `rows` times `columns`
   pixels, of which some may lie outside. Those have the value zero: the zero point. */

struct window {
    int32_t height, width, channels; /* of the input */
    int32_t rows, columns;           /* of the filter */
    int32_t row_stride, column_stride;
    int32_t above, left;             /* padding */
    int32_t output_height, output_width;
    int8_t zero;
};
