#include "config.h"

#include "tests/engine/outside.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "net/http.h"
#include "net/resolve.h"
#include "net/udp.h"
#include "swarm/udp_tracker.h"
#include "tests/net/turns.h"
#include "util/ipset.h"

#include <check.h>

static size_t lookup(void *ctx, const char *host, struct addr *addrs,
                     size_t cap, const char **words)
{
    /* In a thread of the resolver, where check's own assertions have no place. */
    const struct outside *o = ctx;
    (void)host;
    size_t n_addrs = o->n_addrs;
    size_t n = n_addrs < cap ? n_addrs : cap;
    memcpy(addrs, o->addrs, n * sizeof *addrs);
    *words = "no such name";
    return n;
}

static void on_datagram(void *ctx, const struct addr *from, struct span bytes)
{
    struct outside *o = ctx;
    if (o->on_datagram != NULL)
        o->on_datagram(o->ctx, from, bytes);
}

void outside_init(struct outside *o)
{
    signal(SIGPIPE, SIG_IGN);
    *o = (struct outside){.seed = 1};
    o->env.loop = turns_loop();
    o->env.rng = rng_seeded(&o->seed);
    o->env.limits = &o->limits;
    o->env.listen_port = 6881;
    struct http_config http = {.user_agent = "test",
                               .refuser = {.refuses = ipfilter_refusal,
                                           .ctx = &o->filter}};
    o->env.filter = &o->filter;
    ck_assert_int_eq(http_new(o->env.loop, &http, &o->env.http), OK);
    o->env.resolve = resolve_new(o->env.loop, lookup, o);
    o->env.udp_cache = udp_tracker_cache_new();
    struct dualsock_config any = {.v4 = true, .v6 = true};
    struct udp_handler handler = {.on_datagram = on_datagram, .ctx = o};
    ck_assert_int_eq(udp_new(o->env.loop, &any, &handler, &o->env.udp, NULL),
                     OK);
}

void outside_fini(struct outside *o)
{
    outside_filter(o, NULL);
    udp_free(o->env.udp);
    http_free(o->env.http);
    resolve_free(o->env.resolve);
    udp_tracker_cache_free(o->env.udp_cache);
    loop_free(o->env.loop);
}

void outside_filter(struct outside *o, const char *ip)
{
    struct addr a;
    ipset_free(o->filter.set);
    o->filter.set = NULL;
    if (ip == NULL)
        return;
    ck_assert_int_eq(addr_parse(ip, 1, &a), OK);
    o->filter.set = ipset_new();
    ck_assert_int_eq(ipset_add(o->filter.set, &a, &a), OK);
    ipset_seal(o->filter.set);
}

void outside_skip(struct outside *o, int64_t ms)
{
    int64_t until_ms = loop_now_ms(o->env.loop) + ms;
    int64_t due_ms;
    while ((due_ms = loop_next_due_ms(o->env.loop)) <= until_ms)
        loop_step(o->env.loop, due_ms);
    loop_step(o->env.loop, until_ms);
}

struct web_page outside_page(const char *path, const char *status,
                             const char *body)
{
    static char bytes[1024];
    int n = snprintf(bytes, sizeof bytes,
                     "HTTP/1.1 %s\r\nContent-Length: %zu\r\n\r\n%s", status,
                     strlen(body), body);
    ck_assert_int_lt(n, (int)sizeof bytes);
    return (struct web_page){.path = path, .bytes = bytes, .len = (size_t)n};
}
