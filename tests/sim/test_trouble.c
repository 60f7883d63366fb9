#include "config.h"

#include "tests/sim/suites.h"
#include "tests/sim/swarm.h"

#include <string.h>
#include "tests/sim/inside.h"

enum { KB = 1024, MB = 1024 * KB, BLOCK = 16 * KB };

/* Peers that are no help: slow ones, silent ones, liars. The others carry it, and
 * what these cost is bounded. */

static struct node *add_seed(struct swarm *s, uint64_t up_Bps)
{
    return swarm_add(s, &(struct node_config){.is_seed = true,
                                              .line_up_Bps = up_Bps,
                                              .latency_ms = 10});
}

static struct node *add_leech(struct swarm *s)
{
    return swarm_add(s, &(struct node_config){.latency_ms = 10});
}

static int64_t took_ms(struct node *leech, int64_t begin_ms)
{
    ck_assert(node_run_finished(leech, 600000));
    ck_assert(node_has_all(leech));
    return node_finished_ms(leech) - begin_ms;
}

/* How long n seeds of 1 MiB/s each take for 8 MiB, with `slow` another of 2 KiB/s. */
static int64_t race(bool slow, uint64_t *wasted_out)
{
    struct content *c = content_new(8 * MB, 256 * KB);
    struct swarm *s = swarm_new(c);
    struct node *leech = add_leech(s);
    for (int i = 0; i < 2; i++)
        swarm_introduce(leech, add_seed(s, 1 * MB));
    if (slow)
        swarm_introduce(leech, add_seed(s, 2 * KB));
    int64_t ms = took_ms(leech, swarm_now_ms(s));
    *wasted_out = node_frame(leech).bytes_wasted;
    swarm_report("race%s: %d ms, wasted %d blocks",
                 slow ? " with a slow one" : "", (int)ms,
                 (int)(*wasted_out / BLOCK));
    swarm_free(s);
    content_free(c);
    return ms;
}

START_TEST(endgame_slow_peer_does_not_hold_up)
{
    uint64_t wasted, none;
    int64_t without_ms = race(false, &none);
    int64_t with_ms = race(true, &wasted);
    ck_assert_int_le(with_ms, without_ms * 11 / 10 + 500);
    ck_assert_uint_le(wasted, 40 * BLOCK);
}
END_TEST

/* The last blocks of a torrent are with a peer that gives 1 KiB/s; another that has
 * them comes late. */
START_TEST(endgame_takes_last_blocks_from_who_is_quicker)
{
    struct content *c = content_new(4 * MB, 64 * KB);
    struct swarm *s = swarm_new(c);
    struct node *leech =
        swarm_add(s, &(struct node_config){.first_piece = 0, .n_pieces = 62});
    struct node *slow = add_seed(s, 1 * KB);
    swarm_introduce(leech, slow);
    swarm_run_ms(s, 15000);
    ck_assert(!node_is_finished(leech));
    struct node *quick = add_seed(s, 1 * MB);
    int64_t begin_ms = swarm_now_ms(s);
    swarm_introduce(leech, quick);
    int64_t ms = took_ms(leech, begin_ms);
    uint64_t wasted = node_frame(leech).bytes_wasted;
    swarm_report("endgame: %d ms, wasted %d blocks", (int)ms,
                 (int)(wasted / BLOCK));
    ck_assert_int_le(ms, 2000);
    ck_assert_uint_le(wasted, 8 * BLOCK);
    swarm_free(s);
    content_free(c);
}
END_TEST

/* Liars. */

static const struct {
    uint32_t per_mille; /* blocks that the liar turns a bit of */
    uint32_t n_honest;
    uint32_t fails_min; /* pieces that fail: none when no such block is asked */
    uint32_t fails_max;
    uint32_t piece_len;
} lies[] = {{10, 5, 0, 3, 256 * KB},
            {100, 5, 1, 4, 256 * KB},
            {1000, 5, 1, 4, 256 * KB},
            {1000, 1, 1, 4, 256 * KB},
            {30, 3, 1, 4, 5 * MB}, /* in runs, and all of them fail */
            {1000, 1, 1, 4, 5 * MB},
            {30, 3, 1, 4, 16 * MB}}; /* the only piece */

START_TEST(liar_among_honest_is_banned_and_nobody_else)
{
    struct content *c = content_new(10 * MB, lies[_i].piece_len);
    struct swarm *s = swarm_new(c);
    struct node *leech = add_leech(s);
    struct node *liar = add_seed(s, 512 * KB);
    simstore_lie(node_store(liar), lies[_i].per_mille);
    swarm_introduce(leech, liar);
    for (uint32_t i = 0; i < lies[_i].n_honest; i++)
        swarm_introduce(leech, add_seed(s, 512 * KB));
    (void)took_ms(leech, 0);
    struct frame_torrent f = node_frame(leech);
    swarm_report("liar of %u in 1000: %u pieces failed, %d KB wasted",
                 lies[_i].per_mille, f.n_hash_fails,
                 (int)(f.bytes_wasted / KB));
    if (f.n_hash_fails > 0) {
        const struct event *e = node_event(leech, EVENT_HASH_FAILED);
        ck_assert(node_is_banned_by(liar, leech));
        /* It says who had part in it, and which it was of them most. */
        ck_assert_ptr_nonnull(strstr(e->text, "did not match its hash: "));
        ck_assert_ptr_nonnull(strstr(e->text, " from "));
        ck_assert_uint_ne(e->peer, 0);
        ck_assert_uint_lt(e->piece_idx, f.n_pieces);
        ck_assert_uint_ne(node_event(leech, EVENT_BANNED)->peer, 0);
    }
    for (size_t i = 2; i < swarm_n_nodes(s); i++)
        ck_assert(!node_is_banned_by(swarm_node(s, i), leech));
    ck_assert_uint_ge(f.n_hash_fails, lies[_i].fails_min);
    ck_assert_uint_le(f.n_hash_fails, lies[_i].fails_max);
    swarm_free(s);
    content_free(c);
}
END_TEST

/* Silent and slow. */

enum silence { NEVER_ANSWERS, STALLS, CRAWLS };

START_TEST(silent_peer_does_not_hold_up)
{
    struct content *c = content_new(8 * MB, 256 * KB);
    struct swarm *s = swarm_new(c);
    struct node *leech = add_leech(s);
    struct node *silent = add_seed(s, _i == CRAWLS ? 1 * KB : 512 * KB);
    if (_i == NEVER_ANSWERS)
        node_set_disk_ms(silent, INT64_C(1) << 40);
    swarm_introduce(leech, silent);
    swarm_introduce(leech, add_seed(s, 1 * MB));
    int64_t begin_ms = swarm_now_ms(s);
    if (_i == STALLS) {
        swarm_run_ms(s, 1500);
        node_set_line(silent, 1, 0);
    }
    int64_t ms = took_ms(leech, begin_ms);
    uint64_t wasted = node_frame(leech).bytes_wasted;
    swarm_report("silence %d: %d ms, wasted %d blocks", _i, (int)ms,
                 (int)(wasted / BLOCK));
    ck_assert_int_le(ms, 10500);
    ck_assert_uint_le(wasted, 32 * BLOCK);
    swarm_free(s);
    content_free(c);
}
END_TEST

/* With nobody else to ask, the silence is seen for what it is; and forgiven. */
START_TEST(silent_peer_snubs_after_20_s_until_it_speaks)
{
    struct content *c = content_new(4 * MB, 64 * KB);
    struct swarm *s = swarm_new(c);
    struct node *leech = add_leech(s);
    struct node *seed = add_seed(s, 256 * KB);
    swarm_introduce(leech, seed);
    swarm_run_ms(s, 2000);
    node_set_disk_ms(seed, 45000);
    swarm_run_ms(s, 18000);
    ck_assert_uint_eq(inside_n_snubbing(node_torrent(leech)), 0);
    swarm_run_ms(s, 5000);
    ck_assert_uint_eq(inside_n_snubbing(node_torrent(leech)), 1);
    node_set_disk_ms(seed, 1);
    ck_assert(node_run_finished(leech, 120000));
    ck_assert(node_has_all(leech));
    swarm_free(s);
    content_free(c);
}
END_TEST

Suite *trouble_suite(void)
{
    Suite *suite = suite_create("trouble");
    TCase *tc = tcase_create("endgame");
    tcase_add_test(tc, endgame_slow_peer_does_not_hold_up);
    tcase_add_test(tc, endgame_takes_last_blocks_from_who_is_quicker);
    suite_add_tcase(suite, tc);
    tc = tcase_create("liars");
    tcase_add_loop_test(tc, liar_among_honest_is_banned_and_nobody_else, 0,
                        sizeof lies / sizeof lies[0]);
    suite_add_tcase(suite, tc);
    tc = tcase_create("silence");
    tcase_add_loop_test(tc, silent_peer_does_not_hold_up, 0, CRAWLS + 1);
    tcase_add_test(tc, silent_peer_snubs_after_20_s_until_it_speaks);
    suite_add_tcase(suite, tc);
    return suite;
}
