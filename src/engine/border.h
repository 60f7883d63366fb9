/* border.h -- where a session meets the world beyond its sockets: its IP filter, its
 * gateway, its proxy and the countries of addresses, what they say, and their part of a
 * frame; has all ask anew when the machine woke or is elsewhere. Decides nothing itself.
 * A part of a session; loop thread only. */
#ifndef ENGINE_BORDER_H
#define ENGINE_BORDER_H

#include "engine/env.h"
#include "engine/gateway.h"
#include "engine/ipfilter.h"
#include "engine/proxy.h"
#include "engine/waking.h"

#include <stdbool.h>

struct command;
struct disk_job;
struct reach;
struct session_config;
struct steward;

struct border {
    struct env *env;         /* borrowed, as the next */
    struct steward *steward; /* whose torrents are weeded */
    struct ipfilter filter;
    struct gateway gateway;
    struct proxy proxy; /* when env->is_proxied */
    struct waking waking;
    int64_t (*slept_ms)(void);
    struct geoip *geoip;     /* owned, and given to env; NULL: none */
    const struct addr *bind; /* borrowed: the session's, or NULL */
};

/* env (its loop and disk are there): borrowed, as steward and bind (the only address that
 * is used; NULL: any). Loads the filter of the config, which blocks, and gives it to env,
 * as it does with the countries where somebody looks; says whether all goes by a proxy.
 * Fails as ipfilter_begin(), with its cause. */
enum err border_open(struct border *b, struct env *env, struct steward *steward,
                     const struct session_config *config,
                     const struct addr *bind,
                     struct cause *cause) ERR_MUST_CHECK;
/* Dial a peer; as env.dial(). */
enum err border_dial(struct border *b, const struct addr *remote,
                     const struct conn_handler *handler,
                     struct conn **out) ERR_MUST_CHECK;
/* The port is listened on: ask the gateway, as the config says. */
void border_reach_out(struct border *b, const struct session_config *config);
/* Once a second. */
void border_second(struct border *b);
/* Carry out COMMAND_FILTER or COMMAND_GEOIP. */
void border_obey(struct border *b, const struct command *c);
/* A DISK_IPLOAD job is done: taken. */
void border_on_job(struct border *b, struct disk_job *job);
void border_fill(const struct border *b, struct reach *out);
/* The end: begin it; is it reached? */
void border_stop(struct border *b);
bool border_is_over(const struct border *b);
/* Also of one that is all zero. */
void border_fini(struct border *b);

#endif
