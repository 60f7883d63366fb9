/* links.h -- reads and writes where a torrent says its data can be had: trackers, web
 * seeds, DHT nodes. Keeps what can be used and passes over the rest silently:
 * one bad link makes no torrent bad. Asks nobody.
 * A URL that is kept has no white space (but spaces inside those of web seeds,
 * which webpath encodes) or control character in it, is at most LINKS_MAX_URL
 * bytes long, and begins with a scheme of ours. White space around it is trimmed,
 * one that comes twice is kept once.
 * Owner and thread: plain values, any thread.
 * Source: BEP 3, 5 (nodes), 12 (announce-list), 17 (httpseeds), 19 (url-list). */
#ifndef META_LINKS_H
#define META_LINKS_H

#include "meta/bencode.h"
#include "meta/metainfo.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    LINKS_MAX_URL = 2048,      /* bytes */
    LINKS_MAX_TRACKERS = 256,  /* more are left out; so below */
    LINKS_MAX_WEB_SEEDS = 128, /* of each kind */
    LINKS_MAX_NODES = 128,
};

/* May this be a tracker (http, https, udp), or a web seed (http, https)? Of a
 * URL without white space around it. */
bool links_is_tracker_url(struct span url);
bool links_is_web_seed_url(struct span url);

/* Set m's trackers from announce-list, or from announce when that gives none.
 * Tiers that are left without a tracker are not counted. */
void links_read_trackers(struct metainfo *m,
                         const struct bencode *announce_list,
                         const struct bencode *announce);

/* Set m's web seeds from url-list: a string, or a list of strings. */
void links_read_web_seeds(struct metainfo *m, const struct bencode *url_list);

/* Set m's HTTP seeds from httpseeds: likewise. */
void links_read_http_seeds(struct metainfo *m, const struct bencode *list);

/* Set m's DHT nodes from a list of lists of host and port. */
void links_read_nodes(struct metainfo *m, const struct bencode *nodes);

/* Write the trackers, in tier order, into a dictionary: announce, and announce-list when
 * there is more than one; and url-list. Nothing when n is 0. */
void links_write_trackers(struct bencode_writer *w,
                          const struct metainfo_tracker *trackers, size_t n);
void links_write_web_seeds(struct bencode_writer *w, const char *const *urls,
                           size_t n);

/* Free what the functions above have set. */
void links_free(struct metainfo *m);

#endif
