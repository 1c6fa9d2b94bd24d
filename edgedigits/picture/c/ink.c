/* Steps 4 and 6: how much of the pen's ink each pixel holds. */

/* Pixels of a row from left to right. The paper at a pixel lies between the middles of the four
 * nearest cells; `left` and `right` are those of the row, each between an upper and a lower cell. */
typedef struct {
    const Picture *p;
    const uint16_t *upper, *lower;
    uint32_t part, share, x, y;
    uint32_t next; /* the column of the cell to the right; 0 stands left of the first middle too */
    uint32_t left, right;
} Walk;

static uint32_t between_rows(const Walk *walk, uint32_t column) {
    column = smaller(column, walk->p->columns - 1);
    return walk->upper[column] * (2 * walk->p->side - walk->part) + walk->lower[column] * walk->part;
}

static Walk walk_from(const Picture *p, uint32_t x, uint32_t y) {
    Walk walk;
    const uint32_t whole = 2 * p->side;
    /* One more than in docs/picture.md, so that none is negative. */
    const uint32_t across = (2 * x + 1 + p->side) / whole, down = (2 * y + 1 + p->side) / whole;
    walk.p = p;
    walk.x = x;
    walk.y = y;
    walk.part = 2 * y + 1 + p->side - down * whole;
    walk.share = 2 * x + 1 + p->side - across * whole;
    walk.upper = p->paper + (down ? down - 1 : 0) * p->columns;
    walk.lower = p->paper + smaller(down, p->rows - 1) * p->columns;
    walk.next = across;
    walk.left = between_rows(&walk, across ? across - 1 : 0);
    walk.right = between_rows(&walk, across);
    return walk;
}

/* What part of the paper's light a pixel swallows, 0 to 4095; goes on to the next pixel. */
static uint32_t next_strength(Walk *walk) {
    const uint32_t side = walk->p->side;
    const uint32_t sum = walk->left * (2 * side - walk->share) + walk->right * walk->share;
    const uint32_t paper = (sum + 2 * side * side) / (4 * side * side);
    const uint32_t level = FINE * grey(walk->p, walk->x++, walk->y);
    walk->share += 2;
    if (walk->share >= 2 * side) {
        walk->share -= 2 * side;
        walk->left = walk->right;
        walk->right = between_rows(walk, ++walk->next);
    }
    return paper > level ? (paper - level) * FULL / larger(paper, DARKEST_PAPER) : 0;
}

/* The strength as a level of ink, 0 to 255. */
static uint8_t next_level(Walk *walk) {
    const int32_t strength = (int32_t)next_strength(walk), grain = walk->p->grain, span = walk->p->span;
    if (strength <= grain) return 0;
    const int32_t level = ((strength - grain) * 255 + span / 2) / span;
    return (uint8_t)(level > 255 ? 255 : level);
}

/* A positive double: mantissa (53 bits, the first of them 1) times 2 to the exponent. */
typedef struct {
    uint64_t mantissa;
    int exponent;
} Real;

/* The double nearest to a number of 54 bits and more; `rest` says that a little lies above it. */
static Real nearest(uint64_t number, int rest, int exponent) {
    for (; number >> 54; exponent++) {
        rest |= (int)(number & 1);
        number >>= 1;
    }
    const uint64_t half = number & 1;
    number >>= 1;
    if (half && (rest || (number & 1))) number++;
    if (number >> 53) {
        number >>= 1;
        exponent++;
    }
    const Real real = {number, exponent + 1};
    return real;
}

/* a / b as doubles divide; a is positive, b 1 to 4096. */
static Real quotient(uint64_t a, uint32_t b) {
    int exponent = 0;
    for (; !(a >> 63); exponent--) a <<= 1;
    uint64_t whole = a / b, rest = a % b;
    for (; !(whole >> 53); exponent--) {
        rest *= 2;
        whole = 2 * whole + (rest >= b);
        rest -= rest >= b ? b : 0;
    }
    return nearest(whole, rest != 0, exponent);
}

/* a * b as doubles multiply. */
static Real product(Real a, Real b) {
    const uint64_t half = 0xffffffff;
    const uint64_t low = (a.mantissa & half) * (b.mantissa & half);
    const uint64_t cross = (a.mantissa >> 32) * (b.mantissa & half) + (low >> 32);
    const uint64_t middle = (a.mantissa & half) * (b.mantissa >> 32) + (cross & half);
    const uint64_t high = (a.mantissa >> 32) * (b.mantissa >> 32) + (cross >> 32) + (middle >> 32);
    const uint64_t bottom = (middle << 32) | (low & half);
    return nearest((high << 22) | (bottom >> 42), (bottom << 22) != 0, a.exponent + b.exponent + 42);
}

/* How many of the peaks are paper: Otsu's threshold over 256 steps; 0 where there is none.
 * The variance between both sides is reckoned as doubles do, which decides where two come close. */
static uint32_t paper_cells(const Picture *p) {
    const uint32_t count = p->rows * p->columns;
    uint16_t counts[256];
    uint32_t total = 0, w0 = 0, s0 = 0, found = 0;
    Real most = {0, 0};
    memset(counts, 0, sizeof counts);
    for (uint32_t n = 0; n < count; n++) {
        counts[p->peaks[n] >> 4]++;
        total += p->peaks[n] >> 4;
    }
    for (uint32_t step = 0; step < 255; step++) {
        w0 += counts[step];
        s0 += counts[step] * step;
        const uint32_t w1 = count - w0;
        if (!w0 || !w1) continue;
        /* The mean above the step is the larger one: this is -d of docs/picture.md, positive. */
        const uint64_t apart = (uint64_t)(total - s0) * w0 - (uint64_t)s0 * w1;
        const Real variance = product(quotient(apart, w0), quotient(apart, w1));
        if (!found || variance.exponent > most.exponent ||
            (variance.exponent == most.exponent && variance.mantissa > most.mantissa)) {
            most = variance;
            found = w0;
        }
    }
    return found;
}

static uint32_t ranked_peak(const Picture *p, uint32_t rank) {
    const uint32_t count = p->rows * p->columns;
    return ranked(p->peaks, count, 1, count, rank);
}

/* The strongest pixel of each cell. */
static void find_peaks(const Picture *p) {
    memset(p->peaks, 0, p->rows * p->columns * sizeof *p->peaks);
    for (uint32_t y = 0; y < p->height; y++) {
        Walk walk = walk_from(p, 0, y);
        uint16_t *peak = p->peaks + y / p->side * p->columns;
        for (uint32_t left = 0; left < p->width; left += p->side, peak++) {
            const uint32_t right = left + smaller(p->side, p->width - left);
            while (walk.x < right) *peak = (uint16_t)larger(*peak, next_strength(&walk));
        }
    }
}

static int is_even(const Picture *p) {
    for (uint32_t n = 1; n < p->rows * p->columns; n++)
        if (p->paper[n] != p->paper[0]) return 0;
    return 1;
}

/* From the paper to the levels of ink; 0 where nothing stands out. */
static int find_ink(Picture *p) {
    const uint32_t count = p->rows * p->columns;
    find_peaks(p);
    uint32_t paper = paper_cells(p);
    if (paper && !p->is_negative && !is_even(p)) {
        darken_shadows(p, ranked_peak(p, count - 1 - count / 100));
        find_peaks(p);
        paper = paper_cells(p);
    }
    if (!paper) return 0;
    p->grain = (int32_t)ranked_peak(p, (paper - 1) / 2);
    p->span = (int32_t)ranked_peak(p, (paper + count - 1) / 2) - p->grain;
    return p->span >= 512 && p->span >= p->grain;
}
