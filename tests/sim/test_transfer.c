#include "config.h"

#include "tests/sim/suites.h"
#include "tests/sim/swarm.h"

/* Sizes that touch an edge somewhere. */
static const struct {
    uint64_t size_bytes;
    uint32_t piece_len;
} shapes[] = {
    {1, 16384},             /* one byte */
    {16384, 16384},         /* one piece of one block */
    {16385, 32768},         /* one piece, its second block one byte */
    {5 * 16384 + 1, 16384}, /* the last piece one byte */
    {100001, 20000},        /* pieces of a block and a bit */
    {70000, 1024},          /* pieces smaller than a block */
    {1000000, 262144},
    {3 * 65536, 65536},
    {5 << 20, 5 << 20},                /* one piece in runs */
    {(13 << 20) + 12345, 6 << 20},     /* pieces in runs, the last shorter */
    {(10 << 20) + 1, 5 << 20},         /* the last piece one byte, runs */
    {(9 << 20) + 7, (4 << 20) + 4096}, /* runs, not of whole blocks */
};

START_TEST(leech_any_shape_gets_all_from_one_seed)
{
    struct content *c =
        content_new(shapes[_i].size_bytes, shapes[_i].piece_len);
    struct swarm *s = swarm_new(c);
    struct node *seed =
        swarm_add(s, &(struct node_config){.is_seed = true, .latency_ms = 5});
    struct node *leech = swarm_add(s, &(struct node_config){.latency_ms = 5});
    swarm_introduce(leech, seed);
    ck_assert(node_run_finished(leech, 60000));
    ck_assert(node_has_all(leech));
    struct frame_torrent f = node_frame(leech);
    ck_assert_int_eq(f.state, FRAME_SEEDING);
    ck_assert_uint_eq(f.have_bytes, shapes[_i].size_bytes);
    ck_assert_uint_eq(f.bytes_down, shapes[_i].size_bytes);
    ck_assert_uint_eq(f.bytes_wasted, 0);
    ck_assert_uint_eq(node_frame(seed).bytes_up, shapes[_i].size_bytes);
    swarm_report("shape %d: %lld ms", _i, (long long)node_finished_ms(leech));
    swarm_free(s);
    content_free(c);
}
END_TEST

static const uint64_t file_sizes[] = {100000, 0,     1, 262144,
                                      5,      16384, 0, 333333};
enum {
    N_FILES = sizeof file_sizes / sizeof file_sizes[0],
    FILES_PIECE = 32768
};

START_TEST(leech_many_files_gets_all)
{
    struct content *c = content_new_files(file_sizes, N_FILES, FILES_PIECE);
    struct swarm *s = swarm_new(c);
    struct node *seed = swarm_add(s, &(struct node_config){.is_seed = true});
    struct node *leech = swarm_add(s, &(struct node_config){.latency_ms = 5});
    swarm_introduce(seed, leech);
    ck_assert(node_run_finished(leech, 60000));
    ck_assert(node_has_all(leech));
    ck_assert_int_eq(node_frame(leech).state, FRAME_SEEDING);
    swarm_free(s);
    content_free(c);
}
END_TEST

/* The fourth file and the sixth: pieces 3 to 11, with neighbours' bytes in the first
 * and the last. */
START_TEST(leech_skipping_files_gets_only_wanted_pieces)
{
    static const uint8_t priorities[N_FILES] = {0, 0, 0, 2, 0, 3, 0, 0};
    struct content *c = content_new_files(file_sizes, N_FILES, FILES_PIECE);
    struct swarm *s = swarm_new(c);
    struct node *seed = swarm_add(s, &(struct node_config){.is_seed = true});
    struct node *leech =
        swarm_add(s, &(struct node_config){.priorities = priorities,
                                           .latency_ms = 5});
    swarm_introduce(leech, seed);
    ck_assert(node_run_finished(leech, 60000));
    swarm_run_ms(s, 5000);
    for (uint32_t p = 0; p < c->meta->geo.n_pieces; p++)
        ck_assert_int_eq(simstore_has_piece(node_store(leech), p),
                         p >= 3 && p <= 11);
    struct frame_torrent f = node_frame(leech);
    ck_assert_int_eq(f.state, FRAME_FINISHED);
    ck_assert_uint_eq(f.n_pieces_have, 9);
    ck_assert_uint_eq(f.bytes_down, 9 * FILES_PIECE);
    ck_assert_uint_eq(f.wanted_left_bytes, 0);
    ck_assert_uint_eq(f.n_peers, 0); /* neither needs the other */
    swarm_free(s);
    content_free(c);
}
END_TEST

/* Four who have a quarter each, and one who has nothing but skips the last file. */
START_TEST(partial_seeds_complete_each_other)
{
    static const uint8_t priorities[N_FILES] = {2, 2, 2, 2, 2, 2, 2, 0};
    struct content *c = content_new_files(file_sizes, N_FILES, FILES_PIECE);
    struct swarm *s = swarm_new(c);
    uint32_t n = c->meta->geo.n_pieces;
    for (uint32_t i = 0; i < 4; i++)
        (void)swarm_add(s, &(struct node_config){.first_piece = i * n / 4,
                                                 .n_pieces = (i + 1) * n / 4 -
                                                             i * n / 4,
                                                 .latency_ms = 10});
    struct node *skipper =
        swarm_add(s, &(struct node_config){.priorities = priorities,
                                           .latency_ms = 10});
    swarm_introduce_all(s, 4);
    ck_assert(swarm_run_finished(s, 120000));
    swarm_run_ms(s, 20000);
    for (size_t i = 0; i < 4; i++) {
        ck_assert(node_has_all(swarm_node(s, i)));
        ck_assert_int_eq(node_frame(swarm_node(s, i)).state, FRAME_SEEDING);
    }
    ck_assert_int_eq(node_frame(skipper).state, FRAME_FINISHED);
    ck_assert_uint_eq(simstore_n_wrong(node_store(skipper)), 0);
    swarm_free(s);
    content_free(c);
}
END_TEST

static const struct {
    int64_t latency_ms; /* one way, in all */
    int least_pct;      /* of the line, from dialling to the last byte */
} distances[] = {{5, 95}, {50, 80}, {100, 64}};

static bool has_half(void *ctx)
{
    struct frame_torrent f = node_frame(ctx);
    return f.have_bytes >= f.size_bytes / 2;
}

/* One seed with 25 MB/s, far away; the network holds what is under way. Of 64 MiB
 * the handshakes take four round trips, and finding the rate two and a half: after
 * that the line is full. */
START_TEST(leech_far_away_fills_the_line)
{
    enum { SIZE = 64 << 20, LINE = 25000000, QUEUE = 16 << 20 };
    struct content *c = content_new(SIZE, 1 << 20);
    struct swarm *s = swarm_new(c);
    struct node_config config = {.is_seed = true,
                                 .line_up_Bps = LINE,
                                 .line_queue_bytes = QUEUE,
                                 .latency_ms = distances[_i].latency_ms};
    struct node *seed = swarm_add(s, &config);
    struct node *leech =
        swarm_add(s, &(struct node_config){.line_queue_bytes = QUEUE});
    swarm_introduce(leech, seed);
    int64_t begin_ms = swarm_now_ms(s);
    ck_assert(swarm_run_while(s, 60000, has_half, leech));
    int64_t half_ms = swarm_now_ms(s);
    uint64_t half = SIZE - node_frame(leech).have_bytes;
    ck_assert(node_run_finished(leech, 60000));
    int64_t end_ms = node_finished_ms(leech);
    int64_t pct = (int64_t)SIZE * 1000 / LINE * 100 / (end_ms - begin_ms);
    int64_t half_pct = (int64_t)half * 1000 / LINE * 100 / (end_ms - half_ms);
    swarm_report("%d ms round trip: %d %% of the line, %d %% from half on",
                 2 * (int)distances[_i].latency_ms, (int)pct, (int)half_pct);
    ck_assert_int_ge(pct, distances[_i].least_pct);
    ck_assert_int_ge(half_pct, 97);
    swarm_free(s);
    content_free(c);
}
END_TEST

Suite *transfer_suite(void)
{
    Suite *suite = suite_create("transfer");
    TCase *tc = tcase_create("one seed, one leech");
    tcase_add_loop_test(tc, leech_any_shape_gets_all_from_one_seed, 0,
                        sizeof shapes / sizeof shapes[0]);
    tcase_add_test(tc, leech_many_files_gets_all);
    suite_add_tcase(suite, tc);
    tc = tcase_create("parts");
    tcase_add_test(tc, leech_skipping_files_gets_only_wanted_pieces);
    tcase_add_test(tc, partial_seeds_complete_each_other);
    suite_add_tcase(suite, tc);
    tc = tcase_create("distance");
    tcase_set_timeout(tc, 30);
    tcase_add_loop_test(tc, leech_far_away_fills_the_line, 0,
                        sizeof distances / sizeof distances[0]);
    suite_add_tcase(suite, tc);
    return suite;
}
