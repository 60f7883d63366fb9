#include "config.h"

#include "ui/log_rows.h"

#include <stdio.h>
#include <string.h>

#include "tests/ui/suites.h"

enum { KEPT = 40 };

/* A world whose ring of events is small. */
struct ring {
    struct event events[KEPT];
    struct view_world w;
};

static void add(struct ring *r, enum event_kind kind, uint32_t torrent,
                const char *text)
{
    if (r->w.n_events == KEPT) {
        memmove(r->events, r->events + 1, (KEPT - 1) * sizeof r->events[0]);
        r->w.n_events--;
    }
    struct event *e = &r->events[r->w.n_events++];
    *e = (struct event){.kind = kind, .torrent = torrent};
    snprintf(e->text, sizeof e->text, "%s", text);
    r->w.n_events_ever++;
}

static void fill(struct ring *r, size_t n)
{
    *r = (struct ring){.w = {.torrent = 1}};
    r->w.events = r->events;
    for (size_t i = 0; i < n; i++) {
        char text[32];
        snprintf(text, sizeof text, "event %zu", i);
        add(r, EVENT_PIECE, 1, text);
    }
}

static const char *text_at(const struct log_rows *l, const struct ring *r,
                           size_t row)
{
    const struct event *e = log_rows_at(l, &r->w, row);
    return e != NULL ? e->text : NULL;
}

START_TEST(log_rows_follow_the_newest)
{
    struct ring r;
    struct log_rows l = {0};
    fill(&r, 5);
    log_rows_fit(&l, &r.w, "", 3);
    ck_assert_uint_eq(l.box.n, 5);
    ck_assert_str_eq(text_at(&l, &r, l.box.cursor), "event 4");
    add(&r, EVENT_PIECE, 1, "new");
    log_rows_fit(&l, &r.w, "", 3);
    ck_assert_str_eq(text_at(&l, &r, l.box.cursor), "new");
    ck_assert_uint_eq(l.box.top, 0);
    ck_assert_ptr_null(log_rows_at(&l, &r.w, 6));
    log_rows_fini(&l);
}
END_TEST

START_TEST(log_rows_that_hold_do_not_move_while_events_come)
{
    struct ring r;
    struct log_rows l = {0};
    fill(&r, 30);
    log_rows_fit(&l, &r.w, "", 5);
    for (int i = 0; i < 8; i++)
        ck_assert(log_rows_move(&l, KEYS_NEXT));
    ck_assert(l.holds);
    ck_assert_str_eq(text_at(&l, &r, l.box.top), "event 25");
    for (int i = 0; i < 30; i++) {
        add(&r, EVENT_PIECE, 1, "new");
        log_rows_fit(&l, &r.w, "", 5);
        /* Until it falls out of what is kept. */
        if (i < 31 - 9) {
            ck_assert_str_eq(text_at(&l, &r, l.box.cursor), "event 21");
            ck_assert_str_eq(text_at(&l, &r, l.box.top), "event 25");
        }
    }
    ck_assert(log_rows_move(&l, KEYS_FIRST));
    ck_assert(!l.holds);
    ck_assert(!log_rows_move(&l, KEYS_PAUSE));
    log_rows_fini(&l);
}
END_TEST

START_TEST(log_rows_between_fit_and_key_may_have_moved)
{
    struct ring r;
    struct log_rows l = {0};
    fill(&r, KEPT);
    log_rows_fit(&l, &r.w, "", 50);
    add(&r, EVENT_PIECE, 1, "new");
    ck_assert_str_eq(text_at(&l, &r, 0), "event 39");
    /* The oldest is kept no more. */
    ck_assert_ptr_null(text_at(&l, &r, KEPT - 1));
    log_rows_fini(&l);
}
END_TEST

static const struct {
    enum log_rows_topic hidden;
    enum log_rows_level level;
    bool is_all;
    const char *filter;
    const char *shown;
} choices[] = {
    {LOG_ROWS_N_TOPICS, LOG_ROWS_ALL, false, "", "DTHPC"},
    {LOG_ROWS_N_TOPICS, LOG_ROWS_ALL, true, "", "rDTHPC"},
    {LOG_ROWS_HASH, LOG_ROWS_ALL, false, "", "DTPC"},
    {LOG_ROWS_CHOKE, LOG_ROWS_ALL, false, "", "DTHP"},
    {LOG_ROWS_PIECE, LOG_ROWS_ALL, false, "", "DTHC"},
    {LOG_ROWS_TRACKER, LOG_ROWS_ALL, true, "", "rDHPC"},
    {LOG_ROWS_GENERAL, LOG_ROWS_ALL, true, "", "DTHPC"},
    {LOG_ROWS_N_TOPICS, LOG_ROWS_MATTERS, false, "", "DTH"},
    {LOG_ROWS_N_TOPICS, LOG_ROWS_BAD, false, "", "DTH"},
    {LOG_ROWS_N_TOPICS, LOG_ROWS_ALL, false, "c", "TPC"},
    {LOG_ROWS_N_TOPICS, LOG_ROWS_ALL, true, "LINUX", "r"},
    {LOG_ROWS_N_TOPICS, LOG_ROWS_ALL, false, "linux", ""},
    {LOG_ROWS_N_TOPICS, LOG_ROWS_ALL, false, "nothing", ""},
};
enum { N_CHOICES = sizeof choices / sizeof choices[0] };

START_TEST(log_rows_are_those_asked_for)
{
    struct ring r;
    struct log_rows l = {.is_all = choices[_i].is_all,
                         .level = choices[_i].level,
                         .hidden = choices[_i].hidden < LOG_ROWS_N_TOPICS
                                       ? 1u << choices[_i].hidden
                                       : 0};
    fill(&r, 0);
    add(&r, EVENT_CHOKE, 1, "C");
    add(&r, EVENT_PIECE, 1, "P");
    add(&r, EVENT_HASH_FAILED, 1, "H");
    add(&r, EVENT_TRACKER, 1, "T");
    r.events[3].err = 1;
    add(&r, EVENT_DISK, 1, "D");
    add(&r, EVENT_REMOVED, 2, "r");
    struct frame *f = frame_new(1);
    f->torrents[0]->id = 2;
    f->torrents[0]->name = "a Linux";
    r.w.frame = f;
    log_rows_fit(&l, &r.w, choices[_i].filter, 9);
    char shown[8] = "";
    for (size_t row = 0; row < l.box.n && row < 7; row++)
        shown[row] = text_at(&l, &r, row)[0];
    ck_assert_str_eq(shown, choices[_i].shown);
    ck_assert_uint_eq(l.n_of, choices[_i].is_all ? 6 : 5);
    frame_free(f);
    log_rows_fini(&l);
}
END_TEST

Suite *log_rows_suite(void)
{
    Suite *s = suite_create("log_rows");
    TCase *t = tcase_create("log_rows");
    tcase_add_test(t, log_rows_follow_the_newest);
    tcase_add_test(t, log_rows_that_hold_do_not_move_while_events_come);
    tcase_add_test(t, log_rows_between_fit_and_key_may_have_moved);
    tcase_add_loop_test(t, log_rows_are_those_asked_for, 0, N_CHOICES);
    suite_add_tcase(s, t);
    return s;
}
