/* reel.h -- what was seen in the last ten minutes: keeps of the frames that the UI took
 * one a second, packed (still.h), and which of them is shown: the latest, or while the
 * view is held another one, which stands whatever comes.
 * Bounded: REEL_SPAN_S seconds, and so many bytes. Where these do not suffice, the
 * moments thin out the more, the older they are: the one goes that leaves the least gap,
 * measured by its age, so that neighbours stay as far apart as a share of their age. The
 * newest stays as long as it fits. Bytes are counted by still_bytes().
 * Knows nothing of what is looked at: a moment has the detail that its frame had, of
 * whichever torrent. Time is the engine's clock, frame.now_ms.
 * Costs: a second, a copy of the rows and a comparison of all that two frames hold;
 * dropping one, O(REEL_SPAN_S); showing one, what it and all newer ones hold.
 * Owner and thread: the front end's. */
#ifndef UI_REEL_H
#define UI_REEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { REEL_SPAN_S = 600, REEL_MAX_BYTES = 6 << 20 };

struct frame;
struct reel;

/* max_bytes: of what is kept, beside the frames that are latest and shown. */
struct reel *reel_new(size_t max_bytes);
void reel_free(struct reel *r); /* NULL: nothing */

/* The latest frame, taken. Keep the one before, if it is the first of its second. */
void reel_put(struct reel *r, struct frame *f);
/* Borrowed until the next reel_put(); NULL: none came yet. */
const struct frame *reel_latest(const struct reel *r);
/* What the user sees; borrowed until the next call that changes anything. */
const struct frame *reel_shown(const struct reel *r);

/* Show what is shown now, until reel_release(). Nothing while no frame came. */
void reel_hold(struct reel *r);
void reel_release(struct reel *r);
bool reel_is_held(const struct reel *r);
/* While held: show the moment so many seconds later (earlier: below 0), or the nearest
 * beyond it; where there is none, the last one that way. False: there is none at all. */
bool reel_step(struct reel *r, int seconds);
/* While held: show the moment that is kept of the second of what is shown. False: there is
 * none, or it is shown. */
bool reel_settle(struct reel *r);
/* How long ago, by the latest frame, what is shown was; 0 while not held. */
int64_t reel_ago_s(const struct reel *r);

/* How many moments are kept, and what they take. */
size_t reel_n(const struct reel *r);
size_t reel_bytes(const struct reel *r);
/* When the i-th was, the oldest first; i < reel_n(). */
int64_t reel_at_ms(const struct reel *r, size_t i);

#endif
