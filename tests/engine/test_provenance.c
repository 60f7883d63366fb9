#include "config.h"

#include "tests/engine/suites.h"

#include <stdio.h>
#include <string.h>

#include "engine/provenance.h"

static void name(void *ctx, peer_id_t peer, char *dst)
{
    (void)ctx;
    snprintf(dst, PROVENANCE_NAME_LEN, "%c", (int)('A' + peer - 1));
}

static const char *words_of(const peer_id_t *senders, uint32_t n,
                            peer_id_t *main_out)
{
    static char words[PROVENANCE_WORDS_LEN];
    struct pieces_block blocks[32] = {{.state = BLOCK_RECEIVED}};
    struct provenance p;
    for (uint32_t i = 0; i < n; i++)
        blocks[i].peer = senders[i];
    provenance_count(&p, blocks, n);
    provenance_words(&p, name, NULL, words, sizeof words);
    *main_out = provenance_main(&p);
    return words;
}

START_TEST(senders_are_counted_and_named)
{
    peer_id_t most;
    static const peer_id_t three[] = {2, 4, 4, 0, 4, 2};
    ck_assert_str_eq(words_of(three, 6, &most),
                     "2 blocks from B, 3 from D, 1 from disk");
    ck_assert_uint_eq(most, 4);
    ck_assert_str_eq(words_of(three, 1, &most), "1 block from B");
    ck_assert_str_eq(words_of(three, 0, &most), "");
    ck_assert_uint_eq(most, PEER_ID_NONE);
}
END_TEST

START_TEST(many_senders_are_counted_together)
{
    peer_id_t senders[20], most;
    for (uint32_t i = 0; i < 20; i++)
        senders[i] = i + 1;
    ck_assert_str_eq(words_of(senders, 20, &most),
                     "1 block from A, 1 from B, 1 from C, 1 from D, 1 from E, "
                     "1 from F, 1 from G, 1 from H, 12 from others");
}
END_TEST

START_TEST(words_are_cut_at_the_room)
{
    struct pieces_block blocks[3] = {{.peer = 1}, {.peer = 2}, {.peer = 3}};
    struct provenance p;
    provenance_count(&p, blocks, 3);
    for (size_t cap = 1; cap < 60; cap++) {
        char words[64];
        memset(words, 'x', sizeof words);
        provenance_words(&p, name, NULL, words, cap);
        ck_assert_uint_lt(strnlen(words, sizeof words), cap);
        ck_assert_int_eq(words[cap], 'x');
    }
}
END_TEST

Suite *provenance_suite(void)
{
    Suite *s = suite_create("provenance");
    TCase *tc = tcase_create("provenance");
    tcase_add_test(tc, senders_are_counted_and_named);
    tcase_add_test(tc, many_senders_are_counted_together);
    tcase_add_test(tc, words_are_cut_at_the_room);
    suite_add_tcase(s, tc);
    return s;
}
