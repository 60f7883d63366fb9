#include "config.h"

#include "engine/shuns.h"

#include <string.h>

#include "swarm/peers.h"

/* Its place; n when it is not there. */
static size_t find(const struct shuns *s, const struct addr *a)
{
    struct addr culprit = peers_culprit(a);
    size_t i = 0;
    while (i < s->n && !addr_same_ip(&s->all[i], &culprit))
        i++;
    return i;
}

static void forget(struct shuns *s, size_t i)
{
    s->n--;
    memmove(&s->all[i], &s->all[i + 1], (s->n - i) * sizeof s->all[i]);
}

void shuns_set(struct shuns *s, const struct addr *a, bool is_shunned)
{
    size_t i = find(s, a);
    if (i < s->n)
        forget(s, i);
    if (!is_shunned)
        return;
    if (s->n == SHUNS_MAX)
        forget(s, 0);
    s->all[s->n++] = peers_culprit(a);
}

bool shuns_has(const struct shuns *s, const struct addr *a)
{
    return find(s, a) < s->n;
}
