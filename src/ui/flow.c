#include "config.h"

#include "ui/flow.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "util/text.h"

enum { PHRASE_LEN = 256, GAP = 2 };

void flow_begin(struct flow *f, const struct draw_pane *p, int y, int left)
{
    *f = (struct flow){.pane = p, .y = y, .x = left, .left = left};
}

void flow_put(struct flow *f, enum theme_role role, const char *fmt, ...)
{
    char raw[PHRASE_LEN], text[PHRASE_LEN];
    va_list args;
    va_start(args, fmt);
    vsnprintf(raw, sizeof raw, fmt, args);
    va_end(args);
    text_clean(text, sizeof text, raw, strlen(raw));
    int w = (int)text_width(text);
    if (f->x > f->left && f->x + w > f->pane->w)
        flow_line(f);
    draw_text(f->pane, f->y, f->x, f->pane->w, role, text);
    f->x += w + GAP;
}

void flow_words(struct flow *f, enum theme_role role, const char *words)
{
    const char *end;
    for (; (end = strstr(words, "; ")) != NULL; words = end + 2)
        flow_put(f, role, "%.*s;", (int)(end - words), words);
    flow_put(f, role, "%s", words);
}

void flow_line(struct flow *f)
{
    if (f->x == f->left)
        return;
    f->x = f->left;
    f->y++;
}

bool flow_is_full(const struct flow *f)
{
    return f->y >= f->pane->h;
}
