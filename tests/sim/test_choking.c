#include "config.h"

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

Suite *choking_suite(void)
{
    Suite *suite = suite_create("choking");
    TCase *tc = tcase_create("reciprocity");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, leeches_get_by_what_they_give);
    suite_add_tcase(suite, tc);
    return suite;
}
