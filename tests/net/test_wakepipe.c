#include "config.h"

#include "tests/net/suites.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "net/wakepipe.h"

static bool is_readable(const struct wakepipe *w)
{
    struct pollfd p = {.fd = wakepipe_fd(w), .events = POLLIN};
    return poll(&p, 1, 0) == 1;
}

START_TEST(ring_is_seen_until_drained_and_cleared)
{
    struct wakepipe w;
    wakepipe_init(&w);
    ck_assert_int_eq(wakepipe_open(&w), OK);
    ck_assert(!wakepipe_clear(&w) && !is_readable(&w));
    wakepipe_ring(&w);
    wakepipe_ring(&w);
    ck_assert(wakepipe_is_rung(&w) && is_readable(&w));
    wakepipe_drain(&w);
    ck_assert(!is_readable(&w));
    ck_assert(wakepipe_clear(&w));
    ck_assert(!wakepipe_clear(&w));
    wakepipe_fini(&w);
}
END_TEST

/* Two rings write one byte: else a busy thread would fill the pipe. */
START_TEST(rings_before_a_clear_write_once)
{
    struct wakepipe w;
    char bytes[8];
    wakepipe_init(&w);
    ck_assert_int_eq(wakepipe_open(&w), OK);
    for (int i = 0; i < 5; i++)
        wakepipe_ring(&w);
    ck_assert_int_eq(read(wakepipe_fd(&w), bytes, sizeof bytes), 1);
    wakepipe_fini(&w);
}
END_TEST

START_TEST(ring_into_a_full_pipe_does_not_block)
{
    struct wakepipe w;
    char bytes[4096];
    memset(bytes, 0, sizeof bytes);
    wakepipe_init(&w);
    ck_assert_int_eq(wakepipe_open(&w), OK);
    while (write(w.fds[1], bytes, sizeof bytes) > 0)
        continue;
    wakepipe_ring(&w);
    ck_assert(is_readable(&w));
    wakepipe_drain(&w);
    ck_assert(!is_readable(&w));
    ck_assert(wakepipe_clear(&w));
    wakepipe_fini(&w);
}
END_TEST

/* A ring between drain and clear leaves no byte that nobody looks for. */
START_TEST(ring_between_drain_and_clear_is_not_lost)
{
    struct wakepipe w;
    wakepipe_init(&w);
    ck_assert_int_eq(wakepipe_open(&w), OK);
    wakepipe_ring(&w);
    wakepipe_drain(&w);
    wakepipe_ring(&w);
    ck_assert(wakepipe_clear(&w));
    wakepipe_ring(&w);
    ck_assert(is_readable(&w));
    wakepipe_fini(&w);
}
END_TEST

START_TEST(without_a_pipe_the_flag_works)
{
    struct wakepipe w;
    wakepipe_init(&w);
    ck_assert_int_eq(wakepipe_fd(&w), -1);
    wakepipe_ring(&w);
    ck_assert(wakepipe_clear(&w));
    wakepipe_fini(&w);
}
END_TEST

Suite *wakepipe_suite(void)
{
    Suite *suite = suite_create("wakepipe");
    TCase *tc = tcase_create("bell");
    tcase_add_test(tc, ring_is_seen_until_drained_and_cleared);
    tcase_add_test(tc, rings_before_a_clear_write_once);
    tcase_add_test(tc, ring_into_a_full_pipe_does_not_block);
    tcase_add_test(tc, ring_between_drain_and_clear_is_not_lost);
    tcase_add_test(tc, without_a_pipe_the_flag_works);
    suite_add_tcase(suite, tc);
    return suite;
}
