#include "config.h"

#include "engine/magnets.h"

#include <stdlib.h>
#include <string.h>

#include "engine/admit.h"
#include "engine/seeker.h"
#include "engine/seeker_view.h"
#include "meta/rejoin.h"
#include "util/log.h"
#include "util/text.h"
#include "util/xalloc.h"

/* ---- What came ---- */

static void refuse(struct steward *s, struct roster_entry *e, enum err err,
                   const struct cause *why)
{
    seeker_free(e->seeker);
    e->seeker = NULL;
    e->is_magnet = false;
    e->err = err;
    cause_set(
        &e->cause,
        "its metadata came, but cannot be used: %s; remove it, or add its "
        ".torrent",
        why->text);
    steward_post(s, e, EVENT_ERROR, err, e->cause.text);
}

static void tell(struct steward *s, struct roster_entry *e,
                 const struct metainfo *meta)
{
    char size[16], name[FRAME_NAME_LEN];
    struct cause from;
    seeker_view_from(e->seeker, &from);
    text_size(size, sizeof size, meta->geo.size_bytes);
    text_clean(name, sizeof name, meta->name, strlen(meta->name));
    char *line =
        xasprintf("metadata are here, from %s: %s, %zu file%s, %s", from.text,
                  name, meta->n_files, meta->n_files == 1 ? "" : "s", size);
    steward_post(s, e, EVENT_METADATA, OK, line);
    free(line);
}

static void rest_to_choose(struct kept *k)
{
    k->is_paused = true;
    free(k->paused_why);
    k->paused_why = xstrdup(FRAME_CHOOSE_FILES);
}

static void on_found(void *ctx, const uint8_t *bytes, size_t len)
{
    struct roster_entry *e = ctx;
    struct steward *s = e->steward;
    const struct magnet *magnet = seeker_magnet(e->seeker);
    struct metainfo *meta;
    struct cause cause = {""};
    enum err err = rejoin_torrent(magnet, bytes, len, &meta, &cause);
    if (err != OK) {
        refuse(s, e, err, &cause);
        return;
    }
    if (e->metadata_only) {
        s->env->give(s->env->ctx, xmemdup(meta->raw, meta->raw_len),
                     meta->raw_len);
        seeker_stop(e->seeker);
        tell(s, e, meta);
        metainfo_free(meta);
        return;
    }
    tell(s, e, meta);
    uint8_t *selection = rejoin_selection(magnet, meta);
    bool has_none = selection == NULL && magnet->n_ranges > 0;
    if (has_none || e->kept->chooses)
        rest_to_choose(e->kept);
    admit_land(s, e, meta, selection);
    if (has_none)
        steward_post(s, e, EVENT_ERROR, ERR_USAGE,
                     "it has none of the files that were asked for: choose "
                     "others, then start it");
    free(selection);
    steward_look_soon(s);
}

static void on_quiet(void *ctx)
{
    struct roster_entry *e = ctx;
    steward_look_soon(e->steward);
}

/* ---- Beginning, pause ---- */

void magnets_look(struct steward *s, struct roster_entry *e)
{
    if (e->kept->is_paused || s->is_stopping || e->fate != ROSTER_STAYS)
        seeker_stop(e->seeker);
    else
        seeker_start(e->seeker);
}

void magnets_open(struct steward *s, struct roster_entry *e,
                  struct magnet *magnet)
{
    struct seeker_config config = {.id = e->id,
                                   .magnet = magnet,
                                   .max_peers = e->kept->max_peers,
                                   .host = {.on_found = on_found,
                                            .on_quiet = on_quiet,
                                            .ctx = e}};
    e->steward = s;
    e->is_magnet = true;
    e->err = OK;
    e->cause.text[0] = '\0';
    seeker_free(e->seeker);
    e->seeker = seeker_new(s->env, &config);
    for (size_t i = 0; i < e->kept->more_trackers.n; i++) {
        struct cause ignored = {""};
        if (seeker_track(e->seeker, e->kept->more_trackers.items[i],
                         &ignored) != OK)
            log_write(LOG_TRACKER, LOG_DEBUG, "left out: %s", ignored.text);
    }
    magnets_look(s, e);
}

/* ---- What is asked ---- */

typedef enum err (*magnets_function)(struct steward *s, struct roster_entry *e,
                                     const struct command *c,
                                     struct cause *cause);

static enum err add_peer(struct steward *s, struct roster_entry *e,
                         const struct command *c, struct cause *cause)
{
    (void)s;
    (void)cause;
    seeker_add_peers(e->seeker, &c->addr, 1, PEERS_USER);
    return OK;
}

static enum err reannounce(struct steward *s, struct roster_entry *e,
                           const struct command *c, struct cause *cause)
{
    (void)s;
    (void)c;
    (void)cause;
    seeker_reannounce(e->seeker);
    return OK;
}

static enum err pause_or_resume(struct steward *s, struct roster_entry *e,
                                const struct command *c, struct cause *cause)
{
    (void)cause;
    e->kept->is_paused = c->kind == COMMAND_PAUSE;
    magnets_look(s, e);
    return OK;
}

static enum err force(struct steward *s, struct roster_entry *e,
                      const struct command *c, struct cause *cause)
{
    (void)cause;
    e->kept->is_forced = c->flag;
    e->kept->is_paused = e->kept->is_paused && !c->flag;
    magnets_look(s, e);
    return OK;
}

static enum err limit(struct steward *s, struct roster_entry *e,
                      const struct command *c, struct cause *cause)
{
    const struct command_limits *to = &c->limits;
    (void)s;
    (void)cause;
    if (to->has_down)
        e->kept->limit_down_Bps = to->down_Bps;
    if (to->has_up)
        e->kept->limit_up_Bps = to->up_Bps;
    if (to->has_peers)
        e->kept->max_peers = to->max_peers;
    return OK;
}

static enum err order_pieces(struct steward *s, struct roster_entry *e,
                             const struct command *c, struct cause *cause)
{
    (void)s;
    (void)cause;
    e->kept->is_sequential = c->flag;
    return OK;
}

static enum err choose(struct steward *s, struct roster_entry *e,
                       const struct command *c, struct cause *cause)
{
    (void)s;
    (void)cause;
    e->kept->chooses = c->flag;
    return OK;
}

static enum err send_away(struct steward *s, struct roster_entry *e,
                          const struct command *c, struct cause *cause)
{
    (void)s;
    enum err err = seeker_send_away(e->seeker, c->peer, c->kind == COMMAND_BAN);
    if (err != OK)
        cause_set(cause, "that peer is not connected any more");
    return err;
}

static const magnets_function functions[COMMAND_N_KINDS] = {
    [COMMAND_PEER] = add_peer,
    [COMMAND_REANNOUNCE] = reannounce,
    [COMMAND_PAUSE] = pause_or_resume,
    [COMMAND_RESUME] = pause_or_resume,
    [COMMAND_FORCE] = force,
    [COMMAND_LIMITS] = limit,
    [COMMAND_SEQUENTIAL] = order_pieces,
    [COMMAND_KICK] = send_away,
    [COMMAND_BAN] = send_away,
    [COMMAND_CHOOSE] = choose,
};

enum err magnets_obey(struct steward *s, struct roster_entry *e,
                      const struct command *c, struct cause *cause)
{
    if (functions[c->kind] != NULL)
        return functions[c->kind](s, e, c, cause);
    cause_set(cause, "wait until its metadata are here: what it holds is not "
                     "known yet");
    return ERR_BUSY;
}

/* ---- What is seen ---- */

void magnets_row(struct roster_entry *e, struct frame_torrent *row)
{
    row->chooses = e->kept->chooses;
    if (e->kept->is_paused)
        return;
    seeker_view_words(e->seeker, &e->cause);
    row->cause = e->cause.text;
    seeker_view_row(e->seeker, row);
}
