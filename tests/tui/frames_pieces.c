#include "config.h"

#include "tests/tui/frames_pieces.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "meta/metainfo.h"
#include "model/detail.h"
#include "tests/tui/frames.h"
#include "util/xalloc.h"

enum { KiB = 1024, PIECE_LEN = 256 * KiB, N_PIECES = 3772, NAME_LEN = 64 };
static const uint64_t MiB = 1 << 20;

/* Lots, the same for the same i. */
static uint32_t lot(uint32_t i)
{
    uint64_t x = (i + 1) * UINT64_C(0x9e3779b97f4a7c15);
    x ^= x >> 29;
    x *= UINT64_C(0xbf58476d1ce4e5b9);
    return (uint32_t)(x >> 33);
}

struct filetable *frames_filetable(const char *dir,
                                   const struct frames_file *files, size_t n,
                                   uint32_t piece_len)
{
    uint64_t off = 0;
    struct metainfo meta = {.dir = xstrdup(dir), .n_files = n};
    meta.files = xcalloc(n, sizeof *meta.files);
    for (size_t i = 0; i < n; i++) {
        meta.files[i] =
            (struct metainfo_file){.path = xstrdup(files[i].path),
                                   .off = off,
                                   .size_bytes = files[i].size_bytes,
                                   .is_pad = files[i].is_pad};
        off += files[i].size_bytes;
    }
    ck_assert_int_eq(geometry_init(&meta.geo, off, piece_len), OK);
    struct filetable *t = filetable_new(&meta);
    for (size_t i = 0; i < n; i++)
        free(meta.files[i].path);
    free(meta.files);
    free(meta.dir);
    return t;
}

/* What the engine would say of the files, by the pieces that are had. */
static void look_at_files(struct detail *d)
{
    const struct filetable *t = d->filetable;
    d->files = xcalloc(t->n_files, sizeof *d->files);
    for (size_t i = 0; i < t->n_files; i++) {
        const struct filetable_file *f = &t->files[i];
        struct detail_file *out = &d->files[i];
        bool is_contiguous = true;
        out->priority = 2;
        if (f->size_bytes == 0)
            continue;
        for (uint32_t k = f->first_piece; k <= f->last_piece; k++) {
            uint64_t from = (uint64_t)k * d->piece_len;
            uint64_t to = from + d->piece_len;
            from = from < f->off ? f->off : from;
            to = to > f->off + f->size_bytes ? f->off + f->size_bytes : to;
            bool is_had = detail_piece_state(d->pieces[k]) == DETAIL_HAVE;
            is_contiguous = is_contiguous && is_had;
            out->done_bytes += is_had ? to - from : 0;
            out->contiguous_bytes += is_contiguous ? to - from : 0;
        }
        out->has_first =
            detail_piece_state(d->pieces[f->first_piece]) == DETAIL_HAVE;
        out->has_last =
            detail_piece_state(d->pieces[f->last_piece]) == DETAIL_HAVE;
    }
}

static void add_files(struct detail *d)
{
    /* 943 MiB, of which the last file takes what is left. */
    static const struct frames_file files[] = {
        {"pool/main/main-a.deb.tar", 412 * 1048576, false},
        {".pad/1000", 1000, true},
        {"pool/main/main-b.deb.tar", 211 * 1048576 + 77, false},
        {"pool/contrib/\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e.txt", 5 * 1048576,
         false},
        {"source/\x1b[31mred\x1b[0m.c", 3 * 1048576, false},
        {"source/right \xe2\x80\xaeto left.c", 50000, false},
        {"source/empty", 0, false},
        {"source/deep/er/still/a.c", 30 * 1048576, false},
        {"md5sum.txt", 4123, false},
        {"rest.bin", 0, false},
    };
    enum { N = sizeof files / sizeof *files };
    struct frames_file with_rest[N];
    memcpy(with_rest, files, sizeof files);
    uint64_t left = d->size_bytes;
    for (size_t i = 0; i < N - 1; i++)
        left -= files[i].size_bytes;
    with_rest[N - 1].size_bytes = left;
    d->filetable =
        frames_filetable("debian-12.5.0-DVD-1", with_rest, N, PIECE_LEN);
    look_at_files(d);
    d->files[0].priority = 3;
    for (size_t i = 4; i < 8; i++)
        d->files[i].priority = 0;
    d->files[8].priority = 1;
}

static void add_peer(struct detail *d, uint32_t id, uint16_t slot,
                     const char *client)
{
    uint8_t ip[4] = {185, 21, 3, (uint8_t)id};
    struct detail_peer *p = &d->peers[d->n_peers++];
    *p = (struct detail_peer){.id = id,
                              .slot = slot,
                              .addr = addr_v4(ip, 51413),
                              .am_interested = true,
                              .has_piece = true,
                              .is_choking = id % 2 == 0 && id > 2,
                              .is_snubbed = id == 5,
                              .n_pieces = N_PIECES - id * 100,
                              .n_gives = 612,
                              .n_outstanding = id == 7 ? 8 : id,
                              .depth = 8,
                              .rate_down_Bps = 2 * MiB / id,
                              .rtt_us = 20000 + id * 1000,
                              .request_delay_ms = 200 + id * 10};
    snprintf(p->client, sizeof p->client, "%s", client);
}

static void add_peers(struct detail *d)
{
    d->peers = xcalloc(8, sizeof *d->peers);
    add_peer(d, 2, 1, "qBittorrent 4.6.3");
    add_peer(d, 3, 3, "Transmission 4.0.5");
    add_peer(d, 4, 4, "\x1b[2Jhostile");
    add_peer(d, 5, 12, "libtorrent 2.0");
    add_peer(d, 6, 7, "uTorrent 3.5.5");
    add_peer(d, 7, 16, "Deluge 2.1.1");
    add_peer(d, 9, 60, "one of two letters");
    d->n_gone = 1;
    d->gone = xcalloc(1, sizeof *d->gone);
    d->gone[0] = (struct detail_gone){.id = 8, .slot = 10};
    d->gone[0].addr = d->peers[0].addr;
    d->focus.peer = 2;
    d->peer_has = xcalloc((d->n_pieces + 7) / 8, 1);
    for (uint32_t i = 0; i < d->n_pieces; i++)
        if (lot(i + 77) % 4 == 0)
            d->peer_has[i / 8] |= (uint8_t)(0x80 >> i % 8);
}

/* A piece under way. plan has a character a block: '#' here, '.' free, else a digit: the
 * peer that is asked, so many tenths of a second ago as its place. */
static void add_active(struct detail *d, uint32_t piece_idx, const char *plan)
{
    size_t n = strlen(plan);
    struct detail_active *a = &d->active[d->n_active++];
    *a = (struct detail_active){.piece_idx = piece_idx,
                                .n_blocks = (uint32_t)n,
                                .piece = d->pieces[piece_idx],
                                .availability = d->availability[piece_idx],
                                .first_ms = FRAMES_NOW_MS - 6100,
                                .last_ms = FRAMES_NOW_MS - 200,
                                .table = (uint32_t)d->n_blocks};
    for (size_t i = 0; i < n; i++) {
        struct detail_block *b = &d->blocks[d->n_blocks++];
        if (plan[i] == '#') {
            *b = (struct detail_block){.state = DETAIL_BLOCK_RECEIVED,
                                       .peer = 2,
                                       .since_ms = FRAMES_NOW_MS - 3000};
            a->n_received++;
        } else if (plan[i] != '.') {
            int64_t age_ms = (int64_t)(i % 16) * 100;
            *b = (struct detail_block){.state = DETAIL_BLOCK_ASKED,
                                       .reason = DETAIL_PICK_PARTIAL,
                                       .n_asked = 1,
                                       .peer = (uint32_t)(plan[i] - '0'),
                                       .since_ms = FRAMES_NOW_MS - age_ms};
            a->n_asked++;
        }
    }
}

static struct frame *frame_with(uint32_t n_pieces, uint32_t piece_len)
{
    struct frame *f = frames_one();
    struct focus focus = {.torrent = 1, .piece_idx = FOCUS_PIECE_NONE};
    struct detail *d = detail_new(1, &focus);
    f->detail = d;
    d->n_pieces = n_pieces;
    d->piece_len = piece_len;
    d->blocks_per_piece = piece_len / (16 * KiB);
    d->size_bytes = (uint64_t)n_pieces * piece_len;
    d->dir = xstrdup("/srv/dl");
    d->pieces = xmalloc(n_pieces);
    d->availability = xmalloc(n_pieces);
    struct frame_torrent *t = f->torrents[0];
    t->n_pieces = n_pieces;
    t->size_bytes = t->wanted_bytes = d->size_bytes;
    return f;
}

static void count(struct frame *f)
{
    struct detail *d = f->detail;
    struct frame_torrent *t = f->torrents[0];
    for (uint32_t i = 0; i < d->n_pieces; i++) {
        bool is_lacked = detail_piece_state(d->pieces[i]) != DETAIL_HAVE &&
                         detail_piece_state(d->pieces[i]) != DETAIL_UNWANTED;
        d->n_state[detail_piece_state(d->pieces[i])]++;
        d->n_bad += (d->pieces[i] & DETAIL_BAD) != 0;
        d->n_no_source += is_lacked && d->availability[i] == 0;
        d->n_one_source += is_lacked && d->availability[i] == 1;
    }
    t->n_pieces_have = d->n_state[DETAIL_HAVE];
    t->have_bytes = (uint64_t)t->n_pieces_have * d->piece_len;
    t->wanted_left_bytes = t->wanted_bytes - t->have_bytes;
}

/* Had up to a half, then less and less; files 4..7 of add_files() are skipped. */
static uint8_t piece_of(uint32_t i)
{
    uint32_t x = lot(i) % 1000, had = i < 1800 ? 999 : 900 - i * 900 / N_PIECES;
    uint8_t state = x < had        ? DETAIL_HAVE
                    : x % 97 == 0  ? DETAIL_PARTIAL
                    : x % 211 == 1 ? DETAIL_MISSING | DETAIL_BAD
                                   : DETAIL_MISSING;
    if (state != DETAIL_HAVE && i > 2514 && i < 2640)
        return DETAIL_UNWANTED;
    unsigned priority = i < 1648 ? 3 : 2;
    return (uint8_t)(state | priority << DETAIL_PRIORITY_SHIFT);
}

static void add_origins(struct detail *d)
{
    d->sources = xcalloc(d->n_pieces, sizeof *d->sources);
    d->ages_s = xcalloc(d->n_pieces, sizeof *d->ages_s);
    for (uint32_t i = 0; i < d->n_pieces; i++) {
        bool is_new =
            detail_piece_state(d->pieces[i]) == DETAIL_HAVE && i >= 640;
        d->sources[i] = is_new ? 2 + lot(i / 7) % 8 : 0;
        d->ages_s[i] =
            is_new ? 3 + (i < 1800 ? 1800 - i : lot(i) % 600) * 4 : UINT32_MAX;
    }
}

struct frame *frames_pieces(void)
{
    static const struct {
        uint32_t piece_idx;
        const char *plan;
    } plans[] = {
        {1811, "###############2"}, {1840, "################"},
        {1852, "####2##2#5322..."}, {1860, "33##............"},
        {1901, "2222222222222222"}, {1977, "#..............."},
        {2013, "44443333........"}, {2101, "7..............."},
        {2244, "##5#5##########."}, {2311, "9999............"},
        {2488, "..............22"}, {2702, "2..............."},
        {3001, "#2#3#4#5#.#.#.#."}, {3400, "222............."},
    };
    enum { N = sizeof plans / sizeof *plans };
    struct frame *f = frame_with(N_PIECES, PIECE_LEN);
    struct detail *d = f->detail;
    for (uint32_t i = 0; i < N_PIECES; i++) {
        d->pieces[i] = piece_of(i);
        uint32_t x = lot(i + 5000) % 1000;
        d->availability[i] = (uint8_t)(x < 2 ? 0 : x < 6 ? 1 : 2 + x % 11);
    }
    d->active = xcalloc(N, sizeof *d->active);
    d->blocks = xcalloc(N * 16, sizeof *d->blocks);
    for (size_t i = 0; i < N; i++) {
        uint8_t *piece = &d->pieces[plans[i].piece_idx];
        uint8_t state = strchr(plans[i].plan, '.') == NULL &&
                                strpbrk(plans[i].plan, "2345679") == NULL
                            ? DETAIL_CHECKING
                            : DETAIL_ACTIVE;
        *piece = (uint8_t)((*piece & DETAIL_PRIORITY_MASK) | state);
        d->availability[plans[i].piece_idx] = 7;
        add_active(d, plans[i].piece_idx, plans[i].plan);
    }
    d->focus.piece_idx = FRAMES_PIECE;
    add_peers(d);
    add_files(d);
    add_origins(d);
    count(f);
    d->availability_min = 1;
    for (uint32_t i = 0; i < N_PIECES; i++)
        if (d->availability[i] == 1 && d->n_rare < DETAIL_MAX_RARE &&
            detail_piece_state(d->pieces[i]) != DETAIL_HAVE)
            d->rare[d->n_rare++] = i;
    d->n_unique = 2;
    d->unique[0] = d->rare[0];
    d->unique[1] = d->rare[2];
    d->n_next = 3;
    d->next[0] = 1930;
    d->next[1] = 2050;
    d->next[2] = 3333;
    d->next_peer[0] = d->next_peer[2] = d->peers[1].id;
    return f;
}

struct frame *frames_endgame(void)
{
    enum { N = 40, BLOCKS = 1024 };
    struct frame *f = frame_with(N, 16 * (uint32_t)MiB);
    struct detail *d = f->detail;
    for (uint32_t i = 0; i < N; i++) {
        d->pieces[i] = i < 38 ? DETAIL_HAVE : DETAIL_ACTIVE;
        d->availability[i] = 5;
    }
    add_peers(d);
    d->active = xcalloc(2, sizeof *d->active);
    d->blocks = xcalloc(2 * BLOCKS, sizeof *d->blocks);
    char plan[BLOCKS + 1];
    memset(plan, '#', BLOCKS);
    plan[BLOCKS] = '\0';
    memset(plan + 1000, '2', 20);
    add_active(d, 38, plan);
    memset(plan + 500, '3', 300);
    add_active(d, 39, plan);
    for (size_t i = 0; i < d->n_blocks; i++)
        if (d->blocks[i].state == DETAIL_BLOCK_ASKED) {
            d->blocks[i].n_asked = (uint8_t)(2 + i % 2);
            d->blocks[i].reason = DETAIL_PICK_ENDGAME;
        }
    d->focus.piece_idx = 38;
    count(f);
    return f;
}

struct frame *frames_of_pieces(uint32_t n_pieces)
{
    struct frame *f = frame_with(n_pieces, PIECE_LEN);
    struct detail *d = f->detail;
    for (uint32_t i = 0; i < n_pieces; i++) {
        uint32_t x = lot(i);
        d->pieces[i] = x % 100 < 60            ? DETAIL_HAVE
                       : i > n_pieces * 9 / 10 ? DETAIL_UNWANTED
                       : x % 2003 == 1         ? DETAIL_MISSING | DETAIL_BAD
                                               : DETAIL_MISSING;
        d->availability[i] = (uint8_t)(x % 5003 == 0   ? 0
                                       : x % 2011 == 0 ? 1
                                                       : 2 + x % 40);
    }
    add_peers(d);
    add_origins(d);
    count(f);
    return f;
}

struct frame *frames_large(void)
{
    return frames_of_pieces(100000);
}

struct frame *frames_of_files(size_t n_files)
{
    struct frames_file *files = xcalloc(n_files, sizeof *files);
    char *names = xcalloc(n_files, NAME_LEN);
    for (size_t i = 0; i < n_files; i++) {
        snprintf(names + i * NAME_LEN, NAME_LEN, "folder %04zu/file %06zu.bin",
                 i / 100, i);
        files[i] =
            (struct frames_file){names + i * NAME_LEN, PIECE_LEN / 2, false};
    }
    struct frame *f = frames_of_pieces((uint32_t)((n_files + 1) / 2));
    f->detail->filetable = frames_filetable("many", files, n_files, PIECE_LEN);
    look_at_files(f->detail);
    free(files);
    free(names);
    return f;
}
