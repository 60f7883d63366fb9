#include "config.h"

#include "engine/seeker_parts.h"

#include <string.h>

#include "engine/exactsource.h"
#include "util/log.h"

static int64_t now_of(const struct seeker *s)
{
    return loop_now_ms(s->env->loop);
}

void seeker_post(struct seeker *s, enum event_kind kind, enum err err,
                 const char *text)
{
    struct event e = {.kind = kind,
                      .torrent = s->id,
                      .err = (int)err,
                      .at_ms = now_of(s)};
    struct cause line;
    cause_set(&line, "%s", text);
    memcpy(e.text, line.text, sizeof e.text);
    log_write(LOG_GENERAL, LOG_INFO, "torrent %u: %s: %s", s->id,
              event_kind_name(kind), text);
    s->env->post(s->env->ctx, &e);
}

static void on_found(void *ctx)
{
    struct seeker *s = ctx;
    size_t len;
    const uint8_t *bytes = metadata_fetch_result(s->fetch, &len);
    if (s->is_running)
        s->host.on_found(s->host.ctx, bytes, len);
}

void seeker_tell_found(struct seeker *s)
{
    loop_defer(s->env->loop, on_found, s);
}

void seeker_look(struct seeker *s)
{
    size_t len;
    if (metadata_fetch_result(s->fetch, &len) != NULL) {
        loop_timer_cancel(s->env->loop, &s->ask_timer);
        exactsource_stop(s->source);
        if (!s->is_found)
            seeker_tell_found(s);
        s->is_found = true;
        return;
    }
    int64_t at_ms = metadata_fetch_deadline_ms(s->fetch, now_of(s));
    if (at_ms == INT64_MAX)
        loop_timer_cancel(s->env->loop, &s->ask_timer);
    else
        loop_timer_arm(s->env->loop, &s->ask_timer, at_ms);
}

bool seeker_is_quiet(const struct seeker *s)
{
    return !s->is_running && s->n_contacts == 0 &&
           (s->gives_up || trackers_is_quiet(s->trackers));
}
