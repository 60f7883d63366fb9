#include "config.h"

#include "engine/keeper.h"

#include "tests/engine/suites.h"

#include <stdlib.h>
#include <string.h>

#include "tests/disk/tmpdir.h"
#include "util/text.h"
#include "util/xalloc.h"

static char *dir;
static struct statedir *statedir;
static struct metainfo *meta;
static char *base; /* of the state files of meta, below dir */
static struct cause cause;

static const char TORRENT[] = "d4:infod6:lengthi5e4:name1:a"
                              "12:piece lengthi16384e"
                              "6:pieces20:aaaaaaaaaaaaaaaaaaaaee";

static void set_up(void)
{
    dir = tmpdir_new();
    char *absolute = realpath(dir, NULL);
    setenv("XDG_STATE_HOME", absolute, 1);
    free(absolute);
    cause.text[0] = '\0';
    ck_assert_int_eq(statedir_open(&statedir, &cause), OK);
    ck_assert_int_eq(metainfo_parse(TORRENT, strlen(TORRENT), &meta, &cause),
                     OK);
    char hex[41];
    text_hex(hex, meta->info_hash, 20);
    base = xasprintf("tessera/torrents/%s", hex);
}

static void tear_down(void)
{
    metainfo_free(meta);
    statedir_free(statedir);
    free(base);
    tmpdir_free(dir);
}

static void run(struct disk_job *job)
{
    struct diskq *q;
    ck_assert_ptr_nonnull(job);
    ck_assert_int_eq(diskq_new(0, NULL, NULL, &q), OK);
    diskq_submit(q, job);
    ck_assert(diskq_run_one(q));
    job = diskq_take_done(q);
    ck_assert_msg(job->err == OK, "%s", job->cause.text);
    ck_assert_uint_eq(job->torrent, 7);
    disk_job_free(job);
    diskq_free(q);
}

static void save(const char *label)
{
    struct kept *k = kept_new(meta->info_hash);
    k->dir = xstrdup("/srv");
    k->label = xstrdup(label);
    run(keeper_save_settings(statedir, k, 7));
    kept_free(k);
}

static void spoil(const char *suffix)
{
    char *name = xasprintf("%s%s", base, suffix);
    tmpdir_write(dir, name, "spoilt", 6);
    free(name);
}

static size_t count(void)
{
    uint8_t(*hashes)[20];
    size_t n;
    ck_assert_int_eq(keeper_list(statedir, &hashes, &n, &cause), OK);
    if (n > 0)
        ck_assert_mem_eq(hashes[0], meta->info_hash, 20);
    free(hashes);
    return n;
}

START_TEST(what_is_saved_is_listed_and_read_until_it_is_forgotten)
{
    struct kept *k;
    struct metainfo *again;
    ck_assert_uint_eq(count(), 0);
    ck_assert_int_eq(keeper_read_settings(statedir, meta->info_hash, &k,
                                          &cause),
                     ERR_NOT_FOUND);
    run(keeper_save_torrent(statedir, meta, 7));
    ck_assert_uint_eq(count(), 0); /* it has no settings yet */
    ck_assert(!keeper_has(statedir, meta->info_hash));
    save("one");
    save("two");
    ck_assert_uint_eq(count(), 1);
    ck_assert_int_eq(keeper_read_settings(statedir, meta->info_hash, &k,
                                          &cause),
                     OK);
    ck_assert_str_eq(k->label, "two");
    ck_assert(keeper_has(statedir, meta->info_hash));
    kept_free(k);
    ck_assert_int_eq(keeper_read_torrent(statedir, meta->info_hash, &again,
                                         &cause),
                     OK);
    ck_assert_uint_eq(again->raw_len, strlen(TORRENT));
    metainfo_free(again);
    spoil(".resume");
    for (size_t i = 0; i < KEEPER_N_FILES; i++)
        run(keeper_forget(statedir, meta->info_hash, i, 7));
    ck_assert_uint_eq(count(), 0);
    char *resume = xasprintf("%s.resume", base);
    ck_assert(!tmpdir_has(dir, resume));
    free(resume);
}
END_TEST

START_TEST(the_one_before_stands_in_and_words_are_of_the_newer)
{
    struct kept *k;
    save("one");
    save("two");
    spoil(".session");
    ck_assert_int_eq(keeper_read_settings(statedir, meta->info_hash, &k,
                                          &cause),
                     OK);
    ck_assert_str_eq(k->label, "one");
    kept_free(k);
    spoil(".session.bak");
    ck_assert_int_eq(keeper_read_settings(statedir, meta->info_hash, &k,
                                          &cause),
                     ERR_SYNTAX);
    ck_assert_ptr_nonnull(strstr(cause.text, ".session: "));
    ck_assert_ptr_null(strstr(cause.text, ".bak"));
    ck_assert_uint_eq(count(), 1);
}
END_TEST

/* Only the older one is left: that it is wrong is what is said. */
START_TEST(a_bak_alone_counts)
{
    struct kept *k;
    spoil(".session.bak");
    ck_assert_uint_eq(count(), 1);
    ck_assert_int_eq(keeper_read_settings(statedir, meta->info_hash, &k,
                                          &cause),
                     ERR_SYNTAX);
    ck_assert_ptr_nonnull(strstr(cause.text, ".session.bak: "));
}
END_TEST

START_TEST(another_torrent_in_its_place_is_refused)
{
    struct metainfo *again;
    char *name = xasprintf("%s.torrent", base);
    char *other = xstrdup(TORRENT);
    strstr(other, "1:a")[2] = 'b';
    tmpdir_write(dir, name, other, strlen(other));
    ck_assert_int_eq(keeper_read_torrent(statedir, meta->info_hash, &again,
                                         &cause),
                     ERR_INVALID);
    ck_assert_ptr_nonnull(strstr(cause.text, "another torrent"));
    free(name);
    free(other);
}
END_TEST

Suite *keeper_suite(void)
{
    Suite *s = suite_create("keeper");
    TCase *tc = tcase_create("keeper");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, what_is_saved_is_listed_and_read_until_it_is_forgotten);
    tcase_add_test(tc, the_one_before_stands_in_and_words_are_of_the_newer);
    tcase_add_test(tc, a_bak_alone_counts);
    tcase_add_test(tc, another_torrent_in_its_place_is_refused);
    suite_add_tcase(s, tc);
    return s;
}
