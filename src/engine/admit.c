#include "config.h"

#include "engine/admit.h"

#include <stdlib.h>
#include <string.h>

#include "disk/lockset.h"
#include "engine/keeper.h"
#include "engine/opening.h"
#include "engine/seeker.h"
#include "engine/torrent.h"
#include "engine/trackset.h"
#include "engine/wishes.h"
#include "meta/magnet.h"
#include "util/log.h"
#include "util/text.h"
#include "util/xalloc.h"

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
        enum err opened = opening_magnet(s, e, cause);
        if (opened == OK)
            seeker_add_peers(e->seeker, a->peers, a->n_peers, PEERS_USER);
        return opened;
    }
    struct metainfo *meta = a->meta;
    a->meta = NULL;
    enum err err = opening_torrent(s, e, meta, OPENING_ADDED, cause);
    if (err == OK)
        torrent_add_peers(e->torrent, a->peers, a->n_peers, PEERS_USER);
    return err;
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
        steward_keep(s, e);
    if (e->torrent == NULL)
        steward_post(s, e, EVENT_ADDED, OK, e->name);
    return OK;
}

/* In the place of one that is not open. */
static enum err add_over(struct steward *s, struct roster_entry *e,
                         struct command_add *a, struct cause *cause)
{
    bool is_kept = s->keeps && (a->is_kept || e->is_saved);
    struct kept *before = e->kept;
    enum err err = opening_lock(s, e, cause);
    if (err != OK)
        return err;
    e->kept = wishes_of(a, e->info_hash, before->order);
    if (e->kept->label == NULL && before->label != NULL)
        e->kept->label = xstrdup(before->label);
    kept_take_urls(e->kept, before);
    err = open_added(s, e, a, cause);
    if (err != OK) {
        kept_take_urls(before, e->kept);
        kept_free(e->kept);
        e->kept = before;
        return err;
    }
    kept_free(before);
    if (is_kept)
        steward_keep(s, e);
    return OK;
}

/* Is it a new one? */
static bool add_tracker(struct roster_entry *e, const char *url)
{
    struct cause ignored = {""};
    bool is_kept;
    return trackset_add(e, url, &is_kept, &ignored) == OK && is_kept;
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
    opening_name(e, meta->name);
    cause_set(&cause, "%s: add the torrent again, to its folder, or remove it",
              what->text);
    if (opening_lock(s, e, &ignored) != OK)
        opening_fail(e, ERR_BUSY, &ignored);
    else
        opening_fail(e, why, &cause);
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
    err = meta != NULL ? opening_torrent(s, e, meta, OPENING_RESTORED, &cause)
                       : opening_magnet(s, e, &cause);
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
            ? opening_torrent(s, e, meta,
                              i->is_erased ? OPENING_ERASED : OPENING_RESTORED,
                              &cause)
            : opening_magnet(s, e, &cause);
    if (s->keeps && i->is_saved)
        steward_keep(s, e);
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
    enum err err = opening_lock(s, e, cause);
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
        opening_fail(e, err, cause);
        return err;
    }
    if (e->kept->magnet != NULL)
        return opening_magnet(s, e, cause);
    if (e->kept->dir == NULL) {
        *cause = e->cause;
        return ERR_INVALID;
    }
    return opening_torrent(s, e, e->meta, OPENING_RESTORED, cause);
}
