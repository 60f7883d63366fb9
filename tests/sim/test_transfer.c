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

Suite *transfer_suite(void)
{
    Suite *suite = suite_create("transfer");
    TCase *tc = tcase_create("one seed, one leech");
    tcase_add_loop_test(tc, leech_any_shape_gets_all_from_one_seed, 0,
                        sizeof shapes / sizeof shapes[0]);
    suite_add_tcase(suite, tc);
    return suite;
}
