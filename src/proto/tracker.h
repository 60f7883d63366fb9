/* tracker.h -- what is said to a tracker and what comes back, whichever way it
 * goes: plain values, shared by tracker_http, tracker_udp and swarm/announcer.
 * Everything that a tracker says is bounded here: peers by count, texts by
 * length, intervals by range. Texts are raw bytes: clean them (util/text)
 * before they are shown.
 * Source: BEP 3 "trackers"; BEP 7, 21, 23, 24, 31, 48. */
#ifndef PROTO_TRACKER_H
#define PROTO_TRACKER_H

#include "util/addr.h"
#include "util/bytes.h"
#include "util/err.h"
#include "util/hash.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum tracker_event {
    TRACKER_EVENT_NONE = 0, /* values 0..3 are BEP 15's */
    TRACKER_EVENT_COMPLETED = 1,
    TRACKER_EVENT_STARTED = 2,
    TRACKER_EVENT_STOPPED = 3,
    TRACKER_EVENT_PAUSED = 4 /* BEP 21, HTTP only: a partial seed */
};

enum {
    TRACKER_PEER_ID_LEN = 20,
    TRACKER_MAX_PEERS = 2000, /* kept of one reply */
    TRACKER_MAX_TEXT = 256,   /* bytes kept of a failure or warning */
    TRACKER_MAX_ID = 256,     /* a longer tracker id is not echoed */
    TRACKER_MAX_URL = 2048,   /* of an announce URL, before our arguments */
    TRACKER_INTERVAL_MS = 1800000,     /* when the tracker names none */
    TRACKER_MIN_INTERVAL_MS = 60000,   /* what it names is raised to this */
    TRACKER_MAX_INTERVAL_MS = 7200000, /* or lowered to this */
    TRACKER_RETRY_NEVER = -1,
    TRACKER_NUMWANT_DEFAULT = -1
};

/* One announce. */
struct tracker_request {
    uint8_t info_hash[SHA1_LEN];
    uint8_t peer_id[TRACKER_PEER_ID_LEN];
    uint64_t uploaded; /* bytes of payload, since started */
    uint64_t downloaded;
    uint64_t left;   /* bytes not had */
    uint32_t key;    /* the same for a torrent's life */
    uint16_t port;   /* where we listen */
    int32_t numwant; /* peers wanted; TRACKER_NUMWANT_DEFAULT */
    enum tracker_event event;
    struct span tracker_id; /* borrowed: echoed; len 0: none */
};

struct tracker_text {
    uint16_t len;
    uint8_t bytes[TRACKER_MAX_TEXT];
};

/* One answer. Counts are -1 when the tracker does not tell them. */
struct tracker_reply {
    bool is_failure; /* it said no: only failure and retry_ms count */
    struct tracker_text failure;
    int64_t retry_ms;            /* BEP 31; 0: not told; TRACKER_RETRY_NEVER */
    struct tracker_text warning; /* len 0: none */
    int64_t interval_ms;         /* MIN..MAX_INTERVAL; default when not told */
    int64_t min_interval_ms;     /* the same range; 0: not told */
    int64_t n_seeds, n_leechers, n_downloaded;
    bool has_external_ip;    /* BEP 24 */
    struct addr external_ip; /* port 0 */
    uint16_t tracker_id_len; /* 0: not told */
    uint8_t tracker_id[TRACKER_MAX_ID];
    struct addr *peers; /* owned */
    size_t n_peers;     /* <= TRACKER_MAX_PEERS */
    size_t n_over;      /* further ones, dropped for that limit */
    size_t n_named;     /* dropped: DNS name in place of an address */
    size_t n_bad;       /* dropped: not an address one can dial */
};

/* Numbers of a swarm, -1 when not told. */
struct tracker_scrape {
    int64_t n_seeds, n_leechers, n_downloaded;
    int64_t n_downloaders; /* BEP 21: leechers but partial seeds */
};

/* Nothing told: counts -1, interval the default, no peers. */
void tracker_reply_init(struct tracker_reply *r);
void tracker_reply_fini(struct tracker_reply *r);
/* Add a peer, or count why it is dropped. */
void tracker_reply_add(struct tracker_reply *r, const struct addr *peer);
/* Add peers in compact form (BEP 7, 15, 23); is_v6: of 18 bytes each, not 6. What is cut
 * off at the end counts as one bad peer. */
void tracker_reply_add_compact(struct tracker_reply *r, struct span peers,
                               bool is_v6);
/* Take the first TRACKER_MAX_TEXT bytes of a text. */
void tracker_text_set(struct tracker_text *t, struct span bytes);
/* An interval in seconds as told, in range: [MIN, MAX]_INTERVAL; the default
 * for zero and below. */
int64_t tracker_interval_ms(int64_t seconds);
/* The name of an event as HTTP trackers know it; "" for NONE. Static. */
const char *tracker_event_name(enum tracker_event event);

#endif
