#include "config.h"

#include "disk/geoip.h"

#include "tests/disk/suites.h"

#include "tests/disk/faults.h"
#include "tests/disk/mmdb.h"
#include "tests/disk/tmpdir.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/rng.h"

static const struct mmdb_entry entries[] = {{"192.0.2.0", 24, "DE"},
                                            {"198.51.100.128", 25, "FR"},
                                            {"203.0.113.7", 32, "JP"},
                                            {"2001:db8::", 32, "NL"},
                                            {"2001:db9::1", 128, "SE"}};
enum { N_ENTRIES = sizeof entries / sizeof *entries };

/* The library loses a little memory of a database whose description is damaged, which it
 * refuses. */
const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
    return "leak:libmaxminddb";
}

static char *dir; /* owned: of one test */
static uint8_t bytes[MMDB_LEN_MAX];
static struct geoip *geoip; /* owned, or NULL */
static struct cause cause;

static void set_up(void)
{
    dir = tmpdir_new();
    geoip = NULL;
    cause = (struct cause){""};
}

static void tear_down(void)
{
    geoip_close(geoip);
    tmpdir_free(dir);
}

static enum err open_as(const char *name)
{
    char *path = tmpdir_path(dir, name);
    geoip_close(geoip);
    geoip = NULL;
    enum err err = geoip_open(path, &geoip, &cause);
    free(path);
    return err;
}

/* In a new file each time: to cut one down and fill it again may wait for the disk. */
static enum err open_bytes(size_t n)
{
    char *path = tmpdir_path(dir, "x.mmdb");
    (void)unlink(path);
    free(path);
    tmpdir_write(dir, "x.mmdb", bytes, n);
    return open_as("x.mmdb");
}

static const char *country(const char *ip)
{
    static char text[GEOIP_COUNTRY_LEN];
    struct addr a;
    ck_assert_int_eq(addr_parse(ip, 1, &a), OK);
    geoip_country(geoip, &a, text);
    return text;
}

static const struct {
    const char *ip, *country;
} places[] = {
    {"192.0.2.0", "DE"},      {"192.0.2.255", "DE"},
    {"192.0.3.0", "--"},      {"198.51.100.127", "--"},
    {"198.51.100.128", "FR"}, {"203.0.113.7", "JP"},
    {"203.0.113.8", "--"},    {"::ffff:192.0.2.9", "DE"},
    {"2001:db8:1::5", "NL"},  {"2001:db9::1", "SE"},
    {"2001:db9::2", "--"},    {"127.0.0.1", "--"},
};

static struct addr addrs[sizeof places / sizeof *places];

START_TEST(countries_are_those_of_the_prefix)
{
    enum mmdb_shape shape = (enum mmdb_shape)_i;
    ck_assert_int_eq(open_bytes(mmdb_make(entries, N_ENTRIES, shape, 6, bytes)),
                     OK);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        ck_assert_str_eq(country(places[i].ip), places[i].country);
}
END_TEST

START_TEST(a_database_of_ipv4_knows_no_other)
{
    ck_assert_int_eq(open_bytes(mmdb_make(entries, 3, MMDB_NESTED, 4, bytes)),
                     OK);
    ck_assert_str_eq(country("203.0.113.7"), "JP");
    ck_assert_str_eq(country("2001:db8:1::5"), "--");
}
END_TEST

START_TEST(nothing_but_two_capital_letters_comes_out)
{
    static const struct mmdb_entry odd[] = {{"10.0.0.0", 8, "de"},
                                            {"11.0.0.0", 8, "DEU"},
                                            {"12.0.0.0", 8, "D"},
                                            {"13.0.0.0", 8, ""},
                                            {"14.0.0.0", 8, "\x1b["},
                                            {"15.0.0.0", 8, "A\x07"},
                                            {"16.0.0.0", 8, "\xc3\x84"}};
    char ip[] = "10.0.0.1";
    ck_assert_int_eq(open_bytes(mmdb_make(odd, sizeof odd / sizeof *odd,
                                          MMDB_NESTED, 6, bytes)),
                     OK);
    for (; ip[1] <= '6'; ip[1]++)
        ck_assert_str_eq(country(ip), "--");
}
END_TEST

START_TEST(what_is_no_database_is_told_with_its_name)
{
    ck_assert_int_eq(open_as("gone.mmdb"), ERR_NOT_FOUND);
    ck_assert_ptr_nonnull(strstr(cause.text, "gone.mmdb"));
    tmpdir_write(dir, "folder/file", "", 0);
    ck_assert_int_eq(open_as("folder"), ERR_INVALID);
    ck_assert_ptr_nonnull(strstr(cause.text, "not a regular file"));
    memset(bytes, 'x', 4096);
    ck_assert_int_eq(open_bytes(0), ERR_INVALID);
    ck_assert_int_eq(open_bytes(4096), ERR_INVALID);
    ck_assert_ptr_nonnull(strstr(cause.text, "x.mmdb: no database"));
    char *path = tmpdir_path(dir, "x.mmdb");
    ck_assert_int_eq(truncate(path, (off_t)GEOIP_MAX_BYTES + 1), 0);
    free(path);
    ck_assert_int_eq(open_as("x.mmdb"), ERR_TOO_BIG);
    ck_assert_ptr_null(geoip);
}
END_TEST

/* Asked for all that there is, and some that is not, whatever it was cut or turned to;
 * nothing else comes out. */
static void ask_all(void)
{
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        char c[GEOIP_COUNTRY_LEN];
        geoip_country(geoip, &addrs[i], c);
        bool is_good = c[0] >= 'A' && c[0] <= 'Z' && c[1] >= 'A' &&
                       c[1] <= 'Z' && c[2] == '\0';
        if (!is_good && strcmp(c, "--") != 0)
            ck_abort_msg("%02x %02x", (unsigned)(uint8_t)c[0],
                         (unsigned)(uint8_t)c[1]);
    }
}

static void read_places(void)
{
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        ck_assert_int_eq(addr_parse(places[i].ip, 1, &addrs[i]), OK);
}

START_TEST(a_cut_database_fails_or_answers)
{
    size_t n = mmdb_make(entries, N_ENTRIES, MMDB_NESTED, 6, bytes);
    size_t n_failed = 0;
    read_places();
    for (size_t len = 0; len < n; len++) {
        if (open_bytes(len) == OK)
            ask_all();
        else
            n_failed++;
    }
    ck_assert_uint_gt(n_failed, n / 2);
}
END_TEST

START_TEST(a_damaged_database_fails_or_answers)
{
    uint64_t seed = 4711;
    struct rng rng = rng_seeded(&seed);
    size_t n_open = 0;
    read_places();
    for (int round = 0; round < 3000; round++) {
        size_t n = mmdb_make(entries, N_ENTRIES, (enum mmdb_shape)(round % 3),
                             6, bytes);
        for (uint32_t k = rng_below(&rng, 8) + 1; k > 0; k--)
            bytes[rng_below(&rng, (uint32_t)n)] = (uint8_t)rng_below(&rng, 256);
        if (open_bytes(n) != OK)
            continue;
        n_open++;
        ask_all();
    }
    ck_assert_uint_gt(n_open, 300);
}
END_TEST

#ifdef HAVE_MEMFD_CREATE
START_TEST(what_is_written_to_the_file_later_changes_nothing)
{
    ck_assert_int_eq(open_bytes(
                         mmdb_make(entries, N_ENTRIES, MMDB_NESTED, 6, bytes)),
                     OK);
    tmpdir_write(dir, "x.mmdb", "", 0);
    ck_assert_str_eq(country("192.0.2.1"), "DE");
}
END_TEST

/* It must not be the file itself that is mapped then. */
START_TEST(a_signal_during_the_copy_changes_nothing)
{
    size_t n = mmdb_make(entries, N_ENTRIES, MMDB_NESTED, 6, bytes);
    tmpdir_write(dir, "y.mmdb", bytes, n);
    faults_set(FAULT_WRITE, 0, 2, EINTR);
    ck_assert_int_eq(open_as("y.mmdb"), OK);
    faults_clear();
    char *path = tmpdir_path(dir, "y.mmdb");
    ck_assert_int_eq(truncate(path, 0), 0);
    free(path);
    ck_assert_str_eq(country("203.0.113.7"), "JP");
}
END_TEST
#endif

Suite *geoip_suite(void)
{
    Suite *s = suite_create("geoip");
    TCase *tc = tcase_create("geoip");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_loop_test(tc, countries_are_those_of_the_prefix, 0,
                        MMDB_FLAT + 1);
    tcase_add_test(tc, a_database_of_ipv4_knows_no_other);
    tcase_add_test(tc, nothing_but_two_capital_letters_comes_out);
    tcase_add_test(tc, what_is_no_database_is_told_with_its_name);
    tcase_add_test(tc, a_cut_database_fails_or_answers);
    tcase_add_test(tc, a_damaged_database_fails_or_answers);
#ifdef HAVE_MEMFD_CREATE
    tcase_add_test(tc, what_is_written_to_the_file_later_changes_nothing);
    tcase_add_test(tc, a_signal_during_the_copy_changes_nothing);
#endif
    suite_add_tcase(s, tc);
    return s;
}
