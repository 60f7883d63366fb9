#include "config.h"

#include "tests/swarm/suites.h"

#include "swarm/peer.h"
#include "swarm/peer_pipe.h"

/* Blocks at a steady distance for a time; return the depth after. */
static uint32_t run(struct peer_pipe *pipe, int64_t *now_ms, int64_t gap_ms,
                    int n_blocks)
{
    for (int i = 0; i < n_blocks; i++) {
        *now_ms += gap_ms;
        if (peer_pipe_on_block(pipe, 16384, *now_ms))
            peer_pipe_size(pipe, (uint64_t)(16384 * 1000 / gap_ms), *now_ms);
    }
    return pipe->depth;
}

START_TEST(peer_pipe_in_slow_start_adds_one_a_block)
{
    struct peer_pipe pipe;
    int64_t now_ms = 5;
    peer_pipe_init(&pipe);
    ck_assert_uint_eq(pipe.depth, PEER_START_DEPTH);
    ck_assert_uint_eq(run(&pipe, &now_ms, 1, 100), PEER_START_DEPTH + 100);
    ck_assert_uint_eq(run(&pipe, &now_ms, 1, 800), PEER_MAX_OUTSTANDING);
}
END_TEST

START_TEST(peer_pipe_steady_holds_what_the_rate_needs)
{
    static const struct {
        int64_t gap_ms;
        uint32_t depth;
    } cases[] = {{1, PEER_MAX_OUTSTANDING},
                 {10, 300},
                 {100, 30},
                 {500, 6},
                 {1000, PEER_PIPE_MIN},
                 {2000, PEER_PIPE_MIN_TINY},
                 {60000, PEER_PIPE_MIN_TINY}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct peer_pipe pipe;
        int64_t now_ms = 5;
        peer_pipe_init(&pipe);
        run(&pipe, &now_ms, cases[i].gap_ms, 4000);
        ck_assert(!pipe.is_slow_start);
        /* A block more or less: the rate is cut to whole bytes. */
        ck_assert_uint_le(pipe.depth, cases[i].depth);
        ck_assert_uint_ge(pipe.depth + 1, cases[i].depth);
    }
}
END_TEST

START_TEST(peer_pipe_goes_on_growing_while_the_rate_grows)
{
    struct peer_pipe pipe;
    int64_t now_ms = 0;
    peer_pipe_init(&pipe);
    peer_pipe_set_limit(&pipe, 400);
    for (int64_t gap_ms = 200; gap_ms > 6; gap_ms = gap_ms * 3 / 4) {
        int n = (int)(1100 / gap_ms) + 1;
        run(&pipe, &now_ms, gap_ms, n);
        ck_assert(pipe.is_slow_start);
    }
    ck_assert_uint_gt(pipe.depth, 300);
}
END_TEST

START_TEST(peer_pipe_limit_is_the_others_reqq)
{
    struct peer_pipe pipe;
    int64_t now_ms = 0;
    peer_pipe_init(&pipe);
    peer_pipe_set_limit(&pipe, 10);
    ck_assert_uint_eq(pipe.depth, 10);
    ck_assert_uint_eq(run(&pipe, &now_ms, 1, 5000), 10);
    peer_pipe_set_limit(&pipe, 1);
    ck_assert_uint_eq(pipe.depth, 1);
    peer_pipe_set_limit(&pipe, UINT32_MAX);
    ck_assert_uint_eq(pipe.limit, PEER_MAX_OUTSTANDING);
    peer_pipe_set_limit(&pipe, 0);
    ck_assert_uint_eq(pipe.limit, PEER_MAX_OUTSTANDING);
}
END_TEST

START_TEST(peer_pipe_snubbed_is_one_until_a_block_comes)
{
    struct peer_pipe pipe;
    int64_t now_ms = 0;
    peer_pipe_init(&pipe);
    run(&pipe, &now_ms, 1, 200);
    peer_pipe_on_snub(&pipe);
    ck_assert_uint_eq(pipe.depth, 1);
    peer_pipe_on_unchoke(&pipe);
    ck_assert_uint_eq(pipe.depth, 1);
    run(&pipe, &now_ms, 1, 1);
    ck_assert(!pipe.is_snubbed && pipe.is_slow_start);
    ck_assert_uint_eq(pipe.depth, PEER_PIPE_MIN + 1);
}
END_TEST

START_TEST(peer_pipe_unchoked_again_starts_from_what_it_knows)
{
    struct peer_pipe pipe;
    int64_t now_ms = 0;
    peer_pipe_init(&pipe);
    run(&pipe, &now_ms, 10, 4000);
    uint32_t depth = pipe.depth;
    ck_assert_uint_gt(depth, PEER_START_DEPTH);
    peer_pipe_on_unchoke(&pipe);
    ck_assert_uint_eq(pipe.depth, depth);
    run(&pipe, &now_ms, 2000, 50);
    peer_pipe_on_unchoke(&pipe);
    ck_assert_uint_eq(pipe.depth, PEER_START_DEPTH);
}
END_TEST

START_TEST(peer_pipe_slow_start_ends_at_a_second_that_brings_little_more)
{
    for (uint32_t more = PEER_PIPE_GAIN_B - 1; more <= PEER_PIPE_GAIN_B;
         more++) {
        struct peer_pipe pipe;
        peer_pipe_init(&pipe);
        (void)peer_pipe_on_block(&pipe, 50000, 5);
        (void)peer_pipe_on_block(&pipe, 50000, 1005);
        ck_assert(pipe.is_slow_start);
        (void)peer_pipe_on_block(&pipe, 100000 + more, 2005);
        ck_assert(pipe.is_slow_start == (more == PEER_PIPE_GAIN_B));
    }
}
END_TEST

Suite *peer_pipe_suite(void)
{
    Suite *s = suite_create("peer_pipe");
    TCase *t = tcase_create("peer_pipe");
    tcase_add_test(t, peer_pipe_in_slow_start_adds_one_a_block);
    tcase_add_test(t, peer_pipe_steady_holds_what_the_rate_needs);
    tcase_add_test(t, peer_pipe_goes_on_growing_while_the_rate_grows);
    tcase_add_test(t, peer_pipe_limit_is_the_others_reqq);
    tcase_add_test(t, peer_pipe_snubbed_is_one_until_a_block_comes);
    tcase_add_test(t, peer_pipe_unchoked_again_starts_from_what_it_knows);
    tcase_add_test(
        t, peer_pipe_slow_start_ends_at_a_second_that_brings_little_more);
    suite_add_tcase(s, t);
    return s;
}
