/* weed.h -- keeps a torrent away from the addresses that the session's IP filter has, and
 * closes the connections to them when it changed. Trackers and web seeds are kept from
 * them where they are asked (tracker_call, net/http). A part of a torrent; loop thread
 * only. O(members). */
#ifndef ENGINE_WEED_H
#define ENGINE_WEED_H

struct torrent;

/* From here on whom the filter has is neither known nor dialled. */
void weed_init(struct torrent *t);
/* The filter changed: close whom it has, and ask trackers and web seeds again that it
 * had. */
void weed_torrent(struct torrent *t);

#endif
