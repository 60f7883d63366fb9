#include "config.h"

#include "engine/gateway.h"

#include <stdio.h>
#include <string.h>

#include "model/reach.h"
#include "net/mapper.h"

static void on_late(void *ctx)
{
    struct gateway *g = ctx;
    g->is_late = true;
}

void gateway_init(struct gateway *g, struct loop *loop, const struct rng *rng,
                  const struct gateway_host *host)
{
    *g = (struct gateway){.loop = loop,
                          .rng = *rng,
                          .host = *host,
                          .why_off = ""};
    loop_timer_init(&g->timer, on_late, g);
}

/* That a gateway does not help is common, and no fault: peers are dialled all the same. */
static void say(struct gateway *g, const struct cause *line)
{
    if (strcmp(line->text, g->said.text) == 0)
        return;
    g->said = *line;
    g->host.say(g->host.ctx, OK, line->text);
}

static void on_change(void *ctx)
{
    struct gateway *g = ctx;
    struct cause line;
    char text[ADDR_TEXT_MAX] = "";
    const struct portmap_mapping *m = portmap_mapping(g->map);
    switch (portmap_state(g->map)) {
    case PORTMAP_MAPPED:
        if (m->has_external) {
            addr_text(&m->external, text);
            g->host.outside(g->host.ctx, &m->external);
        }
        cause_set(&line, "port %u is mapped by %s%s%s", (unsigned)g->port,
                  m->by, text[0] != '\0' ? ": outside it is " : "", text);
        say(g, &line);
        break;
    case PORTMAP_FAILED:
        cause_set(&line, "port %u is not mapped: %s", (unsigned)g->port,
                  portmap_words(g->map));
        say(g, &line);
        break;
    case PORTMAP_ASKING:
    case PORTMAP_ENDING:
    case PORTMAP_OVER:
        break;
    }
}

void gateway_open(struct gateway *g, uint16_t port, enum portmap_way way,
                  const struct addr *bind, const struct portmap_mapper *mapper)
{
    struct portmap_mapper system = mapper_system();
    struct portmap_wish wish = {.port = port, .way = way};
    if (bind != NULL) {
        wish.is_bound = true;
        wish.local = *bind;
    }
    rng_bytes(&g->rng, wish.nonce, sizeof wish.nonce);
    g->port = port;
    if (bind != NULL && addr_is_loopback(bind))
        g->why_off = "bound to loopback";
    else if (bind != NULL && !addr_is_v4(bind))
        g->why_off = "bound to IPv6, which needs no mapping";
    else if (mapper == NULL && !mapper_can(way))
        g->why_off = "not built in";
    else
        g->map = portmap_new(g->loop, mapper != NULL ? mapper : &system, &wish,
                             on_change, g);
}

void gateway_renew(struct gateway *g)
{
    if (g->map != NULL)
        portmap_renew(g->map);
}

void gateway_stop(struct gateway *g)
{
    if (g->map == NULL)
        return;
    portmap_stop(g->map);
    loop_timer_arm(g->loop, &g->timer, loop_now_ms(g->loop) + GATEWAY_STOP_MS);
}

bool gateway_is_over(const struct gateway *g)
{
    return g->map == NULL || g->is_late ||
           portmap_state(g->map) == PORTMAP_OVER;
}

void gateway_fini(struct gateway *g)
{
    if (g->loop == NULL)
        return;
    loop_timer_cancel(g->loop, &g->timer);
    portmap_free(g->map);
    g->map = NULL;
}

static enum reach_mapping mapping_of(enum portmap_state state)
{
    switch (state) {
    case PORTMAP_ASKING:
        return REACH_MAPPING_ASKING;
    case PORTMAP_MAPPED:
        return REACH_MAPPED;
    case PORTMAP_FAILED:
        return REACH_MAPPING_FAILED;
    case PORTMAP_ENDING:
    case PORTMAP_OVER:
        break;
    }
    return REACH_MAPPING_OFF;
}

void gateway_fill(const struct gateway *g, struct reach *out)
{
    char text[ADDR_TEXT_MAX] = "";
    out->mapping = REACH_MAPPING_OFF;
    snprintf(out->mapping_words, sizeof out->mapping_words, "%s", g->why_off);
    if (g->map == NULL)
        return;
    const struct portmap_mapping *m = portmap_mapping(g->map);
    out->mapping = mapping_of(portmap_state(g->map));
    if (m->has_external)
        addr_text(&m->external, text);
    snprintf(out->mapped_by, sizeof out->mapped_by, "%s", m->by);
    snprintf(out->external, sizeof out->external, "%s", text);
    snprintf(out->mapping_words, sizeof out->mapping_words, "%.*s",
             (int)sizeof out->mapping_words - 1, portmap_words(g->map));
}
