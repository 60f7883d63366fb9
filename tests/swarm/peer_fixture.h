/* peer_fixture.h -- a peer and a torrent of made-up bytes around it, for the
 * tests of swarm/peer*. The fake torrent keeps books of its own: each block
 * asked must be answered or released exactly once, each memory lent filled
 * or dropped exactly once; checked after every call. What the peer tells the
 * torrent becomes words in a log, and so does what it sends, so that tests
 * compare strings. */
#ifndef TESTS_SWARM_PEER_FIXTURE_H
#define TESTS_SWARM_PEER_FIXTURE_H

#include "proto/wire.h"
#include "swarm/peer.h"
#include "util/buf.h"

#include <check.h>

enum fixture_flags {
    FIXTURE_FAST = 1,
    FIXTURE_EXTENDED = 2,
    FIXTURE_SEED = 4,     /* has all pieces from the start */
    FIXTURE_ANNOUNCE = 8, /* says HAVE of what it gets, to this same peer */
    FIXTURE_QUIET = 16,   /* writes no log: for long runs */
    FIXTURE_EVEN = 32,    /* has the pieces with even indices */
    FIXTURE_ODD = 64,
    FIXTURE_UNCHECKED = 128, /* the books are looked at in the end only */
    FIXTURE_DHT =
        256, /* we have a node on port 6883, and so has the other side */
    FIXTURE_EARLY = 512 /* the peer knows no pieces: fixture_settle() */
};

struct fixture_block {
    bool asked, filling, received;
    uint32_t n_asked, n_answered, n_released;
};

struct fixture {
    struct geometry geo;
    struct bitset *have;
    uint8_t *data;                /* had or received; rest 0 */
    struct fixture_block *blocks; /* blocks_per_piece a piece */
    struct buf log;               /* what the host was told */
    struct buf out;               /* what was sent, as words */
    struct buf raw;               /* sent, not yet whole messages */
    uint32_t n_asked;             /* blocks on order by these books */
    uint32_t max_asked;           /* pick no more than these; default all */
    uint32_t n_picks;             /* calls of pick */
    uint32_t n_tx;                /* calls of on_tx */
    bool wants_none;              /* pick gives nothing */
    bool lends_none;              /* block_memory gives NULL */
    unsigned int flags;
    int64_t now_ms;
    struct peer *peer; /* owned */
};

static const uint8_t FIXTURE_HASH[20] = {0xaa, 0xaa, 0xaa, 0xaa, 0xaa,
                                         0xaa, 0xaa, 0xaa, 0xaa, 0xaa,
                                         0xaa, 0xaa, 0xaa, 0xaa, 0xaa,
                                         0xaa, 0xaa, 0xaa, 0xaa, 0xaa};

/* The true byte at `off` of any fixture's torrent. */
uint8_t fixture_byte(uint64_t off);

/* What the torrent holds is known from now on; metadata_size: of that. */
enum err fixture_settle(struct fixture *f, uint32_t metadata_size);
void fixture_init(struct fixture *f, uint64_t size, uint32_t piece_len,
                  unsigned int flags);
/* Free the peer (all must be released then) and the rest. */
void fixture_fini(struct fixture *f);
/* peer_free() alone, and check that the books are even. */
void fixture_close(struct fixture *f);

/* Hand in bytes. */
enum err fixture_rx(struct fixture *f, const void *bytes, size_t n);
/* As a transport does: payload through peer_rx_block(), the rest in runs of at
 * most `run` bytes. */
enum err fixture_read(struct fixture *f, const uint8_t *bytes, size_t n,
                      size_t run);
/* Hand in one message. */
enum err fixture_plain(struct fixture *f, enum wire_id id);
enum err fixture_index(struct fixture *f, enum wire_id id, uint32_t piece_idx);
enum err fixture_block(struct fixture *f, enum wire_id id, uint32_t piece_idx,
                       uint32_t begin, uint32_t len);
enum err fixture_piece(struct fixture *f, uint32_t piece_idx,
                       uint32_t block_idx); /* with its true bytes */
/* have-all (or a full bitfield), unchoke, and our interest. */
void fixture_start(struct fixture *f);

/* What the host was told, or what was sent, since the last time, such as
 * "have(3) choke". Borrowed until the next call. */
const char *fixture_log(struct fixture *f);
const char *fixture_sent(struct fixture *f);
void fixture_forget(struct fixture *f); /* both */

enum err fixture_tick(struct fixture *f, int64_t after_ms);
/* Tick at each deadline up to `until_ms` from now. Each must lie ahead. */
enum err fixture_run(struct fixture *f, int64_t until_ms);
/* Answer all it asked for, as far as the backlog allows. */
void fixture_serve(struct fixture *f);
/* peer_check(), and the books against the peer's. */
void fixture_check(struct fixture *f);
struct peer_status fixture_status(struct fixture *f);

#endif
