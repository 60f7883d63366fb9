#include "config.h"

#include "tests/swarm/suites.h"

#include "swarm/blame.h"
#include "util/hash.h"
#include "util/rng.h"
#include "util/xalloc.h"

#include <stdlib.h>
#include <string.h>

enum { N_BLOCKS = 4, MAX_CONVICTED = 64 };

struct convicted {
    struct addr who;
    uint32_t piece_idx;
    enum blame_proof proof;
};

struct world {
    uint64_t seed;
    struct rng rng;
    struct blame *blame;
    struct convicted convicted[MAX_CONVICTED];
    size_t n_convicted;
};

static void on_convict(void *ctx, const struct addr *who, uint32_t piece_idx,
                       enum blame_proof proof)
{
    struct world *w = ctx;
    ck_assert_uint_lt(w->n_convicted, MAX_CONVICTED);
    w->convicted[w->n_convicted++] = (struct convicted){*who, piece_idx, proof};
}

static void world_open(struct world *w)
{
    *w = (struct world){.seed = 1};
    w->rng = rng_seeded(&w->seed);
    struct blame_host host = {w, on_convict};
    w->blame = blame_new(&host, &w->rng);
}

/* The peer named by a letter. */
static struct addr peer(char name)
{
    uint8_t ip[4] = {80, 1, 2, (uint8_t)name};
    return addr_v4(ip, 6881);
}

/* An attempt: the sender of each block, and what it sent as a letter each. */
static void attempt(struct world *w, uint32_t piece_idx, bool is_good,
                    const char *senders, const char *contents)
{
    struct addr addrs[64];
    uint8_t hashes[64 * SHA1_LEN];
    uint32_t n = (uint32_t)strlen(senders);
    for (uint32_t i = 0; i < n; i++) {
        addrs[i] = peer(senders[i]);
        if (contents != NULL)
            hash_sha1(&contents[i], 1, &hashes[i * SHA1_LEN]);
    }
    const uint8_t *known = contents == NULL ? NULL : hashes;
    if (is_good)
        blame_on_good(w->blame, piece_idx, n, addrs, known);
    else
        blame_on_failed(w->blame, piece_idx, n, addrs, known);
    blame_check(w->blame);
}

static void failed(struct world *w, uint32_t piece_idx, const char *senders,
                   const char *contents)
{
    attempt(w, piece_idx, false, senders, contents);
}

static void good(struct world *w, uint32_t piece_idx, const char *senders,
                 const char *contents)
{
    attempt(w, piece_idx, true, senders, contents);
}

static int trust(const struct world *w, char name)
{
    struct addr a = peer(name);
    return blame_trust(w->blame, &a);
}

static void expect_convict(const struct world *w, size_t i, char name,
                           enum blame_proof proof)
{
    struct addr a = peer(name);
    ck_assert_uint_gt(w->n_convicted, i);
    ck_assert(addr_same_ip(&w->convicted[i].who, &a));
    ck_assert_int_eq(w->convicted[i].proof, proof);
}

START_TEST(sole_sender_of_a_failed_piece_is_convicted_at_once)
{
    struct world w;
    world_open(&w);
    failed(&w, 3, "aaaa", NULL);
    ck_assert_uint_eq(w.n_convicted, 1);
    expect_convict(&w, 0, 'a', BLAME_SOLE_SENDER);
    ck_assert_uint_eq(w.convicted[0].piece_idx, 3);
    ck_assert_uint_eq(w.convicted[0].who.port, 0);
    ck_assert_uint_eq(blame_n_records(w.blame), 0);
    blame_free(w.blame);
}
END_TEST

START_TEST(liar_among_honest_is_found_when_the_piece_passes)
{
    struct world w;
    world_open(&w);
    failed(&w, 0, "abca", "1X34");
    ck_assert_uint_eq(w.n_convicted, 0);
    ck_assert(blame_is_suspect(w.blame, 0));
    ck_assert(blame_wants_hashes(w.blame, 0));
    ck_assert(!blame_wants_hashes(w.blame, 1));
    ck_assert_int_eq(trust(&w, 'a'), -2);
    good(&w, 0, "cccc", "1234");
    ck_assert_uint_eq(w.n_convicted, 1);
    expect_convict(&w, 0, 'b', BLAME_BAD_BLOCK);
    ck_assert(!blame_is_suspect(w.blame, 0));
    ck_assert_int_eq(trust(&w, 'a'), 0);
    ck_assert_int_eq(trust(&w, 'c'), 1);
    blame_free(w.blame);
}
END_TEST

START_TEST(every_liar_is_found_each_once)
{
    struct world w;
    world_open(&w);
    failed(&w, 0, "abab", "1X3Y");
    failed(&w, 0, "cacc", "Z2ZZ");
    good(&w, 0, "dddd", "1234");
    ck_assert_uint_eq(w.n_convicted, 2);
    ck_assert_int_eq(trust(&w, 'a'), 0);
    blame_free(w.blame);
}
END_TEST

START_TEST(two_contents_of_one_block_convict_without_the_right_one)
{
    struct world w;
    world_open(&w);
    failed(&w, 0, "abcc", "1X34");
    failed(&w, 0, "abdd", "1Y34");
    ck_assert_uint_eq(w.n_convicted, 1);
    expect_convict(&w, 0, 'b', BLAME_TWO_FACED);
    blame_free(w.blame);
}
END_TEST

START_TEST(honest_in_many_failed_pieces_is_not_banned)
{
    struct world w;
    world_open(&w);
    for (uint32_t i = 0; i < 20; i++)
        failed(&w, i, "aaab", "123X");
    ck_assert_int_eq(trust(&w, 'a'), -40);
    ck_assert_uint_eq(w.n_convicted, 0);
    for (uint32_t i = 0; i < 20; i++)
        good(&w, i, "cccc", "1234");
    for (size_t i = 0; i < w.n_convicted; i++)
        expect_convict(&w, i, 'b', BLAME_BAD_BLOCK);
    ck_assert_int_eq(trust(&w, 'a'), 0);
    blame_free(w.blame);
}
END_TEST

START_TEST(without_hashes_trust_decides)
{
    struct world w;
    world_open(&w);
    good(&w, 50, "abab", NULL);
    for (uint32_t i = 0; i < 3; i++)
        failed(&w, i, "abab", NULL);
    ck_assert_int_eq(trust(&w, 'a'), -5);
    ck_assert_uint_eq(w.n_convicted, 0);
    failed(&w, 3, "aabc", NULL);
    ck_assert_uint_eq(w.n_convicted, 2);
    expect_convict(&w, 0, 'a', BLAME_DISTRUST);
    expect_convict(&w, 1, 'b', BLAME_DISTRUST);
    ck_assert_int_eq(trust(&w, 'c'), -2);
    failed(&w, 4, "aabc", NULL); /* said once */
    ck_assert_uint_eq(w.n_convicted, 2);
    blame_free(w.blame);
}
END_TEST

START_TEST(trust_has_a_ceiling)
{
    struct world w;
    world_open(&w);
    for (uint32_t i = 0; i < 30; i++)
        good(&w, i, "aaaa", NULL);
    ck_assert_int_eq(trust(&w, 'a'), BLAME_TRUST_MAX);
    ck_assert_int_eq(trust(&w, 'z'), 0);
    blame_free(w.blame);
}
END_TEST

START_TEST(good_without_hashes_gives_records_up)
{
    struct world w;
    world_open(&w);
    failed(&w, 0, "aabb", "1234");
    good(&w, 0, "cccc", NULL);
    ck_assert_uint_eq(blame_n_records(w.blame), 0);
    ck_assert_int_eq(trust(&w, 'a'), -2);
    ck_assert_uint_eq(w.n_convicted, 0);
    blame_free(w.blame);
}
END_TEST

START_TEST(records_are_bounded_oldest_first)
{
    struct world w;
    world_open(&w);
    for (uint32_t i = 0; i < BLAME_MAX_RECORDS; i++)
        failed(&w, i, "abcd", "1234");
    ck_assert(blame_is_suspect(w.blame, 0));
    ck_assert_uint_eq(w.n_convicted, 0);
    failed(&w, 1000, "efgh", "1234");
    ck_assert_uint_eq(blame_n_records(w.blame), BLAME_MAX_RECORDS);
    ck_assert(!blame_is_suspect(w.blame, 0));
    ck_assert(blame_is_suspect(w.blame, 1));
    blame_free(w.blame);
}
END_TEST

START_TEST(records_of_huge_pieces_are_bounded_by_blocks)
{
    struct world w;
    world_open(&w);
    uint32_t n = BLAME_MAX_BLOCKS / 3;
    struct addr *senders = xcalloc(n, sizeof(*senders));
    uint8_t *hashes = xcalloc(n, SHA1_LEN);
    for (uint32_t i = 0; i < n; i++)
        senders[i] = peer(i % 2 == 0 ? 'a' : 'b');
    for (uint32_t i = 0; i < 5; i++)
        blame_on_failed(w.blame, i, n, senders, hashes);
    blame_check(w.blame);
    ck_assert_uint_eq(blame_n_records(w.blame), 3);
    ck_assert(!blame_is_suspect(w.blame, 1));
    free(hashes);
    free(senders);
    blame_free(w.blame);
}
END_TEST

START_TEST(scores_are_bounded)
{
    struct world w;
    world_open(&w);
    good(&w, 0, "a", NULL);
    for (uint32_t i = 0; i < 3000; i++) {
        uint8_t ip[4] = {90, 1, (uint8_t)(i >> 8), (uint8_t)i};
        struct addr a = addr_v4(ip, 1);
        blame_on_good(w.blame, 1, 1, &a, NULL);
    }
    blame_check(w.blame);
    ck_assert_int_eq(trust(&w, 'a'), 0);
    blame_free(w.blame);
}
END_TEST

START_TEST(peers_of_one_ip_are_one_culprit_but_not_on_loopback)
{
    struct world w;
    uint8_t far[4] = {80, 0, 0, 1};
    uint8_t here[4] = {127, 0, 0, 1};
    uint8_t hashes[2 * SHA1_LEN] = {0};
    world_open(&w);
    struct addr two[2] = {addr_v4(far, 1000), addr_v4(far, 2000)};
    blame_on_failed(w.blame, 0, 2, two, hashes);
    ck_assert_uint_eq(w.n_convicted, 1);
    struct addr local[2] = {addr_v4(here, 1000), addr_v4(here, 2000)};
    blame_on_failed(w.blame, 0, 2, local, hashes);
    ck_assert_uint_eq(w.n_convicted, 1);
    ck_assert_uint_eq(blame_n_records(w.blame), 1);
    blame_free(w.blame);
}
END_TEST

/* Peers 'a' to 'e' are honest, 'x' spoils one block in four of its own:
 * whatever the order, it alone is convicted. */
START_TEST(random_pieces_convict_the_liar_alone)
{
    struct world w;
    world_open(&w);
    w.seed = 900 + (uint64_t)_i;
    for (int round = 0; round < 2000 && w.n_convicted == 0; round++) {
        char senders[N_BLOCKS + 1] = "";
        char contents[N_BLOCKS + 1] = "1234";
        bool is_right = true;
        for (size_t i = 0; i < N_BLOCKS; i++) {
            senders[i] = "abcdex"[rng_below(&w.rng, 6)];
            if (senders[i] == 'x' && rng_below(&w.rng, 4) == 0) {
                contents[i] = (char)('A' + rng_below(&w.rng, 3));
                is_right = false;
            }
        }
        attempt(&w, rng_below(&w.rng, 10), is_right, senders, contents);
    }
    ck_assert_uint_eq(w.n_convicted, 1);
    struct addr liar = peer('x');
    ck_assert(addr_same_ip(&w.convicted[0].who, &liar));
    ck_assert_int_ne(w.convicted[0].proof, BLAME_DISTRUST);
    blame_free(w.blame);
}
END_TEST

Suite *blame_suite(void)
{
    Suite *s = suite_create("blame");
    TCase *tc = tcase_create("blame");
    tcase_add_test(tc, sole_sender_of_a_failed_piece_is_convicted_at_once);
    tcase_add_test(tc, liar_among_honest_is_found_when_the_piece_passes);
    tcase_add_test(tc, every_liar_is_found_each_once);
    tcase_add_test(tc, two_contents_of_one_block_convict_without_the_right_one);
    tcase_add_test(tc, honest_in_many_failed_pieces_is_not_banned);
    tcase_add_test(tc, without_hashes_trust_decides);
    tcase_add_test(tc, trust_has_a_ceiling);
    tcase_add_test(tc, good_without_hashes_gives_records_up);
    tcase_add_test(tc, records_are_bounded_oldest_first);
    tcase_add_test(tc, records_of_huge_pieces_are_bounded_by_blocks);
    tcase_add_test(tc, scores_are_bounded);
    tcase_add_test(tc, peers_of_one_ip_are_one_culprit_but_not_on_loopback);
    tcase_add_loop_test(tc, random_pieces_convict_the_liar_alone, 0, 20);
    suite_add_tcase(s, tc);
    return s;
}
