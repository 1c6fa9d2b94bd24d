/* Step 7: the pieces of ink, and which of them are the digit. Rows are read as often as needed, so
 * that nothing is kept of a row but the pieces it belongs to, and one bit a pixel in the end. */

enum { CLEAR = 77, CORE = 160, NONE = 0xffff };

/* The digit's pieces: the main one, and the box around all of them. */
typedef struct {
    Piece main;
    int has_real, is_found;
    uint32_t top, left, bottom, right;
} Digit;

static uint16_t owner_of(const Picture *p, uint16_t label) {
    while (label != NONE && p->pieces[label].owner != label) label = p->pieces[label].owner;
    return label;
}

static int is_before(const Piece *a, const Piece *b) {
    return a->top != b->top ? a->top < b->top : a->first < b->first;
}

/* Joins the piece with the label to another, which may be NONE; gives the label of both. */
static uint16_t joined(const Picture *p, uint16_t label, uint16_t other) {
    label = owner_of(p, label);
    other = owner_of(p, other);
    if (label == NONE || label == other) return other;
    if (other == NONE) return label;
    Piece *a = p->pieces + label, *b = p->pieces + other;
    if (is_before(b, a)) a->first = b->first;
    a->top = (uint16_t)smaller(a->top, b->top);
    a->left = (uint16_t)smaller(a->left, b->left);
    a->right = (uint16_t)larger(a->right, b->right);
    a->bottom = (uint16_t)larger(a->bottom, b->bottom);
    a->area += b->area;
    a->has_core |= b->has_core;
    b->owner = label;
    return label;
}

static int touches_border(const Picture *p, const Piece *piece) {
    return !piece->top || piece->bottom == p->height || !piece->left || piece->right == p->width;
}

/* An edge of the picture: a bar along a whole side of it. */
static int is_bar(const Picture *p, const Piece *piece) {
    const uint32_t tall = (uint32_t)piece->bottom - piece->top, wide = (uint32_t)piece->right - piece->left;
    if (!piece->top || piece->bottom == p->height)
        if (16 * wide >= 15 * p->width && 6 * tall <= p->height) return 1;
    if (!piece->left || piece->right == p->width)
        if (16 * tall >= 15 * p->height && 6 * wide <= p->width) return 1;
    return 0;
}

static uint32_t longer_side(const Piece *piece) {
    return larger((uint32_t)piece->bottom - piece->top, (uint32_t)piece->right - piece->left);
}

static int is_visible(const Picture *p, const Piece *piece) {
    return longer_side(piece) * 40 >= smaller(p->width, p->height);
}

/* Is the piece the main one of those seen so far? Visible bars count only while there is nothing else. */
static void consider(const Picture *p, Digit *digit, const Piece *piece) {
    const int is_real = !is_bar(p, piece);
    if (!is_visible(p, piece) || (digit->has_real && !is_real)) return;
    const uint32_t weight = piece->area * (touches_border(p, piece) ? 1 : 4);
    const uint32_t least = digit->main.area * (touches_border(p, &digit->main) ? 1 : 4);
    if (!digit->is_found || (is_real && !digit->has_real) || weight > least ||
        (weight == least && is_before(piece, &digit->main)))
        digit->main = *piece;
    digit->is_found = 1;
    digit->has_real = is_real;
}

static int is_kept(const Picture *p, const Digit *digit, const Piece *piece) {
    const Piece *main = &digit->main;
    const uint32_t reach = longer_side(main) / 4;
    if (is_bar(p, piece) && (digit->has_real || !is_visible(p, piece))) return 0;
    if (!touches_border(p, piece) && piece->area * 16 >= main->area) return 1;
    return piece->area * 48 >= main->area && piece->top <= main->bottom + reach &&
           piece->bottom + reach >= main->top && piece->left <= main->right + reach &&
           piece->right + reach >= main->left;
}

static int is_clear(const Picture *p, int32_t x, int32_t y) {
    if (x < 0 || y < 0 || x >= (int32_t)p->width || y >= (int32_t)p->height) return 0;
    Walk walk = walk_from(p, (uint32_t)x, (uint32_t)y);
    return next_level(&walk) >= CLEAR;
}

static uint8_t *mask_byte(const Picture *p, uint32_t x, uint32_t y) {
    return p->mask + y * ((p->width + 7) / 8) + x / 8;
}

static int is_marked(const Picture *p, uint32_t x, uint32_t y) {
    return *mask_byte(p, x, y) >> (x % 8) & 1;
}

static void mark(const Picture *p, uint32_t x, uint32_t y, int is_on) {
    const uint32_t bit = 1u << (x % 8);
    uint8_t *byte = mask_byte(p, x, y);
    *byte = (uint8_t)(is_on ? *byte | bit : *byte & ~bit);
}

/* Follows one outline of a piece, ink on the left hand, from the left side of a pixel down (1) or up
 * (-1) round to where it began. Marks the pixels right of all upright sides: those with which rows of
 * the piece begin, and those with which a gap begins. */
static void follow(const Picture *p, uint32_t left, uint32_t top, int32_t begin_down) {
    const int32_t begin_x = (int32_t)left, begin_y = (int32_t)top + (begin_down < 0);
    int32_t x = begin_x, y = begin_y, across = 0, down = begin_down; /* a corner of pixels, and whither */
    do {
        if (down && x < (int32_t)p->width) mark(p, (uint32_t)x, (uint32_t)(y - (down < 0)), 1);
        x += across;
        y += down;
        /* Pieces hold together at corners too: what is ahead to the right goes first. */
        const int32_t turn = across;
        if (is_clear(p, x - (across - down < 0), y - (down + across < 0))) {
            across = -down;
            down = turn;
        } else if (!is_clear(p, x - (across + down < 0), y - (down - across < 0))) {
            across = down;
            down = -turn;
        }
    } while (x != begin_x || y != begin_y || across || down != begin_down);
}

static void read_levels(const Picture *p, uint32_t left, uint32_t right, uint32_t y, uint8_t *levels) {
    Walk walk = walk_from(p, left, y);
    while (walk.x < right) *levels++ = next_level(&walk);
}

typedef void Finished(const Picture *p, Digit *digit, const Piece *piece);

/* Calls `finished` with every piece that has a core, each after its last row. */
static void read_pieces(const Picture *p, Digit *digit, Finished *finished) {
    const uint32_t places = (p->width + 1) / 2;
    for (uint32_t n = 0; n < places; n++) p->pieces[n].owner = NONE;
    for (uint32_t x = 0; x < p->width; x++) p->labels[x] = NONE;
    for (uint32_t y = 0; y <= p->height; y++) {
        uint16_t before = NONE, place = 0; /* before: the label of the row above, left of x */
        if (y < p->height)
            read_levels(p, 0, p->width, y, p->levels);
        else
            memset(p->levels, 0, p->width);
        for (uint32_t x = 0; x < p->width;) {
            if (p->levels[x] < CLEAR) {
                before = p->labels[x];
                p->labels[x++] = NONE;
                continue;
            }
            const uint32_t start = x;
            uint16_t label = joined(p, NONE, before);
            uint8_t has_core = 0;
            for (; x < p->width && p->levels[x] >= CLEAR; x++) {
                if (p->labels[x] != NONE) label = joined(p, label, p->labels[x]);
                has_core |= p->levels[x] >= CORE;
            }
            before = p->labels[x - 1];
            if (x < p->width) label = joined(p, label, p->labels[x]);
            if (label == NONE) {
                /* Runs of the row above and new ones do not touch: places are never short. */
                while (p->pieces[place].owner != NONE) place++;
                label = place;
                const Piece new = {0, (uint16_t)y, (uint16_t)start, (uint16_t)start, 0, 0, place, 0};
                p->pieces[place] = new;
            }
            Piece *piece = p->pieces + label;
            piece->area += x - start;
            piece->left = (uint16_t)smaller(piece->left, start);
            piece->right = (uint16_t)larger(piece->right, x);
            piece->bottom = (uint16_t)(y + 1);
            piece->has_core |= has_core;
            for (uint32_t n = start; n < x; n++) p->labels[n] = label;
        }
        for (uint32_t x = 0; x < p->width; x++) p->labels[x] = owner_of(p, p->labels[x]);
        for (uint32_t n = 0; n < places; n++) {
            Piece *piece = p->pieces + n;
            if (piece->owner == n && piece->bottom == y + 1) continue;
            if (piece->owner == n && piece->has_core) finished(p, digit, piece);
            piece->owner = NONE;
        }
    }
}

/* A kept piece: the box grows, and its outline is marked. */
static void keep(const Picture *p, Digit *digit, const Piece *piece) {
    if (!is_kept(p, digit, piece)) return;
    digit->top = smaller(digit->top, piece->top);
    digit->left = smaller(digit->left, piece->left);
    digit->bottom = larger(digit->bottom, piece->bottom);
    digit->right = larger(digit->right, piece->right);
    follow(p, piece->first, piece->top, 1);
}

/* From the outlines to all pixels of the kept pieces. The first gap of a hole comes after a run of
 * the piece whose end no outline has passed yet. */
static void fill_mask(const Picture *p, const Digit *digit) {
    const uint32_t left = digit->left, right = digit->right;
    for (uint32_t y = digit->top; y < digit->bottom; y++) {
        read_levels(p, left, right, y, p->levels);
        for (uint32_t x = left; x < right;) {
            const int is_kept_run = p->levels[x - left] >= CLEAR && is_marked(p, x, y);
            if (p->levels[x - left] < CLEAR) {
                x++;
                continue;
            }
            for (; x < right && p->levels[x - left] >= CLEAR; x++)
                if (is_kept_run) mark(p, x, y, 1);
            if (is_kept_run && x < p->width) {
                if (!is_marked(p, x, y)) follow(p, x, y, -1);
                mark(p, x, y, 0);
            }
        }
    }
}

/* The pixels of the one digit in the mask, and the box around them; 0 if all pieces are specks. */
static int find_digit(const Picture *p, Digit *digit) {
    memset(digit, 0, sizeof *digit);
    digit->top = digit->left = UINT32_MAX;
    read_pieces(p, digit, consider);
    if (!digit->is_found) return 0;
    memset(p->mask, 0, (p->width + 7) / 8 * p->height);
    read_pieces(p, digit, keep);
    fill_mask(p, digit);
    return 1;
}
