/* iplist.h -- reads lists of IP ranges as filters are published, line by line:
 *
 *     001.002.003.004 - 001.002.003.255 , 000 , words     eMule, ipfilter.dat
 *     words:1.2.3.4-1.2.3.255                             P2P text (PeerGuardian)
 *     1.2.3.0/24     2001:db8::/32     1.2.3.4            CIDR and single addresses
 *     1.2.3.4-1.2.3.255
 *
 * Which of them a line is, it tells by itself; lines of all kinds may mix. Behind an
 * access level above 127 eMule lets addresses through: such lines are counted, and
 * add nothing. Empty lines, and those that begin with # or ; or // are comments; so
 * is what follows # or ; behind an address. A line that is none of this is counted
 * and left out, never an error. Zeros before a number do not make it octal.
 * Feeds an ipset; reads no file. A line has at most IPLIST_MAX_LINE bytes.
 * Owned by whoever loads; any one thread. Linear.
 * Source: what eMule, PeerGuardian and other clients' filters take. */
#ifndef META_IPLIST_H
#define META_IPLIST_H

#include "util/err.h"

#include <stddef.h>

enum { IPLIST_MAX_LINE = 1024, IPLIST_MAX_NAMED = 5 };

struct ipset;
struct iplist;

struct iplist_report {
    size_t n_lines;
    size_t n_ranges;  /* lines that added a range */
    size_t n_allowed; /* lines of eMule that let through */
    size_t n_bad;
    size_t bad[IPLIST_MAX_NAMED]; /* the first of them, by number from 1 on */
};

/* `into`: borrowed, not sealed. Owned by the caller. */
struct iplist *iplist_new(struct ipset *into);
void iplist_free(struct iplist *l); /* NULL: nothing */

/* Take the next bytes of the text, cut anywhere. ERR_TOO_BIG: the set is full. */
enum err iplist_feed(struct iplist *l, const char *bytes,
                     size_t len) ERR_MUST_CHECK;
/* The text ends here: its last line need not. As iplist_feed(). */
enum err iplist_end(struct iplist *l, struct iplist_report *out) ERR_MUST_CHECK;

#endif
