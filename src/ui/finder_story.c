#include "config.h"

#include "ui/finder_story.h"

#include <stdio.h>

#include "ui/tracker_story.h"
#include "util/text.h"

enum { LINE_LEN = 160, CLOSING_H = 3, MAX_SHOWN = 999 };

static unsigned at_most(uint32_t n)
{
    return n < MAX_SHOWN ? n : MAX_SHOWN;
}

void finder_story_state(const struct detail_finder *f, char dst[UNITS_LEN])
{
    if (f->state == DETAIL_FINDER_ASKING && f->n_asked > 0)
        snprintf(dst, UNITS_LEN, "%u/%u", at_most(f->n_answered),
                 at_most(f->n_asked));
    else
        snprintf(dst, UNITS_LEN, "%s", detail_finder_state_name(f->state));
}

enum theme_role finder_story_role(enum detail_finder_state state)
{
    if (state == DETAIL_FINDER_FAILING)
        return THEME_ALERT;
    return state == DETAIL_FINDER_WORKING ? THEME_HAVE : THEME_NORMAL;
}

/* What it is, in words. */
static const char *meaning(enum detail_finder_kind kind)
{
    static const char *const words[DETAIL_N_FINDERS] = {
        [DETAIL_FINDER_DHT] = "the distributed table of who has what",
        [DETAIL_FINDER_PEX] = "peers tell whom they are connected to",
        [DETAIL_FINDER_LSD] = "peers on the same network call out",
    };
    return words[kind];
}

static void next_text(const struct detail_finder *f, int64_t now_ms,
                      char dst[LINE_LEN])
{
    char wait[UNITS_LEN];
    int64_t wait_ms = f->next_ms > now_ms ? f->next_ms - now_ms : 0;
    text_duration(wait, sizeof wait, wait_ms / 1000);
    if (f->state == DETAIL_FINDER_OFF)
        snprintf(dst, LINE_LEN, "%s", f->words);
    else if (f->state == DETAIL_FINDER_ASKING && f->n_asked > 0)
        snprintf(dst, LINE_LEN, "is being asked now: %u of %u answered",
                 f->n_answered, f->n_asked);
    else if (f->state == DETAIL_FINDER_ASKING)
        snprintf(dst, LINE_LEN, "is being asked now");
    else if (f->next_ms < 0)
        snprintf(dst, LINE_LEN, "tells when there is something to tell");
    else
        snprintf(dst, LINE_LEN, "is asked next in %s", wait);
}

void finder_story_draw(const struct draw_pane *p, const struct view_world *w,
                       const struct moment *m, enum detail_finder_kind kind,
                       const struct detail_finder *f)
{
    char text[LINE_LEN];
    draw_glyphs(p, 0, 0, p->w, THEME_DIM, GLYPHS_HLINE);
    draw_format(p, 0, 2, p->w - 4, THEME_HEADING, " %s: %s ",
                detail_finder_name(kind), meaning(kind));
    int y = tracker_story_attempts(p, 1, p->h - CLOSING_H, m, f->attempts,
                                   f->n_attempts);
    next_text(f, w->frame->now_ms, text);
    draw_text(p, y++, 1, p->w - 1, THEME_NORMAL, text);
    if (f->n_peers >= 0 && f->n_new >= 0)
        draw_format(p, y, 1, p->w - 1, THEME_DIM,
                    "the last time: %lld peers, %lld of them new",
                    (long long)f->n_peers, (long long)f->n_new);
}
