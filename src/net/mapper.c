#include "config.h"

#include "net/mapper.h"

#include <string.h>

#include "net/igd.h"
#include "net/natpmp.h"
#include "net/pcp.h"
#include "net/pcpask.h"

/* ---- PCP at the default gateway ---- */

static enum err pcp_map_there(const struct portmap_wish *wish,
                              struct portmap_mapping *out, struct cause *cause)
{
    struct pcpask ask = {.first_ms = PCPASK_FIRST_MS};
    if (natpmp_gateway(PCP_PORT, &ask.gateway) == OK)
        return pcpask_map(&ask, wish, out, cause);
    cause_set(cause, "PCP: there is no default gateway");
    return ERR_NOT_FOUND;
}

static void pcp_unmap_there(const struct portmap_wish *wish,
                            const struct portmap_mapping *mapping)
{
    struct pcpask ask = {.first_ms = PCPASK_FIRST_MS};
    (void)mapping;
    if (natpmp_gateway(PCP_PORT, &ask.gateway) == OK)
        pcpask_unmap(&ask, wish);
}

/* ---- All ways ---- */

static const struct mapper_way system_ways[] = {
#ifdef HAVE_NATPMP /* which finds the gateway */
    {PORTMAP_PCP, "PCP", true, pcp_map_there, pcp_unmap_there},
    {PORTMAP_NATPMP, "NAT-PMP", true, natpmp_map, natpmp_unmap},
#else
    {PORTMAP_PCP, "PCP", false, pcp_map_there, pcp_unmap_there},
    {PORTMAP_NATPMP, "NAT-PMP", false, natpmp_map, natpmp_unmap},
#endif
#ifdef HAVE_MINIUPNPC
    {PORTMAP_UPNP, "UPnP", true, igd_map, igd_unmap},
#else
    {PORTMAP_UPNP, "UPnP", false, igd_map, igd_unmap},
#endif
};

enum { N_WAYS = sizeof system_ways / sizeof *system_ways };

static bool is_wanted(const struct mapper_way *w, enum portmap_way way)
{
    return w->is_built_in && (way == PORTMAP_ANY_WAY || way == w->way);
}

bool mapper_can(enum portmap_way way)
{
    for (size_t i = 0; i < N_WAYS; i++)
        if (is_wanted(&system_ways[i], way))
            return true;
    return false;
}

enum { MAX_SAID = (CAUSE_MAX_LEN - 20) / 2 }; /* of each of two, in one cause */

/* What ways said, and whether that is more than that it is not theirs. */
struct said {
    struct cause words;
    bool is_telling;
};

static void add_words(struct said *s, enum err err, const struct cause *more)
{
    struct cause before = s->words;
    bool is_telling = err != ERR_UNSUPPORTED;
    if (s->words.text[0] == '\0' || (is_telling && !s->is_telling))
        s->words = *more;
    else if (is_telling)
        cause_set(&s->words, "%.*s; %.*s", MAX_SAID, before.text, MAX_SAID,
                  more->text);
    s->is_telling = s->is_telling || is_telling;
}

enum err mapper_map(const struct mapper_way *ways, size_t n,
                    const struct portmap_wish *wish,
                    struct portmap_mapping *out, struct cause *cause)
{
    enum err err = ERR_UNSUPPORTED;
    struct said said = {.words = {"no way to ask the gateway is built in"}};
    bool is_first = true;
    for (size_t i = 0; i < n; i++) {
        struct cause words = {""};
        if (!is_wanted(&ways[i], wish->way))
            continue;
        enum err this_err = ways[i].map(wish, out, &words);
        if (this_err == OK)
            return OK;
        if (is_first)
            said.words.text[0] = '\0';
        is_first = false;
        add_words(&said, this_err, &words);
        if (err != ERR_REFUSED)
            err = this_err;
    }
    cause_set(cause, "%s", said.words.text);
    return err;
}

void mapper_unmap(const struct mapper_way *ways, size_t n,
                  const struct portmap_wish *wish,
                  const struct portmap_mapping *mapping)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(ways[i].name, mapping->by) == 0)
            ways[i].unmap(wish, mapping);
}

static enum err map(void *ctx, const struct portmap_wish *wish,
                    struct portmap_mapping *out, struct cause *cause)
{
    (void)ctx;
    return mapper_map(system_ways, N_WAYS, wish, out, cause);
}

static void unmap(void *ctx, const struct portmap_wish *wish,
                  const struct portmap_mapping *mapping)
{
    (void)ctx;
    mapper_unmap(system_ways, N_WAYS, wish, mapping);
}

struct portmap_mapper mapper_system(void)
{
    return (struct portmap_mapper){.map = map, .unmap = unmap};
}
