#include "config.h"

#include "ui/marks.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { MARK_W = 2, WORDS_FROM_W = 6 };

static const struct {
    char letter;
    unsigned weight; /* the greater one is shown */
    const char *word;
} kinds[EVENT_N_KINDS] = {
    [EVENT_FINISHED] = {'f', 9, "finished"},
    [EVENT_ERROR] = {'e', 8, "error"},
    [EVENT_BANNED] = {'x', 7, "ban"},
    [EVENT_HASH_FAILED] = {'h', 6, "hash"},
    [EVENT_DISK] = {'d', 5, "disk"},
    [EVENT_LIMITS] = {'l', 4, "limits"},
    [EVENT_CHECKED] = {'v', 3, "check"},
    [EVENT_TRACKER] = {'c', 2, "tracker"},
    [EVENT_CHOKE] = {'u', 1, "choke"},
};

char marks_letter(enum event_kind kind)
{
    return kinds[kind].letter;
}

static unsigned weight_of(const struct event *e)
{
    return e != NULL ? kinds[e->kind].weight : 0;
}

/* What the session did is of every torrent. */
static bool is_of(const struct event *e, uint32_t torrent)
{
    return torrent == 0 || e->torrent == 0 || e->torrent == torrent;
}

void marks_fit(struct marks *m, struct marks_span span,
               const struct event *events, size_t n, uint32_t torrent)
{
    assert(span.w <= MARKS_MAX_CELLS);
    m->span = span;
    memset(m->cells, 0, sizeof m->cells);
    if (span.w <= 0 || span.to_ms <= span.from_ms)
        return;
    for (size_t i = 0; i < n; i++) {
        const struct event *e = &events[i];
        if (kinds[e->kind].weight == 0 || e->at_ms < span.from_ms ||
            e->at_ms >= span.to_ms || !is_of(e, torrent))
            continue;
        int64_t x =
            (e->at_ms - span.from_ms) * span.w / (span.to_ms - span.from_ms);
        if (weight_of(e) >= weight_of(m->cells[x]))
            m->cells[x] = e;
    }
}

/* Where a mark stands: at its cell, but not beyond the last. */
static int place_of(const struct marks *m, int x)
{
    return x + MARK_W > m->span.w ? m->span.w - MARK_W : x;
}

/* Which cells have a mark that is drawn: the weightiest first, where there is room. */
static void choose(const struct marks *m, bool drawn[MARKS_MAX_CELLS])
{
    bool taken[MARKS_MAX_CELLS] = {false};
    for (unsigned weight = 9; weight > 0; weight--)
        for (int x = m->span.w - 1; x >= 0; x--) {
            int at = place_of(m, x);
            if (weight_of(m->cells[x]) != weight || at < 0 || taken[at] ||
                taken[at + 1])
                continue;
            taken[at] = taken[at + 1] = true;
            drawn[x] = true;
        }
}

void marks_legend(const struct marks *m, char dst[MARKS_LEGEND_LEN])
{
    bool drawn[MARKS_MAX_CELLS] = {false}, seen[EVENT_N_KINDS] = {false};
    choose(m, drawn);
    for (int x = 0; x < m->span.w; x++)
        if (drawn[x])
            seen[m->cells[x]->kind] = true;
    size_t n = 0;
    dst[0] = '\0';
    for (int kind = 0; kind < EVENT_N_KINDS; kind++)
        if (seen[kind] && n < MARKS_LEGEND_LEN)
            n += (size_t)snprintf(dst + n, MARKS_LEGEND_LEN - n, "%s^%c %s",
                                  n > 0 ? " " : "", kinds[kind].letter,
                                  kinds[kind].word);
}

static enum theme_role role_of(enum event_kind kind)
{
    switch (kinds[kind].letter) {
    case 'e':
    case 'd':
        return THEME_ALERT;
    case 'x':
    case 'h':
        return THEME_BAD;
    case 'f':
        return THEME_HAVE;
    default:
        return THEME_DIM;
    }
}

void marks_draw(const struct marks *m, const struct draw_pane *p, int y)
{
    bool drawn[MARKS_MAX_CELLS] = {false};
    choose(m, drawn);
    int next = m->span.w;
    for (int x = m->span.w - 1; x >= 0; x--) {
        if (!drawn[x])
            continue;
        const struct event *e = m->cells[x];
        int at = place_of(m, x);
        draw_format(p, y, at, MARK_W, role_of(e->kind), "^%c",
                    kinds[e->kind].letter);
        int room = next - at - MARK_W - 2;
        if (room >= WORDS_FROM_W)
            draw_text(p, y, at + MARK_W + 1, room, THEME_DIM, e->text);
        next = at;
    }
}

const struct event *marks_at(const struct marks *m, int x)
{
    return x >= 0 && x < m->span.w ? m->cells[x] : NULL;
}

int marks_next(const struct marks *m, int x, int step)
{
    for (x += step; x >= 0 && x < m->span.w; x += step)
        if (m->cells[x] != NULL)
            return x;
    return -1;
}
