/* portmap.h -- asks the gateway of a home network to let the world reach our port, TCP and
 * UDP, keeps that up, and takes it back at the end. Decides when; how is a mapper's
 * (net/mapper, or a test's), whose functions may block for seconds and run in threads
 * of their own, one at a time.
 *   ASKING   a first answer is waited for, or a new one after a failure
 *   MAPPED   asked again at half its life, and each PORTMAP_RENEW_MAX_MS
 *   FAILED   asked again after 1, 2, 4 ... 60 minutes
 *   ENDING   portmap_stop(): what is under way is waited for, and taken back
 *   OVER     nothing more is done
 * A thread that still runs at portmap_free() is left to itself: what it shares goes with
 * it, and nothing here waits for it. Owned by the engine; loop thread only. */
#ifndef NET_PORTMAP_H
#define NET_PORTMAP_H

#include "util/addr.h"
#include "util/err.h"

#include <stdbool.h>
#include <stdint.h>

struct loop;
struct portmap;

enum {
    PORTMAP_LIFE_S = 3600, /* what is asked for */
    PORTMAP_RENEW_MIN_MS = 60 * 1000,
    PORTMAP_RENEW_MAX_MS = 30 * 60 * 1000,
    PORTMAP_RETRY_MIN_MS = 60 * 1000,
    PORTMAP_RETRY_MAX_MS = 60 * 60 * 1000,
    PORTMAP_NONCE_LEN = 12,
    PORTMAP_BY_LEN = 16,
    PORTMAP_URL_LEN = 512,
    PORTMAP_SERVICE_LEN = 128
};

enum portmap_way { PORTMAP_ANY_WAY, PORTMAP_UPNP, PORTMAP_NATPMP, PORTMAP_PCP };

/* What is wanted; a value. */
struct portmap_wish {
    uint16_t port;        /* ours, and the gateway's */
    enum portmap_way way; /* by which protocols */
    bool is_bound;
    struct addr local; /* when is_bound: the address of ours that is meant */
    uint8_t nonce[PORTMAP_NONCE_LEN]; /* random, of this wish alone (PCP) */
};

/* What was got; a value, which goes back to the mapper that made it. */
struct portmap_mapping {
    char by[PORTMAP_BY_LEN]; /* "UPnP"; "" when there is none */
    bool has_external;
    struct addr external; /* when known: the address outside, and the port */
    uint32_t life_s;      /* 0: without end */
    char control_url[PORTMAP_URL_LEN]; /* the mapper's own */
    char service[PORTMAP_SERVICE_LEN];
};

/* Both in any thread, and may block. ctx outlives every thread that may run them. */
struct portmap_mapper {
    /* Map both protocols, or neither. Any error: cause says what the gateway said,
     * clean. */
    enum err (*map)(void *ctx, const struct portmap_wish *wish,
                    struct portmap_mapping *out, struct cause *cause);
    void (*unmap)(void *ctx, const struct portmap_wish *wish,
                  const struct portmap_mapping *mapping);
    void *ctx; /* borrowed */
};

enum portmap_state {
    PORTMAP_ASKING,
    PORTMAP_MAPPED,
    PORTMAP_FAILED,
    PORTMAP_ENDING,
    PORTMAP_OVER
};

/* Told of each change of state, and of the external address. It must not free. */
typedef void portmap_fn(void *ctx);

/* Begin: the first answer comes from the loop. mapper, wish: copied. Never NULL: what
 * goes wrong is a state. Owned by the caller. */
struct portmap *portmap_new(struct loop *loop,
                            const struct portmap_mapper *mapper,
                            const struct portmap_wish *wish, portmap_fn *fn,
                            void *ctx);
/* The gateway may be another, or have forgotten us: ask at once, and after what is under
 * way once more. Nothing once it ends. */
void portmap_renew(struct portmap *p);
/* Begin to take back; OVER at once when there is nothing. */
void portmap_stop(struct portmap *p);
/* From any state; fn is not called. NULL: nothing. */
void portmap_free(struct portmap *p);

enum portmap_state portmap_state(const struct portmap *p);
/* MAPPED: what is mapped; borrowed until the next change. */
const struct portmap_mapping *portmap_mapping(const struct portmap *p);
/* FAILED: why; else "". */
const char *portmap_words(const struct portmap *p);

#endif
