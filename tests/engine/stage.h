/* stage.h -- what the tests of connections play on: a loop in virtual time, a network
 * in memory, and two sides of it, each with an `env` of its own as a session has.
 * stage_fini() holds every side to account: no connection counted, no link in a list,
 * no memory taken. */
#ifndef TESTS_ENGINE_STAGE_H
#define TESTS_ENGINE_STAGE_H

#include "engine/env.h"
#include "net/loop.h"
#include "proto/handshake.h"
#include "tests/fake/link.h"
#include "tests/fake/world.h"

enum { STAGE_POOL_BYTES = 1 << 20, STAGE_MAX_CONNS = 100 };

struct stage_side {
    struct stage *stage; /* borrowed: holds it */
    struct env env;
    struct limits limits;
    struct addr at; /* its address */
    uint64_t seed;
    bool is_disk_busy;
    bool has_no_sockets; /* dialling fails at once */
};

struct stage {
    struct loop *loop; /* owned, as the rest */
    struct world *world;
    struct link_net *net;
    struct stage_side here, there;
};

/* A host without limits at each side; the loop's time is not 0. */
void stage_init(struct stage *s);
void stage_fini(struct stage *s);
void stage_run(struct stage *s, int64_t for_ms);
int64_t stage_now(const struct stage *s);
/* 10.0.0.n, with a port. */
struct addr stage_addr(uint8_t n, uint16_t port);

/* A handshake whose hash and peer id are made of these bytes. */
struct handshake stage_hello(uint8_t hash, uint8_t peer_id);

/* The far end of a connection, as a bare stream. */

/* Write all of it; fails the test when there is no room. */
void stage_write(struct conn *c, const void *bytes, size_t len);
/* Read up to cap bytes; *closed_out says whether the stream is at its end or cut. */
size_t stage_read(struct conn *c, void *bytes, size_t cap, bool *closed_out);
bool stage_is_closed(struct conn *c);

#endif
