#include "config.h"

#include "ui/list_order.h"

#include <stdio.h>
#include <string.h>

#include "tests/ui/suites.h"

enum { N = 4, NOW_MS = 100000 };

static const struct list_filter all;

/* Torrents 1..4 called d, c, b, a; rate: of each a thousand times its id. */
static struct frame *make_frame(void)
{
    struct frame *f = frame_new(N);
    static const char *const names[N] = {"d", "C", "b", "A"};
    for (uint32_t i = 0; i < N; i++)
        *f->torrents[i] =
            (struct frame_torrent){.id = i + 1,
                                   .name = names[i],
                                   .cause = "",
                                   .tracker = "",
                                   .label = "",
                                   .tracker_host = "",
                                   .state = FRAME_DOWNLOADING,
                                   .rate_down_Bps = (i + 1) * 1000};
    return f;
}

/* The ids in their order, as text. */
static const char *order(const struct list_order *o)
{
    static char text[N + 1];
    for (size_t i = 0; i < o->n; i++)
        text[i] = (char)('0' + list_order_id(o, i));
    text[o->n] = '\0';
    return text;
}

START_TEST(list_order_set_sorts_by_each_column_and_back)
{
    struct list_order o;
    struct frame *f = make_frame();
    list_order_init(&o);
    list_order_update(&o, f, &all, NOW_MS);
    ck_assert_str_eq(order(&o), "4321");
    list_order_set(&o, LIST_COLUMN_NAME);
    list_order_update(&o, f, &all, NOW_MS);
    ck_assert_str_eq(order(&o), "1234");
    list_order_set(&o, LIST_COLUMN_DOWN);
    list_order_update(&o, f, &all, NOW_MS);
    ck_assert_str_eq(order(&o), "4321");
    ck_assert_uint_eq(list_order_row_of(&o, 3), 1);
    ck_assert_uint_eq(list_order_row_of(&o, 9), N);
    list_order_set(&o, LIST_COLUMN_DOWN);
    list_order_update(&o, f, &all, NOW_MS);
    ck_assert_str_eq(order(&o), "1234");
    /* Equals: by name, then by id. */
    list_order_set(&o, LIST_COLUMN_UP);
    f->torrents[0]->name = "a";
    list_order_update(&o, f, &all, NOW_MS);
    ck_assert_str_eq(order(&o), "1432");
    /* What has no label comes last. */
    f->torrents[1]->label = "Z";
    f->torrents[2]->label = "y";
    list_order_set(&o, LIST_COLUMN_LABEL);
    list_order_update(&o, f, &all, NOW_MS);
    ck_assert_str_eq(order(&o), "3214");
    list_order_fini(&o);
    frame_free(f);
}
END_TEST

START_TEST(list_order_update_lets_rates_move_rows_once_a_second)
{
    struct list_order o;
    struct frame *f = make_frame();
    list_order_init(&o);
    list_order_set(&o, LIST_COLUMN_DOWN);
    list_order_update(&o, f, &all, NOW_MS);
    f->torrents[0]->rate_down_Bps = 9000;
    list_order_update(&o, f, &all, NOW_MS + LIST_ORDER_REST_MS - 1);
    ck_assert_str_eq(order(&o), "4321");
    list_order_update(&o, f, &all, NOW_MS + LIST_ORDER_REST_MS);
    ck_assert_str_eq(order(&o), "1432");
    /* What the user asks for comes at once. */
    list_order_set(&o, LIST_COLUMN_NAME);
    list_order_update(&o, f, &all, NOW_MS + LIST_ORDER_REST_MS);
    ck_assert_str_eq(order(&o), "4321");
    list_order_fini(&o);
    frame_free(f);
}
END_TEST

START_TEST(list_order_update_follows_what_comes_goes_and_moves)
{
    struct list_order o;
    struct frame *f = make_frame();
    list_order_init(&o);
    list_order_update(&o, f, &all, NOW_MS);
    /* Another place in the queue, the same rows. */
    struct frame_torrent *t = f->torrents[0];
    f->torrents[0] = f->torrents[3];
    f->torrents[3] = t;
    list_order_update(&o, f, &all, NOW_MS);
    ck_assert_str_eq(order(&o), "4321");
    ck_assert_uint_eq(list_order_at(&o, 0)->id, 4);
    /* The last one goes. */
    frame_torrent_unref(f->torrents[3]);
    f->n_torrents = 3;
    list_order_update(&o, f, &all, NOW_MS);
    ck_assert_str_eq(order(&o), "432");
    struct list_filter some;
    list_filter_read(&some, "!c");
    list_order_update(&o, f, &some, NOW_MS);
    ck_assert_str_eq(order(&o), "43");
    list_order_update(&o, NULL, &some, NOW_MS);
    ck_assert_uint_eq(o.n, 0);
    list_order_fini(&o);
    frame_free(f);
}
END_TEST

START_TEST(list_order_act_goes_over_shown_columns)
{
    struct list_order o;
    list_order_init(&o);
    uint32_t shown =
        1u << LIST_COLUMN_DONE | 1u << LIST_COLUMN_ETA | 1u << LIST_COLUMN_NAME;
    ck_assert(!list_order_act(&o, KEYS_NEXT, shown));
    ck_assert(list_order_act(&o, KEYS_SORT_RIGHT, shown));
    ck_assert_int_eq(o.by, LIST_COLUMN_DONE);
    ck_assert(list_order_act(&o, KEYS_SORT_RIGHT, shown));
    ck_assert_int_eq(o.by, LIST_COLUMN_ETA);
    ck_assert(list_order_act(&o, KEYS_SORT_LEFT, shown));
    ck_assert_int_eq(o.by, LIST_COLUMN_DONE);
    ck_assert(!o.is_inverted);
    ck_assert(list_order_act(&o, KEYS_SORT_INVERT, shown));
    ck_assert(o.is_inverted);
    /* Nothing but what it is sorted by. */
    ck_assert(list_order_act(&o, KEYS_SORT_RIGHT, 1u << LIST_COLUMN_DONE));
    ck_assert_int_eq(o.by, LIST_COLUMN_DONE);
}
END_TEST

Suite *list_order_suite(void)
{
    Suite *s = suite_create("list_order");
    TCase *t = tcase_create("list_order");
    tcase_add_test(t, list_order_set_sorts_by_each_column_and_back);
    tcase_add_test(t, list_order_update_lets_rates_move_rows_once_a_second);
    tcase_add_test(t, list_order_update_follows_what_comes_goes_and_moves);
    tcase_add_test(t, list_order_act_goes_over_shown_columns);
    suite_add_tcase(s, t);
    return s;
}
