#include "config.h"

#include "ui/still.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/detail.h"
#include "model/detail_dht.h"
#include "model/frame.h"
#include "tests/ui/suites.h"
#include "util/xalloc.h"

enum { N_PIECES = 4001, N_STILLS = 5 };

static void add_row(struct frame *f, size_t i, int second)
{
    char name[32], cause[32];
    snprintf(name, sizeof name, "torrent %zu", i);
    snprintf(cause, sizeof cause, "%.*s", second, "no peers for long");
    struct frame_torrent values = {.id = (uint32_t)i + 1,
                                   .name = name,
                                   .cause = cause,
                                   .label = i == 1 ? "iso" : NULL,
                                   .dir = "/dl",
                                   .bytes_down = (uint64_t)(second * 1000)};
    f->torrents[i] = frame_torrent_new(&values);
}

static struct detail *make_detail(int second)
{
    struct focus focus = {.torrent = 2, .parts = FOCUS_PIECES | FOCUS_PEERS};
    struct detail *d = detail_new(2, &focus);
    d->dir = xstrdup("/dl");
    d->n_pieces = N_PIECES;
    d->pieces = xzalloc(N_PIECES);
    d->availability = xzalloc(N_PIECES);
    memset(d->pieces, DETAIL_HAVE, 10 * (size_t)second);
    memset(d->availability, 3, N_PIECES);
    d->n_peers = 2 + (size_t)second / 3; /* one comes on the way */
    d->peers = xcalloc(d->n_peers, sizeof *d->peers);
    for (uint32_t i = 0; i < d->n_peers; i++)
        d->peers[i] =
            (struct detail_peer){.id = i + 1, .bytes_down = (uint64_t)second};
    d->n_stack = 1;
    d->stack[0].timeline = xzalloc(sizeof *d->stack[0].timeline);
    d->stack[0].timeline->now_s = second;
    return d;
}

static struct frame *make_frame(int second)
{
    struct frame *f = frame_new_shared(3);
    f->now_ms = second * 1000;
    for (size_t i = 0; i < 3; i++)
        add_row(f, i, second);
    f->dht = xzalloc(sizeof *f->dht);
    f->dht->bytes_in = (uint64_t)second;
    f->detail = make_detail(second);
    return f;
}

static void expect_rows(const struct frame *f, const struct frame *like)
{
    ck_assert_uint_eq(f->n_torrents, like->n_torrents);
    for (size_t i = 0; i < f->n_torrents; i++) {
        const struct frame_torrent *t = f->torrents[i], *l = like->torrents[i];
        ck_assert_uint_eq(t->id, l->id);
        ck_assert_uint_eq(t->bytes_down, l->bytes_down);
        ck_assert_str_eq(t->name, l->name);
        ck_assert_str_eq(t->cause, l->cause);
        ck_assert_str_eq(t->label, l->label);
        ck_assert_str_eq(t->dir, l->dir);
        ck_assert_str_eq(t->top, "");
    }
}

static void expect_detail(const struct detail *d, const struct detail *like)
{
    ck_assert_uint_eq(d->torrent, 2);
    ck_assert_str_eq(d->dir, "/dl");
    ck_assert_ptr_null(d->comment);
    ck_assert_ptr_null(d->history);
    ck_assert_mem_eq(d->pieces, like->pieces, N_PIECES);
    ck_assert_mem_eq(d->availability, like->availability, N_PIECES);
    ck_assert_uint_eq(d->n_peers, like->n_peers);
    ck_assert_mem_eq(d->peers, like->peers, d->n_peers * sizeof *d->peers);
    ck_assert_int_eq(d->stack[0].timeline->now_s,
                     like->stack[0].timeline->now_s);
    ck_assert_ptr_null(d->stack[1].timeline);
}

/* Is what stills[0] gives what was made for that second? */
static void expect(struct still *const *stills, size_t n, int second)
{
    struct frame *f = still_frame(stills, n), *like = make_frame(second);
    ck_assert_int_eq(still_at_ms(stills[0]), second * 1000);
    ck_assert_int_eq(f->now_ms, like->now_ms);
    ck_assert_uint_eq(f->dht->bytes_in, like->dht->bytes_in);
    ck_assert_ptr_null(f->history);
    expect_rows(f, like);
    expect_detail(f->detail, like->detail);
    frame_free(f);
    frame_free(like);
}

static void make_stills(struct still *stills[N_STILLS])
{
    for (int i = 0; i < N_STILLS; i++) {
        stills[i] = still_new(make_frame(i));
        if (i > 0)
            still_pack(stills[i - 1], stills[i]);
    }
}

START_TEST(still_gives_the_frame_that_it_was_made_of)
{
    struct still *stills[N_STILLS];
    make_stills(stills);
    for (int i = 0; i < N_STILLS; i++)
        expect(stills + i, (size_t)(N_STILLS - i), i);
    for (int i = 0; i < N_STILLS; i++)
        still_free(stills[i]);
}
END_TEST

START_TEST(still_packed_takes_little)
{
    struct still *stills[N_STILLS];
    make_stills(stills);
    size_t whole = still_bytes(stills[N_STILLS - 1]);
    ck_assert_uint_gt(whole, 2 * N_PIECES + sizeof(struct detail_dht));
    /* But where a peer came, whose table is as long as before only afterwards. */
    ck_assert_uint_lt(still_bytes(stills[0]), whole / 10);
    ck_assert_uint_gt(still_bytes(stills[2]),
                      still_bytes(stills[0]) + 2 * sizeof(struct detail_peer));
    for (int i = 0; i < N_STILLS; i++)
        still_free(stills[i]);
}
END_TEST

/* Whichever goes, the others are as they were. */
START_TEST(still_bridge_leaves_the_others_as_they_were)
{
    for (int gone = 1; gone < N_STILLS - 1; gone++) {
        struct still *stills[N_STILLS];
        make_stills(stills);
        still_bridge(&stills[gone - 1], (size_t)(N_STILLS + 1 - gone));
        still_free(stills[gone]);
        memmove(&stills[gone], &stills[gone + 1],
                (size_t)(N_STILLS - 1 - gone) * sizeof stills[0]);
        for (int i = 0; i < N_STILLS - 1; i++)
            expect(stills + i, (size_t)(N_STILLS - 1 - i),
                   i < gone ? i : i + 1);
        for (int i = 0; i < N_STILLS - 1; i++)
            still_free(stills[i]);
    }
}
END_TEST

START_TEST(still_of_a_frame_without_torrents_or_details)
{
    struct still *stills[2] = {still_new(frame_new_shared(0)),
                               still_new(make_frame(1))};
    still_pack(stills[0], stills[1]);
    struct frame *f = still_frame(stills, 2);
    ck_assert_uint_eq(f->n_torrents, 0);
    ck_assert_ptr_null(f->detail);
    ck_assert_ptr_null(f->dht);
    frame_free(f);
    still_free(stills[0]);
    still_free(stills[1]);
    still_free(NULL);
}
END_TEST

Suite *still_suite(void)
{
    Suite *s = suite_create("still");
    TCase *t = tcase_create("still");
    tcase_add_test(t, still_gives_the_frame_that_it_was_made_of);
    tcase_add_test(t, still_packed_takes_little);
    tcase_add_test(t, still_bridge_leaves_the_others_as_they_were);
    tcase_add_test(t, still_of_a_frame_without_torrents_or_details);
    suite_add_tcase(s, t);
    return s;
}
