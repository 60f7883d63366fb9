#include "config.h"

#include "engine/admit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "disk/lockset.h"
#include "disk/store_files.h"
#include "engine/keeper.h"
#include "engine/magnets.h"
#include "engine/seeker.h"
#include "engine/steer.h"
#include "engine/torrent.h"
#include "engine/wishes.h"
#include "meta/magnet.h"
#include "util/log.h"
#include "util/text.h"
#include "util/xalloc.h"

/* ---- Opening ---- */

static void name_it(struct roster_entry *e, const char *raw)
{
    if (raw != NULL)
        text_clean(e->name, sizeof e->name, raw, strlen(raw));
    else
        text_hex(e->name, e->info_hash, sizeof e->info_hash);
}

static void stay_closed(struct roster_entry *e, enum err err,
                        const struct cause *cause)
{
    e->err = err;
    e->cause = *cause;
}

static enum err lock(struct steward *s, struct roster_entry *e,
                     struct cause *cause)
{
    if (e->lock != NULL)
        return OK;
    return statedir_lock(s->statedir, e->info_hash, &e->lock, cause);
}

/* The trackers as the user changed them. */
static void set_trackers(struct roster_entry *e)
{
    const struct kept *k = e->kept;
    struct cause cause = {""};
    for (size_t i = 0; i < k->more_trackers.n; i++)
        if (steer_track(e->torrent, k->more_trackers.items[i], &cause) != OK)
            log_write(LOG_TRACKER, LOG_DEBUG, "left out: %s", cause.text);
    for (size_t i = 0; i < k->no_trackers.n; i++) {
        char *url = NULL;
        if (steer_untrack(e->torrent, k->no_trackers.items[i], &url, &cause) !=
            OK)
            log_write(LOG_TRACKER, LOG_DEBUG, "left in: %s", cause.text);
        free(url);
    }
}

enum err admit_track(struct roster_entry *e, const char *url, bool *is_kept_out,
                     struct cause *cause)
{
    enum err err = e->seeker != NULL ? seeker_track(e->seeker, url, cause)
                                     : steer_track(e->torrent, url, cause);
    if (err == OK)
        *is_kept_out = kept_urls_remove(&e->kept->no_trackers, url) ||
                       kept_urls_add(&e->kept->more_trackers, url);
    return err;
}

/* How an entry comes to be open. */
enum way {
    ADDED,
    RESTORED, /* it was here before */
    ERASED,   /* likewise, and its data were deleted */
    LANDED    /* its metadata came */
};

static void begin(struct steward *s, struct roster_entry *e,
                  struct metainfo *meta, struct store *store, enum way way)
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
        .is_restored = way != ADDED,
        .guards_data = s->keeps && way == RESTORED,
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
    set_trackers(e);
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

/* Open e with the torrent meta, which is taken, or stays e->meta when that fails. */
static enum err open_entry(struct steward *s, struct roster_entry *e,
                           struct metainfo *meta, enum way way,
                           struct cause *cause)
{
    struct store *store;
    if (e->meta != meta)
        metainfo_free(e->meta);
    e->meta = meta;
    name_it(e, meta->name);
    enum err err = lock(s, e, cause);
    if (err == OK && way == RESTORED)
        err = look_for_folder(e->kept->dir, cause);
    if (err == OK)
        err = store_files_open(meta, e->kept->dir, &store, cause);
    if (err == OK)
        begin(s, e, meta, store, way);
    else
        stay_closed(e, err, cause);
    return err;
}

static enum err open_magnet(struct steward *s, struct roster_entry *e,
                            struct cause *cause)
{
    struct magnet *m;
    enum err err = magnet_parse(e->kept->magnet, &m, cause);
    if (err == OK) {
        name_it(e, m->name);
        err = lock(s, e, cause);
        if (err == OK)
            magnets_open(s, e, m);
        else
            magnet_free(m);
    }
    e->is_magnet = true;
    if (err != OK)
        stay_closed(e, err, cause);
    return err;
}

/* ---- Adding ---- */

static const uint8_t *hash_of(const struct command_add *a)
{
    return a->meta != NULL ? a->meta->info_hash : a->magnet->info_hash;
}

/* Open it with what the command brings. */
static enum err open_added(struct steward *s, struct roster_entry *e,
                           struct command_add *a, struct cause *cause)
{
    if (a->meta == NULL) {
        enum err opened = open_magnet(s, e, cause);
        if (opened == OK)
            seeker_add_peers(e->seeker, a->peers, a->n_peers, PEERS_USER);
        return opened;
    }
    struct metainfo *meta = a->meta;
    a->meta = NULL;
    enum err err = open_entry(s, e, meta, ADDED, cause);
    if (err == OK)
        torrent_add_peers(e->torrent, a->peers, a->n_peers, PEERS_USER);
    return err;
}

/* What it needs to be there at the next start. */
static void keep(struct steward *s, struct roster_entry *e)
{
    const struct metainfo *meta =
        e->torrent != NULL ? torrent_meta(e->torrent) : e->meta;
    e->is_saved = true;
    if (meta != NULL)
        steward_submit(s, e, keeper_save_torrent(s->statedir, meta, e->id),
                       STEWARD_TAG);
    steward_save(s, e, STEWARD_TAG);
}

static enum err add_new(struct steward *s, struct command_add *a,
                        struct cause *cause)
{
    struct kept *k = wishes_of(a, hash_of(a), roster_last_order(&s->roster));
    struct roster_entry *e = roster_entry_new(k->info_hash, k);
    roster_insert(&s->roster, e);
    bool is_kept = s->keeps && a->is_kept;
    e->metadata_only = a->metadata_only;
    enum err err = open_added(s, e, a, cause);
    if (err != OK) {
        roster_drop(&s->roster, e);
        return err;
    }
    if (is_kept)
        keep(s, e);
    if (e->torrent == NULL)
        steward_post(s, e, EVENT_ADDED, OK, e->name);
    return OK;
}

void admit_land(struct steward *s, struct roster_entry *e,
                struct metainfo *meta, const uint8_t *selection)
{
    struct cause cause = {""};
    free(e->kept->magnet);
    e->kept->magnet = NULL;
    e->kept->chooses = false;
    e->is_magnet = false;
    wishes_select(e->kept, meta, selection);
    if (open_entry(s, e, meta, LANDED, &cause) != OK) {
        seeker_free(e->seeker);
        e->seeker = NULL;
        steward_post(s, e, EVENT_ERROR, e->err, cause.text);
    }
    if (e->is_saved)
        keep(s, e);
}

/* In the place of one that is not open. */
static enum err add_over(struct steward *s, struct roster_entry *e,
                         struct command_add *a, struct cause *cause)
{
    bool is_kept = s->keeps && (a->is_kept || e->is_saved);
    struct kept *before = e->kept;
    enum err err = lock(s, e, cause);
    if (err != OK)
        return err;
    e->kept = wishes_of(a, e->info_hash, before->order);
    if (e->kept->label == NULL) {
        e->kept->label = before->label;
        before->label = NULL;
    }
    err = open_added(s, e, a, cause);
    if (err != OK) {
        kept_free(e->kept);
        e->kept = before;
        return err;
    }
    kept_free(before);
    if (is_kept)
        keep(s, e);
    return OK;
}

/* Is it a new one? */
static bool add_tracker(struct roster_entry *e, const char *url)
{
    struct cause ignored = {""};
    bool is_kept;
    return admit_track(e, url, &is_kept, &ignored) == OK && is_kept;
}

/* Those of what is added to an open entry; a private torrent has its own only. Return how
 * many are new. */
static size_t add_trackers(struct roster_entry *e, const struct command_add *a)
{
    size_t n = 0;
    if (e->torrent != NULL && torrent_meta(e->torrent)->is_private)
        return 0;
    for (size_t i = 0; a->meta != NULL && i < a->meta->n_trackers; i++)
        n += add_tracker(e, a->meta->trackers[i].url);
    for (size_t i = 0; a->meta == NULL && i < a->magnet->n_trackers; i++)
        n += add_tracker(e, a->magnet->trackers[i]);
    return n;
}

/* It is here already: it takes the peers and trackers that come with it this time. */
static void add_to(struct steward *s, struct roster_entry *e,
                   const struct command_add *a, struct cause *cause)
{
    size_t n_trackers = 0, n_peers = 0;
    if (e->torrent != NULL || e->seeker != NULL) {
        n_trackers = add_trackers(e, a);
        n_peers = a->n_peers;
    }
    if (e->seeker != NULL)
        seeker_add_peers(e->seeker, a->peers, n_peers, PEERS_USER);
    else if (e->torrent != NULL)
        torrent_add_peers(e->torrent, a->peers, n_peers, PEERS_USER);
    if (n_trackers > 0)
        steward_save_soon(s, e);
    if (n_trackers + n_peers == 0)
        cause_set(cause, "added already");
    else
        cause_set(cause,
                  "added already; it got %zu more tracker%s and %zu peer%s",
                  n_trackers, n_trackers == 1 ? "" : "s", n_peers,
                  n_peers == 1 ? "" : "s");
}

static enum err add(struct steward *s, struct command_add *a,
                    struct cause *cause)
{
    struct roster_entry *e = roster_find_hash(&s->roster, hash_of(a));
    if (s->is_stopping) {
        cause_set(cause, "%s", err_text(ERR_CANCELLED));
        return ERR_CANCELLED;
    }
    if (e == NULL)
        return add_new(s, a, cause);
    if (e->fate != ROSTER_STAYS) {
        cause_set(cause, "is being removed: add it again after that");
        return ERR_BUSY;
    }
    if (e->torrent != NULL || a->meta == NULL) {
        add_to(s, e, a, cause);
        return ERR_BUSY;
    }
    return add_over(s, e, a, cause);
}

void admit_add(struct steward *s, struct command_add *a)
{
    struct cause cause = {""};
    char name[FRAME_NAME_LEN];
    const char *raw = a->meta != NULL ? a->meta->name : a->magnet->name;
    if (raw != NULL)
        text_clean(name, sizeof name, raw, strlen(raw));
    else
        text_hex(name, a->magnet->info_hash, MAGNET_HASH_LEN);
    enum err err = add(s, a, &cause);
    if (err != OK) {
        char *line = xasprintf("%s: %s", name, cause.text);
        steward_post(s, NULL, EVENT_REFUSED, err, line);
        free(line);
    }
    steward_look_soon(s);
}

/* ---- What was kept ---- */

/* How it was set cannot be read, yet the torrent may be. */
static void load_unset(struct steward *s, const uint8_t *info_hash,
                       enum err why, const struct cause *what)
{
    struct metainfo *meta;
    struct cause ignored = {""}, cause;
    if (keeper_read_torrent(s->statedir, info_hash, &meta, &ignored) != OK) {
        char *line = xasprintf("%s (left as it is: put a good copy there, or "
                               "add the torrent again)",
                               what->text);
        steward_post(s, NULL, EVENT_REFUSED, why, line);
        free(line);
        return;
    }
    struct kept *k = kept_new(info_hash);
    k->order = roster_last_order(&s->roster);
    struct roster_entry *e = roster_entry_new(info_hash, k);
    roster_insert(&s->roster, e);
    e->meta = meta;
    name_it(e, meta->name);
    cause_set(&cause, "%s: add the torrent again, to its folder, or remove it",
              what->text);
    if (lock(s, e, &ignored) != OK)
        stay_closed(e, ERR_BUSY, &ignored);
    else
        stay_closed(e, why, &cause);
}

static void load(struct steward *s, const uint8_t *info_hash)
{
    struct kept *k;
    struct metainfo *meta = NULL;
    struct cause cause = {""};
    enum err err = keeper_read_settings(s->statedir, info_hash, &k, &cause);
    if (err != OK) {
        load_unset(s, info_hash, err, &cause);
        return;
    }
    if (k->magnet == NULL)
        err = keeper_read_torrent(s->statedir, info_hash, &meta, &cause);
    if (err != OK) {
        char *line =
            xasprintf("%s (left as it is: put a good copy of the torrent "
                      "there, or add it again)",
                      cause.text);
        steward_post(s, NULL, EVENT_REFUSED, err, line);
        free(line);
        kept_free(k);
        return;
    }
    struct roster_entry *e = roster_entry_new(info_hash, k);
    e->is_saved = true;
    roster_insert(&s->roster, e);
    err = meta != NULL ? open_entry(s, e, meta, RESTORED, &cause)
                       : open_magnet(s, e, &cause);
    if (err != OK)
        steward_post(s, e, EVENT_ERROR, err, cause.text);
}

void admit_load(struct steward *s)
{
    uint8_t(*hashes)[20];
    size_t n;
    struct cause cause = {""};
    enum err err = keeper_list(s->statedir, &hashes, &n, &cause);
    if (err != OK) {
        steward_post(s, NULL, EVENT_REFUSED, err, cause.text);
        return;
    }
    for (size_t i = 0; i < n; i++)
        load(s, hashes[i]);
    free(hashes);
    log_write(LOG_STATE, LOG_INFO, "%zu torrents are here again", s->roster.n);
}

/* ---- What was removed ---- */

/* The settings and the torrent of an item; *meta_out NULL: a magnet. */
static enum err read_item(const struct undo_item *i, struct kept **kept_out,
                          struct metainfo **meta_out, struct cause *cause)
{
    enum err err = kept_decode(i->settings.bytes, i->settings.len, i->info_hash,
                               kept_out, cause);
    *meta_out = NULL;
    if (err != OK || i->torrent.bytes == NULL)
        return err;
    err = metainfo_parse(i->torrent.bytes, i->torrent.len, meta_out, cause);
    if (err != OK)
        kept_free(*kept_out);
    return err;
}

static void tell_undone(struct steward *s, const struct roster_entry *e,
                        const struct undo_item *i)
{
    char *line =
        xasprintf("%s: here again%s", e->name,
                  i->is_erased ? "; its data were deleted: they are downloaded "
                                 "again"
                               : ", as it was");
    steward_post(s, e, EVENT_COMMAND, OK, line);
    free(line);
}

/* With its lock, which is taken. */
static void put_back(struct steward *s, const struct undo_item *i,
                     struct lockset_lock *lock, struct kept *kept,
                     struct metainfo *meta)
{
    struct cause cause = {""};
    struct roster_entry *e = roster_entry_new(i->info_hash, kept);
    e->lock = lock;
    e->metadata_only = i->metadata_only;
    roster_insert(&s->roster, e);
    if (i->resume.bytes != NULL &&
        keeper_write_resume(s->statedir, i->info_hash, i->resume.bytes,
                            i->resume.len, &cause) != OK)
        log_write(LOG_STATE, LOG_WARN, "its data are checked again: %s",
                  cause.text);
    enum err err =
        meta != NULL
            ? open_entry(s, e, meta, i->is_erased ? ERASED : RESTORED, &cause)
            : open_magnet(s, e, &cause);
    if (s->keeps && i->is_saved)
        keep(s, e);
    if (err != OK)
        steward_post(s, e, EVENT_ERROR, err, cause.text);
    else
        tell_undone(s, e, i);
}

static enum err undo(struct steward *s, struct cause *cause)
{
    const struct undo_item *i = undo_top(&s->undo);
    if (i == NULL) {
        cause_set(cause, "nothing was removed in this session");
        return ERR_NOT_FOUND;
    }
    const struct roster_entry *there =
        roster_find_hash(&s->roster, i->info_hash);
    if (there != NULL) {
        bool goes = there->fate != ROSTER_STAYS;
        cause_set(cause, "%s: %s", i->name,
                  goes ? "is still being removed: again, when it is gone"
                       : "was added again since");
        if (!goes)
            undo_pop(&s->undo);
        return ERR_BUSY;
    }
    struct lockset_lock *lock;
    struct metainfo *meta;
    struct kept *kept;
    enum err err = statedir_lock(s->statedir, i->info_hash, &lock, cause);
    if (err != OK) {
        cause_prefix(cause, i->name);
        return err;
    }
    err = read_item(i, &kept, &meta, cause);
    if (err == OK)
        put_back(s, i, lock, kept, meta);
    else
        lockset_release(lock);
    undo_pop(&s->undo);
    return err;
}

void admit_undo(struct steward *s)
{
    struct cause cause = {""};
    if (s->is_stopping)
        return;
    enum err err = undo(s, &cause);
    if (err != OK)
        steward_post(s, NULL, EVENT_COMMAND, err, cause.text);
    steward_look_soon(s);
}

enum err admit_retry(struct steward *s, struct roster_entry *e,
                     struct cause *cause)
{
    bool was_locked = e->lock == NULL;
    enum err err = lock(s, e, cause);
    if (err == OK && was_locked && e->is_saved) {
        /* Whoever had it may have changed it. */
        struct kept *k;
        err = keeper_read_settings(s->statedir, e->info_hash, &k, cause);
        if (err == OK) {
            k->order = e->kept->order;
            kept_free(e->kept);
            e->kept = k;
        }
    }
    if (err != OK) {
        stay_closed(e, err, cause);
        return err;
    }
    if (e->kept->magnet != NULL)
        return open_magnet(s, e, cause);
    if (e->kept->dir == NULL) {
        *cause = e->cause;
        return ERR_INVALID;
    }
    return open_entry(s, e, e->meta, RESTORED, cause);
}
