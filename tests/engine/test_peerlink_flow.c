#include "config.h"

#include "tests/engine/suites.h"

#include "engine/peerlink.h"
#include "tests/engine/torrentlet.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* How fast bytes move through peerlinks, and when they do not. */

enum { N_PIECES = 16, N_PAIRS = 3, LIMIT_Bps = 50 << 10, BURST = 16 << 10 };

static struct stage stage;
static struct torrentlet leeches[N_PAIRS], seeds[N_PAIRS];

static void set_up(void)
{
    stage_init(&stage);
    for (uint16_t i = 0; i < N_PAIRS; i++) {
        stage.there.at.port = (uint16_t)(7000 + i);
        torrentlet_init(&leeches[i], &stage.here, N_PIECES, false);
        torrentlet_init(&seeds[i], &stage.there, N_PIECES, true);
    }
}

static void tear_down(void)
{
    for (size_t i = 0; i < N_PAIRS; i++) {
        torrentlet_fini(&leeches[i]);
        torrentlet_fini(&seeds[i]);
    }
    stage_run(&stage, 1000);
    stage_fini(&stage);
}

static void dial(size_t i)
{
    stage.there.at.port = (uint16_t)(7000 + i);
    torrentlet_listen(&seeds[i]);
    ck_assert_int_eq(torrentlet_dial(&leeches[i], &stage.there.at), OK);
}

static uint32_t bytes_of(size_t i)
{
    return leeches[i].n_received * GEOMETRY_BLOCK_LEN;
}

/* What one side sends beside payload the other receives; nothing of it is payload. */
START_TEST(overhead_is_all_but_payload)
{
    uint64_t down, up, far_down, far_up;
    dial(0);
    stage_run(&stage, 0);
    ck_assert(torrentlet_is_whole(&leeches[0]));
    peerlink_overhead(leeches[0].link, &down, &up);
    peerlink_overhead(seeds[0].link, &far_down, &far_up);
    ck_assert_uint_eq(down, far_up);
    ck_assert_uint_eq(up, far_down);
    /* A handshake, and a header of 13 bytes for each block; 17 for each request. */
    enum { N_BLOCKS = N_PIECES * 2, HEADER = 13, REQUEST = 17 };
    ck_assert_uint_ge(down, HANDSHAKE_LEN + N_BLOCKS * HEADER);
    ck_assert_uint_lt(down, HANDSHAKE_LEN + N_BLOCKS * HEADER + 200);
    ck_assert_uint_ge(up, HANDSHAKE_LEN + N_BLOCKS * REQUEST);
    ck_assert_uint_lt(up, HANDSHAKE_LEN + N_BLOCKS * REQUEST + 200);
}
END_TEST

/* Of both sides, all torrents and one. */
START_TEST(limit_is_kept_and_used)
{
    struct bucket *buckets[] = {&stage.here.limits.down, &leeches[0].down,
                                &stage.there.limits.up, &seeds[0].up};
    enum { SIZE = N_PIECES * 2 * GEOMETRY_BLOCK_LEN };
    bucket_init(buckets[_i], LIMIT_Bps, stage_now(&stage));
    dial(0);
    int64_t start_ms = stage_now(&stage);
    while (!torrentlet_is_whole(&leeches[0])) {
        stage_run(&stage, 100);
        int64_t ms = stage_now(&stage) - start_ms;
        ck_assert_int_le(bytes_of(0), BURST + LIMIT_Bps * ms / 1000);
        ck_assert_int_lt(ms, 1200 * (int64_t)SIZE / LIMIT_Bps);
    }
}
END_TEST

START_TEST(without_a_limit_no_time_passes)
{
    dial(0);
    stage_run(&stage, 0);
    ck_assert(torrentlet_is_whole(&leeches[0]));
}
END_TEST

/* The stricter of two limits holds. */
START_TEST(limit_of_torrent_holds_within_a_larger_one_of_all)
{
    bucket_init(&stage.here.limits.down, 10 * LIMIT_Bps, stage_now(&stage));
    bucket_init(&leeches[0].down, LIMIT_Bps, stage_now(&stage));
    dial(0);
    dial(1);
    stage_run(&stage, 4000);
    ck_assert(torrentlet_is_whole(&leeches[1]));
    ck_assert_int_le(bytes_of(0), BURST + LIMIT_Bps * 4);
    ck_assert_int_ge(bytes_of(0), LIMIT_Bps * 3);
}
END_TEST

/* Who waits longest is next, or a few take all and the others' requests, and the
 * pieces that they are of, wait for ever. */
START_TEST(limit_is_shared_evenly)
{
    struct bucket *b =
        _i == 0 ? &stage.here.limits.down : &stage.there.limits.up;
    bucket_init(b, LIMIT_Bps, stage_now(&stage));
    for (size_t i = 0; i < N_PAIRS; i++)
        dial(i);
    stage_run(&stage, 15000);
    uint32_t sum = 0;
    for (size_t i = 0; i < N_PAIRS; i++)
        sum += bytes_of(i);
    ck_assert_uint_ge(sum, 14 * LIMIT_Bps);
    for (size_t i = 0; i < N_PAIRS; i++)
        ck_assert_msg(bytes_of(i) >= sum / N_PAIRS * 3 / 4,
                      "%u got %u bytes of %u", (unsigned)i, bytes_of(i), sum);
}
END_TEST

/* A limit used up by others is no fault of the peer's. */
START_TEST(waiting_for_a_limit_blames_nobody)
{
    bucket_init(&leeches[0].down, 100, stage_now(&stage));
    dial(0);
    stage_run(&stage, PEER_INACTIVE_MS - 1000);
    ck_assert_int_eq(leeches[0].n_calls[TORRENTLET_CLOSED], 0);
    ck_assert_int_eq(leeches[0].n_calls[TORRENTLET_RELEASE], 0);
}
END_TEST

/* Memory. */

static uint8_t *fill_pool(void)
{
    return pool_take(stage.here.env.pool, STAGE_POOL_BYTES);
}

static void empty_pool(uint8_t *memory)
{
    pool_give(stage.here.env.pool, memory, STAGE_POOL_BYTES);
}

START_TEST(full_pool_stops_reading_until_resumed)
{
    uint8_t *memory = fill_pool();
    stage.here.is_disk_busy = true;
    dial(0);
    stage_run(&stage, PEER_INACTIVE_MS - 1000);
    ck_assert_uint_eq(leeches[0].n_received, 0);
    ck_assert_ptr_eq(stage.here.env.paused, leeches[0].link);
    ck_assert_int_eq(leeches[0].n_calls[TORRENTLET_CLOSED], 0);
    /* Resumed too early: it waits again. */
    peerlink_resume_paused(&stage.here.env);
    stage_run(&stage, 100);
    ck_assert_ptr_eq(stage.here.env.paused, leeches[0].link);
    empty_pool(memory);
    peerlink_resume_paused(&stage.here.env);
    ck_assert_ptr_null(stage.here.env.paused);
    stage_run(&stage, 100);
    ck_assert(torrentlet_is_whole(&leeches[0]));
}
END_TEST

/* Nothing would give memory back but what is read: to wait would be for ever. */
START_TEST(full_pool_with_an_idle_disk_reads_on)
{
    uint8_t *memory = fill_pool();
    dial(0);
    stage_run(&stage, 100);
    ck_assert(torrentlet_is_whole(&leeches[0]));
    empty_pool(memory);
}
END_TEST

/* Any one of the paused may go. */
START_TEST(paused_link_that_closes_leaves_the_others_paused)
{
    uint8_t *memory = fill_pool();
    stage.here.is_disk_busy = true;
    for (size_t i = 0; i < N_PAIRS; i++)
        dial(i);
    stage_run(&stage, 100);
    peerlink_close(leeches[_i].link, ERR_CANCELLED, "");
    stage_run(&stage, 100);
    empty_pool(memory);
    peerlink_resume_paused(&stage.here.env);
    stage_run(&stage, 100);
    for (int i = 0; i < N_PAIRS; i++)
        ck_assert(torrentlet_is_whole(&leeches[i]) == (i != _i));
}
END_TEST

/* A paused link waits for a limit too: the one does not end the other's wait. */
START_TEST(paused_link_is_not_woken_by_its_limit)
{
    bucket_init(&leeches[0].up, LIMIT_Bps, stage_now(&stage));
    bucket_take(&leeches[0].up, LIMIT_Bps, stage_now(&stage));
    uint8_t *memory = fill_pool();
    stage.here.is_disk_busy = true;
    dial(0);
    stage_run(&stage, 10000);
    ck_assert_ptr_eq(stage.here.env.paused, leeches[0].link);
    ck_assert_int_eq(leeches[0].n_calls[TORRENTLET_HAS], 0);
    empty_pool(memory);
    peerlink_resume_paused(&stage.here.env);
    stage_run(&stage, 1000);
    ck_assert(torrentlet_is_whole(&leeches[0]));
}
END_TEST

/* Slow cables: what one write cannot send goes on when there is room. */
START_TEST(narrow_cable_brings_everything)
{
    struct link_host slow = {.up_Bps = 1 << 20,
                             .latency_ms = 50,
                             .queue_bytes = 5000};
    link_net_host(stage.net, &stage.there.at, &slow);
    dial(0);
    stage_run(&stage, 60000);
    ck_assert(torrentlet_is_whole(&leeches[0]));
}
END_TEST

/* Counts. */

enum { N_LINKS = 24, N_FARS = 200, N_STEPS = 4000 };

static struct conn *fars[N_FARS];
static size_t n_fars;

static void on_far(void *ctx, struct conn *conn, const struct addr *remote)
{
    (void)ctx;
    (void)remote;
    ck_assert_uint_lt(n_fars, N_FARS);
    fars[n_fars++] = conn;
}

static void act_far(const struct rng *rng)
{
    uint8_t bytes[HANDSHAKE_LEN];
    struct handshake h = stage_hello(rng_below(rng, 5) > 0 ? 'h' : 'x', 'f');
    if (n_fars == 0)
        return;
    size_t i = rng_below(rng, (uint32_t)n_fars);
    switch (rng_below(rng, 4)) {
    case 0:
        handshake_encode(&h, bytes);
        if (!stage_is_closed(fars[i]))
            stage_write(fars[i], bytes, 1 + rng_below(rng, HANDSHAKE_LEN));
        break;
    case 1:
        link_break(fars[i], ECONNRESET);
        break;
    default:
        conn_close(fars[i]);
        fars[i] = fars[--n_fars];
    }
}

static void act_near(struct torrentlet *t, const struct rng *rng)
{
    struct addr to = stage.there.at;
    to.port = (uint16_t)(8000 + rng_below(rng, 3)); /* there, nobody, silent */
    t->refuses = rng_below(rng, 4) == 0;
    stage.here.has_no_sockets = rng_below(rng, 8) == 0;
    if (t->link == NULL &&
        limits_may_dial(&stage.here.limits, stage_now(&stage))) {
        enum err err = peerlink_dial(&stage.here.env, &t->owner, &to, &t->link);
        ck_assert((err == OK) == !stage.here.has_no_sockets);
    } else if (t->link != NULL && rng_below(rng, 2) == 0)
        peerlink_close(t->link, ERR_CANCELLED, "at random");
    else {
        peerlink_free(t->link);
        t->link = NULL;
        t->peer = NULL;
    }
}

/* What the limits count is what there is, whatever happens to links. */
START_TEST(counts_are_those_of_the_links)
{
    uint64_t seed = (uint64_t)_i + 1;
    struct rng rng = rng_seeded(&seed);
    struct torrentlet links[N_LINKS];
    for (size_t i = 0; i < N_LINKS; i++)
        torrentlet_init(&links[i], &stage.here, 1, false);
    struct addr to = stage.there.at;
    to.port = 8000;
    link_net_listen(stage.net, &to, on_far, NULL);
    to.port = 8002;
    link_net_silence(stage.net, &to, true);
    n_fars = 0;
    for (size_t step = 0; step < N_STEPS; step++) {
        if (rng_below(&rng, 3) == 0)
            act_near(&links[rng_below(&rng, N_LINKS)], &rng);
        else if (rng_below(&rng, 2) == 0)
            act_far(&rng);
        else
            stage_run(&stage,
                      rng_below(&rng, 3) == 0 ? rng_below(&rng, 5000) : 0);
        uint32_t n = 0, n_half_open = 0;
        for (size_t i = 0; i < N_LINKS; i++)
            if (links[i].link != NULL && !peerlink_is_closing(links[i].link)) {
                n++;
                n_half_open += peerlink_is_half_open(links[i].link) ? 1 : 0;
            }
        ck_assert_msg(stage.here.limits.n_conns == n &&
                          stage.here.limits.n_half_open == n_half_open,
                      "seed %d, step %zu", _i + 1, step);
    }
    for (size_t i = 0; i < N_LINKS; i++)
        torrentlet_fini(&links[i]);
    while (n_fars > 0)
        conn_close(fars[--n_fars]);
}
END_TEST

Suite *peerlink_flow_suite(void)
{
    Suite *s = suite_create("peerlink_flow");
    TCase *tc = tcase_create("peerlink_flow");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_loop_test(tc, limit_is_kept_and_used, 0, 4);
    tcase_add_test(tc, overhead_is_all_but_payload);
    tcase_add_test(tc, without_a_limit_no_time_passes);
    tcase_add_test(tc, limit_of_torrent_holds_within_a_larger_one_of_all);
    tcase_add_loop_test(tc, limit_is_shared_evenly, 0, 2);
    tcase_add_test(tc, waiting_for_a_limit_blames_nobody);
    tcase_add_test(tc, full_pool_stops_reading_until_resumed);
    tcase_add_test(tc, full_pool_with_an_idle_disk_reads_on);
    tcase_add_loop_test(tc, paused_link_that_closes_leaves_the_others_paused, 0,
                        N_PAIRS);
    tcase_add_test(tc, paused_link_is_not_woken_by_its_limit);
    tcase_add_test(tc, narrow_cable_brings_everything);
    tcase_add_loop_test(tc, counts_are_those_of_the_links, 0, 10);
    suite_add_tcase(s, tc);
    return s;
}
