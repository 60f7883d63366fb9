#include "config.h"

#include "engine/tidy.h"

#include <stddef.h>

#include "util/xalloc.h"

static void on_timer(void *ctx)
{
    struct tidy *t = ctx;
    xalloc_trim();
    loop_timer_arm(t->loop, &t->timer, loop_now_ms(t->loop) + TIDY_EVERY_MS);
}

void tidy_init(struct tidy *t, struct loop *loop)
{
    t->loop = loop;
    loop_timer_init(&t->timer, on_timer, t);
}

void tidy_fini(struct tidy *t)
{
    if (t->loop != NULL)
        loop_timer_cancel(t->loop, &t->timer);
}

void tidy_soon(struct tidy *t)
{
    loop_timer_arm(t->loop, &t->timer, loop_now_ms(t->loop) + TIDY_QUIET_MS);
}
