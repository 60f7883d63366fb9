#include "config.h"

#include "ui/notice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/torrent_acts.h"
#include "util/text.h"

enum { NAME_CELLS = 24, NAME_LEN = 4 * NAME_CELLS };

/* Events that are so many that a message of each would be noise: the log has them. */
static bool is_quiet(enum event_kind kind)
{
    return kind == EVENT_PIECE || kind == EVENT_CHOKE || kind == EVENT_SLOT ||
           kind == EVENT_PEER || kind == EVENT_DHT;
}

/* What comes of something that the user did. */
static bool is_answer(enum event_kind kind)
{
    return kind == EVENT_ADDED || kind == EVENT_REFUSED ||
           kind == EVENT_REMOVED || kind == EVENT_COMMAND ||
           kind == EVENT_LIMITS;
}

/* "debian.iso: ", where there are several and the words do not say it. */
static void name_text(const struct view_world *w, const struct event *e,
                      char dst[NAME_LEN])
{
    const struct frame_torrent *t =
        e->torrent != 0 ? torrent_acts_find(w, e->torrent) : NULL;
    dst[0] = '\0';
    if (t == NULL || w->frame->n_torrents < 2)
        return;
    char *clean = text_clean_dup(t->name, strlen(t->name));
    char fitted[NAME_LEN - 2];
    if (strncmp(e->text, clean, strlen(clean)) != 0) {
        text_fit(fitted, sizeof fitted, clean, NAME_CELLS, true);
        snprintf(dst, NAME_LEN, "%s: ", fitted);
    }
    free(clean);
}

static void event_text(const struct view_world *w, const struct event *e,
                       uint32_t names, char dst[VIEW_MESSAGE_LEN])
{
    char name[NAME_LEN] = "";
    if (e->torrent != names)
        name_text(w, e, name);
    /* "banned: banned 10.0.0.1" would say it twice. */
    const char *kind = event_kind_name(e->kind);
    bool says_it = e->kind == EVENT_COMMAND || e->kind == EVENT_REMOVED ||
                   strncmp(e->text, kind, strlen(kind)) == 0;
    bool can_undo = e->kind == EVENT_REMOVED && e->err == OK;
    snprintf(dst, VIEW_MESSAGE_LEN, "%s%s%s%s%s", name, says_it ? "" : kind,
             says_it ? "" : ": ", e->text,
             can_undo ? " (:undo brings it back)" : "");
}

static void show(struct notice *n, int64_t now_ms)
{
    n->until_ms = now_ms + NOTICE_MS;
    n->later[0] = '\0';
}

void notice_answer(struct notice *n, int64_t now_ms)
{
    show(n, now_ms);
    n->answers_until_ms = now_ms + NOTICE_ANSWER_MS;
}

void notice_on_event(struct notice *n, struct view_world *w,
                     const struct event *e, uint32_t names, int64_t now_ms)
{
    if (is_quiet(e->kind) || w->ask.is_open)
        return;
    /* Who sets limits was told that, and which ones. */
    if (e->kind == EVENT_LIMITS && now_ms < n->answers_until_ms)
        return;
    if (is_answer(e->kind)) {
        event_text(w, e, names, w->message);
        notice_answer(n, now_ms);
    } else if (now_ms < n->answers_until_ms)
        event_text(w, e, names, n->later);
    else {
        event_text(w, e, names, w->message);
        show(n, now_ms);
    }
}

void notice_begin(struct notice *n, struct view_world *w)
{
    memcpy(n->before, w->message, sizeof n->before);
    n->was_asking = w->ask.is_open;
    w->message[0] = '\0';
}

void notice_end(struct notice *n, struct view_world *w, bool is_typing,
                int64_t now_ms)
{
    bool begins_or_ends = n->was_asking != w->ask.is_open;
    if (w->message[0] != '\0')
        notice_answer(n, now_ms);
    else if (!begins_or_ends && !is_typing)
        memcpy(w->message, n->before, sizeof n->before);
}

bool notice_is_due(const struct notice *n, const struct view_world *w,
                   int64_t now_ms)
{
    return !w->ask.is_open &&
           ((n->later[0] != '\0' && now_ms >= n->answers_until_ms) ||
            (w->message[0] != '\0' && now_ms >= n->until_ms));
}

void notice_tick(struct notice *n, struct view_world *w, int64_t now_ms)
{
    if (!notice_is_due(n, w, now_ms))
        return;
    bool is_late = now_ms >= n->answers_until_ms + NOTICE_MS;
    if (n->later[0] == '\0' || is_late) {
        w->message[0] = '\0';
        n->later[0] = '\0';
        return;
    }
    memcpy(w->message, n->later, sizeof n->later);
    show(n, now_ms);
}
