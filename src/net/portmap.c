#include "config.h"

#include "net/portmap.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"
#include "net/loop.h"
#include "net/wakepipe.h"

/* One call of the mapper, of a thread until it is done. */
struct errand {
    struct office *office; /* shared */
    struct portmap_mapper mapper;
    struct portmap_wish wish;
    bool unmaps;
    struct portmap_mapping mapping; /* before; and then after */
    enum err err;
    struct cause cause;
};

/* What the loop and a thread share. The last to leave frees it. */
struct office {
    pthread_mutex_t lock;
    unsigned n_users;    /* under lock: the thread, and the portmap */
    bool is_open;        /* under lock: somebody reads what is done */
    struct errand *done; /* under lock, owned; or NULL */
    struct wakepipe bell;
};

struct portmap {
    struct loop *loop; /* borrowed */
    struct portmap_mapper mapper;
    struct portmap_wish wish;
    portmap_fn *fn;
    void *ctx; /* borrowed */
    enum portmap_state state;
    struct office *office; /* shared; NULL: there is no bell */
    struct loop_fd *watch; /* owned */
    struct loop_timer timer;
    bool is_busy; /* a thread is at it */
    struct portmap_mapping mapping;
    struct cause why; /* FAILED */
    int64_t retry_ms;
};

/* ---- Threads ---- */

static void office_leave(struct office *o)
{
    pthread_mutex_lock(&o->lock);
    bool is_last = --o->n_users == 0;
    pthread_mutex_unlock(&o->lock);
    if (!is_last)
        return;
    free(o->done);
    wakepipe_fini(&o->bell);
    pthread_mutex_destroy(&o->lock);
    free(o);
}

static struct office *office_new(void)
{
    struct office *o = xzalloc(sizeof *o);
    wakepipe_init(&o->bell);
    if (wakepipe_open(&o->bell) != OK) {
        free(o);
        return NULL;
    }
    int rc = pthread_mutex_init(&o->lock, NULL);
    assert(rc == 0);
    (void)rc;
    o->n_users = 1;
    o->is_open = true;
    return o;
}

static void do_errand(struct errand *e)
{
    if (e->unmaps)
        e->mapper.unmap(e->mapper.ctx, &e->wish, &e->mapping);
    else
        e->err = e->mapper.map(e->mapper.ctx, &e->wish, &e->mapping, &e->cause);
}

static void *run(void *arg)
{
    struct errand *e = arg;
    struct office *o = e->office;
    do_errand(e);
    pthread_mutex_lock(&o->lock);
    bool is_open = o->is_open;
    if (is_open)
        o->done = e;
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
    pthread_t thread;
    sigset_t all;
    sigset_t before;
    if (pthread_attr_init(&attr) != 0)
        return false;
    sigfillset(&all);
    bool ok =
        pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED) == 0 &&
        pthread_sigmask(SIG_SETMASK, &all, &before) == 0;
    if (ok) {
        ok = pthread_create(&thread, &attr, run, e) == 0;
        (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    }
    pthread_attr_destroy(&attr);
    return ok;
}

static bool send_off(struct portmap *p, bool unmaps)
{
    assert(!p->is_busy);
    if (p->office == NULL)
        return false;
    struct errand *e = xzalloc(sizeof *e);
    e->office = p->office;
    e->mapper = p->mapper;
    e->wish = p->wish;
    e->unmaps = unmaps;
    e->mapping = p->mapping;
    pthread_mutex_lock(&p->office->lock);
    p->office->n_users++;
    pthread_mutex_unlock(&p->office->lock);
    p->is_busy = start_thread(e);
    if (!p->is_busy) {
        office_leave(p->office);
        free(e);
    }
    return p->is_busy;
}

/* ---- States ---- */

static void set_state(struct portmap *p, enum portmap_state state)
{
    p->state = state;
    if (state != PORTMAP_FAILED)
        p->why.text[0] = '\0';
    p->fn(p->ctx);
}

static void wait_for(struct portmap *p, int64_t ms)
{
    loop_timer_arm(p->loop, &p->timer, loop_now_ms(p->loop) + ms);
}

static void fail(struct portmap *p, const struct cause *why)
{
    p->mapping = (struct portmap_mapping){.by = ""};
    p->why = *why;
    wait_for(p, p->retry_ms);
    p->retry_ms *= 2;
    if (p->retry_ms > PORTMAP_RETRY_MAX_MS)
        p->retry_ms = PORTMAP_RETRY_MAX_MS;
    set_state(p, PORTMAP_FAILED);
}

static void ask(void *ctx)
{
    struct portmap *p = ctx;
    struct cause cause;
    if (p->state == PORTMAP_FAILED)
        set_state(p, PORTMAP_ASKING);
    if (send_off(p, false))
        return;
    cause_set(&cause, "no thread to ask the gateway");
    fail(p, &cause);
}

/* Half its life: a lost answer leaves time for another try. */
static int64_t renew_ms(uint32_t life_s)
{
    int64_t ms = life_s > 0 ? (int64_t)life_s * 1000 / 2 : PORTMAP_RENEW_MAX_MS;
    if (ms < PORTMAP_RENEW_MIN_MS)
        return PORTMAP_RENEW_MIN_MS;
    return ms < PORTMAP_RENEW_MAX_MS ? ms : PORTMAP_RENEW_MAX_MS;
}

static void be_mapped(struct portmap *p, const struct portmap_mapping *m)
{
    bool is_news = p->state != PORTMAP_MAPPED ||
                   strcmp(p->mapping.by, m->by) != 0 ||
                   p->mapping.has_external != m->has_external ||
                   !addr_eq(&p->mapping.external, &m->external);
    p->mapping = *m;
    p->retry_ms = PORTMAP_RETRY_MIN_MS;
    wait_for(p, renew_ms(m->life_s));
    if (is_news)
        set_state(p, PORTMAP_MAPPED);
}

/* Take back what there is. */
static void end(struct portmap *p)
{
    bool has_one = p->mapping.by[0] != '\0';
    if (p->is_busy || (has_one && send_off(p, true)))
        return;
    p->mapping = (struct portmap_mapping){.by = ""};
    set_state(p, PORTMAP_OVER);
}

static void take(struct portmap *p, const struct errand *e)
{
    p->is_busy = false;
    if (p->state == PORTMAP_ENDING) {
        p->mapping = (struct portmap_mapping){.by = ""};
        if (!e->unmaps && e->err == OK)
            p->mapping = e->mapping;
        end(p);
    } else if (e->err == OK)
        be_mapped(p, &e->mapping);
    else
        fail(p, &e->cause);
}

static void on_bell(void *ctx, unsigned ready)
{
    struct portmap *p = ctx;
    (void)ready;
    wakepipe_drain(&p->office->bell);
    (void)wakepipe_clear(&p->office->bell);
    pthread_mutex_lock(&p->office->lock);
    struct errand *e = p->office->done;
    p->office->done = NULL;
    pthread_mutex_unlock(&p->office->lock);
    if (e == NULL)
        return;
    take(p, e);
    free(e);
}

/* ---- Beginning and end ---- */

struct portmap *portmap_new(struct loop *loop,
                            const struct portmap_mapper *mapper,
                            const struct portmap_wish *wish, portmap_fn *fn,
                            void *ctx)
{
    struct portmap *p = xzalloc(sizeof *p);
    p->loop = loop;
    p->mapper = *mapper;
    p->wish = *wish;
    p->fn = fn;
    p->ctx = ctx;
    p->state = PORTMAP_ASKING;
    p->retry_ms = PORTMAP_RETRY_MIN_MS;
    loop_timer_init(&p->timer, ask, p);
    p->office = office_new();
    if (p->office != NULL)
        p->watch = loop_fd_add(loop, wakepipe_fd(&p->office->bell), LOOP_READ,
                               on_bell, p);
    wait_for(p, 0);
    return p;
}

void portmap_stop(struct portmap *p)
{
    if (p->state == PORTMAP_ENDING || p->state == PORTMAP_OVER)
        return;
    loop_timer_cancel(p->loop, &p->timer);
    p->state = PORTMAP_ENDING;
    end(p);
}

void portmap_free(struct portmap *p)
{
    if (p == NULL)
        return;
    loop_timer_cancel(p->loop, &p->timer);
    if (p->office != NULL) {
        loop_fd_remove(p->loop, p->watch);
        pthread_mutex_lock(&p->office->lock);
        p->office->is_open = false;
        pthread_mutex_unlock(&p->office->lock);
        office_leave(p->office);
    }
    free(p);
}

enum portmap_state portmap_state(const struct portmap *p)
{
    return p->state;
}

const struct portmap_mapping *portmap_mapping(const struct portmap *p)
{
    return &p->mapping;
}

const char *portmap_words(const struct portmap *p)
{
    return p->why.text;
}
