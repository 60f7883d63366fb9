/* rouse.h -- what a torrent does when the network failed it (the machine slept, or is
 * elsewhere): closes connections that cannot have lived through that, and asks all that it
 * asks for peers and data anew. When is waking's to say. A part of a torrent; loop thread
 * only. */
#ifndef ENGINE_ROUSE_H
#define ENGINE_ROUSE_H

#include <stdbool.h>
#include <stdint.h>

struct torrent;

/* Close its connections of these families; that says nothing against the peers. words: why,
 * for the log; clean, copied. O(members). */
void rouse_lose(struct torrent *t, bool v4, bool v6, const char *words);
/* Peers that it knows may be dialled at once, as far as limits and dialling pace allow; web
 * seeds are asked at once, the DHT in its turn, trackers as early as they allow, but not
 * before delay_ms from now. slept_ms: what the loop's clock did not count. One that does
 * not run only learns how long ago its trackers were asked. O(candidates log n). */
void rouse_ask(struct torrent *t, int64_t slept_ms, int64_t delay_ms);

#endif
