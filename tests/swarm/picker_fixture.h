/* picker_fixture.h -- a torrent's pieces and a picker over them, set up and
 * answered as strings.
 * A scene has one character a piece of 4 blocks:
 *   availability  how many other peers have it: 0..9; '*': all
 *   have          '*': we have it
 *   priority      0..3 (PIECE_SKIP to PIECE_HIGH); NULL: all normal
 *   received      blocks received of peer 90, as a hexadecimal digit: block 0
 *                 is 8, block 3 is 1; NULL: none
 *   asked         blocks asked of peer 91, likewise; they are expected due_ms
 *                 from now and later, 10 ms a piece and 1 a block
 * and an answer is "piece:blocks piece:blocks", both hexadecimal digits. */
#ifndef TESTS_SWARM_PICKER_FIXTURE_H
#define TESTS_SWARM_PICKER_FIXTURE_H

#include "swarm/outlook.h"
#include "swarm/picker.h"
#include "swarm/pieces.h"
#include "util/rng.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PICKER_BLOCKS = 4, PICKER_OTHERS = 9, PICKER_US = 7 };
enum { PICKER_ANSWER_MAX = 512 };

struct picker_world {
    uint64_t seed;
    struct rng rng;
    uint32_t n;
    struct pieces *pieces;
    struct picker *picker;
    struct bitset *others[PICKER_OTHERS];
    struct bitset *has; /* what the asking peer has */
    struct picker_query query;
    struct outlook outlook; /* to be put in the query; of one that is not known */
    int64_t due_ms;         /* a minute at first */
    int64_t round_ms;       /* of peer 91 */
    uint32_t n_tellings;
    struct picker_choice choices[64];
    size_t n_choices;
    char answer[PICKER_ANSWER_MAX];
};

struct picker_scene {
    const char *availability;
    const char *have;
    const char *priority;
    const char *received;
    const char *asked;
};

/* n pieces, all missing, no peers counted. */
void picker_world_open(struct picker_world *w, uint32_t n, uint64_t seed);
/* The scene, PICKER_OTHERS peers counted as it says; the asking peer is
 * PICKER_US and has everything. */
void picker_world_set(struct picker_world *w, const struct picker_scene *s,
                      uint64_t seed);
/* The asking peer has only the pieces marked '*'. */
void picker_world_has(struct picker_world *w, const char *has);
/* Ask for up to cap blocks: the choices are in w, and here as a string. */
const char *picker_world_ask(struct picker_world *w, size_t cap);
void picker_world_check(const struct picker_world *w);
void picker_world_close(struct picker_world *w);

#endif
