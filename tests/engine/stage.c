#include "config.h"

#include "tests/engine/stage.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

enum { STAGE_START_MS = 5000 };

static enum err side_dial(void *ctx, const struct addr *remote,
                          const struct conn_handler *handler, struct conn **out)
{
    struct stage_side *side = ctx;
    if (side->has_no_sockets) {
        errno = EMFILE;
        return ERR_SYS;
    }
    return link_net_dial(side->stage->net, remote, &side->at, handler, out);
}

static bool side_disk_is_busy(void *ctx)
{
    struct stage_side *side = ctx;
    return side->is_disk_busy;
}

static void side_post(void *ctx, const struct event *e)
{
    (void)ctx;
    (void)e;
}

static void side_init(struct stage *s, struct stage_side *side, uint8_t n)
{
    side->stage = s;
    side->at = stage_addr(n, 6881);
    side->seed = n;
    limits_init(&side->limits, STAGE_MAX_CONNS, 0, 0, STAGE_START_MS);
    side->env = (struct env){
        .loop = s->loop,
        .pool = pool_new(STAGE_POOL_BYTES),
        .limits = &side->limits,
        .rng = rng_seeded(&side->seed),
        .dial = side_dial,
        .disk_is_busy = side_disk_is_busy,
        .post = side_post,
        .ctx = side,
        .scratch = xmalloc(ENV_SCRATCH_LEN),
    };
}

static void side_fini(struct stage_side *side)
{
    ck_assert_uint_eq(side->limits.n_conns, 0);
    ck_assert_uint_eq(side->limits.n_half_open, 0);
    ck_assert_ptr_null(side->env.dirty);
    ck_assert_ptr_null(side->env.paused);
    ck_assert_uint_eq(pool_used(side->env.pool), 0);
    pool_free(side->env.pool);
    free(side->env.scratch);
}

void stage_init(struct stage *s)
{
    *s = (struct stage){.loop = NULL};
    ck_assert_int_eq(loop_new(STAGE_START_MS, false, &s->loop), OK);
    s->world = world_new(s->loop);
    s->net = link_net_new(s->loop);
    side_init(s, &s->here, 1);
    side_init(s, &s->there, 2);
}

void stage_fini(struct stage *s)
{
    side_fini(&s->here);
    side_fini(&s->there);
    loop_check(s->loop);
    link_net_free(s->net);
    world_free(s->world);
    loop_free(s->loop);
}

int64_t stage_now(const struct stage *s)
{
    return loop_now_ms(s->loop);
}

void stage_run(struct stage *s, int64_t for_ms)
{
    world_run_until(s->world, stage_now(s) + for_ms);
}

struct addr stage_addr(uint8_t n, uint16_t port)
{
    const uint8_t ip[4] = {10, 0, 0, n};
    return addr_v4(ip, port);
}

struct handshake stage_hello(uint8_t hash, uint8_t peer_id)
{
    struct handshake h = {.fast = true, .extended = true};
    memset(h.info_hash, hash, sizeof h.info_hash);
    memset(h.peer_id, peer_id, sizeof h.peer_id);
    return h;
}

void stage_write(struct conn *c, const void *bytes, size_t len)
{
    struct iovec iov = {(void *)(uintptr_t)bytes, len};
    enum err why;
    int errnum;
    ck_assert_int_eq(conn_writev(c, &iov, 1, &why, &errnum), (ssize_t)len);
}

size_t stage_read(struct conn *c, void *bytes, size_t cap, bool *closed_out)
{
    struct iovec iov = {bytes, cap};
    enum err why;
    int errnum;
    ssize_t n = conn_readv(c, &iov, 1, &why, &errnum);
    if (closed_out != NULL)
        *closed_out = n < 0;
    return n > 0 ? (size_t)n : 0;
}

bool stage_is_closed(struct conn *c)
{
    uint8_t bytes[512];
    bool closed = false;
    while (stage_read(c, bytes, sizeof bytes, &closed) > 0)
        ;
    return closed;
}
