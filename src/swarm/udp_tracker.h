/* udp_tracker.h -- one request to one UDP tracker address: connect, then
 * announce or scrape, with retransmission. Sans-IO: datagrams in and out,
 * deadline out. Resolves no names, owns no socket; a tracker with two
 * addresses (v4 and v6) is two exchanges.
 * States:
 *   CONNECTING  asked for a connection id
 *   ASKING      sent the request with a connection id
 *   DONE        answered: udp_tracker_reply(), udp_tracker_scrape()
 *   FAILED      refused, or UDP_TRACKER_TOTAL_MS over: udp_tracker_words()
 * A connection id is kept in the cache for its 60 s and used again by the next
 * exchange with that address; one from the cache that is not answered, or is
 * refused, is forgotten and asked for anew. Answers are taken from the
 * tracker's address alone, with the transaction id of the current state
 * (random, the same for a resend); anything else is skipped, not a failure.
 * Source: BEP 15. Its 15*2^n s, n <= 8, takes over two hours to give up; we
 * send at 0, 5, 15, 35 s and give up at 60 s, near what clients in use do
 * (aria2 resends after 5 s, rtorrent gives up after 15, 30, 45 s). Loop thread
 * only. */
#ifndef SWARM_UDP_TRACKER_H
#define SWARM_UDP_TRACKER_H

#include "proto/tracker.h"
#include "proto/tracker_udp.h"
#include "util/addr.h"
#include "util/bytes.h"
#include "util/err.h"
#include "util/rng.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct udp_tracker;
struct udp_tracker_cache;

enum {
    UDP_TRACKER_RESEND_MS = 5000, /* doubles with each resend */
    UDP_TRACKER_TOTAL_MS = 60000,
    UDP_TRACKER_ID_MS = 60000,  /* BEP 15: use for one minute */
    UDP_TRACKER_CACHE_MAX = 64, /* addresses; the oldest is forgotten */
    UDP_TRACKER_WORDS_MAX = 300
};

enum udp_tracker_state {
    UDP_TRACKER_CONNECTING,
    UDP_TRACKER_ASKING,
    UDP_TRACKER_DONE,
    UDP_TRACKER_FAILED
};

/* Connection ids by address; shared by all exchanges of a session, outlives
 * them. */
struct udp_tracker_cache *udp_tracker_cache_new(void);
void udp_tracker_cache_free(struct udp_tracker_cache *c);

struct udp_tracker_config {
    struct addr remote;              /* its family is the socket's */
    bool is_scrape;                  /* only info_hash of request counts then */
    struct tracker_request request;  /* copied */
    struct span path;                /* of the URL, copied; len 0: none */
    struct udp_tracker_cache *cache; /* borrowed */
    const struct rng *rng;           /* borrowed */
};

struct udp_tracker *udp_tracker_new(const struct udp_tracker_config *config,
                                    int64_t now_ms);
void udp_tracker_free(struct udp_tracker *t);

/* Write the datagram to send to the tracker now to out (TRACKER_UDP_MAX_REQUEST
 * bytes) and return its length; 0: nothing. Call after _new, _rx and _tick. */
size_t udp_tracker_tx(struct udp_tracker *t, uint8_t *out, int64_t now_ms);

/* A datagram came. Return whether it was this exchange's; if not, another may
 * own it. Any n, 0 too. */
bool udp_tracker_rx(struct udp_tracker *t, const struct addr *from,
                    const uint8_t *bytes, size_t n, int64_t now_ms);

/* When to call udp_tracker_tick(); INT64_MAX once over. */
int64_t udp_tracker_deadline_ms(const struct udp_tracker *t);
void udp_tracker_tick(struct udp_tracker *t, int64_t now_ms);

enum udp_tracker_state udp_tracker_state(const struct udp_tracker *t);
const struct addr *udp_tracker_remote(const struct udp_tracker *t);
/* ERR_AGAIN: not over; OK; ERR_TIMEOUT; ERR_REFUSED: the tracker sent an error.
 */
enum err udp_tracker_result(const struct udp_tracker *t);
/* The answer of an announce that is DONE, borrowed; NULL otherwise. */
const struct tracker_reply *udp_tracker_reply(const struct udp_tracker *t);
/* The answer of a scrape that is DONE, borrowed; NULL otherwise. */
const struct tracker_scrape *udp_tracker_scrape(const struct udp_tracker *t);
/* Why it FAILED: clean text; "" otherwise. */
const char *udp_tracker_words(const struct udp_tracker *t);

#endif
