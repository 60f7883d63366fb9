#include "config.h"

#include "net/errands.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "util/xalloc.h"
#include "net/loop.h"
#include "net/wakepipe.h"

/* What the loop and the threads share. The last to leave it frees it. */
struct errands_office {
    pthread_mutex_t lock;
    unsigned n_users;           /* under lock: threads, and the errands */
    bool is_open;               /* under lock: somebody reads what is done */
    STAILQ_HEAD(, errand) done; /* under lock, owned */
    struct wakepipe bell;
};

struct errands {
    struct loop *loop;             /* borrowed */
    struct errands_office *office; /* shared */
    struct loop_fd *watch;         /* owned, of the office's bell */
    errands_fn *fn;
    void *ctx; /* borrowed */
};

static struct errands_office *office_new(void)
{
    struct errands_office *o = xzalloc(sizeof *o);
    wakepipe_init(&o->bell);
    if (wakepipe_open(&o->bell) != OK) {
        free(o);
        return NULL;
    }
    int rc = pthread_mutex_init(&o->lock, NULL);
    assert(rc == 0);
    (void)rc;
    STAILQ_INIT(&o->done);
    o->n_users = 1;
    o->is_open = true;
    return o;
}

static void office_leave(struct errands_office *o)
{
    pthread_mutex_lock(&o->lock);
    bool is_last = --o->n_users == 0;
    pthread_mutex_unlock(&o->lock);
    if (!is_last)
        return;
    wakepipe_fini(&o->bell);
    pthread_mutex_destroy(&o->lock);
    free(o);
}

static void *thread_main(void *arg)
{
    struct errand *e = arg;
    struct errands_office *o = e->office;
    e->run(e);
    pthread_mutex_lock(&o->lock);
    bool is_open = o->is_open;
    if (is_open)
        STAILQ_INSERT_TAIL(&o->done, e, next);
    pthread_mutex_unlock(&o->lock);
    if (is_open)
        wakepipe_ring(&o->bell);
    else
        free(e);
    office_leave(o);
    return NULL;
}

/* Signals are for the threads that ask for them. */
static bool start_thread(struct errand *e)
{
    pthread_attr_t attr;
    sigset_t all;
    sigset_t before;
    pthread_t thread;
    if (pthread_attr_init(&attr) != 0)
        return false;
    sigfillset(&all);
    bool ok =
        pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED) == 0 &&
        pthread_sigmask(SIG_SETMASK, &all, &before) == 0;
    if (ok) {
        ok = pthread_create(&thread, &attr, thread_main, e) == 0;
        (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    }
    pthread_attr_destroy(&attr);
    return ok;
}

static struct errand *take_done(struct errands_office *o)
{
    pthread_mutex_lock(&o->lock);
    struct errand *e = STAILQ_FIRST(&o->done);
    if (e != NULL)
        STAILQ_REMOVE_HEAD(&o->done, next);
    pthread_mutex_unlock(&o->lock);
    return e;
}

static void on_bell(void *ctx, unsigned ready)
{
    struct errands *all = ctx;
    struct errand *e;
    (void)ready;
    wakepipe_drain(&all->office->bell);
    (void)wakepipe_clear(&all->office->bell);
    while ((e = take_done(all->office)) != NULL)
        all->fn(all->ctx, e);
}

struct errands *errands_new(struct loop *loop, errands_fn *fn, void *ctx)
{
    struct errands_office *office = office_new();
    if (office == NULL)
        return NULL;
    struct errands *all = xzalloc(sizeof *all);
    all->loop = loop;
    all->office = office;
    all->fn = fn;
    all->ctx = ctx;
    all->watch =
        loop_fd_add(loop, wakepipe_fd(&office->bell), LOOP_READ, on_bell, all);
    return all;
}

void errands_free(struct errands *all)
{
    if (all == NULL)
        return;
    struct errands_office *o = all->office;
    struct errand *e;
    loop_fd_remove(all->loop, all->watch);
    /* Threads that still run find it closed, and free what they made. */
    pthread_mutex_lock(&o->lock);
    o->is_open = false;
    pthread_mutex_unlock(&o->lock);
    while ((e = take_done(o)) != NULL)
        free(e);
    office_leave(o);
    free(all);
}

bool errands_send(struct errands *all, struct errand *e,
                  void (*run)(struct errand *e))
{
    struct errands_office *o = all->office;
    e->office = o;
    e->run = run;
    pthread_mutex_lock(&o->lock);
    o->n_users++;
    pthread_mutex_unlock(&o->lock);
    if (start_thread(e))
        return true;
    office_leave(o);
    return false;
}
