/* trackerurl.h -- what a tracker's URL says of the way to it: by which protocol, over
 * how many families of addresses, and whether into private networks. Asks nobody;
 * whether the URL can be used at all is its parser's to say. Keeps no state. Any thread.
 * A .torrent comes from strangers: were its trackers' names looked up and followed
 * anywhere, it could have us write to services that only this machine or its network
 * can reach. So a private or loopback address is used only when the URL shows it to
 * whoever reads it, as an address or as "localhost". HTTP has the same rule (net/http.h);
 * this is for what has only a host and an address. */
#ifndef ENGINE_TRACKERURL_H
#define ENGINE_TRACKERURL_H

#include "util/addr.h"

#include <stdbool.h>

/* Is its scheme udp, in upper or lower case? */
bool trackerurl_is_udp(const char *url);

/* Is its host written as an address, so that it has one family? false for what is no
 * URL. */
bool trackerurl_has_address(const char *url);

/* May an HTTP request go to this URL? One with a private or loopback address only where
 * the last part of its path begins with "announce", as a tracker's does: any other could
 * be a button of a router, pressed by a stranger's torrent. */
bool trackerurl_may_get(const char *url);

/* May a datagram go to `to`, which is what `host` (a name or an address, without
 * brackets) was resolved to? */
bool trackerurl_may_reach(const char *host, const struct addr *to);

#endif
