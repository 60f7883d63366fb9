#include "config.h"

#include "tests/fake/world.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "util/xalloc.h"
#include "net/loop.h"

struct pump {
    world_pump_fn *fn; /* NULL: removed */
    void *ctx;         /* borrowed */
};

struct world {
    struct loop *loop; /* borrowed */
    struct pump pumps[WORLD_MAX_PUMPS];
    size_t n_pumps;
    int64_t stuck_at_ms; /* the time of the last n_stuck steps */
    unsigned n_stuck;
};

struct world *world_new(struct loop *loop)
{
    struct world *w = xzalloc(sizeof *w);
    w->loop = loop;
    return w;
}

void world_free(struct world *w)
{
    free(w);
}

void world_add_pump(struct world *w, world_pump_fn *fn, void *ctx)
{
    size_t i = 0;
    while (i < w->n_pumps && w->pumps[i].fn != NULL)
        i++;
    assert(i < WORLD_MAX_PUMPS);
    w->pumps[i] = (struct pump){.fn = fn, .ctx = ctx};
    if (i == w->n_pumps)
        w->n_pumps++;
}

void world_remove_pump(struct world *w, void *ctx)
{
    for (size_t i = 0; i < w->n_pumps; i++) {
        if (w->pumps[i].ctx == ctx)
            w->pumps[i].fn = NULL;
    }
}

static void end_stuck(const struct world *w, const char *what)
{
    fprintf(stderr, "world: %s for ever at %lld ms\n", what,
            (long long)loop_now_ms(w->loop));
    abort();
}

/* Return whether any pump had something to do. */
static bool pump_until_quiet(struct world *w)
{
    for (unsigned round = 0; round < WORLD_MAX_STEPS; round++) {
        bool any = false;
        for (size_t i = 0; i < w->n_pumps; i++) {
            if (w->pumps[i].fn != NULL && w->pumps[i].fn(w->pumps[i].ctx))
                any = true;
        }
        if (!any)
            return round > 0;
    }
    end_stuck(w, "a pump has work");
    return false;
}

static void count_stuck(struct world *w)
{
    int64_t now_ms = loop_now_ms(w->loop);
    if (now_ms != w->stuck_at_ms) {
        w->stuck_at_ms = now_ms;
        w->n_stuck = 0;
    } else if (++w->n_stuck > WORLD_MAX_STEPS) {
        end_stuck(w, "the loop has work");
    }
}

/* One turn at the next time when something happens, not after until_ms. */
static bool step_until(struct world *w, int64_t until_ms)
{
    bool pumped = pump_until_quiet(w);
    int64_t due_ms = loop_next_due_ms(w->loop);
    if (due_ms == INT64_MAX || due_ms > until_ms)
        return pumped;
    loop_step(w->loop, due_ms);
    loop_check(w->loop);
    count_stuck(w);
    return true;
}

bool world_step(struct world *w)
{
    return step_until(w, INT64_MAX);
}

static bool never(void *ctx)
{
    (void)ctx;
    return false;
}

void world_run_until(struct world *w, int64_t until_ms)
{
    (void)world_run_while(w, until_ms, never, NULL);
}

bool world_run_while(struct world *w, int64_t until_ms, bool (*done)(void *ctx),
                     void *ctx)
{
    do {
        if (done(ctx))
            return true;
    } while (step_until(w, until_ms));
    /* Nothing is due before, so that this turn only moves the time. */
    loop_step(w->loop, until_ms);
    return done(ctx);
}
