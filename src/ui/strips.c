#include "config.h"

#include "ui/strips.h"

#include <assert.h>
#include <string.h>

#include "ui/cellrow.h"

/* Some seconds, taken together. */
struct span {
    unsigned n;          /* known */
    unsigned n_of[8];    /* seconds that had each flag, by its bit */
    unsigned n_both;     /* both sides were interested */
    uint16_t max_kiBps;  /* of the direction asked for */
    uint8_t max_pct;     /* of the queue */
    uint8_t first, last; /* flags */
    uint8_t before;      /* of the second before the first; 0: not known */
};

static const uint8_t both_interested =
    TIMELINE_WE_INTERESTED | TIMELINE_THEY_INTERESTED;

/* Add one second that is known. */
static void add_second(struct span *span, struct timeline_slot slot, bool is_up)
{
    if (span->n++ == 0)
        span->first = slot.flags;
    span->last = slot.flags;
    for (unsigned bits = slot.flags, bit = 0; bits != 0; bits >>= 1, bit++)
        span->n_of[bit] += bits & 1;
    span->n_both += (slot.flags & both_interested) == both_interested;
    uint16_t rate = is_up ? slot.up_kiBps : slot.down_kiBps;
    if (rate > span->max_kiBps)
        span->max_kiBps = rate;
    if (slot.depth_pct > span->max_pct)
        span->max_pct = slot.depth_pct;
}

/* Seconds from..end-1. */
static struct span look(const struct timeline *t, int64_t from, int64_t end,
                        bool is_up)
{
    struct span span = {0};
    int64_t oldest = t->now_s - (int64_t)timeline_len(t) + 1;
    if (from > oldest && from - 1 <= t->now_s)
        span.before = timeline_at(t, (size_t)(t->now_s - from + 1)).flags;
    from = from < oldest ? oldest : from;
    end = end > t->now_s + 1 ? t->now_s + 1 : end;
    for (int64_t s = from; s < end; s++) {
        struct timeline_slot slot = timeline_at(t, (size_t)(t->now_s - s));
        if ((slot.flags & TIMELINE_KNOWN) != 0)
            add_second(&span, slot, is_up);
    }
    return span;
}

static unsigned n_of(const struct span *span, unsigned flag)
{
    unsigned bit = 0;
    while (flag >> bit != 1)
        bit++;
    return span->n_of[bit];
}

/* Did most of its seconds have it? */
static bool is_mostly(const struct span *span, unsigned flag)
{
    return n_of(span, flag) * 2 > span->n;
}

static char choke_letter(const struct span *span, enum strips_row row)
{
    if (row == STRIPS_THEY_CHOKE) {
        if (is_mostly(span, TIMELINE_THEY_CHOKE))
            return 'c';
        return is_mostly(span, TIMELINE_SNUBBED) ? 'S' : 'U';
    }
    if (is_mostly(span, TIMELINE_WE_CHOKE))
        return 'c';
    return is_mostly(span, TIMELINE_OPTIMISTIC) ? 'O' : 'U';
}

static char want_letter(const struct span *span)
{
    if (span->n_both * 2 > span->n)
        return 'b';
    if (is_mostly(span, TIMELINE_WE_INTERESTED))
        return 'i';
    return is_mostly(span, TIMELINE_THEY_INTERESTED) ? 't' : '-';
}

/* What changed in it, the worst first; what came and went within it is not seen. */
static char event_letter(const struct span *span)
{
    uint8_t before = span->before != 0 ? span->before : span->first;
    uint8_t changed = before ^ span->last;
    if (n_of(span, TIMELINE_EVENT) > 0)
        return 'x';
    if ((changed & TIMELINE_THEY_CHOKE) != 0)
        return (span->last & TIMELINE_THEY_CHOKE) != 0 ? 'c' : 'u';
    if ((changed & TIMELINE_WE_CHOKE) != 0)
        return (span->last & TIMELINE_WE_CHOKE) != 0 ? 'C' : 'U';
    return ' ';
}

static char letter_of(const struct span *span, enum strips_row row)
{
    if (span->n == 0)
        return ' ';
    if (row == STRIPS_WANT)
        return want_letter(span);
    if (row == STRIPS_QUEUE)
        return span->max_pct == 0 ? '-'
                                  : (char)('0' + span->max_pct * 9 / 100 % 10);
    return row == STRIPS_EVENTS ? event_letter(span) : choke_letter(span, row);
}

static enum theme_role role_of(char letter)
{
    switch (letter) {
    case 'c':
    case '-':
        return THEME_CHOKED;
    case 'x':
    case 'S':
        return THEME_BAD;
    case 'O':
        return THEME_ACTIVE;
    case 'U':
    case 'u':
        return THEME_HAVE;
    default:
        return THEME_NORMAL;
    }
}

int strips_cell_s(int w)
{
    return w > 0 ? (TIMELINE_SLOTS + w - 1) / w : TIMELINE_SLOTS;
}

static uint16_t max_kiBps(const struct timeline *t, bool is_up)
{
    uint16_t max = 0;
    size_t len = timeline_len(t);
    for (size_t age = 0; age < len; age++) {
        struct timeline_slot slot = timeline_at(t, age);
        uint16_t rate = is_up ? slot.up_kiBps : slot.down_kiBps;
        if (rate > max)
            max = rate;
    }
    return max;
}

uint64_t strips_max_Bps(const struct timeline *t, enum strips_row row)
{
    return (uint64_t)max_kiBps(t, row == STRIPS_UP) * 1024;
}

/* Whatever flowed at all is seen. */
static unsigned height_of(uint16_t rate, uint16_t max)
{
    unsigned steps =
        max > 0 ? (rate * (unsigned)GLYPHS_STEPS + max / 2U) / max : 0;
    return steps == 0 && rate > 0 ? 1 : steps;
}

static void draw_graph_cell(const struct draw_pane *p, int y, int x,
                            const struct timeline *t, int64_t from, int cell_s,
                            enum strips_row row, uint16_t max)
{
    bool is_up = row == STRIPS_UP;
    int64_t middle = from + cell_s / 2;
    struct span right = look(t, middle, from + cell_s, is_up);
    struct span left = middle > from ? look(t, from, middle, is_up) : right;
    draw_text(p, y, x, 1, is_up ? THEME_UP : THEME_DOWN,
              glyphs_pair(draw_look(p->draw).level,
                          height_of(left.max_kiBps, max),
                          height_of(right.max_kiBps, max)));
}

static void draw_letters(const struct draw_pane *p, int y, int x, int w,
                         enum strips_row row, const struct timeline *t)
{
    struct cellrow_cell cells[CELLROW_MAX];
    int cell_s = strips_cell_s(w);
    for (int i = 0; i < w; i++) {
        int64_t from = (t->now_s / cell_s - i) * cell_s;
        struct span span = look(t, from, from + cell_s, false);
        char letter = letter_of(&span, row);
        cells[w - 1 - i] =
            (struct cellrow_cell){.letter = letter,
                                  .role = (uint8_t)role_of(letter)};
    }
    cellrow_draw(p, y, x, cells, w);
}

static void draw_graph(const struct draw_pane *p, int y, int x, int w,
                       enum strips_row row, const struct timeline *t)
{
    int cell_s = strips_cell_s(w);
    uint16_t max = max_kiBps(t, row == STRIPS_UP);
    for (int i = 0; i < w; i++) {
        int64_t from = (t->now_s / cell_s - i) * cell_s;
        draw_graph_cell(p, y, x + w - 1 - i, t, from, cell_s, row, max);
    }
}

void strips_draw(const struct draw_pane *p, int y, int x, int w,
                 enum strips_row row, const struct timeline *t)
{
    if (y < 0 || y >= p->h || w <= 0 || timeline_len(t) == 0)
        return;
    if (w > CELLROW_MAX) {
        x += w - CELLROW_MAX;
        w = CELLROW_MAX;
    }
    if (row == STRIPS_DOWN || row == STRIPS_UP)
        draw_graph(p, y, x, w, row, t);
    else
        draw_letters(p, y, x, w, row, t);
}

static const struct {
    const char *name, *legend;
} rows[STRIPS_N] = {
    [STRIPS_THEY_CHOKE] = {"us<-them", "c choked  U open  S open and silent"},
    [STRIPS_WE_CHOKE] = {"us->them", "c choked  U open  O open by lot"},
    [STRIPS_WANT] = {"want", "i we  t they  b both  - neither"},
    [STRIPS_DOWN] = {"down", ""},
    [STRIPS_UP] = {"up", ""},
    [STRIPS_QUEUE] = {"queue", "9 full  - nothing on order"},
    [STRIPS_EVENTS] = {"event", "u c they let, choke  U C we do  x trouble"},
};

const char *strips_name(enum strips_row row)
{
    assert(row < STRIPS_N);
    return rows[row].name;
}

const char *strips_legend(enum strips_row row)
{
    assert(row < STRIPS_N);
    return rows[row].legend;
}
