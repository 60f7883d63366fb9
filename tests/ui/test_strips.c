#include "config.h"

#include "ui/strips.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "tests/ui/suites.h"

static struct timeline t;

/* The cells of one row, w wide; in new memory. */
static char *row_of(enum strips_row row, int w)
{
    ck_assert_ptr_nonnull(setlocale(LC_ALL, "C.UTF-8"));
    struct draw *d =
        draw_sheet_new((struct draw_look){GLYPHS_ASCII, THEME_MONO, true, 0}, 1,
                       w + 1);
    struct draw_pane p = draw_begin(d);
    strips_draw(&p, 0, 0, w, row, &t);
    char *text = draw_snapshot(d, false);
    text[strcspn(text, "\n")] = '\0';
    draw_free(d);
    return text;
}

static void expect(enum strips_row row, int w, const char *wanted)
{
    char *got = row_of(row, w);
    ck_assert_str_eq(got, wanted);
    free(got);
}

static void add(int64_t from, int64_t end, struct timeline_slot slot)
{
    slot.flags |= TIMELINE_KNOWN;
    for (int64_t s = from; s < end; s++)
        timeline_add(&t, s, slot);
}

/* From second 1200 on, 60 s to a cell of ten. */
START_TEST(strips_say_what_most_of_a_cell_was)
{
    timeline_init(&t, 1200);
    add(1200, 1320,
        (struct timeline_slot){.flags =
                                   TIMELINE_THEY_CHOKE | TIMELINE_WE_CHOKE});
    add(1320, 1400,
        (struct timeline_slot){.flags = TIMELINE_WE_INTERESTED,
                               .depth_pct = 100,
                               .down_kiBps = 40});
    add(1400, 1440,
        (struct timeline_slot){.flags = TIMELINE_EVENT | TIMELINE_SNUBBED |
                                        TIMELINE_OPTIMISTIC});
    expect(STRIPS_THEY_CHOKE, 10, "      ccUS");
    expect(STRIPS_WE_CHOKE, 10, "      ccUO");
    expect(STRIPS_WANT, 10, "      --i-");
    expect(STRIPS_QUEUE, 10, "      --99");
    expect(STRIPS_EVENTS, 10, "        ux");
    char *graph = row_of(STRIPS_DOWN, 10);
    ck_assert_str_eq(graph, "        |:");
    free(graph);
    ck_assert_uint_eq(strips_max_Bps(&t, STRIPS_DOWN), 40 * 1024);
    ck_assert_uint_eq(strips_max_Bps(&t, STRIPS_UP), 0);
}
END_TEST

/* What is drawn of the past stays the same until it moves by a whole cell. */
START_TEST(strips_move_by_whole_cells)
{
    timeline_init(&t, 1200);
    add(1200, 1230, (struct timeline_slot){.flags = TIMELINE_THEY_CHOKE});
    add(1230, 1261, (struct timeline_slot){0});
    char *before = row_of(STRIPS_THEY_CHOKE, 60);
    for (int64_t s = 1261; s < 1270; s++) {
        add(s, s + 1, (struct timeline_slot){0});
        expect(STRIPS_THEY_CHOKE, 60, before);
    }
    add(1270, 1271, (struct timeline_slot){0});
    char *after = row_of(STRIPS_THEY_CHOKE, 60);
    ck_assert_str_ne(after, before);
    ck_assert_int_eq(after[59], 'U');
    free(before);
    free(after);
}
END_TEST

START_TEST(strips_of_any_width_stay_in_it)
{
    timeline_init(&t, 0);
    expect(STRIPS_THEY_CHOKE, 20, "");
    add(0, 5000, (struct timeline_slot){.down_kiBps = UINT16_MAX});
    static const int widths[] = {0, 1, 7, 59, 60, 61, 600, 900};
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++)
        for (int row = 0; row < STRIPS_N; row++) {
            char *text = row_of((enum strips_row)row, widths[i]);
            ck_assert_uint_le(strlen(text), (size_t)widths[i]);
            free(text);
        }
}
END_TEST

Suite *strips_suite(void)
{
    Suite *s = suite_create("strips");
    TCase *tc = tcase_create("strips");
    tcase_add_test(tc, strips_say_what_most_of_a_cell_was);
    tcase_add_test(tc, strips_move_by_whole_cells);
    tcase_add_test(tc, strips_of_any_width_stay_in_it);
    suite_add_tcase(s, tc);
    return s;
}
