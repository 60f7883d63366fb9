#include "config.h"

#include "ui/list_filter.h"

#include <string.h>

#include "tests/ui/suites.h"

/* A downloading torrent of 2 GiB, a quarter of it there. */
static struct frame *frame_of_one(void)
{
    struct frame *f = frame_new(1);
    struct frame_torrent *t = f->torrents[0];
    *t = (struct frame_torrent){.id = 1,
                                .name = "Debian \xc3\x84rger.iso",
                                .label = "iso",
                                .tracker_host = "tracker.example",
                                .state = FRAME_DOWNLOADING,
                                .wanted_bytes = UINT64_C(2) << 30,
                                .wanted_left_bytes = UINT64_C(3) << 29,
                                .have_bytes = UINT64_C(1) << 29,
                                .bytes_up = UINT64_C(1) << 28,
                                .rate_down_Bps = 2048,
                                .n_peers = 5,
                                .n_seeds = 1,
                                .availability_m = 2500,
                                .eta_s = 600};
    return f;
}

START_TEST(list_filter_has_takes_words_and_fields)
{
    static const struct {
        const char *line;
        bool has;
    } rows[] = {
        {"", true},
        {"  ", true},
        {"debian", true},
        {"\xc3\xa4rger ISO", true},
        {"debian fedora", false},
        {"!debian", false},
        {"!fedora", true},
        {"\"Debian \xc3\xa4\"", true},
        {"\"debian  iso\"", false},
        {"seeds<2", true},
        {"seeds<1", false},
        {"seeds<=1", true},
        {"seeds>=1 seeds=1 seeds:1", true},
        {"size>1G", true},
        {"size>2G", false},
        {"size>=2G", true},
        {"down>0", true},
        {"down>2k", false},
        {"up>0", false},
        {"done<100", true},
        {"done=25%", true},
        {"done>25", false},
        {"left>1.4G", true},
        {"ratio<1 ratio>0.4", true},
        {"eta<11m eta>9m", true},
        {"avail>2 avail<3", true},
        {"label:iso", true},
        {"label:", false},
        {"!label:", true},
        {"tracker:EXAMPLE", true},
        {"state:down", true},
        {"state:active", true},
        {"state:paused", false},
        {"!state:paused", true},
    };
    struct frame *f = frame_of_one();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct list_filter filter;
        list_filter_read(&filter, rows[i].line);
        ck_assert_msg(list_filter_has(&filter, f->torrents[0]) == rows[i].has,
                      "%s", rows[i].line);
        ck_assert_msg(filter.error[0] == '\0', "%s: %s", rows[i].line,
                      filter.error);
    }
    frame_free(f);
}
END_TEST

START_TEST(list_filter_read_says_what_is_wrong_and_leaves_it_out)
{
    static const struct {
        const char *line, *error;
    } rows[] = {
        {"sedes<2", "no field \"sedes\""},
        {"seeds<", "wants a number"},
        {"seeds<two", "not \"two\""},
        {"size>1x", "wants a size"},
        {"eta<5y", "wants a time"},
        {"debian size>-1", "wants a size"},
        {"size>nan", "wants a size"},
        {"a b c d e a b c d e a b c d e a b", "more than 16"},
    };
    struct frame *f = frame_of_one();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct list_filter filter;
        list_filter_read(&filter, rows[i].line);
        ck_assert_msg(strstr(filter.error, rows[i].error) != NULL, "%s: %s",
                      rows[i].line, filter.error);
        if (i < 7)
            ck_assert(list_filter_has(&filter, f->torrents[0]));
    }
    frame_free(f);
}
END_TEST

Suite *list_filter_suite(void)
{
    Suite *s = suite_create("list_filter");
    TCase *t = tcase_create("list_filter");
    tcase_add_test(t, list_filter_has_takes_words_and_fields);
    tcase_add_test(t, list_filter_read_says_what_is_wrong_and_leaves_it_out);
    suite_add_tcase(s, t);
    return s;
}
