/* peers.h -- whom a torrent knows, whom it is connected to, and whom to dial
 * next. Opens no connection and does not count slots: the caller asks for a
 * candidate whenever it has room. Knows no protocol beyond the peer id.
 * A candidate (one ip:port) is in one state:
 *   READY      may be dialled now
 *   WAITING    may be dialled later: it failed, or its IP was dialled too often
 *   DIALLING   peers_next_to_dial() gave it out; on_connected or on_failed ends
 *              it
 *   CONNECTED  by us, or it connected to us and told its port
 *   PARKED     not dialled: given up, ourselves, or a seed while we seed too
 * Bans are by culprit: an IP, see culprits_of(). A banned one is not a
 * candidate.
 * Order of dialling: fewest failures, then BEP 40 priority, then source.
 * Bounds: PEERS_MAX candidates, of which PEERS_MAX_OF_SOURCE from one source
 * (the user's own excepted): a newcomer replaces the worst if it is better;
 * bans as in culprits.h.
 * Owned by torrent; loop thread only. Source: BEP 40; reconnect ladder as
 * commonly used. Costs O(log n) unless said otherwise. */
#ifndef SWARM_PEERS_H
#define SWARM_PEERS_H

#include "util/addr.h"
#include "util/rng.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct peers;

enum {
    PEERS_ID_LEN = 20,
    PEERS_MAX = 2000,
    PEERS_MAX_OF_SOURCE = 1200,
    PEERS_MAX_FAILS = 3,         /* then given up, if never reached before */
    PEERS_MAX_FAILS_REACHED = 6, /* then given up, if it once was */
    PEERS_USEFUL_WAIT_MS = 5000  /* before dialling again one that was useful */
};

/* Where we heard of it; in order of trust, best first. */
enum peers_source {
    PEERS_USER,   /* --peer: never given up */
    PEERS_RESUME, /* was useful in an earlier run */
    PEERS_TRACKER,
    PEERS_LSD,
    PEERS_INCOMING, /* it connected to us and told its port */
    PEERS_PEX,
    PEERS_DHT,
    PEERS_N_SOURCES
};

enum peers_added { PEERS_NEW, PEERS_KNOWN, PEERS_REFUSED };

/* Which handshake worked with it: plain, or encrypted (MSE). */
enum peers_crypt { PEERS_CRYPT_UNKNOWN, PEERS_CRYPT_NONE, PEERS_CRYPT_MSE };

enum peers_fail {
    PEERS_UNREACHABLE,  /* no connection: refused, no route */
    PEERS_SILENT,       /* none came in time */
    PEERS_NO_HANDSHAKE, /* connected, but no right handshake came */
    PEERS_N_FAILS
};

/* What came of dialling and of being dialled, since the start. What is being dialled is
 * in n_dialled alone. */
struct peers_tally {
    uint32_t n_dialled, n_failed[PEERS_N_FAILS];
    uint32_t n_greeted; /* handshakes that made a connection: of those */
    uint32_t n_came;    /* and of those that came to us */
};

enum peers_verdict {
    PEERS_WELCOME,
    PEERS_SELF,      /* it is us: close; never dialled again */
    PEERS_BANNED,    /* close */
    PEERS_DUPLICATE, /* a connection has this peer id: close the new one */
    PEERS_REPLACES   /* keep the new one, close the old one: both dialled at
                        once, and both keep the one of the greater peer id */
};

/* The address that bans and suspicion count by: culprits_of(). */
struct addr peers_culprit(const struct addr *a);

/* own_id: 20 bytes, copied. rng is used to draw a hash key, and not kept. */
struct peers *peers_new(const uint8_t *own_id, const struct rng *rng);
void peers_free(struct peers *p);

/* Our address as others see it, for BEP 40 priorities; IPv4 and IPv6 are kept
 * apart. O(n log n). */
void peers_set_self(struct peers *p, const struct addr *self);
/* Refuse whom is_refused() says: they are not taken, and those that were are not dialled.
 * It may answer otherwise later. ctx: borrowed. */
void peers_set_filter(struct peers *p,
                      bool (*is_refused)(void *ctx, const struct addr *a),
                      void *ctx);
/* While we have everything, candidates known as seeds are not dialled. O(n). */
void peers_set_seeding(struct peers *p, bool is_seeding);

/* We heard of a peer. KNOWN: it was a candidate; hearing of it again from a
 * tracker, LSD or the user forgives one failure. REFUSED: not an address to
 * dial, banned, or no better than the worst of a full list. */
enum peers_added peers_add(struct peers *p, const struct addr *a,
                           enum peers_source source, int64_t now_ms);
/* The best of those from whom we heard of a candidate; PEERS_INCOMING for any
 * other address. */
enum peers_source peers_source(const struct peers *p, const struct addr *a);
/* The torrent is private (BEP 27): forget those heard of by LSD, PEX or DHT, and hear of
 * no others that way. Those that are connected or being dialled are forgotten when that
 * ends; closing them is the caller's. O(n). */
void peers_set_private(struct peers *p);
/* May a private torrent have peers from there? */
bool peers_is_private_source(enum peers_source source);
/* It is said to have everything (PEX flag), or was seen to; or not. */
void peers_set_seed(struct peers *p, const struct addr *a, bool is_seed);

/* Its handshake worked this way; asked for when it is dialled. O(1). */
void peers_set_crypt(struct peers *p, const struct addr *a,
                     enum peers_crypt crypt);
enum peers_crypt peers_crypt(const struct peers *p, const struct addr *a);

/* Write the best candidate to dial now to *out and mark it DIALLING; false when
 * there is none. O(log n) amortised. */
bool peers_next_to_dial(struct peers *p, int64_t now_ms, struct addr *out);
/* When peers_next_to_dial() will have one again if nothing else happens: at
 * most now_ms when now, INT64_MAX when never. May be early, never late. */
int64_t peers_deadline_ms(const struct peers *p, int64_t now_ms);

/* A dialled candidate came to nothing before its handshake was over. Unknown
 * addresses are ignored. */
void peers_on_failed(struct peers *p, const struct addr *a, enum peers_fail why,
                     int64_t now_ms);
/* The handshake is over: a connection with `remote` (incoming: from any port of
 * its) to `peer_id` (20 bytes) exists. old_out: written for REPLACES, the
 * remote of the connection to close. The connection is counted for WELCOME and
 * REPLACES only; then each ends with peers_on_closed(), also the replaced
 * one. */
enum peers_verdict peers_on_connected(struct peers *p,
                                      const struct addr *remote,
                                      const uint8_t *peer_id, bool is_incoming,
                                      int64_t now_ms, struct addr *old_out);
/* An incoming connection told the port it listens on: its address becomes a
 * CONNECTED candidate. Ignored for dialled ones, and for port 0. */
void peers_on_listen_port(struct peers *p, const struct addr *remote,
                          uint16_t port, int64_t now_ms);
/* A counted connection ended. was_useful: payload moved in either direction in
 * its last moments; such a peer is dialled again soon. */
void peers_on_closed(struct peers *p, const struct addr *remote,
                     bool was_useful, int64_t now_ms);

/* The machine slept, or its network is another: who could not be reached, or went, may be
 * there again. All that are not connected or being dialled may be dialled at once, as if
 * they had never failed; but those that were given up and never reached stay so. O(n log
 * n). */
void peers_forgive_all(struct peers *p);

/* Ban the culprit of a. Its candidates that are not connected or being dialled
 * are forgotten; closing those is the caller's. O(n). */
void peers_ban(struct peers *p, const struct addr *a);
bool peers_is_banned(const struct peers *p, const struct addr *a);

struct peers_tally peers_tally(const struct peers *p);
size_t peers_n_known(const struct peers *p);    /* candidates */
size_t peers_n_dialable(const struct peers *p); /* READY or WAITING */
size_t peers_n_connected(const struct peers *p);
size_t peers_n_banned(const struct peers *p);

/* Write up to cap addresses worth keeping for the next run, those that were
 * reached first, none given up; return how many. O(n log n). */
size_t peers_list(const struct peers *p, struct addr *out, size_t cap);

void peers_check(const struct peers *p); /* asserts its invariants: for tests */

#endif
