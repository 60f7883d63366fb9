#include "config.h"

#include "tests/tui/frames_later.h"

#include "model/detail.h"
#include "model/detail_dht.h"

enum { PIECES_A_SECOND = 40 };

static void add_row(struct frame_torrent *t, unsigned seconds)
{
    uint64_t bytes = seconds * UINT64_C(3000000);
    t->rate_down_Bps = 1000000 + seconds * UINT64_C(77000);
    t->have_bytes += bytes;
    t->bytes_down += bytes;
    t->n_pieces_have += seconds;
    t->wanted_left_bytes -=
        bytes < t->wanted_left_bytes ? bytes : t->wanted_left_bytes;
}

static void add_pieces(struct detail *d, unsigned seconds)
{
    unsigned n = seconds * PIECES_A_SECOND;
    for (uint32_t i = 0; d->pieces != NULL && i < d->n_pieces && n > 0; i++) {
        if (detail_piece_state(d->pieces[i]) != DETAIL_MISSING)
            continue;
        d->pieces[i] += DETAIL_HAVE - DETAIL_MISSING;
        d->n_state[DETAIL_MISSING]--;
        d->n_state[DETAIL_HAVE]++;
        n--;
    }
}

static void add_detail(struct detail *d, unsigned seconds)
{
    d->focus.parts = UINT32_MAX;
    add_pieces(d, seconds);
    for (size_t i = 0; i < d->n_peers; i++) {
        d->peers[i].bytes_down += seconds * (i + 1) * 100000;
        d->peers[i].n_queued += seconds;
    }
    for (size_t i = 0; d->files != NULL && i < d->filetable->n_files; i++)
        d->files[i].done_bytes =
            d->filetable->files[i].size_bytes * seconds / 100;
    for (size_t i = 0; i < d->n_trackers; i++)
        d->trackers[i].n_peers = seconds;
}

struct frame *frames_later(struct frame *f, unsigned seconds)
{
    f->now_ms += seconds * INT64_C(1000);
    f->now_wall += seconds;
    f->n_peers += seconds;
    if (f->n_torrents > 0)
        add_row(f->torrents[0], seconds);
    if (f->detail != NULL)
        add_detail(f->detail, seconds);
    if (f->dht != NULL)
        f->dht->bytes_in += seconds * UINT64_C(1000000);
    return f;
}
