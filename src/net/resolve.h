/* resolve.h -- host names to addresses, without making the loop wait.
 * getaddrinfo() runs in threads, at most RESOLVE_MAX_ACTIVE; more queries wait in
 * line. A literal address is answered without a thread, a name asked for lately
 * from memory (failures are not remembered), a name being asked for joins that
 * lookup. RESOLVE_TIMEOUT_MS after it was asked a query is answered ERR_TIMEOUT,
 * even while its thread hangs; a hanging thread goes on counting as active, and
 * outlives resolve_free(), which never waits: it owns all that it touches.
 * Answers come from the loop, never inside resolve_start(). Loop thread only. */
#ifndef NET_RESOLVE_H
#define NET_RESOLVE_H

#include "util/addr.h"
#include "util/err.h"

#include <stddef.h>
#include <stdint.h>

struct loop;
struct resolve;
struct resolve_query;

enum {
    RESOLVE_MAX_ADDRS = 16,
    RESOLVE_MAX_ACTIVE = 8,    /* threads */
    RESOLVE_MAX_QUERIES = 256, /* not yet answered; beyond: ERR_BUSY */
    RESOLVE_MAX_NAMES = 128,   /* remembered; the oldest goes */
    RESOLVE_MAX_HOST_LEN = 253,
    RESOLVE_TIMEOUT_MS = 10 * 1000,
    RESOLVE_KEEP_MS = 60 * 1000
};

struct resolve_answer {
    enum err err;      /* OK, ERR_NOT_FOUND, ERR_TIMEOUT, ERR_SYNTAX, ... */
    const char *words; /* one clean line for people; "" when OK */
    const struct addr *addrs; /* borrowed for the call; in the system's order */
    size_t n_addrs;           /* 1..RESOLVE_MAX_ADDRS when OK, else 0 */
};

/* The query is over when this is called: its handle is dead. */
typedef void resolve_fn(void *ctx, const struct resolve_answer *answer);

/* What asks the system: fills addrs (cap of them, ports not looked at), returns
 * their number, 0 with *words set (static text) when there is none. Called in
 * any thread, may block for long. */
typedef size_t resolve_lookup_fn(void *ctx, const char *host,
                                 struct addr *addrs, size_t cap,
                                 const char **words);

/* lookup NULL: getaddrinfo(). ctx must outlive every thread that may still run
 * it. Cannot fail: threads and pipe are made when first needed. */
struct resolve *resolve_new(struct loop *loop, resolve_lookup_fn *lookup,
                            void *ctx);
/* Forgets all queries, without calling them. NULL: nothing. */
void resolve_free(struct resolve *r);

/* Ask for `host` (a name, an IPv4 or IPv6 address, the latter also in brackets);
 * answers carry `port`. Returns a handle until it is answered; never NULL:
 * errors come as answers. */
struct resolve_query *resolve_start(struct resolve *r, const char *host,
                                    uint16_t port, resolve_fn *fn, void *ctx);
/* Forget a query that was not answered yet; fn is not called. */
void resolve_cancel(struct resolve *r, struct resolve_query *q);

#endif
