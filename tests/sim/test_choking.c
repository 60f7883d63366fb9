#include "config.h"

#include "swarm/choker.h"
#include "tests/sim/suites.h"
#include "tests/sim/swarm.h"

enum {
    KB = 1024,
    MB = 1024 * KB,
    N_TIERS = 4,
    OF_TIER = 5,
    N_RIDERS = 2,
    N_PIECES = 256,
    PIECE_LEN = 128 * KB
};

static const uint64_t tiers_Bps[N_TIERS] = {24 * KB, 48 * KB, 96 * KB,
                                            192 * KB};

struct shares {
    double tier[N_TIERS]; /* mean of what its members got, in bytes */
    double rider;
};

static double mean_down(struct swarm *s, size_t first, size_t n)
{
    double sum = 0;
    for (size_t i = first; i < first + n; i++)
        sum += (double)node_frame(swarm_node(s, i)).bytes_down;
    return sum / (double)n;
}

static struct node *add_leech(struct swarm *s, uint64_t up_Bps)
{
    uint32_t room = N_PIECES - N_PIECES / 3;
    return swarm_add(s,
                     &(struct node_config){.line_up_Bps = 2 * up_Bps,
                                           .torrent_up_Bps = up_Bps,
                                           .first_piece = swarm_below(s, room),
                                           .n_pieces = N_PIECES / 3,
                                           .latency_ms = 20});
}

/* Leeches of four rates, and two who send next to nothing. Each begins with a third
 * of all somewhere, so that it has what the others want. */
static struct shares share_out(const struct content *c, int64_t ms)
{
    struct swarm *s = swarm_new(c);
    for (size_t i = 0; i < N_TIERS * OF_TIER; i++)
        (void)add_leech(s, tiers_Bps[i / OF_TIER]);
    for (size_t i = 0; i < N_RIDERS; i++)
        (void)add_leech(s, 1 * KB);
    swarm_introduce_all(s, SWARM_MAX_NODES);
    swarm_run_ms(s, ms);
    struct shares shares;
    for (size_t i = 0; i < N_TIERS; i++) {
        shares.tier[i] = mean_down(s, i * OF_TIER, OF_TIER);
        swarm_report("%d KB/s: %.2f MiB", (int)(tiers_Bps[i] / KB),
                     shares.tier[i] / MB);
    }
    shares.rider = mean_down(s, N_TIERS * OF_TIER, N_RIDERS);
    swarm_report("riders: %.2f MiB", shares.rider / MB);
    swarm_free(s);
    return shares;
}

START_TEST(leeches_get_by_what_they_give)
{
    struct content *c = content_new(N_PIECES * PIECE_LEN, PIECE_LEN);
    struct shares shares = share_out(c, 80000);
    const double *tier = shares.tier;
    ck_assert(tier[0] * 1.2 < tier[1]);
    ck_assert(tier[1] * 1.2 < tier[2]);
    ck_assert(tier[1] * 1.2 < tier[3]);
    ck_assert(tier[0] * 2.5 < tier[3]);
    /* By optimism alone. */
    ck_assert(shares.rider < tier[0] * 2 / 3);
    ck_assert(shares.rider > 0);
    content_free(c);
}
END_TEST

/* A seed whose slots are closed, and opened again. */
START_TEST(slots_of_zero_choke_everybody)
{
    struct content *c = content_new(N_PIECES * PIECE_LEN, PIECE_LEN);
    struct swarm *s = swarm_new(c);
    struct node *seed =
        swarm_add(s, &(struct node_config){.is_seed = true,
                                           .limit_up_Bps = 100 * KB});
    struct node *leech = swarm_add(s, &(struct node_config){.latency_ms = 5});
    swarm_introduce(leech, seed);
    swarm_run_ms(s, 5000);
    ck_assert_uint_gt(node_frame(leech).bytes_down, 0);
    node_set_slots(seed, 0);
    swarm_run_ms(s, 2 * CHOKER_ROUND_MS);
    uint64_t before = node_frame(leech).bytes_down;
    swarm_run_ms(s, 2 * CHOKER_ROUND_MS);
    ck_assert_uint_eq(node_frame(leech).bytes_down, before);
    node_set_slots(seed, 1);
    swarm_run_ms(s, 2 * CHOKER_ROUND_MS);
    ck_assert_uint_gt(node_frame(leech).bytes_down, before);
    swarm_free(s);
    content_free(c);
}
END_TEST

Suite *choking_suite(void)
{
    Suite *suite = suite_create("choking");
    TCase *tc = tcase_create("reciprocity");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, leeches_get_by_what_they_give);
    suite_add_tcase(suite, tc);
    tc = tcase_create("slots");
    tcase_add_test(tc, slots_of_zero_choke_everybody);
    suite_add_tcase(suite, tc);
    return suite;
}
