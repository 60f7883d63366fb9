#include "config.h"

#include "tests/net/suites.h"

#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>

#include "net/errands.h"
#include "tests/net/turns.h"
#include "util/xalloc.h"

struct sum {
    struct errand errand; /* first: errands casts it back */
    int a, b;
    int result;
    bool takes_signals;
    sem_t *gate; /* NULL: it need not wait */
    sem_t *left; /* NULL: nobody waits for it */
};

static struct loop *loop;
static struct errands *errands;
static int n_done, total;
static bool took_signals;

static void on_done(void *ctx, struct errand *e)
{
    const struct sum *s = (struct sum *)e;
    ck_assert_ptr_eq(ctx, &n_done);
    n_done++;
    total += s->result;
    took_signals = took_signals || s->takes_signals;
    free(e);
}

static void set_up(void)
{
    n_done = total = 0;
    took_signals = false;
    loop = turns_loop();
    errands = errands_new(loop, on_done, &n_done);
    ck_assert_ptr_nonnull(errands);
}

static void tear_down(void)
{
    errands_free(errands);
    loop_free(loop);
}

static void run(struct errand *e)
{
    struct sum *s = (struct sum *)e;
    sem_t *left = s->left;
    sigset_t mask;
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    s->takes_signals =
        !sigismember(&mask, SIGTERM) || !sigismember(&mask, SIGWINCH);
    while (s->gate != NULL && sem_wait(s->gate) != 0)
        ;
    s->result = s->a + s->b;
    if (left != NULL)
        sem_post(left);
}

static void send(int a, int b, sem_t *gate, sem_t *left)
{
    struct sum *s = xzalloc(sizeof *s);
    s->a = a;
    s->b = b;
    s->gate = gate;
    s->left = left;
    ck_assert(errands_send(errands, &s->errand, run));
}

START_TEST(each_is_told_once_with_what_it_made)
{
    for (int i = 0; i < 20; i++)
        send(i, 1, NULL, NULL);
    ck_assert_int_eq(n_done, 0);
    turns_until_count(loop, &n_done, 20);
    turns_quiet(loop);
    ck_assert_int_eq(n_done, 20);
    ck_assert_int_eq(total, 190 + 20);
    ck_assert(!took_signals);
}
END_TEST

START_TEST(one_that_hangs_holds_no_other_up)
{
    sem_t gate;
    sem_init(&gate, 0, 0);
    send(1, 2, &gate, NULL);
    send(3, 4, NULL, NULL);
    turns_until_count(loop, &n_done, 1);
    ck_assert_int_eq(total, 7);
    sem_post(&gate);
    turns_until_count(loop, &n_done, 2);
    ck_assert_int_eq(total, 10);
    sem_destroy(&gate);
}
END_TEST

/* Also of one that had its end on the way: nobody hears of them, nothing is lost. */
START_TEST(free_leaves_those_that_run)
{
    static sem_t gate, left;
    sem_init(&gate, 0, 0);
    sem_init(&left, 0, 0);
    send(1, 2, &gate, &left);
    send(3, 4, NULL, &left);
    while (sem_wait(&left) != 0)
        ;
    errands_free(errands);
    errands = NULL;
    sem_post(&gate);
    while (sem_wait(&left) != 0)
        ;
    turns_quiet(loop);
    ck_assert_int_eq(n_done, 0);
}
END_TEST

Suite *errands_suite(void)
{
    Suite *s = suite_create("errands");
    TCase *tc = tcase_create("errands");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, each_is_told_once_with_what_it_made);
    tcase_add_test(tc, one_that_hangs_holds_no_other_up);
    tcase_add_test(tc, free_leaves_those_that_run);
    suite_add_tcase(s, tc);
    return s;
}
