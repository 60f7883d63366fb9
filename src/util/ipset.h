/* ipset.h -- a set of IP addresses as ranges: built once, then only asked.
 * Knows no file and no format. Ranges are added in any order and may overlap;
 * ipset_seal() sorts them and makes one of those that meet. IPv4, also when it
 * came as ::ffff:a.b.c.d, and IPv6 are apart: a range of one has none of the other.
 * A range of IPv4 takes 8 bytes, one of IPv6 32; at most IPSET_MAX_RANGES are
 * taken. ipset_add() is O(1) amortised, ipset_seal() O(n log n), O(n) when they came
 * in order, ipset_has() O(log n). One thread at a time; sealed: any. */
#ifndef UTIL_IPSET_H
#define UTIL_IPSET_H

#include "util/addr.h"
#include "util/err.h"

#include <stdbool.h>
#include <stddef.h>

enum { IPSET_MAX_RANGES = 2000000 };

struct ipset;

/* An empty one, owned by the caller. */
struct ipset *ipset_new(void);
void ipset_free(struct ipset *s); /* NULL: nothing */

/* Add the addresses from `first` to `last`, both of them too; ports are not looked
 * at. Before ipset_seal() only. ERR_INVALID: last is before first, or of the other
 * family; ERR_TOO_BIG: it is full. */
enum err ipset_add(struct ipset *s, const struct addr *first,
                   const struct addr *last) ERR_MUST_CHECK;
/* From here on it may be asked, and nothing is added. */
void ipset_seal(struct ipset *s);

bool ipset_has(const struct ipset *s, const struct addr *a);
/* Ranges: as added, or when sealed, those that are left. */
size_t ipset_n_ranges(const struct ipset *s);
/* What it takes of memory, in bytes. */
size_t ipset_n_bytes(const struct ipset *s);

#endif
