/* turns.h -- what the tests of real descriptors share: a loop with poll, a pair of
 * sockets, and turning until something happened. Nothing sleeps: each turn waits
 * for the descriptor that the test is about, and a test that waits in vain fails. */
#ifndef TESTS_NET_TURNS_H
#define TESTS_NET_TURNS_H

#include "net/loop.h"
#include "util/addr.h"

#include <stdbool.h>

/* A loop with poll, whose time is the clock's. */
struct loop *turns_loop(void);

/* Turn until *done, or fail. */
void turns_until(struct loop *loop, const bool *done);
/* Turn until *n >= want, or fail. */
void turns_until_count(struct loop *loop, const int *n, int want);
/* Do all that is ready, without waiting. */
void turns_quiet(struct loop *loop);

/* 127.0.0.1 and ::1 with a port. */
struct addr turns_v4(uint16_t port);
struct addr turns_v6(uint16_t port);
/* Has this machine IPv6 on its loopback? */
bool turns_has_v6(void);

/* A socket that listens on 127.0.0.1, at *at. */
int turns_listen(struct addr *at);
/* A blocking connection to `at`, with `timeout` of a second for its reads. */
int turns_connect(const struct addr *at);

#endif
