#include "config.h"

#include "engine/lineup.h"

#include "tests/engine/suites.h"

#include <string.h>

/* A letter a torrent: d downloads, s seeds, D and S are forced, i and j are idle ones,
 * o is out. Decided: the same letters, w for who waits. */
static const struct {
    uint32_t max_down, max_seeds;
    const char *asked;
    const char *decided;
    uint32_t n_down, n_seeds;
} cases[] = {
    {0, 0, "ddss", "ddss", 2, 2},
    {2, 0, "dddd", "ddww", 2, 0},
    {2, 1, "dsdsds", "dsdwww", 2, 1},
    {1, 0, "oodd", "oodw", 1, 0},
    {1, 0, "dDd", "dDw", 1, 0}, /* forced: beside the others */
    {1, 1, "Ssds", "Ssdw", 1, 1},
    {1, 0, "idd", "idw", 1, 0}, /* idle: its place is the next one's */
    {1, 1, "jss", "jsw", 0, 1},
    {1, 0, "", "", 0, 0},
};

START_TEST(each_has_its_turn)
{
    struct lineup_item items[16] = {{.is_out = false}};
    const struct lineup_bounds bounds = {cases[_i].max_down,
                                         cases[_i].max_seeds};
    const char *asked = cases[_i].asked;
    size_t n = strlen(asked);
    for (size_t i = 0; i < n; i++)
        items[i] = (struct lineup_item){
            .is_out = asked[i] == 'o',
            .is_seed = strchr("sSj", asked[i]) != NULL,
            .is_forced = strchr("DS", asked[i]) != NULL,
            .is_idle = strchr("ij", asked[i]) != NULL,
            .waits = true, /* from before */
        };
    struct lineup_count count = lineup_decide(items, n, &bounds);
    for (size_t i = 0; i < n; i++)
        ck_assert_msg(items[i].waits == (cases[_i].decided[i] == 'w'),
                      "%s at %zu", asked, i);
    ck_assert_uint_eq(count.n_down, cases[_i].n_down);
    ck_assert_uint_eq(count.n_seeds, cases[_i].n_seeds);
}
END_TEST

Suite *lineup_suite(void)
{
    Suite *s = suite_create("lineup");
    TCase *tc = tcase_create("lineup");
    tcase_add_loop_test(tc, each_has_its_turn, 0,
                        sizeof cases / sizeof cases[0]);
    suite_add_tcase(s, tc);
    return s;
}
