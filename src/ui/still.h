/* still.h -- one moment as it was seen, packed: a frame and its detail, taken apart into
 * blocks of bytes. Of a still that has a newer neighbour each block may be kept as what
 * differs from the neighbour's (util/delta): of 100,000 pieces a second changes a few
 * bytes. Decides nothing about which stills there are.
 * States: whole, as it is made; relative, once it was packed against a whole one, which
 * then stays its neighbour until still_bridge() takes it out.
 * Large blocks of the frame are not copied but kept. Paths of files are shared with the
 * engine, and not counted in still_bytes(). Owner and thread: the front end's. */
#ifndef UI_STILL_H
#define UI_STILL_H

#include <stddef.h>
#include <stdint.h>

struct frame;
struct still;

/* Of a frame, which is taken. */
struct still *still_new(struct frame *f);
void still_free(struct still *s); /* NULL: nothing */
/* frame.now_ms */
int64_t still_at_ms(const struct still *s);
/* What it takes. O(1). */
size_t still_bytes(const struct still *s);
/* Make s, which is whole, relative to newer, which is whole too. Costs a comparison of
 * all that both hold. */
void still_pack(struct still *s, const struct still *newer);
/* stills[1] is to go: make stills[0] relative to the neighbour that comes after. The others
 * are as in still_frame(), n > 2. stills[1] is good for still_free() alone then. */
void still_bridge(struct still *const *stills, size_t n);
/* The frame that stills[0] was made of, the caller's: stills[1] to stills[n - 1] are its
 * neighbours, one after the other, the last of them whole. */
struct frame *still_frame(struct still *const *stills, size_t n);

#endif
