/* The end of a download: how long the last twentieth takes, and what comes twice. Least
 * is what all who are there and send take for it, and two round trips of the farthest. */
#include "config.h"

#include "tests/sim/suites.h"
#include "tests/sim/inside.h"
#include "tests/sim/swarm.h"

enum { KB = 1024, MB = 1024 * KB, BLOCK = 16 * KB, SECOND = 1000 };
enum { OWN_LATENCY_MS = 5, N_KINDS = 3 };

/* Seeds of one kind. latency_ms: one way, from us to it. */
struct kind {
    uint32_t n;
    uint64_t up_Bps;
    uint64_t step_Bps; /* each is quicker than the one before by so much */
    int64_t latency_ms;
    size_t queue_bytes;
    /* From this part in a thousand on it sends nothing; 0: it does. */
    uint32_t goes_at;
};

struct situation {
    const char *name;
    uint64_t size;
    uint32_t piece_len;
    struct kind kinds[N_KINDS];
    uint64_t down_Bps; /* our line; 0: unlimited */
    uint64_t limit_Bps;
};

static const struct situation situations[] = {
    {.name = "one far and quick",
     .size = 64 * MB,
     .piece_len = 256 * KB,
     .kinds = {{1, 8 * MB, 0, 100, 4 * MB, 0}}},
    {.name = "eight far, unequal",
     .size = 64 * MB,
     .piece_len = 256 * KB,
     .kinds = {{8, 256 * KB, 256 * KB, 100, 512 * KB, 0}}},
    {.name = "one quick, one very slow",
     .size = 64 * MB,
     .piece_len = 256 * KB,
     .kinds = {{1, 4 * MB, 0, 25, 512 * KB, 0},
               {1, 4 * KB, 0, 25, 64 * KB, 0}}},
    {.name = "far and quick, far and slow",
     .size = 64 * MB,
     .piece_len = 256 * KB,
     .kinds = {{1, 4 * MB, 0, 100, 2 * MB, 0},
               {3, 32 * KB, 0, 100, 64 * KB, 0}}},
    {.name = "one of four falls silent early",
     .size = 64 * MB,
     .piece_len = 256 * KB,
     .kinds = {{3, 1 * MB, 0, 50, 256 * KB, 0},
               {1, 1 * MB, 0, 50, 256 * KB, 900}}},
    {.name = "the quickest falls silent",
     .size = 64 * MB,
     .piece_len = 256 * KB,
     .kinds = {{4, 1 * MB, 0, 100, 512 * KB, 0},
               {1, 8 * MB, 0, 20, 1 * MB, 930}}},
    {.name = "one of four falls silent",
     .size = 64 * MB,
     .piece_len = 256 * KB,
     .kinds = {{3, 1 * MB, 0, 50, 256 * KB, 0},
               {1, 1 * MB, 0, 50, 256 * KB, 970}}},
    {.name = "four near",
     .size = 64 * MB,
     .piece_len = 256 * KB,
     .kinds = {{4, 4 * MB, 0, 1, 256 * KB, 0}}},
    {.name = "one of 25 MB/s, 100 ms",
     .size = 64 * MB,
     .piece_len = 256 * KB,
     .kinds = {{1, 25000000, 0, 50, 8 * MB, 0}}},
    {.name = "64 pieces",
     .size = 4 * MB,
     .piece_len = 64 * KB,
     .kinds = {{4, 512 * KB, 256 * KB, 50, 256 * KB, 0}}},
    {.name = "64 pieces, one slow",
     .size = 4 * MB,
     .piece_len = 64 * KB,
     .kinds = {{3, 1 * MB, 0, 50, 256 * KB, 0},
               {1, 8 * KB, 0, 50, 64 * KB, 0}}},
    {.name = "much with a slow one",
     .size = 64 * MB,
     .piece_len = 4 * MB,
     .kinds = {{4, 2 * MB, 0, 50, 512 * KB, 0},
               {4, 16 * KB, 0, 50, 256 * KB, 0}}},
    {.name = "twenty of all kinds",
     .size = 64 * MB,
     .piece_len = 1 * MB,
     .kinds = {{10, 64 * KB, 64 * KB, 60, 256 * KB, 0},
               {9, 8 * KB, 8 * KB, 150, 128 * KB, 0},
               {1, 1 * MB, 0, 20, 256 * KB, 0}}},
    {.name = "as many that hardly send",
     .size = 64 * MB,
     .piece_len = 1 * MB,
     .kinds = {{40, 64 * KB, 4 * KB, 60, 256 * KB, 0},
               {40, 4 * KB, 0, 150, 128 * KB, 0}}},
    {.name = "our line is the narrow one",
     .size = 64 * MB,
     .piece_len = 256 * KB,
     .down_Bps = 4 * MB,
     .kinds = {{8, 1 * MB, 256 * KB, 50, 256 * KB, 0}}},
    {.name = "a limit",
     .size = 64 * MB,
     .piece_len = 256 * KB,
     .limit_Bps = 2 * MB,
     .kinds = {{8, 1 * MB, 256 * KB, 50, 256 * KB, 0}}},
};

struct ending {
    uint64_t n_left; /* blocks at which the wait ends */
    struct node *leech;
};

static bool is_so_far(void *ctx)
{
    const struct ending *e = ctx;
    return inside_n_blocks_left(node_torrent(e->leech)) <= e->n_left;
}

/* Who is there. */
struct scene {
    struct swarm *swarm;
    struct node *leech;
    struct node
        *silent; /* who falls silent, and at which thousandth; or NULL */
    uint32_t silent_at;
    uint64_t joint_Bps; /* of those that do not, as far as we can take it */
    int64_t round_ms;   /* of the farthest */
};

static void add_seeds(struct scene *sc, const struct kind *kind)
{
    for (uint32_t i = 0; i < kind->n; i++) {
        struct node_config config = {
            .is_seed = true,
            .line_up_Bps = (kind->up_Bps + i * kind->step_Bps) *
                           (90 + swarm_below(sc->swarm, 21)) / 100,
            .latency_ms = kind->latency_ms - OWN_LATENCY_MS,
            .line_queue_bytes = kind->queue_bytes};
        struct node *seed = swarm_add(sc->swarm, &config);
        swarm_introduce(sc->leech, seed);
        if (kind->goes_at != 0) {
            sc->silent = seed;
            sc->silent_at = kind->goes_at;
        } else
            sc->joint_Bps += config.line_up_Bps;
        if (2 * kind->latency_ms > sc->round_ms)
            sc->round_ms = 2 * kind->latency_ms;
    }
}

static struct scene scene_of(const struct situation *t, const struct content *c)
{
    struct scene sc = {.swarm = swarm_new(c)};
    sc.leech = swarm_add(sc.swarm,
                         &(struct node_config){.latency_ms = OWN_LATENCY_MS,
                                               .line_down_Bps = t->down_Bps,
                                               .limit_down_Bps = t->limit_Bps});
    for (size_t k = 0; k < N_KINDS && t->kinds[k].n > 0; k++)
        add_seeds(&sc, &t->kinds[k]);
    if (t->down_Bps != 0 && sc.joint_Bps > t->down_Bps)
        sc.joint_Bps = t->down_Bps;
    if (t->limit_Bps != 0 && sc.joint_Bps > t->limit_Bps)
        sc.joint_Bps = t->limit_Bps;
    return sc;
}

/* Run until so many thousandths have come. */
static void run_until(struct scene *sc, uint64_t size, uint32_t per_mille)
{
    struct ending e = {.leech = sc->leech,
                       .n_left = size / BLOCK * (1000 - per_mille) / 1000};
    ck_assert(swarm_run_while(sc->swarm, 600 * SECOND, is_so_far, &e));
}

START_TEST(end_is_near_what_the_peers_can_give)
{
    const struct situation *t = &situations[_i];
    struct content *c = content_new(t->size, t->piece_len);
    struct scene sc = scene_of(t, c);
    run_until(&sc, t->size, sc.silent_at < 950 ? sc.silent_at : 950);
    if (sc.silent != NULL && sc.silent_at < 950)
        node_set_line(sc.silent, 1, 0);
    run_until(&sc, t->size, 950);
    int64_t begin_ms = swarm_now_ms(sc.swarm);
    run_until(&sc, t->size, sc.silent_at > 950 ? sc.silent_at : 950);
    if (sc.silent != NULL && sc.silent_at > 950)
        node_set_line(sc.silent, 1, 0);
    run_until(&sc, t->size, 990);
    int64_t at_99_ms = swarm_now_ms(sc.swarm);
    ck_assert(node_run_finished(sc.leech, 600 * SECOND));
    ck_assert(node_has_all(sc.leech));
    int64_t end_ms = node_finished_ms(sc.leech);
    int64_t least_ms = (int64_t)(t->size / 20 * 1000 / sc.joint_Bps);
    int64_t aim_ms = (least_ms + 2 * sc.round_ms) * 13 / 10;
    uint64_t wasted = node_frame(sc.leech).bytes_wasted;
    swarm_report("%s: the last 5 %% in %d ms, of %d at most; the last 1 %% in"
                 " %d; all in %d; wasted %d KiB",
                 t->name, (int)(end_ms - begin_ms), (int)aim_ms,
                 (int)(end_ms - at_99_ms), (int)end_ms, (int)(wasted / KB));
    ck_assert_int_le(end_ms - begin_ms, aim_ms);
    ck_assert_uint_le(wasted, t->size / (t->size < 64 * MB ? 16 : 100));
    swarm_free(sc.swarm);
    content_free(c);
}
END_TEST

/* Lines that are quick and slow by turns, and hold all that was asked: hardly anything can
 * be foreseen, nor called off. */
START_TEST(wrong_guesses_cost_little)
{
    enum { N = 8, SIZE = 64 * MB };
    struct content *c = content_new(SIZE, 256 * KB);
    struct swarm *s = swarm_new(c);
    struct node *leech = swarm_add(s, &(struct node_config){.latency_ms = 5});
    struct node *seeds[N];
    for (size_t i = 0; i < N; i++) {
        struct node_config config = {.is_seed = true,
                                     .line_up_Bps = 1 * MB,
                                     .latency_ms = 50,
                                     .line_queue_bytes = 4 * MB};
        seeds[i] = swarm_add(s, &config);
        swarm_introduce(leech, seeds[i]);
    }
    while (!node_is_finished(leech)) {
        node_set_line(seeds[swarm_below(s, N)],
                      swarm_below(s, 2) == 0 ? 64 * KB : 2 * MB, 0);
        swarm_run_ms(s, 50);
        ck_assert_int_lt(swarm_now_ms(s), 600 * SECOND);
    }
    uint64_t wasted = node_frame(leech).bytes_wasted;
    swarm_report("by turns: %d ms, wasted %d KiB", (int)node_finished_ms(leech),
                 (int)(wasted / KB));
    ck_assert_uint_le(wasted, SIZE / 50);
    swarm_free(s);
    content_free(c);
}
END_TEST

Suite *ending_suite(void)
{
    Suite *suite = suite_create("ending");
    TCase *tc = tcase_create("ending");
    tcase_set_timeout(tc, 30);
    tcase_add_loop_test(tc, end_is_near_what_the_peers_can_give, 0,
                        sizeof situations / sizeof situations[0]);
    tcase_add_test(tc, wrong_guesses_cost_little);
    suite_add_tcase(suite, tc);
    return suite;
}
