#include "config.h"

#include "net/mapper.h"

#include <string.h>

#include "net/igd.h"
#include "net/natpmp.h"

static const bool has_upnp =
#ifdef HAVE_MINIUPNPC
    true;
#else
    false;
#endif

static const bool has_natpmp =
#ifdef HAVE_NATPMP
    true;
#else
    false;
#endif

static bool uses_upnp(enum portmap_way way)
{
    return has_upnp && way != PORTMAP_NATPMP;
}

static bool uses_natpmp(enum portmap_way way)
{
    return has_natpmp && way != PORTMAP_UPNP;
}

bool mapper_can(enum portmap_way way)
{
    return uses_upnp(way) || uses_natpmp(way);
}

/* What both said, when neither did it. A refusal says more than silence. */
static enum err map(void *ctx, const struct portmap_wish *wish,
                    struct portmap_mapping *out, struct cause *cause)
{
    struct cause first = {""}, second = {""};
    enum err err = ERR_UNSUPPORTED;
    (void)ctx;
    if (uses_natpmp(wish->way))
        err = natpmp_map(wish, out, &first);
    if (err != OK && uses_upnp(wish->way)) {
        enum err other = igd_map(wish, out, &second);
        if (other == OK || other == ERR_REFUSED || err != ERR_REFUSED)
            err = other;
    }
    if (err != OK)
        cause_set(cause, "%.220s%s%.220s", first.text,
                  first.text[0] != '\0' && second.text[0] != '\0' ? "; " : "",
                  second.text);
    return err;
}

static void unmap(void *ctx, const struct portmap_wish *wish,
                  const struct portmap_mapping *mapping)
{
    (void)ctx;
    if (mapping->control_url[0] != '\0')
        igd_unmap(wish, mapping);
    else
        natpmp_unmap(wish);
}

struct portmap_mapper mapper_system(void)
{
    return (struct portmap_mapper){.map = map, .unmap = unmap};
}
