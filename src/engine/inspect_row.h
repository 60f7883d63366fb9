/* inspect_row.h -- keeps a torrent's entry of the list from frame to frame, and makes a
 * new one only when something in it can have changed: each time while peers, jobs or
 * rates move, at once after torrent_touch(), and else every two seconds at the latest.
 * A part of inspect. Loop thread only. Of a torrent at rest a frame costs one test. */
#ifndef ENGINE_INSPECT_ROW_H
#define ENGINE_INSPECT_ROW_H

struct frame_torrent;
struct torrent;

enum { INSPECT_ROW_MAX_AGE_MS = 2000 };

/* The entry as of now; borrowed: until the next call. */
struct frame_torrent *inspect_row(struct torrent *t);

#endif
