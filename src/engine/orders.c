#include "config.h"

#include "engine/orders.h"

#include <stdlib.h>
#include <string.h>

#include "engine/admit.h"
#include "engine/magnets.h"
#include "engine/obey.h"
#include "engine/removal.h"
#include "engine/steer.h"
#include "engine/torrent.h"
#include "engine/trackset.h"
#include "util/text.h"
#include "util/xalloc.h"

typedef enum err (*orders_function)(struct steward *s, struct roster_entry *e,
                                    const struct command *c,
                                    struct cause *cause);

static enum err not_open(const struct roster_entry *e, struct cause *cause)
{
    if (e->fate != ROSTER_STAYS)
        cause_set(cause, "it is being removed");
    else
        cause_set(cause, "%s", e->cause.text);
    return ERR_BUSY;
}

/* What one torrent does by itself, and is to be remembered. */
static enum err tell_torrent(struct steward *s, struct roster_entry *e,
                             const struct command *c, struct cause *cause)
{
    if (e->seeker != NULL)
        return magnets_obey(s, e, c, cause);
    if (e->torrent == NULL)
        return not_open(e, cause);
    enum err err = obey_command(e->torrent, c, cause);
    steer_remember(e->torrent, e->kept);
    return err;
}

static enum err pause(struct steward *s, struct roster_entry *e,
                      const struct command *c, struct cause *cause)
{
    if (e->torrent != NULL || e->seeker != NULL)
        return tell_torrent(s, e, c, cause);
    e->kept->is_paused = true;
    return OK;
}

static enum err resume(struct steward *s, struct roster_entry *e,
                       const struct command *c, struct cause *cause)
{
    if (e->torrent != NULL || e->seeker != NULL)
        return tell_torrent(s, e, c, cause);
    e->kept->is_paused = false;
    return admit_retry(s, e, cause);
}

static enum err remove_it(struct steward *s, struct roster_entry *e,
                          const struct command *c, struct cause *cause)
{
    (void)cause;
    removal_begin(s, e, c->flag);
    return OK;
}

static enum err limit(struct steward *s, struct roster_entry *e,
                      const struct command *c, struct cause *cause)
{
    const struct command_limits *to = &c->limits;
    if (to->has_goals) {
        e->kept->seed_ratio_m = to->seed_ratio_m;
        e->kept->seed_minutes = to->seed_minutes;
        e->kept->is_seeded = false;
    }
    return tell_torrent(s, e, c, cause);
}

static enum err label(struct steward *s, struct roster_entry *e,
                      const struct command *c, struct cause *cause)
{
    (void)s;
    (void)cause;
    char clean[FRAME_LABEL_LEN] = "";
    if (c->text != NULL)
        text_clean(clean, sizeof clean, c->text, strlen(c->text));
    free(e->kept->label);
    e->kept->label = clean[0] != '\0' ? xstrdup(clean) : NULL;
    return OK;
}

static enum err move_in_queue(struct steward *s, struct roster_entry *e,
                              const struct command *c, struct cause *cause)
{
    (void)cause;
    (void)roster_move(&s->roster, e, c->delta);
    return OK;
}

static enum err force(struct steward *s, struct roster_entry *e,
                      const struct command *c, struct cause *cause)
{
    if (e->seeker != NULL)
        return magnets_obey(s, e, c, cause);
    e->kept->is_forced = c->flag;
    if (!c->flag || e->torrent == NULL)
        return e->torrent == NULL ? not_open(e, cause) : OK;
    if (torrent_is_paused(e->torrent))
        torrent_resume(e->torrent);
    steer_remember(e->torrent, e->kept);
    return OK;
}

static enum err move_data(struct steward *s, struct roster_entry *e,
                          const struct command *c, struct cause *cause)
{
    (void)s;
    if (e->torrent == NULL)
        return not_open(e, cause);
    if (c->text == NULL || c->text[0] != '/') {
        cause_set(cause, "a folder is named from / on");
        return ERR_INVALID;
    }
    return torrent_move(e->torrent, c->text, cause);
}

/* Which trackers it has, and which of them are asked. */
static enum err change_trackers(struct steward *s, struct roster_entry *e,
                                const struct command *c, struct cause *cause)
{
    const char *url = c->text != NULL ? c->text : "", *done;
    bool is_kept;
    enum err err;
    if (e->torrent == NULL && e->seeker == NULL)
        return not_open(e, cause);
    if (c->kind == COMMAND_TRACKER) {
        done = "added";
        err = trackset_add(e, url, &is_kept, cause);
    } else if (c->kind == COMMAND_UNTRACK) {
        done = "removed";
        err = trackset_remove(e, url, &is_kept, cause);
    } else {
        done = c->flag ? "enabled" : "disabled";
        err = trackset_enable(e, url, c->flag, &is_kept, cause);
    }
    if (err != OK)
        return err;
    cause_set(cause, "tracker %s%s", done,
              is_kept ? ""
                      : ", but not for the next start: there are too many");
    steward_post(s, e, EVENT_COMMAND, OK, cause->text);
    return OK;
}

/* Those that concern more than the torrent. */
static const orders_function functions[COMMAND_N_KINDS] = {
    [COMMAND_PAUSE] = pause,
    [COMMAND_RESUME] = resume,
    [COMMAND_REMOVE] = remove_it,
    [COMMAND_LIMITS] = limit,
    [COMMAND_TRACKER] = change_trackers,
    [COMMAND_UNTRACK] = change_trackers,
    [COMMAND_LABEL] = label,
    [COMMAND_QUEUE] = move_in_queue,
    [COMMAND_FORCE] = force,
    [COMMAND_MOVE] = move_data,
    [COMMAND_ENABLE] = change_trackers,
};

/* The rest is the torrent's; NULL: it is not about torrents. */
static orders_function function_for(enum command_kind kind)
{
    if (functions[kind] == NULL && obey_knows(kind))
        return tell_torrent;
    return functions[kind];
}

static void obey_of(struct steward *s, struct roster_entry *e,
                    const struct command *c)
{
    struct cause cause = {""};
    bool is_free = e->fate == ROSTER_STAYS &&
                   (e->lock != NULL || c->kind == COMMAND_RESUME);
    enum err err =
        is_free ? function_for(c->kind)(s, e, c, &cause) : not_open(e, &cause);
    if (e->torrent != NULL)
        torrent_touch(e->torrent);
    if (err != OK)
        steward_post(s, e, EVENT_COMMAND, err, cause.text);
    else if (e->fate == ROSTER_STAYS)
        steward_save_soon(s, e);
}

static bool can_be_for_all(enum command_kind kind)
{
    return kind == COMMAND_PAUSE || kind == COMMAND_RESUME ||
           kind == COMMAND_VERIFY;
}

bool orders_obey(struct steward *s, const struct command *c)
{
    if (function_for(c->kind) == NULL ||
        (c->torrent == 0 && !can_be_for_all(c->kind)))
        return false;
    struct roster_entry *e = roster_find_id(&s->roster, c->torrent);
    if (s->is_stopping)
        return true;
    if (e != NULL)
        obey_of(s, e, c);
    for (size_t i = 0; c->torrent == 0 && i < s->roster.n; i++) {
        e = s->roster.order[i];
        bool is_for_it = e->fate == ROSTER_STAYS &&
                         (e->torrent != NULL || c->kind == COMMAND_RESUME ||
                          (e->is_magnet && c->kind == COMMAND_PAUSE));
        if (is_for_it)
            obey_of(s, e, c);
    }
    steward_look_soon(s);
    return true;
}
