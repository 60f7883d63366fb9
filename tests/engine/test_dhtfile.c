#include "config.h"

#include "engine/dhtfile.h"

#include <stdlib.h>
#include <string.h>

#include "disk/queue.h"
#include "swarm/dht.h"
#include "tests/disk/tmpdir.h"
#include "tests/engine/suites.h"

enum { NOW_MS = 1000000 };

static char *dir;
static struct statedir *statedir;
static struct dhtfile *file;
static struct dht *dht;
static uint64_t seed;

static void on_send(void *ctx, const struct addr *to, const uint8_t *bytes,
                    size_t len)
{
    (void)ctx;
    (void)to;
    (void)bytes;
    (void)len;
}

static struct dht *make(void)
{
    struct dht_config config = {.rng = rng_seeded(&seed), .has_v4 = true};
    struct dht_host host = {.send = on_send};
    return dht_new(&config, &host, NOW_MS);
}

static void set_up(void)
{
    struct cause cause = {""};
    dir = tmpdir_new();
    char *absolute = realpath(dir, NULL);
    setenv("XDG_STATE_HOME", absolute, 1);
    free(absolute);
    seed = 1;
    ck_assert_int_eq(statedir_open(&statedir, &cause), OK);
    file = dhtfile_open(statedir);
    ck_assert_ptr_nonnull(file);
    dht = make();
}

static void tear_down(void)
{
    dht_free(dht);
    dhtfile_free(file);
    statedir_free(statedir);
    tmpdir_free(dir);
}

static void save(void)
{
    struct diskq *q;
    struct disk_job *job = dhtfile_save(file, dht);
    ck_assert_ptr_nonnull(job);
    ck_assert_int_eq(diskq_new(0, NULL, NULL, &q), OK);
    diskq_submit(q, job);
    ck_assert(diskq_run_one(q));
    job = diskq_take_done(q);
    ck_assert_msg(job->err == OK, "%s", job->cause.text);
    disk_job_free(job);
    diskq_free(q);
}

START_TEST(load_takes_up_what_was_saved)
{
    ck_assert(!dhtfile_load(file, dht, NOW_MS)); /* there is none yet */
    save();
    struct dht *other = make();
    ck_assert_mem_ne(dht_id(other, DHT_V4), dht_id(dht, DHT_V4), 20);
    ck_assert(dhtfile_load(file, other, NOW_MS));
    ck_assert_mem_eq(dht_id(other, DHT_V4), dht_id(dht, DHT_V4), 20);
    dht_free(other);
}
END_TEST

/* H2: what anybody may have written there. */
static const struct {
    const char *bytes;
    size_t len;
} garbage[] = {
    {"", 0},
    {"d", 1},
    {"de", 2},
    {"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 32},
};
enum { N_GARBAGE = sizeof garbage / sizeof garbage[0] };

START_TEST(load_sets_garbage_aside)
{
    tmpdir_write(dir, "tessera/dht", garbage[_i].bytes, garbage[_i].len);
    uint8_t id[20];
    memcpy(id, dht_id(dht, DHT_V4), sizeof id);
    ck_assert(!dhtfile_load(file, dht, NOW_MS));
    ck_assert(!tmpdir_has(dir, "tessera/dht"));
    ck_assert(
        tmpdir_is(dir, "tessera/dht.bad", garbage[_i].bytes, garbage[_i].len));
    ck_assert_mem_eq(dht_id(dht, DHT_V4), id, sizeof id);
    dht_check(dht);
}
END_TEST

START_TEST(load_of_a_file_cut_anywhere_is_refused)
{
    size_t len;
    save();
    uint8_t *bytes = tmpdir_read(dir, "tessera/dht", &len);
    ck_assert_ptr_nonnull(bytes);
    for (size_t n = 0; n < len; n++) {
        tmpdir_write(dir, "tessera/dht", bytes, n);
        ck_assert_msg(!dhtfile_load(file, dht, NOW_MS), "cut at %zu", n);
    }
    free(bytes);
}
END_TEST

START_TEST(open_is_for_one_instance_at_a_time)
{
    struct cause cause = {""};
    struct statedir *other;
    ck_assert_int_eq(statedir_open(&other, &cause), OK);
    ck_assert_ptr_null(dhtfile_open(other));
    dhtfile_free(file);
    file = NULL;
    struct dhtfile *now = dhtfile_open(other);
    ck_assert_ptr_nonnull(now);
    dhtfile_free(now);
    statedir_free(other);
}
END_TEST

Suite *dhtfile_suite(void)
{
    Suite *s = suite_create("dhtfile");
    TCase *tc = tcase_create("dhtfile");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, load_takes_up_what_was_saved);
    tcase_add_loop_test(tc, load_sets_garbage_aside, 0, N_GARBAGE);
    tcase_add_test(tc, load_of_a_file_cut_anywhere_is_refused);
    tcase_add_test(tc, open_is_for_one_instance_at_a_time);
    suite_add_tcase(s, tc);
    return s;
}
