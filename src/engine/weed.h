/* weed.h -- keeps a torrent away from the addresses that the session's IP filter has, and
 * closes the connections to them when it changed. A part of a torrent; loop thread only. O(members). */
#ifndef ENGINE_WEED_H
#define ENGINE_WEED_H

struct torrent;

/* From here on whom the filter has is neither known nor dialled. */
void weed_init(struct torrent *t);
/* The filter changed: close whom it has. */
void weed_torrent(struct torrent *t);

#endif
