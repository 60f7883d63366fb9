/* opening.h -- opens an entry of a steward's roster: takes its lock, and makes a torrent of
 * its metadata and folder; or, of a magnet, a seeker, and of that the torrent when it has
 * the metadata, with the settings of the magnet, its peers and connections. Does not know
 * why: that is admit's. An entry is open when its lock and its files are ours; one that
 * cannot be opened stays closed, with words, and its files are left as they are.
 * Opens folders, which blocks a little. Loop thread only. */
#ifndef ENGINE_OPENING_H
#define ENGINE_OPENING_H

#include "engine/steward.h"

/* How an entry comes to be open. */
enum opening_way {
    OPENING_ADDED,
    OPENING_RESTORED, /* it was here before */
    OPENING_ERASED,   /* likewise, and its data were deleted */
    OPENING_LANDED    /* its metadata came */
};

/* Open e with the torrent meta, which is taken, or stays e->meta when that fails. */
enum err opening_torrent(struct steward *s, struct roster_entry *e,
                         struct metainfo *meta, enum opening_way way,
                         struct cause *cause) ERR_MUST_CHECK;
/* Open e, a magnet by its settings: it seeks, unless it is paused. */
enum err opening_magnet(struct steward *s, struct roster_entry *e,
                        struct cause *cause) ERR_MUST_CHECK;

/* Take the lock of e, unless we have it. */
enum err opening_lock(struct steward *s, struct roster_entry *e,
                      struct cause *cause) ERR_MUST_CHECK;
/* Name it as its metadata or link do (raw: not clean), or by its hash (NULL). */
void opening_name(struct roster_entry *e, const char *raw);
/* It stays closed: why (cause is copied). */
void opening_fail(struct roster_entry *e, enum err err,
                  const struct cause *cause);

#endif
