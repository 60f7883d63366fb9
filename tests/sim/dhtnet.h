/* dhtnet.h -- a network of DHT nodes in virtual time: datagrams take some
 * milliseconds, or are lost; nodes are whole, dead, or scripted. The same seed
 * gives the same run. Node i of DHTNET_V4 is at 20.x.y.7, each in a /24 of its
 * own. */
#ifndef TESTS_SIM_DHTNET_H
#define TESTS_SIM_DHTNET_H

#include "swarm/dht.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dhtnet;

/* What is at an address: */
enum dhtnet_kind {
    DHTNET_NODE, /* a node */
    DHTNET_DEAD, /* nothing: datagrams to it are lost */
    DHTNET_NAT,  /* a node that only hears whom it has asked */
    DHTNET_SCRIPT /* the net's script answers */
};

/* What a node of the network was told. */
struct dhtnet_seen {
    size_t n_peers; /* addresses told by on_peers */
    struct addr peer; /* the last */
    size_t n_done;
    struct dht_search_result result; /* of the last search */
    int64_t first_peer_ms, done_ms;  /* when; -1: not yet */
    size_t n_external;
    bool has_item, item_done;
    uint8_t item[DHT_MAX_VALUE];
    size_t item_len;
    int64_t item_seq;
    int n_put; /* -1: not over */
};

struct dhtnet *dhtnet_new(size_t cap, uint64_t seed);
void dhtnet_free(struct dhtnet *net);

/* Add one; return its number. Its config: port 5000 + is what is announced. */
size_t dhtnet_add(struct dhtnet *net, enum dhtnet_kind kind, bool is_v6,
                  bool is_read_only);
/* The same at an address of the caller's choice. */
size_t dhtnet_add_at(struct dhtnet *net, enum dhtnet_kind kind,
                     const struct addr *a, bool is_read_only);
/* Turn one into another kind, with all that it knows. */
void dhtnet_turn(struct dhtnet *net, size_t i, enum dhtnet_kind kind);
/* Free a node and begin it anew with what it saved. */
void dhtnet_restart(struct dhtnet *net, size_t i);

struct dht *dhtnet_node(struct dhtnet *net, size_t i); /* NULL: not one */
struct dhtnet_seen *dhtnet_seen(struct dhtnet *net, size_t i);
const struct addr *dhtnet_addr(const struct dhtnet *net, size_t i);
struct rng *dhtnet_rng(struct dhtnet *net);
int64_t dhtnet_now_ms(const struct dhtnet *net);
/* To be called after a call to a node: its deadline may have changed. */
void dhtnet_touch(struct dhtnet *net, size_t i);

/* Who answers for DHTNET_SCRIPT: bytes came from a node; dhtnet_send(). */
typedef void dhtnet_script(struct dhtnet *net, size_t i,
                           const struct addr *from, const uint8_t *bytes,
                           size_t len);
void dhtnet_set_script(struct dhtnet *net, dhtnet_script *script);
/* Send a datagram from any address, there or not, to another. */
void dhtnet_send(struct dhtnet *net, const struct addr *from,
                 const struct addr *to, const uint8_t *bytes, size_t len);
/* Of 1000 datagrams so many are lost. */
void dhtnet_set_loss(struct dhtnet *net, uint32_t per_mille);
/* Let each node begin with one of those before it, `gap_ms` apart. */
void dhtnet_join_all(struct dhtnet *net, int64_t gap_ms);

/* Let time pass. */
void dhtnet_run(struct dhtnet *net, int64_t ms);
/* Let time pass until *flag, at most ms. */
void dhtnet_run_until(struct dhtnet *net, const size_t *count, size_t at_least,
                      int64_t ms);
/* Datagrams and bytes that a node sent. */
uint64_t dhtnet_bytes_from(const struct dhtnet *net, size_t i);
uint64_t dhtnet_n_from(const struct dhtnet *net, size_t i);
size_t dhtnet_max_len(const struct dhtnet *net); /* of all datagrams so far */
/* Check the invariants of all nodes. */
void dhtnet_check(struct dhtnet *net);

#endif
