#include "config.h"

#include "ui/outlet.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/ui/suites.h"
#include "util/xalloc.h"

enum { BIG_LEN = 1 << 20 };

struct line {
    int ends[2]; /* read, write */
    struct outlet *outlet;
};

static struct line line_new(void)
{
    struct line l;
    ck_assert_int_eq(pipe(l.ends), 0);
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(fcntl(l.ends[i], F_SETFL, O_NONBLOCK), 0);
    l.outlet = outlet_new(l.ends[1]);
    return l;
}

static void line_free(struct line *l)
{
    outlet_free(l->outlet);
    for (int i = 0; i < 2; i++)
        if (l->ends[i] >= 0)
            close(l->ends[i]);
}

/* Byte i of a long text in which no part looks like another. */
static uint8_t byte_at(size_t i)
{
    return (uint8_t)(i * 2654435761u >> 13);
}

static uint8_t *big_text(void)
{
    uint8_t *text = xmalloc(BIG_LEN);
    for (size_t i = 0; i < BIG_LEN; i++)
        text[i] = byte_at(i);
    return text;
}

START_TEST(outlet_put_where_there_is_room_is_written_at_once)
{
    struct line l = line_new();
    char got[8] = "";
    outlet_put(l.outlet, "abc", 3);
    ck_assert(outlet_is_clear(l.outlet));
    ck_assert_int_eq(read(l.ends[0], got, sizeof got), 3);
    ck_assert_str_eq(got, "abc");
    ck_assert_uint_eq(outlet_n_written(l.outlet), 3);
    line_free(&l);
}
END_TEST

START_TEST(outlet_put_to_a_slow_reader_waits_for_nothing_and_loses_nothing)
{
    struct line l = line_new();
    uint8_t *text = big_text();
    outlet_put(l.outlet, text, BIG_LEN / 2);
    ck_assert(!outlet_is_clear(l.outlet));
    ck_assert_uint_gt(outlet_len(l.outlet), 0);
    size_t n_read = 0;
    bool is_second = false;
    while (n_read < BIG_LEN) {
        uint8_t part[3000];
        ssize_t n = read(l.ends[0], part, sizeof part);
        ck_assert_int_gt(n, 0);
        ck_assert_int_eq(memcmp(part, text + n_read, (size_t)n), 0);
        n_read += (size_t)n;
        outlet_push(l.outlet);
        if (!is_second && n_read > BIG_LEN / 4) {
            outlet_put(l.outlet, text + BIG_LEN / 2, BIG_LEN / 2);
            is_second = true;
        }
    }
    ck_assert(outlet_is_clear(l.outlet));
    free(text);
    line_free(&l);
}
END_TEST

START_TEST(outlet_put_beyond_the_bound_is_dropped_and_told_once)
{
    struct line l = line_new();
    uint8_t *text = big_text();
    for (size_t i = 0; i < OUTLET_MAX_LEN / BIG_LEN + 2; i++) {
        outlet_put(l.outlet, text, BIG_LEN);
        ck_assert_uint_le(outlet_len(l.outlet), OUTLET_MAX_LEN);
    }
    ck_assert(outlet_has_lost(l.outlet));
    ck_assert(!outlet_has_lost(l.outlet));
    free(text);
    line_free(&l);
}
END_TEST

START_TEST(outlet_whose_reader_left_is_gone_and_keeps_nothing)
{
    struct line l = line_new();
    signal(SIGPIPE, SIG_IGN);
    close(l.ends[0]);
    l.ends[0] = -1;
    outlet_put(l.outlet, "abc", 3);
    ck_assert(outlet_is_gone(l.outlet));
    ck_assert(!outlet_is_clear(l.outlet));
    ck_assert_uint_eq(outlet_len(l.outlet), 0);
    ck_assert(outlet_drain(l.outlet, 0));
    line_free(&l);
}
END_TEST

START_TEST(outlet_drain_of_a_stuck_terminal_gives_up)
{
    struct line l = line_new();
    uint8_t *text = big_text();
    outlet_put(l.outlet, text, BIG_LEN);
    ck_assert(!outlet_drain(l.outlet, 1));
    ck_assert(!outlet_is_gone(l.outlet));
    free(text);
    line_free(&l);
}
END_TEST

Suite *outlet_suite(void)
{
    Suite *s = suite_create("outlet");
    TCase *t = tcase_create("outlet");
    tcase_add_test(t, outlet_put_where_there_is_room_is_written_at_once);
    tcase_add_test(
        t, outlet_put_to_a_slow_reader_waits_for_nothing_and_loses_nothing);
    tcase_add_test(t, outlet_put_beyond_the_bound_is_dropped_and_told_once);
    tcase_add_test(t, outlet_whose_reader_left_is_gone_and_keeps_nothing);
    tcase_add_test(t, outlet_drain_of_a_stuck_terminal_gives_up);
    suite_add_tcase(s, t);
    return s;
}
