/* dht.h -- a node of the distributed hash table: answers other nodes, finds peers of
 * info-hashes and announces ours, gets and puts small items.
 * Sans-IO: datagrams and the time go in, datagrams (host.send), findings and the next
 * deadline come out. Owns no socket, resolves no names, keeps no file.
 * One node has a table, and an id, for each address family (BEP 32).
 * A search asks ever closer nodes until the 8 closest that live have answered, tells
 * peers as they come, then announces to those. It is one round: the owner asks again
 * later (dht_search_result.again_ms says when). While no node is known it waits, and
 * goes on with the first that answers.
 * Hostile input is the rule here. Answers count from the address that was asked with a
 * random transaction id; a node enters the table only when it answered; one node an IP,
 * one a /24 (v6: /64) a bucket and a search; nodes that a wide network's node names must
 * be of the wide network: loopback and private ones are believed of a loopback or
 * private node only, and are free of these limits. Nothing is sent to port 0, below 1024
 * or to no unicast address.
 * Replies are limited: 5 a second an IP (who goes on is not heard for 5 minutes), 100 a
 * second and config.reply_Bps in all.
 * Datagrams are <= DHT_MAX_DATAGRAM bytes, 1024 but for items of BEP 44.
 * Parts: dht_table nodes, dht_lookup one iterative search, dht_rpc what waits for an
 * answer, dht_guard limits, dht_contacts whom we sent something, dht_store peers,
 * dht_items items, dht_tokens write tokens, dht_save the state's bytes.
 * Source: BEP 5, 32, 33, 42-45, 51. Loop thread only. Cost: O(nodes known) a datagram,
 * some 20 us; memory 40 KiB, with all as full as its caps let it be below 4 MiB. */
#ifndef SWARM_DHT_H
#define SWARM_DHT_H

#include "swarm/dht_stats.h"
#include "util/addr.h"
#include "util/buf.h"
#include "util/bytes.h"
#include "util/err.h"
#include "util/rng.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dht;

enum {
    DHT_MAX_DATAGRAM = 1400,
    DHT_MAX_SEARCHES = 1024,   /* running and queued; more are refused */
    DHT_RUNNING_SEARCHES = 16, /* at once; the others wait their turn */
    DHT_MAX_VALUE = 1000,      /* bytes of a BEP 44 value, bencoded */
    DHT_MAX_SALT = 64,         /* BEP 44 */
    DHT_KEY_LEN = 32,          /* Ed25519 public key */
    DHT_SECRET_LEN = 64,       /* libsodium's secret key */
    DHT_MAX_STATE = 64 * 1024, /* bytes of a saved state */
    DHT_MAX_BOOTSTRAP = 32,    /* addresses that wait to be asked */
    DHT_REPLY_BPS = 8000       /* when the config does not say */
};

struct dht_config {
    struct rng rng;        /* its ctx is borrowed */
    bool has_v4, has_v6;   /* families host.send can send on */
    bool is_read_only;     /* BEP 43: ask, never answer (behind a bad NAT) */
    uint16_t port;         /* of our peers' listener, 0: none */
    bool has_implied_port; /* our datagrams leave from that same port number */
    uint32_t reply_Bps;    /* of all replies; 0: DHT_REPLY_BPS */
};

/* How a search ended. */
struct dht_search_result {
    uint32_t n_asked; /* nodes, both families */
    uint32_t n_answered;
    uint32_t n_peers;     /* different ones, told by on_peers */
    uint32_t n_announced; /* nodes that took our announce */
    int64_t again_ms;     /* from now: when another search is worth it */
};

/* An item of BEP 44 that was found. Borrowed until the call returns. */
struct dht_item {
    struct span value;  /* bencoded, <= DHT_MAX_VALUE */
    const uint8_t *key; /* DHT_KEY_LEN bytes; NULL: immutable */
    int64_t seq;        /* of a mutable one, its signature verified */
};

/* What the node asks of the outside. None of these may call dht_free(); on_peers,
 * on_search_done, on_item and on_put_done may begin and cancel searches. All but send
 * may be NULL. */
struct dht_host {
    /* Send one datagram; failure is silent, as a lost datagram is. */
    void (*send)(void *ctx, const struct addr *to, const uint8_t *bytes,
                 size_t len);
    /* Is it not to be talked to? Nothing is sent there, nor read from there. */
    bool (*refuses)(void *ctx, const struct addr *a);
    /* Peers of a search, n >= 1, each told once a search; all dialable. Also, for half
     * an hour or until dht_cancel(), who announces himself to us. */
    void (*on_peers)(void *ctx, const uint8_t *info_hash,
                     const struct addr *peers, size_t n);
    /* A search ended; not called for one that was cancelled. */
    void (*on_search_done)(void *ctx, const uint8_t *info_hash,
                           const struct dht_search_result *result);
    /* At least 8 nodes of different networks agree that this is our address
     * (port 0), and the last one told was another. The node id of that family
     * is made anew for it (BEP 42): a time to save. */
    void (*on_external)(void *ctx, const struct addr *ip);
    /* A query came from where nothing had been sent to: our port can be reached. */
    void (*on_stranger)(void *ctx, const struct addr *from);
    /* A get ended: item NULL when nobody had it. Of a mutable item the one with
     * the highest seq that came. */
    void (*on_item)(void *ctx, const uint8_t *target,
                    const struct dht_item *item);
    /* A put ended: how many nodes stored it. */
    void (*on_put_done)(void *ctx, const uint8_t *target, unsigned n_stored);
    void *ctx; /* borrowed */
};

/* Make a node with random ids that knows nobody. Both structs are copied. Does nothing
 * until it is given nodes, by dht_load(), dht_add_bootstrap() or dht_add_node(). */
struct dht *dht_new(const struct dht_config *config,
                    const struct dht_host *host, int64_t now_ms);
/* Free it; searches end without a word. NULL: nothing. */
void dht_free(struct dht *d);

/* A datagram came; any len, 0 too. Return whether it was for the DHT (begins as a
 * dictionary: good, bad or hostile): if not, another protocol of the port may own it.
 * from: with the port it came from. */
bool dht_rx(struct dht *d, const struct addr *from, const uint8_t *bytes,
            size_t len, int64_t now_ms);
/* When to call dht_step() at the latest; INT64_MAX: nothing to wait for. It changes
 * with every call that takes the time. */
int64_t dht_deadline_ms(const struct dht *d);
/* Do what is due: time-outs, searches, upkeep of the tables. Bounded work. */
void dht_step(struct dht *d, int64_t now_ms);

/* Ask this address for nodes: of a router, a magnet's x.pe, or a name resolved for
 * this. It is asked at once, and again, ever less often, until we know enough and it has
 * answered (or a quarter of an hour has passed). Ignored when not allowed (see above) or
 * of a family we do not have; at DHT_MAX_BOOTSTRAP the oldest is forgotten. */
void dht_add_bootstrap(struct dht *d, const struct addr *a, int64_t now_ms);
/* A peer says that it has a DHT node there (PORT message, BEP 5): ping it, when it is
 * allowed and the table has room for it. */
void dht_add_node(struct dht *d, const struct addr *a, int64_t now_ms);

/* The host refuses others than before: forget the nodes that it refuses. */
void dht_weed(struct dht *d, int64_t now_ms);

/* What to announce at the end of a search. */
struct dht_announce {
    bool is_wanted; /* else the search only looks */
    bool is_seed;   /* BEP 33 */
};

/* Search peers of an info-hash (20 bytes, copied; a v2 hash is truncated). A second
 * search of the same hash while one goes on changes its announce, and has no end of its
 * own. With announce, config's port, if it is not 0, is told to the closest nodes.
 * ERR_TOO_BIG: DHT_MAX_SEARCHES are there. */
enum err dht_search(struct dht *d, const uint8_t *info_hash,
                    const struct dht_announce *announce,
                    int64_t now_ms) ERR_MUST_CHECK;
/* End a search without a word; nothing when there is none. */
void dht_cancel(struct dht *d, const uint8_t *info_hash);

/* Get an item: an immutable one by its target (key NULL), or a mutable one by its key
 * and salt (len 0: none; target is not read then and may be NULL). ERR_TOO_BIG: too
 * many searches, or salt over DHT_MAX_SALT. */
enum err dht_get(struct dht *d, const uint8_t *target, const uint8_t *key,
                 struct span salt, int64_t now_ms) ERR_MUST_CHECK;

/* An item to put. */
struct dht_put {
    struct span value;     /* one bencoded value, <= DHT_MAX_VALUE */
    const uint8_t *secret; /* DHT_SECRET_LEN bytes; NULL: immutable */
    struct span salt;      /* mutable: <= DHT_MAX_SALT */
    int64_t seq;           /* mutable: above what is stored */
    bool has_cas;          /* store only where the stored seq is cas */
    int64_t cas;
};

/* Put an item at the 8 nodes closest to its target, which is written to target_out (20
 * bytes). The signature is made here, the secret is not kept. ERR_SYNTAX: value is not
 * one bencoded value; ERR_TOO_BIG: value, salt, or too many searches. */
enum err dht_put(struct dht *d, const struct dht_put *put, uint8_t *target_out,
                 int64_t now_ms) ERR_MUST_CHECK;

/* Change what dht_config said. A family that goes keeps its table. */
void dht_set_families(struct dht *d, bool has_v4, bool has_v6, int64_t now_ms);
void dht_set_read_only(struct dht *d, bool is_read_only);
/* The machine slept, or the network changed: ask the nodes soon if they are there. */
void dht_wake(struct dht *d, int64_t now_ms);

/* Append what is worth keeping: ids, up to 300 nodes. ERR_TOO_BIG: out refused. */
enum err dht_save(const struct dht *d, struct buf *out) ERR_MUST_CHECK;
/* Take up what dht_save() wrote, from a file that anybody may have changed: the ids,
 * and nodes to ask, most within seconds. Call before anything else of a new node.
 * ERR_SYNTAX, ERR_TRUNCATED, ERR_TOO_BIG, ERR_HASH (checksum), ERR_UNSUPPORTED (of
 * another version): nothing was changed. */
enum err dht_load(struct dht *d, const uint8_t *bytes, size_t len,
                  int64_t now_ms) ERR_MUST_CHECK;

/* Nodes that answered lately, of both families: the number for a header. */
uint32_t dht_n_good(const struct dht *d);
/* Our id of a family: 20 bytes, borrowed. */
const uint8_t *dht_id(const struct dht *d, enum dht_family family);

/* Assert the invariants. For tests. */
void dht_check(const struct dht *d);

#endif
