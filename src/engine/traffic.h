/* traffic.h -- a torrent's dealings with the world: peers, trackers, web servers and finders
 * begin together and end together, when it runs, fails, rests, or has all that it wants.
 * Knows nothing of why it is stopped, nor of files. A part of a torrent, above those that
 * it begins and ends. Loop thread only. */
#ifndef ENGINE_TRAFFIC_H
#define ENGINE_TRAFFIC_H

#include "util/err.h"

struct torrent;

/* Checking is over: announce, dial, serve. */
void traffic_run(struct torrent *t);
/* Announce that we stop, and close all that is open. words: why, for the log; clean,
 * copied. */
void traffic_stop(struct torrent *t, const char *words);
/* The disk or the data cannot be used: go to FAILED with these words (clean, copied),
 * and close everything. Does nothing once FAILED or stopping. */
void traffic_fail(struct torrent *t, enum err err, const char *words);
/* Pieces were had or lost: look whether that finishes it. */
void traffic_on_progress(struct torrent *t);

#endif
