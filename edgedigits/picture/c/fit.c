/* Steps 7 (the cut), 8 and 9: ink of one digit to the 28x28 picture. */

enum { SIDE = 28, BOX = 20, HALF = 128, GRID = 80, MARGIN = 8, DRAWN = GRID + 2 * MARGIN };

/* A digit's ink by rows: cut from the picture or, with another pen, drawn again from a grid of it. */
typedef struct {
    const Picture *p;
    uint32_t top, left, height, width; /* in the picture, or in what is drawn */
    uint32_t reach;
    uint8_t *near_columns; /* how many rows near this one hold a kept pixel */
    uint8_t *row, *row_before;
    uint32_t *sums, *line; /* GRID each */

    int is_drawn;
    uint8_t *grid;
    uint32_t grid_height, grid_width, window, hundredths; /* hundredths 0: a pen that is too wide */
} Ink;

static Ink ink_of(const Picture *p, const Digit *digit) {
    Ink ink;
    memset(&ink, 0, sizeof ink);
    ink.p = p;
    ink.top = digit->top;
    ink.left = digit->left;
    ink.height = digit->bottom - digit->top;
    ink.width = digit->right - digit->left;
    ink.reach = larger(ink.height, ink.width) / 40 + 1;
    ink.near_columns = (uint8_t *)p->labels;
    ink.row = ink.near_columns + p->width;
    ink.row_before = ink.row + p->width;
    ink.sums = (uint32_t *)(void *)p->pieces;
    ink.line = ink.sums + GRID;
    ink.grid = (uint8_t *)p->cells;
    return ink;
}

static void add_row(const Ink *ink, uint32_t y, int sign) {
    for (uint32_t x = 0; x < ink->width; x++)
        if (is_marked(ink->p, ink->left + x, ink->top + y))
            ink->near_columns[x] = (uint8_t)(ink->near_columns[x] + sign);
}

/* A row of the levels that are near a kept pixel. Rows are read in order, from 0. */
static void read_cut(const Ink *ink, uint32_t y, uint8_t *row) {
    const uint32_t reach = ink->reach;
    if (!y) {
        memset(ink->near_columns, 0, ink->width);
        for (uint32_t n = 0; n < smaller(reach, ink->height); n++) add_row(ink, n, 1);
    }
    if (y + reach < ink->height) add_row(ink, y + reach, 1);
    if (y > reach) add_row(ink, y - reach - 1, -1);
    uint32_t near = 0;
    for (uint32_t x = 0; x < smaller(reach, ink->width); x++) near += ink->near_columns[x] > 0;
    Walk walk = walk_from(ink->p, ink->left, ink->top + y);
    for (uint32_t x = 0; x < ink->width; x++) {
        if (x + reach < ink->width) near += ink->near_columns[x + reach] > 0;
        if (x > reach) near -= ink->near_columns[x - reach - 1] > 0;
        const uint8_t level = next_level(&walk);
        row[x] = near ? level : 0;
    }
}

/* A row of the grid, with its margins, after another pen: sums over windows of it. */
static void read_drawn(const Ink *ink, uint32_t y, uint8_t *row) {
    const uint32_t half = ink->window / 2, area = ink->window * ink->window;
    const uint32_t first = y > MARGIN + half ? y - MARGIN - half : 0;
    const uint32_t end = y + half + 1 > MARGIN ? y + half + 1 - MARGIN : 0;
    for (uint32_t x = 0; x < ink->grid_width; x++) {
        ink->line[x] = 0;
        for (uint32_t n = first; n < smaller(end, ink->grid_height); n++) ink->line[x] += ink->grid[n * ink->grid_width + x];
    }
    for (uint32_t x = 0; x < ink->width; x++) {
        const uint32_t place = ink->left + x;
        const uint32_t begin = place > MARGIN + half ? place - MARGIN - half : 0;
        const uint32_t stop = place + half + 1 > MARGIN ? place + half + 1 - MARGIN : 0;
        uint32_t sum = 0;
        for (uint32_t n = begin; n < smaller(stop, ink->grid_width); n++) sum += ink->line[n];
        if (ink->hundredths)
            row[x] = (uint8_t)smaller(255, sum * 25 / (9 * ink->hundredths));
        else
            row[x] = (uint8_t)(255 - smaller(255, (255 * area - sum) * 2 / area));
    }
}

/* Scales the ink so that its longer side is `cells`, each the mean of the area that it covers. */
static void reduce_ink(const Ink *ink, uint32_t cells, uint32_t *height, uint32_t *width, uint8_t *reduced) {
    const uint32_t longer = larger(ink->height, ink->width), area = ink->height * ink->width;
    const uint32_t rows = larger(1, (ink->height * cells + longer / 2) / longer);
    const uint32_t columns = larger(1, (ink->width * cells + longer / 2) / longer);
    uint8_t drawn[DRAWN], *row = ink->is_drawn ? drawn : ink->row;
    uint32_t below = ink->height; /* how much of a new row is not covered yet */
    memset(ink->sums, 0, columns * sizeof *ink->sums);
    *height = rows;
    *width = columns;
    for (uint32_t y = 0; y < ink->height; y++) {
        if (ink->is_drawn)
            read_drawn(ink, ink->top + y, row);
        else
            read_cut(ink, y, row);
        uint32_t column = 0, beyond = ink->width;
        memset(ink->line, 0, columns * sizeof *ink->line);
        for (uint32_t x = 0; x < ink->width; x++) {
            for (uint32_t rest = columns, part; rest; rest -= part) {
                part = smaller(rest, beyond);
                ink->line[column] += row[x] * part;
                beyond -= part;
                if (!beyond) {
                    beyond = ink->width;
                    column++;
                }
            }
        }
        for (uint32_t rest = rows, part; rest; rest -= part) {
            part = smaller(rest, below);
            for (uint32_t x = 0; x < columns; x++) ink->sums[x] += ink->line[x] * part;
            below -= part;
            if (below) continue;
            below = ink->height;
            for (uint32_t x = 0; x < columns; x++) *reduced++ = (uint8_t)((ink->sums[x] + area / 2) / area);
            memset(ink->sums, 0, columns * sizeof *ink->sums);
        }
    }
}

/* The width of the pen in hundredths of a pixel of the final box, by Crofton's formula for the length
 * of an outline; 0 sides where no pixel is dark enough. */
static uint32_t pen_of(const Ink *ink, uint32_t *sides) {
    uint32_t area = 0;
    *sides = 0;
    memset(ink->row_before, 0, ink->width);
    for (uint32_t y = 0; y < ink->height; y++) {
        int is_left = 0;
        read_cut(ink, y, ink->row);
        for (uint32_t x = 0; x < ink->width; x++) {
            const int is_core = ink->row[x] >= HALF;
            area += (uint32_t)is_core;
            *sides += (uint32_t)((is_core != is_left) + (is_core != ink->row_before[x]));
            ink->row_before[x] = (uint8_t)is_core;
            is_left = is_core;
        }
        *sides += (uint32_t)is_left;
    }
    for (uint32_t x = 0; x < ink->width; x++) *sides += ink->row_before[x];
    if (!*sides) return 0;
    const uint32_t longer = larger(ink->height, ink->width);
    return (uint32_t)((uint64_t)904 * area * 2000 / ((uint64_t)355 * *sides * longer));
}

/* Thickens or thins lines far from as wide as usual, in hundredths: then the ink is drawn. */
static void take_usual_pen(Ink *ink) {
    uint32_t sides, top = DRAWN, left = DRAWN, bottom = 0, right = 0;
    const uint32_t hundredths = pen_of(ink, &sides);
    if (!sides || (hundredths >= 135 && hundredths <= 480)) return;
    Ink drawn = *ink;
    reduce_ink(ink, GRID, &drawn.grid_height, &drawn.grid_width, drawn.grid);
    const int is_thin = hundredths < 135;
    drawn.is_drawn = 1;
    drawn.hundredths = is_thin ? larger(1, hundredths) : 0;
    drawn.window = is_thin ? 9 : smaller(((hundredths - 420) * 8 / 100) | 1, 2 * MARGIN + 1);
    drawn.top = drawn.left = 0;
    drawn.height = drawn.grid_height + 2 * MARGIN;
    drawn.width = drawn.grid_width + 2 * MARGIN;
    for (uint32_t y = 0; y < drawn.height; y++) {
        uint8_t row[DRAWN];
        read_drawn(&drawn, y, row);
        for (uint32_t x = 0; x < drawn.width; x++) {
            if (row[x] < CLEAR) continue;
            top = smaller(top, y);
            bottom = y + 1;
            left = smaller(left, x);
            right = larger(right, x + 1);
        }
    }
    if (!bottom) return;
    drawn.top = top;
    drawn.left = left;
    drawn.height = bottom - top;
    drawn.width = right - left;
    *ink = drawn;
}

/* Where a box begins so that its centre of mass is nearest to 14.5; twice the sum of places weighs. */
static uint32_t corner(uint32_t total, uint32_t places, uint32_t length) {
    const uint32_t centre = (SIDE + 2) * total;
    return centre > places ? smaller((centre - places) / (2 * total), SIDE - length) : 0;
}

/* The picture of the ink; 0 if nothing is left of it: dots that are too far apart. */
static int fit_ink(Ink *ink, uint8_t digit[PICTURE_DIGIT_BYTES]) {
    uint8_t box[BOX * BOX];
    uint32_t height, width, most = 0, total = 0, down = 0, across = 0;
    take_usual_pen(ink);
    reduce_ink(ink, BOX, &height, &width, box);
    for (uint32_t n = 0; n < height * width; n++) most = larger(most, box[n]);
    if (!most) return 0;
    for (uint32_t y = 0, n = 0; y < height; y++) {
        for (uint32_t x = 0; x < width; x++, n++) {
            const uint32_t level = (box[n] * 255 + most / 2) / most; /* shrinking darkens thin lines */
            box[n] = (uint8_t)level;
            total += level;
            down += (2 * y + 1) * level;
            across += (2 * x + 1) * level;
        }
    }
    const uint32_t top = corner(total, down, height), left = corner(total, across, width);
    memset(digit, 0, PICTURE_DIGIT_BYTES);
    for (uint32_t y = 0; y < height; y++)
        for (uint32_t x = 0; x < width; x++) digit[(top + y) * SIDE + left + x] = box[y * width + x];
    return 1;
}
