/* inside.h -- what a simulation looks at inside a torrent: the laws that hold at
 * any moment between two steps, and numbers that no frame has. The only file of
 * the tests that includes engine/torrent_parts.h. */
#ifndef TESTS_SIM_INSIDE_H
#define TESTS_SIM_INSIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct env;
struct torrent;

/* What the laws compare with: of one torrent, zeroed at its birth, set anew when it
 * runs again. */
struct inside {
    bool has_begun;      /* the torrent runs: the rest is set */
    int64_t since_ms;    /* since then */
    uint64_t base_down;  /* what had come when it began */
    uint64_t base_bytes; /* had or begun when it began */
    uint64_t base_wasted;
    uint64_t last_bytes; /* had or received, at the last look */
    uint32_t last_fails; /* hash failures then */
};

/* Assert:
 *   the torrent's own invariants
 *   requests on order with the peers are those that the pieces know as asked
 *   no peer has more on order than it takes
 *   payload that came = had + received and not yet had + wasted
 *   that never shrinks but by pieces that failed their hash
 *   connections are those that limits counts, but for guests at the door; it has the
 *   limits for itself */
void inside_check(struct inside *in, struct torrent *t, const struct env *env);

/* What a reader from the first byte on could read: of whole pieces. */
uint64_t inside_readable_bytes(const struct torrent *t);
bool inside_has(const struct torrent *t, uint32_t piece_idx);
/* Wanted blocks that did not come yet. */
uint64_t inside_n_blocks_left(const struct torrent *t);
/* Send these bytes to every peer as a message of peer exchange, whatever they
 * are; to how many. */
uint32_t inside_say_pex(struct torrent *t, const void *bytes, size_t len);
/* Peers that snub us now; that we unchoke. */
uint32_t inside_n_snubbing(struct torrent *t);
uint32_t inside_n_unchoked(struct torrent *t);

#endif
