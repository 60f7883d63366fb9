/* magnet.h -- a magnet link, or a bare info-hash, as values. Names a torrent whose
 * metainfo is still to come; asks nobody for it. Strings are strangers' bytes
 * (NUL-terminated, never holding NUL): pass them through text_clean() before anyone sees
 * them. Parameters that are not known are skipped, as are trackers and peers beyond the
 * limits, or that cannot be ones (of URLs meta/links says so); a wrong or missing hash is
 * refused.
 * Owner and thread: a value; any thread. Source: BEP 9 "magnet URI format", BEP 53 (so);
 * RFC 3986 (percent-encoding), RFC 4648 (base32). O(text). */
#ifndef META_MAGNET_H
#define META_MAGNET_H

#include "util/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MAGNET_HASH_LEN = 20,
    MAGNET_MAX_LEN = 65536, /* bytes of the link */
    MAGNET_MAX_NAME_LEN = 1024,
    MAGNET_MAX_URL_LEN = 2048,
    MAGNET_MAX_TRACKERS = 128,
    MAGNET_MAX_PEERS = 64,
    MAGNET_MAX_WEB_SEEDS = 64,
    MAGNET_MAX_SOURCES = 8,
    MAGNET_MAX_RANGES = 1024,
    MAGNET_MAX_FILE = 100000000 /* no torrent has so many */
};

struct magnet_peer {
    char *host; /* owned; an address or a name */
    uint16_t port;
};

/* Files of the torrent, by their place in it, from 0 on; both ends are in it. */
struct magnet_range {
    uint32_t first, last;
};

struct magnet {
    uint8_t info_hash[MAGNET_HASH_LEN];
    char *link;      /* owned: as it was given, or made of a bare hash */
    char *name;      /* owned or NULL: dn, raw */
    char **trackers; /* owned; http, https or udp URLs, each once */
    size_t n_trackers;
    struct magnet_peer *peers; /* owned */
    size_t n_peers;
    char **web_seeds; /* owned: ws; http or https URLs, each once */
    size_t n_web_seeds;
    char **sources; /* owned: xs, and as; http or https URLs of its .torrent */
    size_t n_sources;
    struct magnet_range *ranges; /* owned: so */
    size_t n_ranges;
};

/* Is this meant as one: a link, or 40 hexadecimal digits? */
bool magnet_is_meant(const char *text);
/* ERR_TOO_BIG; ERR_SYNTAX: no magnet link, or its hash is not one; ERR_UNSUPPORTED: of
 * version 2 only. cause (may be NULL) says what is wrong. *out: owned. */
enum err magnet_parse(const char *text, struct magnet **out,
                      struct cause *cause) ERR_MUST_CHECK;
void magnet_free(struct magnet *m); /* NULL: nothing */

/* Name one more tracker, or web seed, behind the others. Return whether it is there now and
 * was not: it is none, is known, or there are as many as may be. url: copied. */
bool magnet_add_tracker(struct magnet *m, const char *url);
bool magnet_add_web_seed(struct magnet *m, const char *url);

#endif
