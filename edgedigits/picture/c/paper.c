/* Steps 2, 3 and 5: the paper under the ink, a coarse map in sixteenths of a grey level. */

/* The value that `rank` others are not above, of a block of a map, at most 4095. */
static uint32_t ranked(const uint16_t *block, uint32_t stride, uint32_t rows, uint32_t columns,
                       uint32_t rank) {
    uint32_t found = 0;
    for (uint32_t bit = 2048; bit; bit >>= 1) {
        uint32_t below = 0;
        for (uint32_t y = 0; y < rows; y++)
            for (uint32_t x = 0; x < columns; x++) below += block[y * stride + x] < found + bit;
        if (below <= rank) found += bit;
    }
    return found;
}

/* The means of all cells, and by how much fine ink is dark; whether all of the picture is equal. */
static int find_cells(const Picture *p, int64_t *darkness) {
    uint32_t darkest = 255, brightest = 0, cell = 0;
    *darkness = 0;
    for (uint32_t top = 0; top < p->height; top += p->side) {
        const uint32_t bottom = top + smaller(p->side, p->height - top);
        for (uint32_t left = 0; left < p->width; left += p->side) {
            const uint32_t right = left + smaller(p->side, p->width - left);
            const uint32_t count = (bottom - top) * (right - left);
            uint32_t sum = 0, low = 255, high = 0;
            for (uint32_t y = top; y < bottom; y++) {
                for (uint32_t x = left; x < right; x++) {
                    const uint32_t level = grey(p, x, y);
                    sum += level;
                    low = smaller(low, level);
                    high = larger(high, level);
                }
            }
            const uint32_t mean = (FINE * sum + count / 2) / count;
            const int64_t under = (int64_t)mean - FINE * (int64_t)low;
            const int64_t over = FINE * (int64_t)high - (int64_t)mean;
            *darkness += under * under - over * over;
            p->cells[cell++] = (uint16_t)mean;
            darkest = smaller(darkest, low);
            brightest = larger(brightest, high);
        }
    }
    return darkest == brightest;
}

/* a / b rounded down, for positive b. */
static int32_t floored(int32_t a, int32_t b) { return a >= 0 ? a / b : -((b - 1 - a) / b); }

/* How the light falls off down the rows, or across the columns: evenly (1) or as a parabola (2). */
static void find_light(const Picture *p, int is_across, int curve, int16_t light[MOST_CELLS]) {
    const uint32_t count = is_across ? p->columns : p->rows, third = count / 3;
    int32_t level[3];
    memset(light, 0, MOST_CELLS * sizeof *light);
    if (!curve || !third) return;
    for (uint32_t part = 0; part < 3; part++) {
        const uint32_t begin = part == 0 ? 0 : part == 1 ? third : count - third;
        const uint32_t length = part == 1 ? count - 2 * third : third;
        const uint32_t rows = is_across ? p->rows : length;
        const uint32_t columns = is_across ? length : p->columns;
        const uint16_t *block = p->cells + (is_across ? begin : begin * p->columns);
        const uint32_t rank = (4 * rows * columns + 4) / 5 - 1;
        level[part] = (int32_t)ranked(block, p->columns, rows, columns, rank);
    }
    const int32_t far = (int32_t)(count - third);
    for (int32_t n = 0; n < (int32_t)count; n++) {
        const int32_t place = 2 * n + 1 - (int32_t)count;
        int32_t slope = place * (level[2] - level[0]) * far;
        if (curve == 2) slope += place * place * (level[0] + level[2] - 2 * level[1]);
        light[n] = (int16_t)floored(slope, 2 * far * far);
    }
}

/* The larger of two (sign 1), or the smaller (-1). */
static int16_t best(int16_t a, int16_t b, int sign) { return (sign > 0) == (a > b) ? a : b; }

/* Each value of a line becomes the best one at most `reach` away; beyond its ends it goes on as there.
 * Windows of 2, 4, 8 ... values first: two of these, overlapping, make any width. */
static void widen(int16_t *line, uint32_t step, uint32_t length, uint32_t reach, int sign) {
    int16_t value[MOST_CELLS + 2 * (MOST_CELLS / 4)];
    const uint32_t window = 2 * reach + 1, padded = length + 2 * reach;
    uint32_t span = 1;
    for (uint32_t n = 0; n < padded; n++)
        value[n] = line[step * (n < reach ? 0 : smaller(n - reach, length - 1))];
    for (; 2 * span <= window; span *= 2)
        for (uint32_t n = 0; n + span < padded; n++) value[n] = best(value[n], value[n + span], sign);
    for (uint32_t n = 0; n < length; n++)
        line[step * n] = best(value[n], value[n + window - span], sign);
}

/* A morphological closing: what is low and narrower than two reaches is filled in. */
static void fill_in(const Picture *p, int16_t *map, uint32_t reach) {
    for (int sign = 1; sign >= -1; sign -= 2) {
        for (uint32_t x = 0; x < p->columns; x++) widen(map + x, p->columns, p->rows, reach, sign);
        for (uint32_t y = 0; y < p->rows; y++) widen(map + y * p->columns, 1, p->columns, reach, sign);
    }
}

static uint64_t squared(int32_t a, int32_t b) {
    const int32_t difference = a - b;
    return (uint64_t)((int64_t)difference * difference);
}

/* What of the paper stands out along the border, the steps between neighbouring cells, all ink. */
typedef struct {
    uint64_t ring, steps, ink;
} Roughness;

/* The paper under dark ink: the light is taken off, ink is filled in, the light put on again. */
static Roughness find_paper(const Picture *p, int curve, uint32_t reach) {
    int16_t down[MOST_CELLS], across[MOST_CELLS];
    int16_t *map = (int16_t *)p->paper; /* the signed values of the same place */
    const uint32_t columns = p->columns, rows = p->rows;
    Roughness rough = {0, 0, 0};
    find_light(p, 0, curve, down);
    find_light(p, 1, curve, across);
    for (uint32_t y = 0, n = 0; y < rows; y++)
        for (uint32_t x = 0; x < columns; x++, n++) map[n] = (int16_t)(p->cells[n] - down[y] - across[x]);
    fill_in(p, map, reach);
    for (uint32_t y = 0, n = 0; y < rows; y++) {
        for (uint32_t x = 0; x < columns; x++, n++) {
            const int32_t level = map[n] + down[y] + across[x];
            p->paper[n] = (uint16_t)(level < 0 ? 0 : level > 255 * FINE ? 255 * FINE : level);
            const uint64_t ink = squared(p->paper[n], p->cells[n]);
            const uint32_t sides = (uint32_t)((y == 0) + (y == rows - 1) + (x == 0) + (x == columns - 1));
            rough.ring += sides * ink;
            rough.ink += (uint32_t)(p->paper[n] - p->cells[n]);
            if (y) rough.steps += squared(p->paper[n], p->paper[n - columns]);
            if (x) rough.steps += squared(p->paper[n], p->paper[n - 1]);
        }
    }
    return rough;
}

static void negate(Picture *p) {
    p->is_negative = !p->is_negative;
    for (uint32_t n = 0; n < p->rows * p->columns; n++) p->cells[n] = (uint16_t)(255 * FINE - p->cells[n]);
}

/* The paper of the ink's likelier colour in the likeliest light. From here on ink is dark. */
static void choose_paper(Picture *p, int64_t darkness) {
    const uint32_t longer = larger(p->rows, p->columns), cells = p->rows * p->columns;
    const uint32_t reaches[2] = {larger(2, longer / 6), larger(2, longer / 4)};
    uint64_t costs[2] = {UINT64_MAX, UINT64_MAX};
    uint32_t trials[2] = {0, 0};
    for (int bright = 0; bright < 2; bright++) {
        const int64_t against = bright ? darkness : -darkness;
        uint64_t smoothest = UINT64_MAX;
        if (bright) negate(p);
        for (uint32_t trial = 0; trial < 6; trial++) {
            const Roughness rough = find_paper(p, (int)(trial / 2), reaches[trial % 2]);
            const uint64_t cost = rough.ring + 12 * rough.steps + rough.ink * rough.ink / (3 * cells);
            if (rough.ring + rough.steps == 0) return;
            if (rough.ring + rough.steps < smoothest) {
                smoothest = rough.ring + rough.steps;
                trials[bright] = trial;
            }
            if (cost < costs[bright]) costs[bright] = cost;
        }
        if (against > 0) costs[bright] += 3 * (uint64_t)against;
    }
    const int is_bright = costs[1] < costs[0];
    if (!is_bright) negate(p);
    /* Again: keeping it would need a third map. */
    find_paper(p, (int)(trials[is_bright] / 2), reaches[trials[is_bright] % 2]);
}

/* The paper, darker where a wide part of it swallows less than five eighths of what ink does. */
static void darken_shadows(const Picture *p, uint32_t ink) {
    for (uint32_t n = 0; n < p->rows * p->columns; n++) {
        const int32_t paper = p->paper[n], cell = p->cells[n];
        const int32_t full = paper > DARKEST_PAPER ? paper : DARKEST_PAPER;
        const int32_t strength = floored((paper - cell) * FULL, full);
        if (8 * strength >= 5 * (int32_t)ink) p->cells[n] = p->paper[n];
    }
    fill_in(p, (int16_t *)p->cells, larger(2, larger(p->rows, p->columns) / 12));
    for (uint32_t n = 0; n < p->rows * p->columns; n++)
        if (p->cells[n] < p->paper[n]) p->paper[n] = p->cells[n];
}
