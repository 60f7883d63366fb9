#include "config.h"

#include "disk/ipload.h"

#include "tests/disk/suites.h"

#include "tests/disk/tmpdir.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#include "util/addr.h"
#include "util/ipset.h"
#include "util/xalloc.h"

static char *dir; /* owned: of one test */

static void set_up(void)
{
    dir = tmpdir_new();
}

static void tear_down(void)
{
    tmpdir_free(dir);
}

static void write_text(const char *name, const char *text)
{
    tmpdir_write(dir, name, text, strlen(text));
}

/* Compressed, `times` over. */
static void write_gz(const char *name, const char *text, size_t times)
{
    char *path = tmpdir_path(dir, name);
    gzFile f = gzopen(path, "wb1");
    ck_assert_ptr_nonnull(f);
    for (size_t i = 0; i < times; i++)
        ck_assert_int_gt(gzwrite(f, text, (unsigned)strlen(text)), 0);
    ck_assert_int_eq(gzclose(f), Z_OK);
    free(path);
}

static struct ipload *load_of(const char *first, const char *second)
{
    char *paths[2] = {tmpdir_path(dir, first), NULL};
    if (second != NULL)
        paths[1] = tmpdir_path(dir, second);
    struct ipload *l = ipload_new((const char *const *)paths, second ? 2 : 1);
    free(paths[0]);
    free(paths[1]);
    return l;
}

static bool has(const struct ipload *l, const char *ip)
{
    struct addr a;
    enum err err = addr_parse(ip, 1, &a);
    ck_assert_msg(err == OK, "%s", ip);
    return ipset_has(l->set, &a);
}

START_TEST(several_files_plain_or_compressed_are_one_filter)
{
    struct cause cause = {""};
    write_text("plain", "1.0.0.0/8\nx:1.2.0.0-1.3.0.0\n");
    write_gz("packed.gz", "5.0.0.0 - 5.0.0.9 , 0 , x\n", 1);
    struct ipload *l = load_of("plain", "packed.gz");
    ck_assert_msg(ipload_run(l, &cause) == OK, "%s", cause.text);
    ck_assert(!l->is_same);
    ck_assert_uint_eq(l->n_read, 3);
    ck_assert_uint_eq(ipset_n_ranges(l->set), 2);
    ck_assert(has(l, "1.2.3.4") && has(l, "5.0.0.9") && !has(l, "5.0.0.10"));
    ck_assert_ptr_null(l->words);
    ipload_free(l);
}
END_TEST

START_TEST(what_is_as_before_is_read_only_when_forced)
{
    write_text("list", "1.0.0.0/8\n");
    struct ipload *l = load_of("list", NULL);
    ck_assert_int_eq(ipload_run(l, NULL), OK);
    for (int step = 0; step < 3; step++) {
        struct ipload *again = load_of("list", NULL);
        memcpy(again->stamps, l->stamps, sizeof l->stamps);
        again->is_forced = step == 1;
        if (step == 2)
            write_text("list", "1.0.0.0/8\n5.0.0.0/8\n");
        ck_assert_int_eq(ipload_run(again, NULL), OK);
        ck_assert_int_eq(again->is_same, step == 0);
        ck_assert_int_eq(again->set == NULL, step == 0);
        if (step == 2)
            ck_assert_uint_eq(ipset_n_ranges(again->set), 2);
        ipload_free(again);
    }
    ipload_free(l);
}
END_TEST

START_TEST(bad_lines_are_named_and_harm_nothing)
{
    write_text("good", "9.0.0.0/8\n");
    write_text("list", "1.0.0.0/8\nx\n\n?\na\nb\nc\nd\n1.0.0.0-1.0.0.1,200\n");
    struct ipload *l = load_of("good", "list");
    ck_assert_int_eq(ipload_run(l, NULL), OK);
    ck_assert_uint_eq(l->n_read, 2);
    ck_assert_uint_eq(l->n_allowed, 1);
    ck_assert_uint_eq(l->n_bad, 6);
    ck_assert_ptr_nonnull(
        strstr(l->words, "/list: lines 2, 4, 5, 6, 7 and 1 more: no range"));
    ipload_free(l);
}
END_TEST

static void refused(struct ipload *l, enum err want, const char *words)
{
    struct cause cause = {""};
    ck_assert_int_eq(ipload_run(l, &cause), want);
    ck_assert_msg(strstr(cause.text, words) != NULL, "%s", cause.text);
    ck_assert_ptr_null(l->set);
    ipload_free(l);
}

START_TEST(a_file_of_no_use_fails_the_load)
{
    size_t len;
    char *path = tmpdir_path(dir, "pipe");
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    free(path);
    write_text("good", "9.0.0.0/8\n");
    write_text("page", "<html>\n<p>no such list\n");
    write_gz("packed", "5.0.0.0 - 5.0.0.9 , 0 , x\n", 5000);
    uint8_t *bytes = tmpdir_read(dir, "packed", &len);
    tmpdir_write(dir, "cut", bytes, len - 9);
    bytes[len - 6] ^= 1; /* of its checksum */
    tmpdir_write(dir, "damaged", bytes, len);
    free(bytes);
    refused(load_of("good", "missing"), ERR_NOT_FOUND,
            "missing: cannot open: No such file");
    refused(load_of("good", "pipe"), ERR_INVALID, "not a regular file");
    refused(load_of("good", "."), ERR_INVALID, "not a regular file");
    refused(load_of("good", "page"), ERR_INVALID, "no list of IP ranges");
    refused(load_of("good", "cut"), ERR_INVALID, "end too early");
    refused(load_of("good", "damaged"), ERR_INVALID, "are damaged");
}
END_TEST

START_TEST(an_empty_list_is_a_list)
{
    write_text("list", "# nothing yet\n");
    struct ipload *l = load_of("list", NULL);
    ck_assert_int_eq(ipload_run(l, NULL), OK);
    ck_assert_uint_eq(ipset_n_ranges(l->set), 0);
    ipload_free(l);
}
END_TEST

START_TEST(what_unpacks_without_end_is_given_up)
{
    enum { LEN = 1 << 20 };
    char *text = xzalloc(LEN + 1);
    memset(text, 'x', LEN);
    write_gz("bomb", text, (IPLOAD_MAX_BYTES >> 20) + 1);
    free(text);
    refused(load_of("bomb", NULL), ERR_TOO_BIG, "128 MiB");
}
END_TEST

Suite *ipload_suite(void)
{
    Suite *s = suite_create("ipload");
    TCase *tc = tcase_create("ipload");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, several_files_plain_or_compressed_are_one_filter);
    tcase_add_test(tc, what_is_as_before_is_read_only_when_forced);
    tcase_add_test(tc, bad_lines_are_named_and_harm_nothing);
    tcase_add_test(tc, a_file_of_no_use_fails_the_load);
    tcase_add_test(tc, an_empty_list_is_a_list);
    tcase_add_test(tc, what_unpacks_without_end_is_given_up);
    suite_add_tcase(s, tc);
    return s;
}
