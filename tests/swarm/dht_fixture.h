/* dht_fixture.h -- one DHT node against messages of the test's: what it sends
 * is kept, parsed. */
#ifndef TESTS_SWARM_DHT_FIXTURE_H
#define TESTS_SWARM_DHT_FIXTURE_H

#include "proto/krpc.h"
#include "swarm/dht.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DHT_FIXTURE_SENT = 256 };

struct dht_fixture_sent {
    struct addr to;
    size_t len;
    uint8_t bytes[DHT_MAX_DATAGRAM];
    struct krpc_msg msg; /* borrows bytes */
};

struct dht_fixture {
    uint64_t seed;
    struct rng rng;
    struct dht_config config;
    struct dht *d;
    int64_t now_ms;
    struct dht_fixture_sent *sent; /* owned: DHT_FIXTURE_SENT of them */
    size_t n_sent;                 /* since dht_fixture_forget() */
    size_t n_peers, n_done, n_external, n_strangers, n_items, n_puts;
    bool refuses_one;
    struct addr refused; /* whatever its port; when refuses_one */
    struct addr peer;    /* told last */
    struct dht_search_result result;
    bool has_item;
    struct dht_stats stats;
};

/* Begin with a node of both families at time 1000000. */
void dht_fixture_open(struct dht_fixture *f);
void dht_fixture_close(struct dht_fixture *f);
/* Forget what was sent. */
void dht_fixture_forget(struct dht_fixture *f);
/* Let time pass, stepping at each deadline. */
void dht_fixture_run(struct dht_fixture *f, int64_t ms);

/* Give it a message; its id and tid are set where they are not. */
bool dht_fixture_give(struct dht_fixture *f, const struct addr *from,
                      struct krpc_msg *msg);
/* The last query it sent to an address, NULL: none; or reply, or error. */
const struct krpc_msg *dht_fixture_last(const struct dht_fixture *f,
                                        const struct addr *to,
                                        enum krpc_type type);
/* Answer the last query sent to an address, with reply's own keys; reply NULL:
 * with an id alone. Ids are of the address: dht_fixture_id(). */
void dht_fixture_answer(struct dht_fixture *f, const struct addr *to,
                        struct krpc_msg *reply);
/* The id of who is at an address: fits it. */
const uint8_t *dht_fixture_id(const struct addr *a);
/* A node at 30.0.i.1, or 2a01:0:0:i::1. */
struct addr dht_fixture_addr(unsigned i);
struct addr dht_fixture_addr6(unsigned i);
/* Make the node know it. */
void dht_fixture_know(struct dht_fixture *f, const struct addr *a);
const struct dht_stats *dht_fixture_stats(struct dht_fixture *f);

#endif
