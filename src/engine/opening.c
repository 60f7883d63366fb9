#include "config.h"

#include "engine/opening.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "disk/store_files.h"
#include "engine/magnets.h"
#include "engine/seeker.h"
#include "engine/seeker_view.h"
#include "engine/torrent.h"
#include "engine/trackset.h"
#include "engine/wishes.h"
#include "meta/magnet.h"
#include "meta/rejoin.h"
#include "util/text.h"
#include "util/xalloc.h"

/* ---- Opening ---- */

void opening_name(struct roster_entry *e, const char *raw)
{
    if (raw != NULL)
        text_clean(e->name, sizeof e->name, raw, strlen(raw));
    else
        text_hex(e->name, e->info_hash, sizeof e->info_hash);
}

void opening_fail(struct roster_entry *e, enum err err,
                  const struct cause *cause)
{
    e->err = err;
    e->cause = *cause;
}

enum err opening_lock(struct steward *s, struct roster_entry *e,
                      struct cause *cause)
{
    if (e->lock != NULL)
        return OK;
    return statedir_lock(s->statedir, e->info_hash, &e->lock, cause);
}

static void begin(struct steward *s, struct roster_entry *e,
                  struct metainfo *meta, struct store *store,
                  enum opening_way way)
{
    const struct kept *k = e->kept;
    struct torrent_config config = {
        .id = e->id,
        .kept = k,
        .meta = meta,
        .store = store,
        .dir = k->dir,
        .resume_path =
            statedir_torrent_path(s->statedir, e->info_hash, ".resume"),
        .priorities = k->n_priorities == meta->n_files ? k->priorities : NULL,
        .is_sequential = k->is_sequential,
        .is_first_last = k->is_first_last,
        .preallocate = k->preallocate,
        .is_paused = k->is_paused,
        .is_waiting = steward_has_bounds(s) && !k->is_forced,
        .is_restored = way != OPENING_ADDED,
        .guards_data = s->keeps && way == OPENING_RESTORED,
        .paused_why = k->paused_why,
        .added_wall = k->added_wall,
        .limit_down_Bps = k->limit_down_Bps,
        .limit_up_Bps = k->limit_up_Bps,
        .max_peers = k->max_peers,
        .overall = s->overall,
    };
    if (e->seeker != NULL && meta->is_private)
        seeker_go_private(e->seeker);
    if (e->seeker != NULL)
        seeker_leave(e->seeker, &config);
    e->torrent = torrent_new(s->env, &config);
    if (e->seeker != NULL)
        seeker_hand_over(e->seeker, e->torrent);
    seeker_free(e->seeker);
    e->seeker = NULL;
    e->is_magnet = false;
    e->meta = NULL;
    e->err = OK;
    e->cause.text[0] = '\0';
    trackset_apply(e);
}

/* Of a torrent that was here before, the folder is not made anew: where a disk is away,
 * that would begin a second download on the wrong one. */
static enum err look_for_folder(const char *dir, struct cause *cause)
{
    if (access(dir, F_OK) == 0 || errno != ENOENT)
        return OK;
    char *clean = text_clean_dup(dir, strlen(dir));
    cause_set(cause, "%s: the folder is not there; bring it back, then resume",
              clean);
    free(clean);
    return ERR_NOT_FOUND;
}

enum err opening_torrent(struct steward *s, struct roster_entry *e,
                         struct metainfo *meta, enum opening_way way,
                         struct cause *cause)
{
    struct store *store;
    if (e->meta != meta)
        metainfo_free(e->meta);
    e->meta = meta;
    opening_name(e, meta->name);
    enum err err = opening_lock(s, e, cause);
    if (err == OK && way == OPENING_RESTORED)
        err = look_for_folder(e->kept->dir, cause);
    if (err == OK)
        err = store_files_open(meta, e->kept->dir, &store, cause);
    if (err == OK)
        begin(s, e, meta, store, way);
    else
        opening_fail(e, err, cause);
    return err;
}

/* ---- Metadata that came ---- */

/* The metadata of magnet e are there: meta (taken) is what it is, selection (borrowed, one
 * byte a file, nonzero: wanted; NULL: all) what its link wants of it. It becomes that
 * torrent, or stays closed, with words. */
static void land(struct steward *s, struct roster_entry *e,
                 struct metainfo *meta, const uint8_t *selection)
{
    struct cause cause = {""};
    free(e->kept->magnet);
    e->kept->magnet = NULL;
    e->kept->chooses = false;
    e->is_magnet = false;
    wishes_select(e->kept, meta, selection);
    if (opening_torrent(s, e, meta, OPENING_LANDED, &cause) != OK) {
        seeker_free(e->seeker);
        e->seeker = NULL;
        steward_post(s, e, EVENT_ERROR, e->err, cause.text);
    }
    if (e->is_saved)
        steward_keep(s, e);
}

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
    land(s, e, meta, selection);
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

/* ---- Magnets ---- */

/* e is a magnet whose lock is ours: begin to seek, unless it is paused. magnet: taken. */
static void seek(struct steward *s, struct roster_entry *e,
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
    trackset_apply(e);
    magnets_look(s, e);
}

enum err opening_magnet(struct steward *s, struct roster_entry *e,
                        struct cause *cause)
{
    struct magnet *m;
    enum err err = magnet_parse(e->kept->magnet, &m, cause);
    if (err == OK) {
        opening_name(e, m->name);
        err = opening_lock(s, e, cause);
        if (err == OK)
            seek(s, e, m);
        else
            magnet_free(m);
    }
    e->is_magnet = true;
    if (err != OK)
        opening_fail(e, err, cause);
    return err;
}
