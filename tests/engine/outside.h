/* outside.h -- what the tests of announcing share: a loop with poll, an env that reaches
 * trackers on loopback, and names that mean what the test says. Nothing sleeps: turns
 * wait for descriptors, and what takes long is stepped over. */
#ifndef TESTS_ENGINE_OUTSIDE_H
#define TESTS_ENGINE_OUTSIDE_H

#include "engine/env.h"
#include "engine/ipfilter.h"
#include "tests/fake/udptracker.h"
#include "tests/fake/web.h"
#include "util/bytes.h"

enum { OUTSIDE_MAX_ADDRS = 4 };

struct outside {
    struct env env;
    struct limits limits;
    struct ipfilter filter; /* see outside_filter() */
    uint64_t seed;
    /* Every name but a literal address is this; none: "no such name". */
    struct addr addrs[OUTSIDE_MAX_ADDRS];
    _Atomic size_t n_addrs; /* read by the resolver's threads */
    /* Who is told of datagrams. */
    bool (*on_datagram)(void *ctx, const struct addr *from, struct span bytes);
    void *ctx;
};

void outside_init(struct outside *o);
void outside_fini(struct outside *o);
/* Have the IP filter have this address (without port) alone; NULL: none. */
void outside_filter(struct outside *o, const char *ip);
/* Let the loop's time pass at once: what is due by then is done. */
void outside_skip(struct outside *o, int64_t ms);

/* An HTTP answer with this body and status line, as a page at `path`; the bytes are
 * static, so one at a time. */
struct web_page outside_page(const char *path, const char *status,
                             const char *body);

#endif
