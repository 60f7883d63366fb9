#include "config.h"

#include "tests/net/suites.h"

#include "net/mapper.h"

/* What asks real gateways is tested in networks of its own (tests/interop). */

START_TEST(ways_are_those_built_in)
{
    bool upnp = mapper_can(PORTMAP_UPNP), natpmp = mapper_can(PORTMAP_NATPMP);
    ck_assert_int_eq(mapper_can(PORTMAP_ANY_WAY), upnp || natpmp);
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

Suite *mapper_suite(void)
{
    Suite *s = suite_create("mapper");
    TCase *tc = tcase_create("mapper");
    tcase_add_test(tc, ways_are_those_built_in);
    suite_add_tcase(s, tc);
    return s;
}
