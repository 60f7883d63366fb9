#include "config.h"

#include "ui/leaving.h"

#include <stdio.h>
#include <string.h>

static const char detach[] = "detach";

void leaving_quit(struct leaving *l, struct view_world *w, int64_t now_ms)
{
    if (l->phase != SCREEN_RUNS) {
        l->phase = SCREEN_NOW;
        return;
    }
    l->phase = SCREEN_LEAVING;
    l->since_ms = now_ms;
    view_send(w, command_new(COMMAND_QUIT, 0));
}

/* False, which is said, when the session cannot go on. */
static bool can_detach(struct view_world *w)
{
    if (!w->host.can_detach)
        snprintf(w->message, sizeof w->message,
                 "this session ends with its screen");
    return w->host.can_detach;
}

static void on_answer(struct view_world *w, struct ask *a, int key)
{
    (void)a;
    (void)key;
    snprintf(w->command, sizeof w->command, "%s", detach);
}

void leaving_ask(struct view_world *w)
{
    if (can_detach(w))
        ask_key(&w->ask, "go on in the background? y: yes  other keys: no", "y",
                on_answer);
}

bool leaving_called(struct leaving *l, struct view_world *w, const char *word,
                    int64_t now_ms)
{
    if (strcmp(word, "quit") == 0) {
        leaving_quit(l, w, now_ms);
        return true;
    }
    if (strcmp(word, detach) != 0)
        return false;
    /* Who is leaving already has chosen. */
    if (l->phase == SCREEN_RUNS && can_detach(w)) {
        l->detaches = true;
        leaving_quit(l, w, now_ms);
    }
    return true;
}
