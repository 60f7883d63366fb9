/* choking.h -- the choker's rounds of one torrent: tells it how peers do, and does what
 * it decides. A part of a torrent, of its members. Loop thread only. */
#ifndef ENGINE_CHOKING_H
#define ENGINE_CHOKING_H

struct torrent;

void choking_init(struct torrent *t); /* before any other */
/* A peer came, left, or wants something else: look within this turn or the next,
 * however many reasons it brings. Rounds go on from there while there are members. */
void choking_soon(struct torrent *t);
/* No more rounds, until the next choking_soon(). */
void choking_stop(struct torrent *t);

#endif
