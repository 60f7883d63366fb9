/* udptracker.h -- a UDP tracker for tests, on the test's own loop, at 127.0.0.1 or ::1
 * and a port of the system's choice: answers, refuses or keeps silent as the test says,
 * and keeps count. Needs a loop with poll. Source: BEP 15. */
#ifndef TESTS_FAKE_UDPTRACKER_H
#define TESTS_FAKE_UDPTRACKER_H

#include "util/addr.h"

#include <stdbool.h>
#include <stdint.h>

struct loop;
struct udp;

enum udptracker_mood {
    UDPTRACKER_ANSWERS, /* with one peer, 1.2.3.4:5 or [2001:db8::1]:5 */
    UDPTRACKER_REFUSES, /* "not here" to all but connect */
    UDPTRACKER_IS_SILENT
};

struct udptracker {
    struct udp *udp; /* owned */
    struct addr at;
    enum udptracker_mood mood;
    int n_connects, n_announces, n_scrapes;
    uint32_t event; /* of the last announce */
    uint16_t port;
};

void udptracker_init(struct udptracker *t, struct loop *loop, bool is_v6);
void udptracker_fini(struct udptracker *t);

#endif
