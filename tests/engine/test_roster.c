#include "config.h"

#include "engine/roster.h"

#include "tests/engine/suites.h"

#include <string.h>

#include "util/xalloc.h"

static struct roster r;

static void setup(void)
{
    roster_init(&r);
}

static void teardown(void)
{
    roster_check(&r);
    roster_fini(&r);
}

static struct roster_entry *add(char letter)
{
    uint8_t hash[20];
    memset(hash, letter, sizeof hash);
    struct kept *k = kept_new(hash);
    k->order = roster_last_order(&r);
    struct roster_entry *e = roster_entry_new(hash, k);
    e->name[0] = letter;
    roster_insert(&r, e);
    return e;
}

static void add_all(const char *letters)
{
    for (; *letters != '\0'; letters++)
        add(*letters);
}

static const char *letters(void)
{
    static char text[64];
    for (size_t i = 0; i < r.n; i++)
        text[i] = r.order[i]->name[0];
    text[r.n] = '\0';
    return text;
}

static struct roster_entry *of(char letter)
{
    uint8_t hash[20];
    memset(hash, letter, sizeof hash);
    return roster_find_hash(&r, hash);
}

START_TEST(entries_are_found_until_they_are_dropped)
{
    add_all("abc");
    ck_assert_str_eq(letters(), "abc");
    uint32_t id = of('b')->id;
    ck_assert_ptr_eq(roster_find_id(&r, id), of('b'));
    roster_drop(&r, of('b'));
    ck_assert_ptr_null(of('b'));
    ck_assert_ptr_null(roster_find_id(&r, id));
    ck_assert_str_eq(letters(), "ac");
    ck_assert_uint_gt(add('b')->id, id); /* an id is not used again */
    ck_assert_str_eq(letters(), "acb");
}
END_TEST

START_TEST(moves_stop_at_the_ends_and_change_as_few_as_they_can)
{
    add_all("abcde");
    ck_assert(roster_move(&r, of('e'), -2));
    ck_assert_str_eq(letters(), "abecd");
    ck_assert(of('e')->save_is_due);
    ck_assert(!of('c')->save_is_due);
    ck_assert(roster_move(&r, of('c'), INT32_MIN));
    ck_assert_str_eq(letters(), "cabed");
    ck_assert(roster_move(&r, of('a'), INT32_MAX));
    ck_assert_str_eq(letters(), "cbeda");
    ck_assert(!roster_move(&r, of('a'), 1));
    ck_assert(!roster_move(&r, of('c'), 0));
    roster_check(&r);
}
END_TEST

/* However often the same two change places, there is room between. */
START_TEST(room_between_never_ends)
{
    add_all("abcd");
    for (int i = 0; i < 200; i++) {
        ck_assert(roster_move(&r, r.order[2], -1));
        roster_check(&r);
    }
    ck_assert_str_eq(letters(), "abcd");
}
END_TEST

/* Those of the last session come in any order, with the places that they had. */
START_TEST(places_are_those_of_the_orders)
{
    static const int64_t orders[] = {500, -7, 500, 3};
    for (size_t i = 0; i < 4; i++) {
        uint8_t hash[20];
        memset(hash, 'a' + (int)i, sizeof hash);
        struct kept *k = kept_new(hash);
        k->order = orders[i];
        struct roster_entry *e = roster_entry_new(hash, k);
        e->name[0] = (char)('a' + (int)i);
        roster_insert(&r, e);
    }
    ck_assert_str_eq(letters(), "bdac");
    ck_assert(roster_move(&r, of('b'), 2)); /* between two that are equal */
    ck_assert_str_eq(letters(), "dabc");
}
END_TEST

Suite *roster_suite(void)
{
    Suite *s = suite_create("roster");
    TCase *tc = tcase_create("roster");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, entries_are_found_until_they_are_dropped);
    tcase_add_test(tc, moves_stop_at_the_ends_and_change_as_few_as_they_can);
    tcase_add_test(tc, room_between_never_ends);
    tcase_add_test(tc, places_are_those_of_the_orders);
    suite_add_tcase(s, tc);
    return s;
}
