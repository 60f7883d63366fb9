/* mapper.h -- the product's struct portmap_mapper: NAT-PMP first, which is answered at
 * once or not at all, then UPnP, as far as they are built in and wanted. Decides no
 * more. Any thread. */
#ifndef NET_MAPPER_H
#define NET_MAPPER_H

#include "net/portmap.h"

#include <stdbool.h>

/* Is any way that is wanted built in? */
bool mapper_can(enum portmap_way way);
struct portmap_mapper mapper_system(void);

#endif
