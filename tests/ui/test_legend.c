#include "config.h"

#include "ui/legend.h"

#include <stdint.h>
#include <string.h>

#include "tests/ui/suites.h"
#include "ui/list_filter.h"
#include "ui/peer_filter.h"
#include "ui/words.h"

/* What the help page has room for in 80 columns. */
enum { SIGN_CELLS = 17, NOTE_CELLS = 60 };

START_TEST(legend_fits_on_the_help_page)
{
    for (unsigned s = 0; s < LEGEND_N; s++) {
        enum keys_scope scope;
        struct legend_row row;
        ck_assert_str_ne(legend_title((enum legend_section)s, &scope), "");
        size_t n = 0;
        for (; legend_row((enum legend_section)s, n, &row); n++) {
            ck_assert_msg(strlen(row.sign) <= SIGN_CELLS, "%s", row.sign);
            ck_assert_msg(strlen(row.note) <= NOTE_CELLS, "%s", row.note);
            ck_assert_str_ne(row.note, "");
        }
        ck_assert_uint_gt(n, 0);
    }
}
END_TEST

START_TEST(legend_has_every_letter_of_a_torrent)
{
    for (unsigned state = 0; state <= FRAME_MOVING; state++) {
        struct frame_torrent t = {.state = (enum frame_state)state,
                                  .rate_down_Bps = 1};
        struct legend_row row;
        bool found = false;
        for (size_t i = 0; legend_row(LEGEND_LIST, i, &row); i++)
            found = found ||
                    (row.sign[1] == '\0' && row.sign[0] == words_letter(&t));
        ck_assert_msg(found, "%c", words_letter(&t));
    }
}
END_TEST

START_TEST(legend_of_the_list_filter_is_read_by_it)
{
    struct legend_row row;
    static struct list_filter f;
    for (size_t i = 0; legend_row(LEGEND_LIST_FILTER, i, &row); i++) {
        list_filter_read(&f, row.sign);
        ck_assert_msg(f.error[0] == '\0', "%s: %s", row.sign, f.error);
        ck_assert_msg(f.n > 0, "%s", row.sign);
    }
}
END_TEST

START_TEST(legend_of_the_peers_filter_is_read_by_it)
{
    struct legend_row row;
    struct peer_filter f;
    for (size_t i = 1; legend_row(LEGEND_PEERS_FILTER, i, &row); i++) {
        peer_filter_parse(&f, row.sign);
        ck_assert_msg(f.n > 0, "%s", row.sign);
        for (size_t j = 0; j < f.n; j++)
            ck_assert_msg(f.terms[j].field != UINT8_MAX, "%s", row.sign);
    }
    /* A word that it does not know is looked for in texts. */
    peer_filter_parse(&f, "qbit");
    ck_assert_uint_eq(f.terms[0].field, UINT8_MAX);
}
END_TEST

Suite *legend_suite(void)
{
    Suite *s = suite_create("legend");
    TCase *t = tcase_create("legend");
    tcase_add_test(t, legend_fits_on_the_help_page);
    tcase_add_test(t, legend_has_every_letter_of_a_torrent);
    tcase_add_test(t, legend_of_the_list_filter_is_read_by_it);
    tcase_add_test(t, legend_of_the_peers_filter_is_read_by_it);
    suite_add_tcase(s, t);
    return s;
}
