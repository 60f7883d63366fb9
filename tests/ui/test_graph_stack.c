#include "config.h"

#include "ui/graph_stack.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "model/detail_peer.h"
#include "tests/ui/suites.h"

enum { KiB = 1024 };

/* n seconds at one rate, up to second 100. */
static struct timeline steady(int64_t n, uint16_t down_kiBps)
{
    struct timeline t;
    timeline_init(&t, 101 - n);
    for (int64_t s = 101 - n; s <= 100; s++)
        timeline_add(&t, s,
                     (struct timeline_slot){.flags = TIMELINE_KNOWN,
                                            .down_kiBps = down_kiBps});
    return t;
}

START_TEST(graph_stack_adds_up_to_what_came)
{
    static struct graph_stack s;
    struct timeline a = steady(20, 40), b = steady(10, 30);
    struct detail_stack peers[] = {{1, 0, &a}, {2, 30, &b}};
    struct history_rate totals[4];
    for (size_t i = 0; i < 4; i++)
        totals[i] = (struct history_rate){.down_Bps = 100 * KiB};
    /* Cells of 10 s: b sent in the last, a in the last two. */
    graph_stack_fit(&s, peers, 2, totals, 4, 40);
    ck_assert_uint_eq(s.n, 3);
    for (size_t cell = 0; cell < 4; cell++) {
        uint32_t wanted_a = cell >= 2 ? 40 * KiB : 0;
        uint32_t wanted_b = cell == 3 ? 30 * KiB : 0;
        ck_assert_uint_eq(s.samples[0][cell], wanted_a);
        ck_assert_uint_eq(s.samples[1][cell], wanted_b);
        ck_assert_uint_eq(s.samples[2][cell], 100 * KiB - wanted_a - wanted_b);
    }
}
END_TEST

START_TEST(graph_stack_never_shows_more_than_came)
{
    static struct graph_stack s;
    struct timeline a = steady(40, UINT16_MAX);
    struct detail_stack peers[] = {{1, 0, &a}};
    struct history_rate totals[2] = {{.down_Bps = 5 * KiB}, {.down_Bps = 0}};
    graph_stack_fit(&s, peers, 1, totals, 2, 20);
    ck_assert_uint_eq(s.samples[0][0], 5 * KiB);
    ck_assert_uint_eq(s.samples[0][1], 0);
    ck_assert_uint_eq(s.samples[1][0], 0);
}
END_TEST

START_TEST(graph_stack_words_name_who_sent)
{
    static struct graph_stack s;
    char words[GRAPH_STACK_WORDS_LEN];
    struct timeline a = steady(20, 40), b = steady(10, 30);
    struct detail_stack peers[] = {{1, 1, &a}, {2, 60, &b}};
    struct history_rate totals[2] = {{.down_Bps = 50 * KiB},
                                     {.down_Bps = 100 * KiB}};
    graph_stack_fit(&s, peers, 2, totals, 2, 20);
    graph_stack_words(&s, 1, words);
    char letters[4];
    detail_peer_letters(60, letters);
    char wanted[GRAPH_STACK_WORDS_LEN];
    snprintf(wanted, sizeof wanted, "B 40k  %s 30k  others 30k", letters);
    ck_assert_str_eq(words, wanted);
    graph_stack_words(&s, 0, words);
    ck_assert_str_eq(words, "B 40k  others 10k");
    graph_stack_words(&s, 2, words);
    ck_assert_str_eq(words, "");
    /* One cell has room for one letter. */
    ck_assert_int_eq(s.layers[0].letter, 'B');
    ck_assert_int_eq(s.layers[1].letter, '2');
}
END_TEST

START_TEST(graph_stack_draws_letters_on_one_another)
{
    static struct graph_stack s;
    struct timeline a = steady(40, 40);
    struct detail_stack peers[] = {{1, 0, &a}};
    struct history_rate totals[3] = {{.down_Bps = 40 * KiB},
                                     {.down_Bps = 80 * KiB},
                                     {.down_Bps = 80 * KiB}};
    graph_stack_fit(&s, peers, 1, totals, 3, 30);
    ck_assert_ptr_nonnull(setlocale(LC_ALL, "C.UTF-8"));
    struct draw *d =
        draw_sheet_new((struct draw_look){GLYPHS_ASCII, THEME_MONO, true, 0}, 4,
                       3);
    struct draw_pane p = draw_begin(d);
    graph_stack_draw(&s, &p, 80 * KiB);
    char *got = draw_snapshot(d, false);
    ck_assert_str_eq(got, " ::\n ::\nAAA\nAAA\n");
    free(got);
    draw_free(d);
}
END_TEST

Suite *graph_stack_suite(void)
{
    Suite *s = suite_create("graph_stack");
    TCase *t = tcase_create("graph_stack");
    tcase_add_test(t, graph_stack_adds_up_to_what_came);
    tcase_add_test(t, graph_stack_never_shows_more_than_came);
    tcase_add_test(t, graph_stack_words_name_who_sent);
    tcase_add_test(t, graph_stack_draws_letters_on_one_another);
    suite_add_tcase(s, t);
    return s;
}
