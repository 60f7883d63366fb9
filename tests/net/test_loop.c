#include "config.h"

#include "tests/net/suites.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "util/addr.h"
#include "util/clock.h"
#include "util/rng.h"
#include "net/loop.h"
#include "net/sock.h"
#include "net/sockaddr.h"

/* What happened, as text: one letter an event. */
struct story {
    struct loop *loop;
    char text[256];
    size_t len;
};

static void tell(struct story *story, char letter)
{
    ck_assert_uint_lt(story->len + 1, sizeof story->text);
    story->text[story->len++] = letter;
    story->text[story->len] = '\0';
}

/* A descriptor and what its callback does to itself and to another. */
struct actor {
    struct story *story;
    char letter;
    int fds[2]; /* fds[0] is watched, fds[1] is its far end */
    struct loop_fd *watch;
    unsigned ready; /* of the last call */
    bool drains;
    bool removes_itself;
    struct actor *removes;
    int n_adds;
    struct loop_fd *added[64];
    int added_fds[64][2];
};

static struct loop *new_loop(void)
{
    struct loop *loop;
    ck_assert_int_eq(loop_new(0, true, &loop), OK);
    return loop;
}

static void turn(struct loop *loop)
{
    ck_assert_int_eq(loop_run_once(loop, 0), OK);
    loop_check(loop);
}

static void make_pair(int fds[2])
{
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    ck_assert(sock_prepare(fds[0]) && sock_prepare(fds[1]));
}

static void drain(int fd)
{
    char bytes[64];
    while (read(fd, bytes, sizeof bytes) > 0)
        continue;
}

static void retire(struct actor *a)
{
    loop_fd_remove(a->story->loop, a->watch);
    a->watch = NULL;
    close(a->fds[0]);
    close(a->fds[1]);
}

static void on_added(void *ctx, unsigned ready)
{
    struct actor *a = ctx;
    (void)ready;
    tell(a->story, '+');
}

static void add_more(struct actor *a)
{
    for (int i = 0; i < a->n_adds; i++) {
        make_pair(a->added_fds[i]);
        ck_assert_int_eq(write(a->added_fds[i][1], "x", 1), 1);
        a->added[i] = loop_fd_add(a->story->loop, a->added_fds[i][0], LOOP_READ,
                                  on_added, a);
    }
}

static void remove_more(struct actor *a)
{
    for (int i = 0; i < a->n_adds; i++) {
        loop_fd_remove(a->story->loop, a->added[i]);
        close(a->added_fds[i][0]);
        close(a->added_fds[i][1]);
    }
}

static void act(void *ctx, unsigned ready)
{
    struct actor *a = ctx;
    a->ready = ready;
    tell(a->story, a->letter);
    if (a->drains)
        drain(a->fds[0]);
    if (a->removes != NULL && a->removes->watch != NULL)
        retire(a->removes);
    if (a->removes_itself)
        retire(a);
    add_more(a);
}

static void enter(struct actor *a, struct story *story, char letter)
{
    a->story = story;
    a->letter = letter;
    make_pair(a->fds);
    a->watch = loop_fd_add(story->loop, a->fds[0], LOOP_READ, act, a);
}

static void excite(const struct actor *a)
{
    ck_assert_int_eq(write(a->fds[1], "x", 1), 1);
}

START_TEST(fd_readable_calls_until_drained)
{
    struct story story = {.loop = new_loop()};
    struct actor a = {0};
    enter(&a, &story, 'a');
    turn(story.loop);
    ck_assert_str_eq(story.text, "");
    excite(&a);
    turn(story.loop);
    turn(story.loop);
    a.drains = true;
    turn(story.loop);
    turn(story.loop);
    ck_assert_str_eq(story.text, "aaa");
    ck_assert_uint_eq(a.ready, LOOP_READ);
    retire(&a);
    loop_free(story.loop);
}
END_TEST

START_TEST(fd_want_changes_what_is_reported)
{
    struct story story = {.loop = new_loop()};
    struct actor a = {0};
    enter(&a, &story, 'a');
    excite(&a);
    loop_fd_want(story.loop, a.watch, LOOP_WRITE);
    turn(story.loop);
    ck_assert_uint_eq(a.ready, LOOP_WRITE);
    loop_fd_want(story.loop, a.watch, LOOP_READ | LOOP_WRITE);
    turn(story.loop);
    ck_assert_uint_eq(a.ready, LOOP_READ | LOOP_WRITE);
    loop_fd_want(story.loop, a.watch, 0);
    turn(story.loop);
    ck_assert_str_eq(story.text, "aa");
    retire(&a);
    loop_free(story.loop);
}
END_TEST

START_TEST(fd_removed_by_its_own_callback_is_not_called_again)
{
    struct story story = {.loop = new_loop()};
    struct actor a = {.removes_itself = true};
    struct actor b = {.drains = true};
    enter(&a, &story, 'a');
    enter(&b, &story, 'b');
    excite(&a);
    excite(&b);
    turn(story.loop);
    turn(story.loop);
    ck_assert_str_eq(story.text, "ab");
    retire(&b);
    loop_free(story.loop);
}
END_TEST

START_TEST(fd_removed_by_an_earlier_callback_is_not_called)
{
    struct story story = {.loop = new_loop()};
    struct actor b = {0};
    struct actor a = {.removes = &b, .drains = true};
    struct actor c = {.drains = true};
    enter(&a, &story, 'a');
    enter(&b, &story, 'b');
    enter(&c, &story, 'c');
    excite(&a);
    excite(&b);
    excite(&c);
    turn(story.loop);
    ck_assert_str_eq(story.text, "ac");
    retire(&a);
    retire(&c);
    loop_free(story.loop);
}
END_TEST

static void want_no_more(void *ctx, unsigned ready)
{
    struct actor *victim = ctx;
    (void)ready;
    loop_fd_want(victim->story->loop, victim->watch, LOOP_WRITE);
}

/* What poll found is held against what is wanted when its turn comes. */
START_TEST(fd_unwanted_by_an_earlier_callback_is_not_called)
{
    struct story story = {.loop = new_loop()};
    struct actor b = {.fds = {-1, -1}};
    int fds[2];
    make_pair(fds);
    struct loop_fd *first =
        loop_fd_add(story.loop, fds[0], LOOP_READ, want_no_more, &b);
    enter(&b, &story, 'b');
    excite(&b);
    ck_assert_int_eq(write(fds[1], "x", 1), 1);
    turn(story.loop);
    ck_assert_str_eq(story.text, "");
    turn(story.loop);
    ck_assert_uint_eq(b.ready, LOOP_WRITE);
    loop_fd_remove(story.loop, first);
    close(fds[0]);
    close(fds[1]);
    retire(&b);
    loop_free(story.loop);
}
END_TEST

START_TEST(fd_removed_by_a_later_callback_is_gone_next_turn)
{
    struct story story = {.loop = new_loop()};
    struct actor a = {0};
    struct actor b = {.removes = &a, .drains = true};
    enter(&a, &story, 'a');
    enter(&b, &story, 'b');
    excite(&a);
    excite(&b);
    turn(story.loop);
    turn(story.loop);
    ck_assert_str_eq(story.text, "ab");
    retire(&b);
    loop_free(story.loop);
}
END_TEST

struct reuser {
    struct actor *victim;
    struct loop_fd *watch;
    int fds[2];
    struct loop_fd *reused;
    int reused_fds[2];
    struct story *story;
};

static void on_reused(void *ctx, unsigned ready)
{
    struct reuser *r = ctx;
    (void)ready;
    tell(r->story, 'N');
    drain(r->reused_fds[0]);
}

/* Remove a descriptor that is ready too, and take its number for a new one. */
static void reuse_number(void *ctx, unsigned ready)
{
    struct reuser *r = ctx;
    (void)ready;
    tell(r->story, 'r');
    drain(r->fds[0]);
    if (r->victim->watch == NULL)
        return;
    int number = r->victim->fds[0];
    retire(r->victim);
    int fds[2];
    make_pair(fds);
    ck_assert_int_ge(dup2(fds[0], number), 0);
    if (fds[0] != number)
        close(fds[0]);
    r->reused_fds[0] = number;
    r->reused_fds[1] = fds[1] == number ? fds[0] : fds[1];
    r->reused = loop_fd_add(r->story->loop, number, LOOP_READ, on_reused, r);
}

START_TEST(fd_number_reused_in_the_same_turn_is_a_new_descriptor)
{
    struct story story = {.loop = new_loop()};
    struct actor victim = {0};
    struct reuser r = {.victim = &victim, .story = &story};
    make_pair(r.fds);
    r.watch = loop_fd_add(story.loop, r.fds[0], LOOP_READ, reuse_number, &r);
    enter(&victim, &story, 'v');
    excite(&victim);
    ck_assert_int_eq(write(r.fds[1], "x", 1), 1);
    turn(story.loop);
    ck_assert_str_eq(story.text, "r");
    turn(story.loop);
    ck_assert_str_eq(story.text, "r");
    ck_assert_int_eq(write(r.reused_fds[1], "x", 1), 1);
    turn(story.loop);
    ck_assert_str_eq(story.text, "rN");
    loop_fd_remove(story.loop, r.watch);
    loop_fd_remove(story.loop, r.reused);
    for (int i = 0; i < 2; i++) {
        close(r.fds[i]);
        close(r.reused_fds[i]);
    }
    loop_free(story.loop);
}
END_TEST

START_TEST(fd_added_by_a_callback_grows_the_table_and_waits_a_turn)
{
    struct story story = {.loop = new_loop()};
    struct actor a = {.n_adds = 64, .drains = true};
    struct actor b = {.drains = true};
    enter(&a, &story, 'a');
    enter(&b, &story, 'b');
    excite(&a);
    excite(&b);
    turn(story.loop);
    ck_assert_str_eq(story.text, "ab");
    a.n_adds = 64;
    turn(story.loop);
    ck_assert_uint_eq(story.len, 2 + 64);
    remove_more(&a);
    retire(&a);
    retire(&b);
    loop_free(story.loop);
}
END_TEST

START_TEST(fd_hangup_without_input_reports_failure)
{
    struct story story = {.loop = new_loop()};
    struct actor a = {0};
    int fds[2];
    ck_assert_int_eq(pipe(fds), 0);
    a.story = &story;
    a.letter = 'a';
    a.watch = loop_fd_add(story.loop, fds[0], 0, act, &a);
    close(fds[1]);
    turn(story.loop);
    ck_assert_uint_eq(a.ready, LOOP_FAIL);
    loop_fd_remove(story.loop, a.watch);
    close(fds[0]);
    loop_free(story.loop);
}
END_TEST

START_TEST(fd_that_is_not_open_reports_failure)
{
    struct story story = {.loop = new_loop()};
    struct actor a = {.story = &story, .letter = 'a'};
    make_pair(a.fds);
    close(a.fds[0]);
    a.watch = loop_fd_add(story.loop, a.fds[0], LOOP_READ, act, &a);
    turn(story.loop);
    ck_assert_uint_eq(a.ready, LOOP_FAIL);
    loop_fd_remove(story.loop, a.watch);
    close(a.fds[1]);
    loop_free(story.loop);
}
END_TEST

/* Nobody listens at a port that was bound and closed without listening. */
START_TEST(fd_of_a_refused_connect_reports_failure)
{
    static const uint8_t localhost[4] = {127, 0, 0, 1};
    struct story story = {.loop = new_loop()};
    struct actor a = {.story = &story, .letter = 'a'};
    struct sockaddr_storage sa;
    struct addr at = addr_v4(localhost, 0);
    int bound = sock_open(AF_INET, SOCK_STREAM);
    socklen_t len = sockaddr_from_addr(&at, &sa);
    ck_assert_int_eq(bind(bound, (struct sockaddr *)&sa, len), 0);
    ck_assert_int_eq(sockaddr_of_socket(bound, &at), OK);
    int fd = sock_open(AF_INET, SOCK_STREAM);
    len = sockaddr_from_addr(&at, &sa);
    int rc = connect(fd, (struct sockaddr *)&sa, len);
    ck_assert(rc < 0 && (errno == EINPROGRESS || errno == ECONNREFUSED));
    a.watch = loop_fd_add(story.loop, fd, 0, act, &a);
    turn(story.loop);
    ck_assert_uint_eq(a.ready, LOOP_FAIL);
    loop_fd_remove(story.loop, a.watch);
    close(fd);
    close(bound);
    loop_free(story.loop);
}
END_TEST

static void ignore_signal(int signo)
{
    (void)signo;
}

/* The timer of the process interrupts a poll that would have no end. */
START_TEST(run_once_interrupted_by_a_signal_does_a_turn)
{
    struct loop *loop = new_loop();
    struct sigaction sa = {.sa_handler = ignore_signal};
    ck_assert_int_eq(sigaction(SIGALRM, &sa, NULL), 0);
    const struct itimerval in_2_ms = {.it_interval.tv_usec = 2000,
                                      .it_value.tv_usec = 2000};
    ck_assert_int_eq(setitimer(ITIMER_REAL, &in_2_ms, NULL), 0);
    ck_assert_int_eq(loop_run_once(loop, -1), OK);
    const struct itimerval never = {0};
    ck_assert_int_eq(setitimer(ITIMER_REAL, &never, NULL), 0);
    ck_assert_int_gt(loop_now_ms(loop), 0);
    loop_free(loop);
}
END_TEST

/* Timers that write their letter, and do one thing more. */
struct bell {
    struct loop_timer timer;
    struct story *story;
    char letter;
    int n_rearms; /* at 0, which is in the past */
    struct bell *cancels;
    struct bell *arms;
};

static void ring(void *ctx)
{
    struct bell *bell = ctx;
    struct loop *loop = bell->story->loop;
    ck_assert(!loop_timer_armed(&bell->timer));
    tell(bell->story, bell->letter);
    if (bell->cancels != NULL)
        loop_timer_cancel(loop, &bell->cancels->timer);
    if (bell->arms != NULL)
        loop_timer_arm(loop, &bell->arms->timer, 0);
    if (bell->n_rearms-- > 0)
        loop_timer_arm(loop, &bell->timer, 0);
}

static struct loop *new_virtual_loop(int64_t now_ms)
{
    struct loop *loop;
    ck_assert_int_eq(loop_new(now_ms, false, &loop), OK);
    return loop;
}

static void hang(struct bell *bell, struct story *story, char letter,
                 int64_t at_ms)
{
    bell->story = story;
    bell->letter = letter;
    loop_timer_init(&bell->timer, ring, bell);
    if (at_ms >= 0)
        loop_timer_arm(story->loop, &bell->timer, at_ms);
}

START_TEST(timer_runs_when_due_and_once)
{
    struct story story = {.loop = new_virtual_loop(100)};
    struct bell a = {0};
    hang(&a, &story, 'a', 150);
    ck_assert_int_eq(loop_next_due_ms(story.loop), 150);
    loop_step(story.loop, 149);
    ck_assert_str_eq(story.text, "");
    ck_assert(loop_timer_armed(&a.timer));
    loop_step(story.loop, 150);
    loop_step(story.loop, 151);
    ck_assert_str_eq(story.text, "a");
    ck_assert_int_eq(loop_next_due_ms(story.loop), INT64_MAX);
    loop_free(story.loop);
}
END_TEST

START_TEST(timers_run_by_time_and_ties_in_the_order_armed)
{
    struct story story = {.loop = new_virtual_loop(0)};
    struct bell bells[6] = {0};
    static const int64_t at_ms[6] = {20, 10, 20, 10, 5, 20};
    for (int i = 0; i < 6; i++)
        hang(&bells[i], &story, (char)('a' + i), at_ms[i]);
    loop_timer_arm(story.loop, &bells[0].timer, 20);
    loop_step(story.loop, 1000);
    ck_assert_str_eq(story.text, "ebdcfa");
    loop_free(story.loop);
}
END_TEST

START_TEST(timer_rearmed_at_zero_runs_once_a_turn)
{
    struct story story = {.loop = new_virtual_loop(0)};
    struct bell a = {.n_rearms = 2};
    struct bell b = {0};
    hang(&a, &story, 'a', 10);
    hang(&b, &story, 'b', 10);
    loop_step(story.loop, 10);
    ck_assert_str_eq(story.text, "ab");
    ck_assert_int_eq(loop_next_due_ms(story.loop), 10);
    loop_step(story.loop, 10);
    loop_step(story.loop, 10);
    loop_step(story.loop, 10);
    ck_assert_str_eq(story.text, "abaa");
    loop_free(story.loop);
}
END_TEST

START_TEST(timer_cancelled_by_another_of_the_same_turn_does_not_run)
{
    struct story story = {.loop = new_virtual_loop(0)};
    struct bell b = {0};
    struct bell a = {.cancels = &b};
    struct bell c = {0};
    hang(&a, &story, 'a', 10);
    hang(&b, &story, 'b', 10);
    hang(&c, &story, 'c', 11);
    loop_step(story.loop, 20);
    ck_assert_str_eq(story.text, "ac");
    ck_assert(!loop_timer_armed(&b.timer));
    loop_free(story.loop);
}
END_TEST

START_TEST(timer_moved_by_another_of_the_same_turn_waits_for_the_next)
{
    struct story story = {.loop = new_virtual_loop(0)};
    struct bell b = {0};
    struct bell a = {.arms = &b};
    hang(&a, &story, 'a', 10);
    hang(&b, &story, 'b', 10);
    loop_step(story.loop, 10);
    ck_assert_str_eq(story.text, "a");
    loop_step(story.loop, 10);
    ck_assert_str_eq(story.text, "ab");
    loop_free(story.loop);
}
END_TEST

START_TEST(time_never_goes_back)
{
    struct loop *loop = new_virtual_loop(100);
    loop_step(loop, 90);
    ck_assert_int_eq(loop_now_ms(loop), 100);
    loop_step(loop, 200);
    ck_assert_int_eq(loop_now_ms(loop), 200);
    loop_free(loop);
}
END_TEST

/* A timer must not be found early: run_once() polls until it is due. */
START_TEST(run_once_rounds_the_wait_up)
{
    int64_t start_ms = clock_now_ms();
    struct loop *loop;
    ck_assert_int_eq(loop_new(start_ms, true, &loop), OK);
    struct story story = {.loop = loop};
    struct bell a = {0};
    hang(&a, &story, 'a', start_ms + 3);
    int n_turns = 0;
    while (story.len == 0) {
        ck_assert_int_eq(loop_run_once(loop, -1), OK);
        n_turns++;
    }
    ck_assert_int_ge(loop_now_ms(loop), start_ms + 3);
    ck_assert_int_eq(n_turns, 1);
    loop_free(loop);
}
END_TEST

static void tell_timer_order(void *ctx)
{
    tell(ctx, 'd');
}

static void defer_again(void *ctx)
{
    struct story *story = ctx;
    tell(story, 'r');
    if (story->len < 3)
        loop_defer(story->loop, defer_again, story);
}

START_TEST(deferred_calls_run_last_and_new_ones_next_turn)
{
    struct story story = {.loop = new_virtual_loop(0)};
    struct bell a = {0};
    hang(&a, &story, 'a', 0);
    loop_defer(story.loop, tell_timer_order, &story);
    ck_assert_int_eq(loop_next_due_ms(story.loop), 0);
    loop_step(story.loop, 0);
    ck_assert_str_eq(story.text, "ad");
    story.len = 0;
    loop_defer(story.loop, defer_again, &story);
    loop_step(story.loop, 0);
    ck_assert_str_eq(story.text, "r");
    loop_step(story.loop, 0);
    loop_step(story.loop, 0);
    loop_step(story.loop, 0);
    ck_assert_str_eq(story.text, "rrr");
    ck_assert_int_eq(loop_next_due_ms(story.loop), INT64_MAX);
    loop_free(story.loop);
}
END_TEST

struct killer {
    struct story *story;
    struct story *victim;
};

static void cancel_victim(void *ctx)
{
    struct killer *k = ctx;
    tell(k->story, 'k');
    loop_defer_cancel(k->story->loop, k->victim);
}

START_TEST(deferred_call_cancelled_by_an_earlier_one_does_not_run)
{
    struct story story = {.loop = new_virtual_loop(0)};
    struct story victim = {.loop = story.loop};
    struct killer k = {.story = &story, .victim = &victim};
    loop_defer(story.loop, cancel_victim, &k);
    loop_defer(story.loop, tell_timer_order, &victim);
    loop_defer(story.loop, tell_timer_order, &story);
    loop_step(story.loop, 0);
    ck_assert_str_eq(story.text, "kd");
    ck_assert_str_eq(victim.text, "");
    loop_free(story.loop);
}
END_TEST

static void tell_wake(void *ctx)
{
    tell(ctx, 'w');
}

START_TEST(wake_before_poll_coalesces_to_one_call)
{
    struct story story = {.loop = new_loop()};
    loop_on_wake(story.loop, tell_wake, &story);
    for (int i = 0; i < 100000; i++)
        loop_wake(story.loop);
    ck_assert_int_eq(loop_run_once(story.loop, -1), OK);
    ck_assert_str_eq(story.text, "w");
    turn(story.loop);
    ck_assert_str_eq(story.text, "w");
    loop_wake(story.loop);
    ck_assert_int_eq(loop_run_once(story.loop, -1), OK);
    ck_assert_str_eq(story.text, "ww");
    loop_free(story.loop);
}
END_TEST

START_TEST(wake_without_poll_runs_in_the_next_step)
{
    struct story story = {.loop = new_virtual_loop(5)};
    loop_on_wake(story.loop, tell_wake, &story);
    loop_wake(story.loop);
    ck_assert_int_eq(loop_next_due_ms(story.loop), 5);
    loop_step(story.loop, 5);
    loop_step(story.loop, 6);
    ck_assert_str_eq(story.text, "w");
    loop_free(story.loop);
}
END_TEST

enum { N_RINGS = 2000, N_RINGERS = 2 };

struct ringer {
    struct loop *loop;
    atomic_uint *n_rung;
};

static void *ring_often(void *ctx)
{
    struct ringer *r = ctx;
    for (int i = 0; i < N_RINGS; i++) {
        atomic_fetch_add(r->n_rung, 1);
        loop_wake(r->loop);
    }
    return NULL;
}

struct listener {
    atomic_uint *n_rung;
    unsigned n_heard;
};

static void hear(void *ctx)
{
    struct listener *l = ctx;
    l->n_heard = atomic_load(l->n_rung);
}

/* Each ring is heard in a turn after it: the loop that waits without end for the
 * last of them would hang if one were lost. */
START_TEST(wake_from_threads_is_never_lost)
{
    struct loop *loop = new_loop();
    atomic_uint n_rung = 0;
    struct listener listener = {.n_rung = &n_rung};
    loop_on_wake(loop, hear, &listener);
    struct ringer ringer = {.loop = loop, .n_rung = &n_rung};
    pthread_t threads[N_RINGERS];
    for (int i = 0; i < N_RINGERS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, ring_often, &ringer),
                         0);
    while (listener.n_heard < N_RINGS * N_RINGERS)
        ck_assert_int_eq(loop_run_once(loop, -1), OK);
    for (int i = 0; i < N_RINGERS; i++)
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    loop_free(loop);
}
END_TEST

enum { N_ACTORS = 24 };

/* Random adds, removes and changes from within callbacks and without: each call
 * must be for a watch that lives, and all that is ready is called in its turn. */
START_TEST(random_operations_keep_the_tables_whole)
{
    uint64_t seed = 7000 + (uint64_t)_i;
    struct rng rng = rng_seeded(&seed);
    struct story story = {.loop = new_loop()};
    struct actor actors[N_ACTORS];
    memset(actors, 0, sizeof actors);
    for (int step = 0; step < 400; step++) {
        struct actor *a = &actors[rng_below(&rng, N_ACTORS)];
        if (a->watch == NULL) {
            memset(a, 0, sizeof *a);
            enter(a, &story, 'x');
            a->drains = true;
            a->removes_itself = rng_below(&rng, 4) == 0;
            a->removes = rng_below(&rng, 3) == 0
                             ? &actors[rng_below(&rng, N_ACTORS)]
                             : NULL;
            if (a->removes == a)
                a->removes = NULL;
        } else if (rng_below(&rng, 3) == 0) {
            retire(a);
        } else {
            excite(a);
        }
        if (step % 5 == 0) {
            story.len = 0;
            turn(story.loop);
        }
    }
    for (int i = 0; i < N_ACTORS; i++) {
        if (actors[i].watch != NULL)
            retire(&actors[i]);
    }
    loop_check(story.loop);
    loop_free(story.loop);
}
END_TEST

Suite *loop_suite(void)
{
    Suite *suite = suite_create("loop");
    TCase *fds = tcase_create("descriptors");
    tcase_add_test(fds, fd_readable_calls_until_drained);
    tcase_add_test(fds, fd_want_changes_what_is_reported);
    tcase_add_test(fds, fd_removed_by_its_own_callback_is_not_called_again);
    tcase_add_test(fds, fd_removed_by_an_earlier_callback_is_not_called);
    tcase_add_test(fds, fd_unwanted_by_an_earlier_callback_is_not_called);
    tcase_add_test(fds, fd_removed_by_a_later_callback_is_gone_next_turn);
    tcase_add_test(fds, fd_number_reused_in_the_same_turn_is_a_new_descriptor);
    tcase_add_test(fds,
                   fd_added_by_a_callback_grows_the_table_and_waits_a_turn);
    tcase_add_test(fds, fd_hangup_without_input_reports_failure);
    tcase_add_test(fds, fd_that_is_not_open_reports_failure);
    tcase_add_test(fds, fd_of_a_refused_connect_reports_failure);
    tcase_add_test(fds, run_once_interrupted_by_a_signal_does_a_turn);
    tcase_add_loop_test(fds, random_operations_keep_the_tables_whole, 0, 8);
    suite_add_tcase(suite, fds);
    TCase *timers = tcase_create("timers");
    tcase_add_test(timers, timer_runs_when_due_and_once);
    tcase_add_test(timers, timers_run_by_time_and_ties_in_the_order_armed);
    tcase_add_test(timers, timer_rearmed_at_zero_runs_once_a_turn);
    tcase_add_test(timers,
                   timer_cancelled_by_another_of_the_same_turn_does_not_run);
    tcase_add_test(timers,
                   timer_moved_by_another_of_the_same_turn_waits_for_the_next);
    tcase_add_test(timers, time_never_goes_back);
    tcase_add_test(timers, run_once_rounds_the_wait_up);
    suite_add_tcase(suite, timers);
    TCase *others = tcase_create("deferred and wake-up");
    tcase_add_test(others, deferred_calls_run_last_and_new_ones_next_turn);
    tcase_add_test(others,
                   deferred_call_cancelled_by_an_earlier_one_does_not_run);
    tcase_add_test(others, wake_before_poll_coalesces_to_one_call);
    tcase_add_test(others, wake_without_poll_runs_in_the_next_step);
    tcase_add_test(others, wake_from_threads_is_never_lost);
    suite_add_tcase(suite, others);
    return suite;
}
