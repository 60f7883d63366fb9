/* Pieces in order, for a reader that goes on while they come. */
#include "config.h"

#include "tests/sim/suites.h"
#include "tests/sim/inside.h"
#include "tests/sim/swarm.h"

#include "engine/steer.h"
#include "swarm/peer.h"

enum { KB = 1024, MB = 1024 * KB, SECOND = 1000, N_QUICK = 4 };

/* How it went: at each second, what a reader could read, and what had come. */
struct ride {
    int64_t took_ms;
    uint64_t most_behind; /* bytes that had come and could not be read */
    uint64_t sum_behind;  /* over all seconds */
    int64_t longest_stall_ms;
};

static struct node *add_seed(struct swarm *s, uint64_t up_Bps)
{
    return swarm_add(s, &(struct node_config){.is_seed = true,
                                              .line_up_Bps = up_Bps,
                                              .latency_ms = 20,
                                              .line_queue_bytes = 32 * KB});
}

/* Quick seeds, and n_slow at a fiftieth of their rate; the slow ones are there
 * first. */
static struct ride ride(const struct content *c, int n_slow, bool sequential)
{
    struct ride r = {.took_ms = 0};
    struct swarm *s = swarm_new(c);
    struct node *leech =
        swarm_add(s, &(struct node_config){.is_sequential = sequential,
                                           .latency_ms = 10});
    for (int i = 0; i < n_slow; i++)
        swarm_introduce(leech, add_seed(s, 8 * KB));
    swarm_run_ms(s, 3 * SECOND);
    for (int i = 0; i < N_QUICK; i++)
        swarm_introduce(leech, add_seed(s, 400 * KB));
    uint64_t readable = 0;
    int64_t grew_ms = swarm_now_ms(s);
    while (!node_is_finished(leech)) {
        swarm_run_ms(s, SECOND / 4);
        struct frame_torrent f = node_frame(leech);
        uint64_t now = inside_readable_bytes(node_torrent(leech));
        uint64_t behind = f.have_bytes - now;
        ck_assert_uint_ge(now, readable);
        if (now > readable)
            grew_ms = swarm_now_ms(s);
        else if (swarm_now_ms(s) - grew_ms > r.longest_stall_ms)
            r.longest_stall_ms = swarm_now_ms(s) - grew_ms;
        readable = now;
        r.most_behind = behind > r.most_behind ? behind : r.most_behind;
        r.sum_behind += behind;
        ck_assert_int_lt(swarm_now_ms(s), 600 * SECOND);
    }
    ck_assert(node_has_all(leech));
    r.took_ms = node_finished_ms(leech);
    swarm_report(
        "%s, %d slow: %lld ms, behind at most %llu KiB, stalled %lld ms,"
        " wasted %llu KiB",
        sequential ? "in order" : "rarest first", n_slow, (long long)r.took_ms,
        (unsigned long long)r.most_behind / KB, (long long)r.longest_stall_ms,
        (unsigned long long)node_frame(leech).bytes_wasted / KB);
    swarm_free(s);
    return r;
}

static const uint32_t piece_lens[] = {64 * KB, 1 * MB};

/* With slow peers among quick ones the readable part grows on without a stall of
 * more than a few seconds, and the whole takes no longer than rarest first. */
START_TEST(slow_peers_do_not_hold_the_reader_up)
{
    struct content *c = content_new(40 * MB, piece_lens[_i]);
    struct ride plain = ride(c, 3, false);
    struct ride in_order = ride(c, 3, true);
    struct ride alone = ride(c, 0, true);
    ck_assert_int_le(in_order.longest_stall_ms,
                     alone.longest_stall_ms + 5 * SECOND);
    ck_assert_uint_le(in_order.most_behind, 12 * MB);
    ck_assert_uint_le(in_order.sum_behind, plain.sum_behind / 4);
    ck_assert_int_le(in_order.took_ms, plain.took_ms * 11 / 10);
    content_free(c);
}
END_TEST

/* Of two files that are wanted and one that is not, the four ends come before anything
 * else; undone, the order is as before. */
START_TEST(ends_of_files_come_first)
{
    static const uint64_t sizes[] = {3 * MB, 1 * MB, 3 * MB};
    static const uint32_t ends[] = {0, 47, 64, 111};
    enum { N_ENDS = sizeof ends / sizeof ends[0] };
    struct content *c = content_new_files(sizes, 3, 64 * KB);
    struct swarm *s = swarm_new(c);
    struct node *leech = swarm_add(s, &(struct node_config){.latency_ms = 10});
    struct torrent *t = node_torrent(leech);
    ck_assert_int_eq(steer_want(t, 1, 1, 0), OK);
    steer_set_first_last(t, true);
    swarm_introduce(leech, add_seed(s, 100 * KB));
    for (size_t i = 0; i < N_ENDS; i++)
        while (!inside_has(t, ends[i]))
            swarm_run_ms(s, 100);
    /* But what it may have before it is unchoked. */
    ck_assert_uint_le(node_frame(leech).n_pieces_have,
                      N_ENDS + PEER_ALLOWED_FAST + 1);
    ck_assert(!inside_has(t, 48) && !inside_has(t, 63));
    steer_set_first_last(t, false);
    ck_assert(node_run_finished(leech, 120 * SECOND));
    ck_assert(!inside_has(t, 48) && !inside_has(t, 63));
    swarm_free(s);
    content_free(c);
}
END_TEST

Suite *streaming_sim_suite(void)
{
    Suite *suite = suite_create("streaming");
    TCase *tc = tcase_create("streaming");
    tcase_set_timeout(tc, 30);
    tcase_add_loop_test(tc, slow_peers_do_not_hold_the_reader_up, 0,
                        sizeof piece_lens / sizeof piece_lens[0]);
    tcase_add_test(tc, ends_of_files_come_first);
    suite_add_tcase(suite, tc);
    return suite;
}
