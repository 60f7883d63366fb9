#include "config.h"

#include "ui/web_rows.h"

#include <string.h>

#include "ui/units.h"
#include "util/text.h"

enum { MAX_ROWS = 99, STATE_W = 8, GAP = 2 };

int web_rows_height(const struct detail *d)
{
    if (d->n_webs == 0)
        return 0;
    return 1 + (d->n_webs < MAX_ROWS ? (int)d->n_webs : MAX_ROWS);
}

static enum theme_role role_of(enum detail_web_state state)
{
    switch (state) {
    case DETAIL_WEB_UNUSED:
        break;
    case DETAIL_WEB_ACTIVE:
        return THEME_HAVE;
    case DETAIL_WEB_RESTING:
    case DETAIL_WEB_DROPPED:
        return THEME_ALERT;
    }
    return THEME_DIM;
}

static void draw_trouble(const struct draw_pane *p, int y, int x,
                         const struct detail_web *w, int64_t now_ms)
{
    char text[UNITS_LEN];
    x += draw_text(p, y, x, p->w - x, role_of(w->state), w->words);
    if (w->state != DETAIL_WEB_RESTING)
        return;
    int64_t ms = w->retry_ms > now_ms ? w->retry_ms - now_ms : 0;
    text_duration(text, sizeof text, (ms + 999) / 1000);
    draw_format(p, y, x, p->w - x, THEME_DIM, "; again in %s", text);
}

/* What it does, or why it does not. */
static void draw_story(const struct draw_pane *p, int y, int x,
                       const struct detail_web *w, int64_t now_ms)
{
    char text[UNITS_LEN], total[UNITS_LEN];
    units_rate(text, w->rate_Bps);
    units_size(total, w->bytes_down);
    if (w->state == DETAIL_WEB_ACTIVE)
        x += draw_format(p, y, x, p->w - x, THEME_DOWN, "%s in %u request%s  ",
                         text, w->n_active, w->n_active == 1 ? "" : "s");
    if (w->words[0] != '\0') {
        draw_trouble(p, y, x, w, now_ms);
        return;
    }
    if (w->bytes_down > 0)
        x += draw_format(p, y, x, p->w - x, THEME_NORMAL, "sent %s  ", total);
    if (w->is_rangeless)
        draw_text(p, y, x, p->w - x, THEME_DIM, "only whole files");
}

static void draw_row(const struct draw_pane *p, int y, int url_w,
                     const struct detail_web *w, int64_t now_ms)
{
    int x = 1;
    draw_text(p, y, x, url_w, THEME_NORMAL, w->url);
    x += url_w + GAP;
    draw_text(p, y, x, STATE_W, role_of(w->state),
              detail_web_state_name(w->state));
    draw_story(p, y, x + STATE_W + GAP, w, now_ms);
}

/* As wide as the longest needs, but not over a part of the pane. */
static int url_width(const struct draw_pane *p, const struct detail *d)
{
    size_t longest = 0;
    for (size_t i = 0; i < d->n_webs; i++) {
        size_t len = strlen(d->webs[i].url);
        longest = len > longest ? len : longest;
    }
    size_t most = p->w > 0 ? (size_t)p->w * 2 / 5 : 0;
    return (int)(longest < most ? longest : most);
}

void web_rows_draw(const struct draw_pane *p, int y, const struct detail *d,
                   int64_t now_ms)
{
    if (d->n_webs == 0)
        return;
    int url_w = url_width(p, d);
    draw_text(p, y, 1, p->w - 1, THEME_HEADING, "Web seeds");
    for (size_t i = 0; i < d->n_webs && i < MAX_ROWS; i++)
        draw_row(p, y + 1 + (int)i, url_w, &d->webs[i], now_ms);
}
