#include "config.h"

#include "engine/charge.h"

#include "tests/engine/suites.h"

#include <stdlib.h>

#include "disk/resume.h"
#include "meta/metainfo.h"
#include "tests/disk/tmpdir.h"
#include "tests/engine/house.h"
#include "util/text.h"
#include "util/xalloc.h"

/* Whose turn it is, and when it was enough. */

START_TEST(queue_lets_the_first_run_and_the_next_when_its_place_is_free)
{
    struct session_config config = {.max_active_down = 1};
    house_start_keeping(&config);
    house_admit(house_add_kept("a"));
    house_admit(house_add_kept("b"));
    house_admit(house_add_kept("c"));
    house_wait_state("a", FRAME_DOWNLOADING);
    struct frame_torrent b = house_wait_state("b", FRAME_QUEUED);
    ck_assert_str_eq(b.cause, "waits for its turn: 1 are downloading");
    house_wait_state("c", FRAME_QUEUED);
    house_send(COMMAND_PAUSE, house_id_of("a"), false, NULL);
    house_wait_state("b", FRAME_DOWNLOADING);
    house_wait_state("a", FRAME_PAUSED);
    /* Before it again: it takes its place back. */
    house_send(COMMAND_RESUME, house_id_of("a"), false, NULL);
    house_wait_state("a", FRAME_DOWNLOADING);
    house_wait_state("b", FRAME_QUEUED);
    house_send(COMMAND_FORCE, house_id_of("c"), true, NULL);
    ck_assert(house_wait_state("c", FRAME_DOWNLOADING).is_forced);
    house_wait_state("a", FRAME_DOWNLOADING);
    /* Finished, by its data: a seed waits for nobody here. */
    house_admit(house_add_whole("d", 1000, "data"));
    house_wait_state("d", FRAME_SEEDING);
    house_quit();
    house_start_keeping(&config);
    house_wait_state("a", FRAME_DOWNLOADING);
    house_wait_state("b", FRAME_QUEUED);
    house_wait_state("c", FRAME_DOWNLOADING);
    house_wait_state("d", FRAME_SEEDING);
    struct command *c = command_new(COMMAND_LIMITS, 0);
    c->limits = (struct command_limits){.has_active = true};
    bridge_send(house.bridge, c);
    house_wait_state("b", FRAME_DOWNLOADING);
    house_quit();
}
END_TEST

/* As if a run before had given so many bytes, and seeded so long. */
static void pretend(const struct command_add *a, uint64_t bytes_up,
                    int64_t seconds_seed)
{
    struct buf bytes;
    struct resume *r = resume_new(a->meta);
    r->dir = xstrdup(a->dir);
    r->bytes_up = bytes_up;
    r->seconds_seed = seconds_seed;
    buf_init(&bytes, RESUME_MAX_LEN);
    ck_assert_int_eq(resume_encode(r, &bytes), OK);
    char hex[41];
    text_hex(hex, a->meta->info_hash, 20);
    char *path = xasprintf("tessera/torrents/%s.resume", hex);
    tmpdir_write(house.dir, path, buf_bytes(&bytes), bytes.len);
    free(path);
    buf_fini(&bytes);
    resume_free(r);
}

static void send_goals(uint32_t torrent, uint32_t ratio_m, uint32_t minutes)
{
    struct command *c = command_new(COMMAND_LIMITS, torrent);
    c->limits = (struct command_limits){.has_goals = true,
                                        .seed_ratio_m = ratio_m,
                                        .seed_minutes = minutes};
    bridge_send(house.bridge, c);
}

START_TEST(goal_of_a_ratio_pauses_with_words_and_once)
{
    struct session_config config = {.seed_ratio_m = 3000};
    house_start_keeping(&config);
    struct command *c = house_add_whole("a", 40000, "data");
    c->add->seed_ratio_m = 2000;
    pretend(c->add, 80000, 0);
    house_admit(c);
    struct frame_torrent a = house_wait_state("a", FRAME_PAUSED);
    ck_assert_str_eq(a.cause, "seeded to 2.00");
    ck_assert_uint_eq(a.bytes_up, 80000);
    house_restart();
    a = house_wait_state("a", FRAME_PAUSED);
    ck_assert_str_eq(a.cause, "seeded to 2.00");
    /* The user wants it to go on: it does, over a restart too. */
    house_send(COMMAND_RESUME, a.id, false, NULL);
    house_wait_state("a", FRAME_SEEDING);
    house_restart();
    a = house_wait_state("a", FRAME_SEEDING);
    ck_assert_str_eq(a.cause, "");
    for (int i = 0; i < 12; i++) /* more than a second */
        frame_free(house_wait_frame());
    house_wait_state("a", FRAME_SEEDING);
    /* Another goal is another matter. */
    send_goals(a.id, 1500, 0);
    a = house_wait_state("a", FRAME_PAUSED);
    ck_assert_str_eq(a.cause, "seeded to 1.50");
    house_quit();
}
END_TEST

START_TEST(goal_of_the_session_and_of_time)
{
    house_start_keeping(NULL);
    struct command *c = house_add_whole("a", 40000, "data");
    pretend(c->add, 0, 3600);
    house_admit(c);
    house_admit(house_add_kept("b")); /* wants data: no goal is its own */
    house_wait_state("a", FRAME_SEEDING);
    send_goals(0, 2000, 60);
    struct frame_torrent a = house_wait_state("a", FRAME_PAUSED);
    ck_assert_str_eq(a.cause, "seeded for 1h00m");
    house_wait_state("b", FRAME_DOWNLOADING);
    house_quit();
}
END_TEST

Suite *charge_suite(void)
{
    Suite *s = suite_create("charge");
    TCase *tc = tcase_create("charge");
    tcase_set_timeout(tc, 30);
    tcase_add_checked_fixture(tc, house_set_up, house_tear_down);
    tcase_add_test(
        tc, queue_lets_the_first_run_and_the_next_when_its_place_is_free);
    tcase_add_test(tc, goal_of_a_ratio_pauses_with_words_and_once);
    tcase_add_test(tc, goal_of_the_session_and_of_time);
    suite_add_tcase(s, tc);
    return s;
}
