#include "config.h"

#include "tests/net/suites.h"

#include <string.h>

#include "net/mapper.h"

START_TEST(ways_are_those_built_in)
{
    bool upnp = mapper_can(PORTMAP_UPNP), natpmp = mapper_can(PORTMAP_NATPMP);
    ck_assert_int_eq(mapper_can(PORTMAP_ANY_WAY), upnp || natpmp);
    ck_assert_int_eq(mapper_can(PORTMAP_PCP), natpmp);
#ifdef HAVE_MINIUPNPC
    ck_assert(upnp);
#else
    ck_assert(!upnp);
#endif
#ifdef HAVE_NATPMP
    ck_assert(natpmp);
#else
    ck_assert(!natpmp);
#endif
}
END_TEST

/* ---- One way after another, with ways of the test's ---- */

static char asked[8];
static enum err errs[3];
static int n_taken_back;
static const char *taken_back;

static void set_up(void)
{
    memset(asked, 0, sizeof asked);
    n_taken_back = 0;
}

static enum err answer(int i, struct portmap_mapping *out, struct cause *cause)
{
    static const char *const names[] = {"one", "two", "three"};
    asked[strlen(asked)] = (char)('1' + i);
    if (errs[i] == OK)
        *out = (struct portmap_mapping){.life_s = (uint32_t)i + 1};
    else
        cause_set(cause, "%s %s", names[i],
                  errs[i] == ERR_REFUSED       ? "refuses"
                  : errs[i] == ERR_UNSUPPORTED ? "is not spoken"
                                               : "fails");
    return errs[i];
}

static enum err map_1(const struct portmap_wish *wish,
                      struct portmap_mapping *out, struct cause *cause)
{
    (void)wish;
    return answer(0, out, cause);
}

static enum err map_2(const struct portmap_wish *wish,
                      struct portmap_mapping *out, struct cause *cause)
{
    (void)wish;
    return answer(1, out, cause);
}

static enum err map_3(const struct portmap_wish *wish,
                      struct portmap_mapping *out, struct cause *cause)
{
    (void)wish;
    return answer(2, out, cause);
}

static void unmap(const struct portmap_wish *wish,
                  const struct portmap_mapping *mapping)
{
    (void)wish;
    taken_back = mapping->by;
    n_taken_back++;
}

static const struct mapper_way ways[] = {
    {PORTMAP_PCP, "one", true, map_1, unmap},
    {PORTMAP_NATPMP, "two", true, map_2, unmap},
    {PORTMAP_UPNP, "three", true, map_3, unmap},
};

static const struct {
    enum portmap_way way;
    enum err errs[3], err;
    const char *asked, *words;
} turns[] = {
    {PORTMAP_ANY_WAY, {OK, OK, OK}, OK, "1", ""},
    {PORTMAP_ANY_WAY, {ERR_NOT_FOUND, OK, OK}, OK, "12", ""},
    {PORTMAP_ANY_WAY, {ERR_UNSUPPORTED, ERR_REFUSED, OK}, OK, "123", ""},
    {PORTMAP_UPNP, {OK, OK, OK}, OK, "3", ""},
    {PORTMAP_ANY_WAY,
     {ERR_NOT_FOUND, ERR_REFUSED, ERR_NOT_FOUND},
     ERR_REFUSED,
     "123",
     "one fails; two refuses; three fails"},
    {PORTMAP_ANY_WAY,
     {ERR_UNSUPPORTED, ERR_REFUSED, ERR_NOT_FOUND},
     ERR_REFUSED,
     "123",
     "two refuses; three fails"},
    {PORTMAP_ANY_WAY,
     {ERR_NOT_FOUND, ERR_UNSUPPORTED, ERR_NOT_FOUND},
     ERR_NOT_FOUND,
     "123",
     "one fails; three fails"},
    {PORTMAP_PCP,
     {ERR_UNSUPPORTED, OK, OK},
     ERR_UNSUPPORTED,
     "1",
     "one is not spoken"},
};

START_TEST(ways_are_asked_one_after_another)
{
    struct portmap_wish wish = {.port = 7000, .way = turns[_i].way};
    struct portmap_mapping m = {.life_s = 0};
    struct cause cause = {""};
    memcpy(errs, turns[_i].errs, sizeof errs);
    enum err err = mapper_map(ways, 3, &wish, &m, &cause);
    ck_assert_int_eq(err, turns[_i].err);
    ck_assert_str_eq(asked, turns[_i].asked);
    ck_assert_str_eq(cause.text, turns[_i].words);
    ck_assert_int_eq(m.life_s, err == OK ? asked[strlen(asked) - 1] - '0' : 0);
}
END_TEST

START_TEST(a_mapping_is_taken_back_by_the_way_that_made_it)
{
    struct portmap_wish wish = {.port = 7000};
    struct portmap_mapping m = {.by = "two"};
    mapper_unmap(ways, 3, &wish, &m);
    ck_assert_int_eq(n_taken_back, 1);
    ck_assert_ptr_eq(taken_back, m.by);
}
END_TEST

START_TEST(without_any_way_it_is_said)
{
    struct portmap_wish wish = {.port = 7000};
    struct portmap_mapping m;
    struct cause cause;
    ck_assert_int_eq(mapper_map(NULL, 0, &wish, &m, &cause), ERR_UNSUPPORTED);
    ck_assert_str_eq(cause.text, "no way to ask the gateway is built in");
}
END_TEST

Suite *mapper_suite(void)
{
    Suite *s = suite_create("mapper");
    TCase *tc = tcase_create("mapper");
    tcase_add_checked_fixture(tc, set_up, NULL);
    tcase_add_test(tc, ways_are_those_built_in);
    tcase_add_loop_test(tc, ways_are_asked_one_after_another, 0,
                        sizeof turns / sizeof *turns);
    tcase_add_test(tc, a_mapping_is_taken_back_by_the_way_that_made_it);
    tcase_add_test(tc, without_any_way_it_is_said);
    suite_add_tcase(s, tc);
    return s;
}
