/* dht_rpc.h -- the queries that wait for an answer: of whom, since when, what
 * for. Matches answers: by a random transaction id of 4 bytes and the address
 * that was asked. Sends nothing.
 * A call is LATE once, after DHT_RPC_LATE_MS (its search then asks another in
 * its place), and ends after DHT_RPC_FAIL_MS. Owned by dht; loop thread. */
#ifndef SWARM_DHT_RPC_H
#define SWARM_DHT_RPC_H

#include "swarm/dht_id.h"
#include "swarm/dht_stats.h"
#include "util/addr.h"
#include "util/bytes.h"
#include "util/rng.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    DHT_RPC_LATE_MS = 1000,
    DHT_RPC_FAIL_MS = 15000,
    DHT_RPC_TID_LEN = 4,
    DHT_RPC_MAX = 2048 /* calls that wait; no more are begun */
};

/* What a query was for. */
enum dht_rpc_purpose {
    DHT_RPC_LOOK, /* a step of a search */
    DHT_RPC_STORE, /* announce or put, at the end of one */
    DHT_RPC_CHECK, /* is that node there? */
    DHT_RPC_BOOTSTRAP
};

struct dht_rpc_call {
    uint8_t tid[DHT_RPC_TID_LEN];
    struct addr addr;
    enum dht_kind kind;
    enum dht_rpc_purpose purpose;
    uint32_t search; /* its number; 0: of none */
    int64_t asked_ms;
    bool is_late;
};

struct dht_rpc;

struct dht_rpc *dht_rpc_new(const struct rng *rng); /* borrowed, outlives it */
void dht_rpc_free(struct dht_rpc *r);

/* Enter a call: tid, asked_ms and is_late of *call are set. Return false,
 * nothing done, when DHT_RPC_MAX wait. */
bool dht_rpc_begin(struct dht_rpc *r, struct dht_rpc_call *call,
                   int64_t now_ms);
/* An answer came: copy its call to *out and forget it. False: nobody waits for
 * that. */
bool dht_rpc_end(struct dht_rpc *r, struct span tid, const struct addr *from,
                 struct dht_rpc_call *out);
/* Copy the next call that is due to *out: one that became late (is_late is set,
 * it waits on), or that failed (is_failed_out, forgotten). False: none is. */
bool dht_rpc_expire(struct dht_rpc *r, int64_t now_ms, struct dht_rpc_call *out,
                    bool *is_failed_out);
/* Forget all without a word. */
void dht_rpc_reset(struct dht_rpc *r);
/* Is this address being asked? */
bool dht_rpc_is_asking(const struct dht_rpc *r, const struct addr *a);
/* When something will be due; INT64_MAX: nothing waits. */
int64_t dht_rpc_deadline_ms(const struct dht_rpc *r);
uint32_t dht_rpc_n(const struct dht_rpc *r);

#endif
