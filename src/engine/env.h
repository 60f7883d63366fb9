/* env.h -- what every part of the engine is given: the loop, the disk, memory,
 * limits, randomness, and how to reach the world. Decides nothing. One a session; tests
 * and simulations make one with fakes. An open struct of borrowed things: the session
 * outlives all that is given it. Loop thread only. */
#ifndef ENGINE_ENV_H
#define ENGINE_ENV_H

#include "model/encryption.h"
#include "engine/limits.h"
#include "engine/pool.h"
#include "engine/selfaddr.h"
#include "model/event.h"
#include "net/conn.h"
#include "util/addr.h"
#include "util/rng.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dhtnode;
struct diskq;
struct geoip;
struct http;
struct ipfilter;
struct localpeers;
struct peerlink;
struct loop;
struct resolve;
struct trackers;
struct udp;
struct udp_tracker_cache;

enum { ENV_SCRATCH_LEN = 256 << 10 };

struct env {
    struct loop *loop;
    struct diskq *disk;
    struct pool *pool;
    struct limits *limits;
    struct rng rng;
    struct http *http;       /* NULL: no HTTP trackers (simulations) */
    struct udp *udp;         /* NULL: no UDP trackers */
    struct resolve *resolve; /* with udp */
    struct udp_tracker_cache *udp_cache;
    struct ipfilter *filter;   /* NULL: everybody may come */
    const struct geoip *geoip; /* countries of addresses; NULL: not known */
    /* All goes by a proxy: nothing may leave but by dial() and http. No UDP, no
     * multicast, no name lookups. */
    bool is_proxied;
    struct dhtnode *dht;           /* NULL: it is off */
    uint16_t listen_port;          /* 0: nobody can reach us */
    bool uses_pex;                 /* of torrents that are not private */
    struct localpeers *localpeers; /* NULL: no local discovery */
    enum encryption encryption;
    struct selfaddr self; /* as others see us */
    /* Dial a peer; as conn_dial_tcp(), which is the product's. */
    enum err (*dial)(void *ctx, const struct addr *remote,
                     const struct conn_handler *handler, struct conn **out);
    /* Is the disk at work on something that will give memory back? */
    bool (*disk_is_busy)(void *ctx);
    /* Tell the front end. */
    void (*post)(void *ctx, const struct event *e);
    /* Give the front end the bytes of a .torrent (taken) that it asked for. NULL: nobody
     * asks (simulations). */
    void (*give)(void *ctx, uint8_t *bytes, size_t len);
    /* A torrent went to another state; called in the middle of things. NULL: nobody
     * wants to know (simulations). */
    void (*changed)(void *ctx, uint32_t torrent);
    void *ctx;
    /* Bytes on their way from a socket to a peer's parser: one read's worth, shared,
     * since nothing stays in it between two reads. */
    uint8_t *scratch; /* ENV_SCRATCH_LEN bytes */
    /* Links that have something to send at the end of this turn. */
    struct peerlink *dirty;
    /* Links that wait for memory. */
    struct peerlink *paused;
    /* Those that have a call under way: who may be sent a datagram. */
    struct trackers *asking;
};

#endif
