/* mapper.h -- the product's struct portmap_mapper: which protocol is asked in what order,
 * as far as they are built in and wanted. PCP first, then NAT-PMP, which are answered at
 * once or not at all, then UPnP. Decides no more. Any thread. */
#ifndef NET_MAPPER_H
#define NET_MAPPER_H

#include "net/portmap.h"

#include <stdbool.h>
#include <stddef.h>

/* One protocol. */
struct mapper_way {
    enum portmap_way way;
    const char *name; /* static: as portmap_mapping.by has it */
    bool is_built_in;
    /* As of struct portmap_mapper. ERR_UNSUPPORTED: the gateway speaks another one. */
    enum err (*map)(const struct portmap_wish *wish,
                    struct portmap_mapping *out, struct cause *cause);
    void (*unmap)(const struct portmap_wish *wish,
                  const struct portmap_mapping *mapping);
};

/* Is any way that is wanted built in? */
bool mapper_can(enum portmap_way way);
struct portmap_mapper mapper_system(void);

/* Ask by one of n ways after another, of those that are wanted and built in, until one
 * does it. cause: what each said, when none did; that the gateway speaks another protocol
 * only where nothing else is said. ERR_REFUSED: one said no; else the error of the last;
 * ERR_UNSUPPORTED: none is built in. */
enum err mapper_map(const struct mapper_way *ways, size_t n,
                    const struct portmap_wish *wish,
                    struct portmap_mapping *out,
                    struct cause *cause) ERR_MUST_CHECK;
/* Take it back by the way that made it. */
void mapper_unmap(const struct mapper_way *ways, size_t n,
                  const struct portmap_wish *wish,
                  const struct portmap_mapping *mapping);

#endif
