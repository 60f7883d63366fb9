/* shuns.h -- whom the user shuns: addresses that a torrent gives nothing to, whichever
 * connection they come by, until it is undone or the session ends. Chokes nobody itself.
 * They count as bans do, by peers_culprit(): so that another port, or another address of
 * the same net of IPv6, is the same one. Of more than SHUNS_MAX the first are forgotten.
 * Plain value; loop thread only. O(SHUNS_MAX). */
#ifndef ENGINE_SHUNS_H
#define ENGINE_SHUNS_H

#include "util/addr.h"

#include <stdbool.h>
#include <stddef.h>

enum { SHUNS_MAX = 32 };

/* All zero: nobody. */
struct shuns {
    size_t n;
    struct addr all[SHUNS_MAX]; /* culprits, the latest last */
};

/* From now on it is shunned, or is not. */
void shuns_set(struct shuns *s, const struct addr *a, bool is_shunned);
bool shuns_has(const struct shuns *s, const struct addr *a);

#endif
