#include "config.h"

#include "net/portmap.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"
#include "net/errands.h"
#include "net/loop.h"

/* One call of the mapper. */
struct call {
    struct errand errand; /* first: errands casts it back */
    struct portmap_mapper mapper;
    struct portmap_wish wish;
    bool unmaps;
    struct portmap_mapping mapping; /* before; and then after */
    enum err err;
    struct cause cause;
};

struct portmap {
    struct loop *loop; /* borrowed */
    struct portmap_mapper mapper;
    struct portmap_wish wish;
    portmap_fn *fn;
    void *ctx; /* borrowed */
    enum portmap_state state;
    struct errands *errands; /* owned; NULL: they cannot be had */
    struct loop_timer timer;
    bool is_busy;    /* a thread is at it */
    bool asks_again; /* once it is back */
    struct portmap_mapping mapping;
    struct cause why; /* FAILED */
    int64_t retry_ms;
};

/* ---- Calls ---- */

static void run(struct errand *e)
{
    struct call *c = (struct call *)e;
    if (c->unmaps)
        c->mapper.unmap(c->mapper.ctx, &c->wish, &c->mapping);
    else
        c->err = c->mapper.map(c->mapper.ctx, &c->wish, &c->mapping, &c->cause);
}

static bool send_off(struct portmap *p, bool unmaps)
{
    assert(!p->is_busy);
    if (p->errands == NULL)
        return false;
    struct call *c = xzalloc(sizeof *c);
    c->mapper = p->mapper;
    c->wish = p->wish;
    c->unmaps = unmaps;
    c->mapping = p->mapping;
    p->is_busy = errands_send(p->errands, &c->errand, run);
    if (!p->is_busy)
        free(c);
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

void portmap_renew(struct portmap *p)
{
    if (p->state == PORTMAP_ENDING || p->state == PORTMAP_OVER)
        return;
    p->asks_again = p->is_busy;
    p->retry_ms = PORTMAP_RETRY_MIN_MS;
    if (!p->is_busy)
        wait_for(p, 0);
}

static void take(struct portmap *p, const struct call *c)
{
    p->is_busy = false;
    if (p->state == PORTMAP_ENDING) {
        p->mapping = (struct portmap_mapping){.by = ""};
        if (!c->unmaps && c->err == OK)
            p->mapping = c->mapping;
        end(p);
    } else if (c->err == OK)
        be_mapped(p, &c->mapping);
    else
        fail(p, &c->cause);
    if (p->asks_again)
        portmap_renew(p);
}

static void on_done(void *ctx, struct errand *e)
{
    take(ctx, (struct call *)e);
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
    p->errands = errands_new(loop, on_done, p);
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
    errands_free(p->errands);
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
