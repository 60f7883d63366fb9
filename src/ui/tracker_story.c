#include "config.h"

#include "ui/tracker_story.h"

#include <stdio.h>

#include "ui/torrent_acts.h"
#include "ui/units.h"
#include "util/text.h"

enum { LINE_LEN = 2 * DETAIL_TRACKER_WORDS, CLOSING_H = 3 };

const char *tracker_story_state(enum detail_tracker_state state)
{
    static const char *const words[] = {
        [DETAIL_TRACKER_UNUSED] = "waiting",
        [DETAIL_TRACKER_ANNOUNCING] = "asking",
        [DETAIL_TRACKER_WORKING] = "ok",
        [DETAIL_TRACKER_FAILING] = "failing",
        [DETAIL_TRACKER_REFUSED] = "refused",
        [DETAIL_TRACKER_DISABLED] = "off",
    };
    return words[state];
}

static void attempt_text(const struct detail_attempt *a, char dst[LINE_LEN])
{
    char swarm[64] = "", n_peers[32];
    snprintf(n_peers, sizeof n_peers, "%u peer%s", a->n_peers,
             a->n_peers == 1 ? "" : "s");
    if (a->ok && a->n_seeds >= 0)
        snprintf(swarm, sizeof swarm, ", %lld seeds, %lld leechers",
                 (long long)a->n_seeds,
                 (long long)(a->n_leechers > 0 ? a->n_leechers : 0));
    snprintf(dst, LINE_LEN, "%-9s %s%s%s (%.1fs)",
             a->event != NULL && a->event[0] != '\0' ? a->event : "again",
             a->ok ? "" : "failed: ",
             a->ok && a->words[0] == '\0' ? n_peers : a->words, swarm,
             (double)a->took_ms / 1000);
}

int tracker_story_attempts(const struct draw_pane *p, int y, int end,
                           const struct moment *m,
                           const struct detail_attempt *attempts, size_t n)
{
    size_t room = end > y ? (size_t)(end - y) : 0;
    for (size_t i = n < room ? n : room; i-- > 0;) {
        const struct detail_attempt *a = &attempts[i];
        char when[MOMENT_LEN], text[LINE_LEN];
        moment_clock(m, a->sent_ms, when);
        attempt_text(a, text);
        draw_text(p, y, 1, 9, THEME_DIM, when);
        draw_text(p, y++, 10, p->w - 10, a->ok ? THEME_NORMAL : THEME_ALERT,
                  text);
    }
    return y;
}

/* Why others say what it means that this one fails. */
static const char *comparison(const struct detail *d,
                              const struct detail_tracker *k)
{
    if (k->state != DETAIL_TRACKER_FAILING)
        return "";
    size_t n_ok = 0, n_failing = 0;
    for (size_t i = 0; i < d->n_trackers; i++) {
        n_ok += d->trackers[i].state == DETAIL_TRACKER_WORKING;
        n_failing += d->trackers[i].state == DETAIL_TRACKER_FAILING;
    }
    if (n_ok > 0)
        return "others answered: it is not your network";
    return n_failing > 1 ? "none answers: it may be your network" : "";
}

static void next_text(const struct detail_tracker *k, int64_t now_ms,
                      char dst[LINE_LEN])
{
    char wait[UNITS_LEN], interval[UNITS_LEN], every[64] = "";
    int64_t wait_ms = k->next_ms > now_ms ? k->next_ms - now_ms : 0;
    text_duration(wait, sizeof wait, wait_ms / 1000);
    text_duration(interval, sizeof interval, k->interval_ms / 1000);
    if (k->interval_ms > 0)
        snprintf(every, sizeof every, "; it wants to be asked every %s",
                 interval);
    switch (k->state) {
    case DETAIL_TRACKER_ANNOUNCING:
        snprintf(dst, LINE_LEN, "is being asked now%s", every);
        return;
    case DETAIL_TRACKER_REFUSED:
        snprintf(dst, LINE_LEN, "said never to come back, and is not asked");
        return;
    case DETAIL_TRACKER_DISABLED:
        snprintf(dst, LINE_LEN,
                 "is disabled, and passed over as if it were not there: x "
                 "enables it");
        return;
    case DETAIL_TRACKER_UNUSED:
        if (k->next_ms < 0) {
            snprintf(dst, LINE_LEN, "is asked when those before it fail");
            return;
        }
        break;
    case DETAIL_TRACKER_FAILING:
        snprintf(dst, LINE_LEN, "next try in %s, after %u in a row that failed",
                 wait, k->n_fails);
        return;
    case DETAIL_TRACKER_WORKING:
        break;
    }
    snprintf(dst, LINE_LEN, "is asked next in %s%s", wait, every);
}

/* What it is told of us. */
static void draw_told(const struct draw_pane *p, int y,
                      const struct view_world *w)
{
    const struct frame_torrent *t = torrent_acts_find(w, w->torrent);
    if (t == NULL)
        return;
    char up[UNITS_LEN], down[UNITS_LEN], left[UNITS_LEN];
    units_size(up, t->bytes_up_run);
    units_size(down, t->bytes_down_run);
    units_size(left, t->wanted_left_bytes);
    draw_format(p, y, 1, p->w - 1, THEME_DIM,
                "is told: sent %s  received %s  left %s  port %u", up, down,
                left, w->frame->listen_port);
}

void tracker_story_draw(const struct draw_pane *p, const struct view_world *w,
                        const struct moment *m, const struct detail *d,
                        size_t idx)
{
    const struct detail_tracker *k = &d->trackers[idx];
    char text[LINE_LEN];
    draw_glyphs(p, 0, 0, p->w, THEME_DIM, GLYPHS_HLINE);
    draw_format(p, 0, 2, p->w - 4, THEME_HEADING, " %s ", k->url);
    int y = 1;
    if (k->n_attempts == 0)
        draw_text(p, y++, 1, p->w - 1, THEME_DIM, "not asked yet");
    y = tracker_story_attempts(p, y, p->h - CLOSING_H, m, k->attempts,
                               k->n_attempts);
    next_text(k, w->frame->now_ms, text);
    draw_text(p, y++, 1, p->w - 1, THEME_NORMAL, text);
    if (k->is_warning)
        draw_format(p, y++, 1, p->w - 1, THEME_RARE, "it warns: %s", k->words);
    const char *others = comparison(d, k);
    if (others[0] != '\0')
        draw_text(p, y++, 1, p->w - 1, THEME_STRONG, others);
    if (k->state != DETAIL_TRACKER_DISABLED)
        draw_told(p, y, w);
}
