/* exactsource.h -- fetches the .torrent of a magnet from where its link says that it lies
 * (xs, and as), while others look for peers: one URL after the other, and what it holds
 * is used only when its info dictionary has the magnet's hash.
 * Of the file that dictionary is taken, and the trackers and web seeds (BEP 19) that it
 * names beside those of the link: the hash does not cover them, but they are as much a
 * stranger's word as the link is, and are held to the same rules. The rest of it is left.
 * The link is a stranger's, too: only http and https (net/http), a private or loopback
 * address only where the URL shows it and without a query, EXACTSOURCE_MAX_URLS of them,
 * HTTP_MAX_TORRENT_BYTES a file. What will not do (another hash, no torrent, 404) is not
 * asked again; what may pass is, after a minute, then ever later.
 * States: RUNNING, or at rest. Owned by a seeker; loop thread only. Source: BEP 9 has the
 * link; the meaning of xs and as is the magnet scheme's own (MAGNET-URI project). */
#ifndef ENGINE_EXACTSOURCE_H
#define ENGINE_EXACTSOURCE_H

#include "engine/env.h"
#include "meta/magnet.h"
#include "util/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    EXACTSOURCE_MAX_URLS = 4,             /* the first ones of the link */
    EXACTSOURCE_RETRY_MS = 60000,         /* doubled with each round... */
    EXACTSOURCE_RETRY_MAX_MS = 32 * 60000 /* ...to this */
};

struct exactsource;
struct metainfo;

struct exactsource_host {
    /* The .torrent is here, and has the magnet's hash; borrowed for the call. It is at
     * rest by then; it may not be freed inside. */
    void (*on_found)(void *ctx, const struct metainfo *meta);
    /* A URL failed for the first time. words: which and why, clean. */
    void (*on_failed)(void *ctx, enum err err, const char *words);
    void *ctx; /* borrowed */
};

/* Make one, at rest. env and magnet are borrowed and outlive it. Owned by the caller. */
struct exactsource *exactsource_new(struct env *env,
                                    const struct magnet *magnet,
                                    const struct exactsource_host *host);
void exactsource_free(struct exactsource *x); /* NULL: nothing */

/* Begin, or go on, with what was not given up. Nothing where there is nothing to ask, or
 * no way to. */
void exactsource_start(struct exactsource *x);
/* End what is under way. */
void exactsource_stop(struct exactsource *x);

/* Is something asked now, or going to be? */
bool exactsource_is_at_work(const struct exactsource *x);
/* How it stands, in clean words; "" where there is nothing to say. */
void exactsource_words(const struct exactsource *x, struct cause *out);
/* Where the .torrent came from, as it may be shown; NULL: it came not from here.
 * Borrowed. */
const char *exactsource_from(const struct exactsource *x);

#endif
