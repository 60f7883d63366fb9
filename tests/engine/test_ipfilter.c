#include "config.h"

#include "tests/engine/suites.h"

#include "engine/ipfilter.h"

#include "disk/queue.h"
#include "model/reach.h"
#include "tests/disk/tmpdir.h"
#include "tests/engine/house.h"
#include "tests/net/turns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/ipset.h"
#include "util/xalloc.h"

static struct loop *loop; /* in virtual time */
static struct diskq *disk;
static struct ipfilter filter;
static char *dir;
static int n_said, n_changed;
static enum err said_err;
static char said[480];

static void say(void *ctx, enum err err, const char *words)
{
    (void)ctx;
    n_said++;
    said_err = err;
    snprintf(said, sizeof said, "%s", words);
}

static void changed(void *ctx)
{
    (void)ctx;
    n_changed++;
}

static void set_up(void)
{
    struct ipfilter_host host = {.say = say, .changed = changed};
    ck_assert_int_eq(loop_new(1000, false, &loop), OK);
    ck_assert_int_eq(diskq_new(0, NULL, NULL, &disk), OK);
    ipfilter_init(&filter, loop, disk, &host);
    dir = tmpdir_new();
    n_said = n_changed = 0;
}

static void tear_down(void)
{
    tmpdir_free(dir);
    ipfilter_fini(&filter);
    diskq_free(disk);
    loop_free(loop);
}

static void write_list(const char *text)
{
    tmpdir_write(dir, "list", text, strlen(text));
}

static void use(const char *name, bool now)
{
    char *path = tmpdir_path(dir, name);
    struct cause cause = {""};
    if (now)
        ck_assert_int_eq(ipfilter_begin(&filter, &(const char *){path}, 1,
                                        &cause),
                         OK);
    else
        ipfilter_set(&filter, &(const char *){path}, 1);
    free(path);
}

/* Let the workers run; how many loads there were. */
static int load(void)
{
    int n = 0;
    struct disk_job *job;
    while (diskq_run_one(disk))
        ;
    while ((job = diskq_take_done(disk)) != NULL) {
        ipfilter_on_job(&filter, job);
        n++;
    }
    return n;
}

static bool has(const char *ip)
{
    struct addr a;
    enum err err = addr_parse(ip, 1, &a);
    ck_assert_int_eq(err, OK);
    return ipfilter_has(&filter, &a);
}

START_TEST(a_load_takes_effect_when_it_is_done)
{
    write_list("1.0.0.0/8\n1.2.0.0/16\nrubbish\n2.0.0.0-2.0.0.1,200,x\n");
    use("list", false);
    ck_assert(!has("1.2.3.4"));
    ck_assert_int_eq(load(), 1);
    ck_assert(has("1.2.3.4") && !has("2.0.0.0"));
    ck_assert_int_eq(n_changed, 1);
    ck_assert_int_eq(said_err, OK);
    ck_assert_ptr_nonnull(strstr(said, "IP filter: 2 ranges, 1 when merged, 1 "
                                       "lines let through, 1 bad line: "));
    ck_assert_ptr_nonnull(strstr(said, "/list: line 3: no range"));
}
END_TEST

START_TEST(before_the_loop_runs_it_is_loaded_at_once)
{
    write_list("1.0.0.0/8\n");
    use("list", true);
    ck_assert(has("1.2.3.4"));
    ck_assert_int_eq(load(), 0);
}
END_TEST

START_TEST(a_file_that_changed_is_read_again_by_itself)
{
    int64_t now_ms = loop_now_ms(loop);
    write_list("1.0.0.0/8\n");
    use("list", true);
    loop_step(loop, now_ms += IPFILTER_LOOK_MS - 1);
    ck_assert_int_eq(load(), 0);
    loop_step(loop, now_ms += 1);
    ck_assert_int_eq(load(), 1);
    ck_assert_int_eq(n_said, 1);
    write_list("1.0.0.0/8\n5.0.0.0/8\n");
    loop_step(loop, now_ms += IPFILTER_LOOK_MS);
    ck_assert_int_eq(load(), 1);
    ck_assert_int_eq(n_said, 2);
    ck_assert(has("5.5.5.5"));
}
END_TEST

START_TEST(a_load_that_fails_leaves_the_filter_and_is_said_once)
{
    struct reach r = {.n_ranges = 0};
    int64_t now_ms = loop_now_ms(loop);
    write_list("1.0.0.0/8\n");
    use("list", true);
    char *path = tmpdir_path(dir, "list");
    ck_assert_int_eq(remove(path), 0);
    free(path);
    for (int i = 0; i < 3; i++) {
        loop_step(loop, now_ms += IPFILTER_LOOK_MS);
        ck_assert_int_eq(load(), 1);
    }
    ck_assert_int_eq(n_said, 2);
    ck_assert_int_eq(said_err, ERR_NOT_FOUND);
    ck_assert_ptr_nonnull(strstr(said, "/list: cannot open"));
    ck_assert_ptr_nonnull(strstr(said, "the one before holds"));
    ck_assert(has("1.2.3.4"));
    ipfilter_fill(&filter, &r);
    ck_assert(r.has_filter && r.filter_failed);
    ck_assert_uint_eq(r.n_ranges, 1);
    /* It comes back. */
    write_list("5.0.0.0/8\n");
    loop_step(loop, now_ms += IPFILTER_LOOK_MS);
    ck_assert_int_eq(load(), 1);
    ck_assert(has("5.2.3.4") && !has("1.2.3.4"));
    ipfilter_fill(&filter, &r);
    ck_assert(!r.filter_failed);
}
END_TEST

START_TEST(a_load_of_other_files_does_not_count)
{
    write_list("1.0.0.0/8\n");
    tmpdir_write(dir, "other", "5.0.0.0/8", 9);
    use("list", false);
    use("other", false);
    ck_assert_int_eq(load(), 2);
    ck_assert_int_eq(n_changed, 1);
    ck_assert(has("5.0.0.1") && !has("1.0.0.1"));
    use("list", false);
    ipfilter_set(&filter, NULL, 0);
    ck_assert_int_eq(load(), 1);
    ck_assert(!has("5.0.0.1") && !has("1.0.0.1"));
    ck_assert_str_eq(said, "IP filter: off");
    ck_assert_int_eq(n_changed, 2); /* what was refused may be asked */
}
END_TEST

START_TEST(before_the_loop_runs_all_lists_must_be_good)
{
    struct cause cause = {""};
    write_list("1.0.0.0/8\n");
    char *good = tmpdir_path(dir, "list"), *gone = tmpdir_path(dir, "gone");
    const char *paths[] = {good, gone};
    ck_assert_int_eq(ipfilter_begin(&filter, paths, 2, &cause), ERR_NOT_FOUND);
    ck_assert_ptr_nonnull(strstr(cause.text, "/gone: cannot open"));
    ck_assert_ptr_nonnull(strstr(cause.text, "nothing is begun without it"));
    const char *many[IPLOAD_MAX_FILES + 1];
    for (size_t i = 0; i <= IPLOAD_MAX_FILES; i++)
        many[i] = good;
    ck_assert_int_eq(ipfilter_begin(&filter, many, IPLOAD_MAX_FILES + 1,
                                    &cause),
                     ERR_TOO_BIG);
    ck_assert_int_eq(ipfilter_begin(&filter, many, IPLOAD_MAX_FILES, &cause),
                     OK);
    ck_assert(has("1.2.3.4"));
    free(good);
    free(gone);
}
END_TEST

START_TEST(reload_reads_what_did_not_change)
{
    ipfilter_reload(&filter);
    ck_assert_ptr_nonnull(strstr(said, "none is set"));
    write_list("1.0.0.0/8\n");
    use("list", true);
    ipfilter_reload(&filter);
    ck_assert_int_eq(load(), 1);
    ck_assert_int_eq(n_said, 3);
}
END_TEST

START_TEST(refusals_are_counted_by_who_began)
{
    struct reach r = {.n_ranges = 0};
    struct addr in = turns_v4(1), out = addr_v4((const uint8_t[4]){5}, 1);
    ck_assert(!ipfilter_refuses_in(NULL, &in));
    ck_assert(!ipfilter_refuses_in(&filter, &in));
    write_list("127.0.0.0/8\n");
    use("list", true);
    ck_assert(ipfilter_refuses_in(&filter, &in));
    ck_assert(ipfilter_refuses_in(&filter, &in));
    ck_assert(ipfilter_refuses_out(&filter, &in));
    ck_assert(!ipfilter_refuses_out(&filter, &out));
    ipfilter_fill(&filter, &r);
    ck_assert_uint_eq(r.n_kept_out, 2);
    ck_assert_uint_eq(r.n_not_dialled, 1);
}
END_TEST

/* Of a whole session. */

START_TEST(session_filters_from_its_start_and_by_command)
{
    struct event e;
    house_set_up();
    tmpdir_write(house.dir, "list", "127.0.0.0/8", 11);
    char *path = tmpdir_path(house.dir, "list");
    house_start_keeping(
        &(struct session_config){.filter_paths = &(const char *){path},
                                 .n_filter_paths = 1});
    house_wait_event(EVENT_NETWORK, &e);
    ck_assert_int_eq(e.err, OK);
    struct frame *f = house_wait_frame();
    ck_assert(f->reach.has_filter);
    ck_assert_uint_eq(f->reach.n_ranges, 1);
    frame_free(f);
    struct command *again = command_new(COMMAND_FILTER, 0);
    again->flag = true;
    bridge_send(house.bridge, again);
    house_wait_event(EVENT_NETWORK, &e);
    ck_assert_ptr_nonnull(strstr(e.text, "1 ranges"));
    struct command *other = command_new(COMMAND_FILTER, 0);
    other->paths = xcalloc(1, sizeof *other->paths);
    other->paths[0] = xasprintf("%s.gone", path);
    other->n_paths = 1;
    bridge_send(house.bridge, other);
    house_wait_event(EVENT_NETWORK, &e);
    ck_assert_int_eq(e.err, ERR_NOT_FOUND);
    bridge_send(house.bridge, command_new(COMMAND_FILTER, 0));
    house_wait_event(EVENT_NETWORK, &e);
    ck_assert_str_eq(e.text, "IP filter: off");
    house_quit();
    free(path);
    house_tear_down();
}
END_TEST

Suite *ipfilter_suite(void)
{
    Suite *s = suite_create("ipfilter");
    TCase *tc = tcase_create("ipfilter");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, a_load_takes_effect_when_it_is_done);
    tcase_add_test(tc, before_the_loop_runs_it_is_loaded_at_once);
    tcase_add_test(tc, before_the_loop_runs_all_lists_must_be_good);
    tcase_add_test(tc, a_file_that_changed_is_read_again_by_itself);
    tcase_add_test(tc, a_load_that_fails_leaves_the_filter_and_is_said_once);
    tcase_add_test(tc, a_load_of_other_files_does_not_count);
    tcase_add_test(tc, reload_reads_what_did_not_change);
    tcase_add_test(tc, refusals_are_counted_by_who_began);
    suite_add_tcase(s, tc);
    TCase *whole = tcase_create("session");
    tcase_add_test(whole, session_filters_from_its_start_and_by_command);
    suite_add_tcase(s, whole);
    return s;
}
