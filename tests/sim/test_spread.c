#include "config.h"

#include "tests/sim/suites.h"
#include "tests/sim/swarm.h"

enum {
    KB = 1024,
    MB = 1024 * KB,
    SIZE = 8 * MB,
    PIECE_LEN = 64 * KB,
    LINE = 512 * KB
};

struct outcome {
    int64_t took_ms;       /* until the last one had all */
    double seed_copies;    /* what the seed sent, in sizes */
    uint64_t wasted_bytes; /* by all */
};

/* One seed and 49 others, all with the same line, who hear of 20 others. */
static struct outcome spread(const struct content *c, bool sequential)
{
    struct swarm *s = swarm_new(c);
    struct node_config config = {.line_up_Bps = LINE,
                                 .line_down_Bps = 4 * LINE,
                                 .latency_ms = 20,
                                 .line_queue_bytes = 64 * KB,
                                 .is_sequential = sequential};
    config.is_seed = true;
    struct node *seed = swarm_add(s, &config);
    config.is_seed = false;
    swarm_add_many(s, &config, 49);
    swarm_introduce_all(s, 20);
    int64_t begin_ms = swarm_now_ms(s);
    ck_assert(swarm_run_finished(s, 600000));
    struct outcome o = {.took_ms = swarm_now_ms(s) - begin_ms};
    o.seed_copies =
        (double)node_frame(seed).bytes_up / (double)c->meta->geo.size_bytes;
    for (size_t i = 0; i < swarm_n_nodes(s); i++) {
        struct node *n = swarm_node(s, i);
        ck_assert(node_has_all(n));
        ck_assert_uint_eq(node_n_events(n, EVENT_HASH_FAILED), 0);
        o.wasted_bytes += node_frame(n).bytes_wasted;
    }
    swarm_report("%s: %lld ms, seed sent %.2f copies, wasted %llu",
                 sequential ? "sequential" : "rarest first",
                 (long long)o.took_ms, o.seed_copies,
                 (unsigned long long)o.wasted_bytes);
    swarm_free(s);
    return o;
}

/* 8 MiB at 512 KiB/s: nobody can be done before 16 s, when the seed has sent one
 * copy. */
START_TEST(fifty_rarest_first_spreads_better_than_sequential)
{
    struct content *c = content_new(SIZE, PIECE_LEN);
    int64_t ideal_ms = (int64_t)SIZE * 1000 / LINE;
    struct outcome rarest = spread(c, false);
    struct outcome sequential = spread(c, true);
    ck_assert_int_ge(rarest.took_ms, ideal_ms);
    ck_assert_int_le(rarest.took_ms, ideal_ms * 3);
    ck_assert_int_lt(rarest.took_ms * 5, sequential.took_ms * 4);
    ck_assert(rarest.seed_copies < 3);
    ck_assert(rarest.seed_copies * 1.2 < sequential.seed_copies);
    /* Of 49 copies. */
    ck_assert_uint_le(rarest.wasted_bytes, 49ull * SIZE / 16);
    content_free(c);
}
END_TEST

Suite *spread_suite(void)
{
    Suite *suite = suite_create("spread");
    TCase *tc = tcase_create("fifty nodes");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, fifty_rarest_first_spreads_better_than_sequential);
    suite_add_tcase(suite, tc);
    return suite;
}
