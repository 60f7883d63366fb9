#include "config.h"

#include "engine/mseconn.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "net/loop.h"
#include "util/buf.h"
#include "util/xalloc.h"

/* GREETING waits for their part of the handshake; OPEN for what the user wants; BROKEN for
 * nothing but mseconn_close(): the user is told once. */
enum mseconn_state { GREETING, OPEN, BROKEN };

struct mseconn {
    struct loop *loop;  /* borrowed: outlives its connections */
    struct conn *inner; /* owned; NULL only while it is being dialled */
    enum mseconn_state state;
    struct mse *mse;          /* owned; NULL once OPEN */
    struct mse_result agreed; /* when OPEN, and after */
    bool is_agreed;
    struct conn_handler handler;
    bool want_read, want_write;
    bool is_deferred; /* tell() will be called */
    bool is_told;     /* that it is BROKEN */
    enum err why;     /* BROKEN */
    int errnum;
    struct buf early; /* what came behind the handshake, decrypted */
    struct buf late;  /* encrypted, and not taken yet */
};

static const struct conn_ops mseconn_ops;

static void tell(void *ctx);

static void tell_soon(struct mseconn *c)
{
    if (c->is_deferred)
        return;
    c->is_deferred = true;
    loop_defer(c->loop, tell, c);
}

static void want_inner(struct mseconn *c)
{
    bool read = c->state == GREETING || (c->state == OPEN && c->want_read);
    bool write = c->late.len > 0 || (c->state == OPEN && c->want_write);
    if (c->state == BROKEN)
        write = false;
    conn_want(c->inner, read, write);
    if (c->state == OPEN && c->want_read && c->early.len > 0)
        tell_soon(c);
}

/* The user learns of it at the end of the turn, or by the call that it makes sooner. */
static void fail(struct mseconn *c, enum err why, int errnum)
{
    c->state = BROKEN;
    c->why = why;
    c->errnum = errnum;
    want_inner(c);
    tell_soon(c);
}

static void tell(void *ctx)
{
    struct mseconn *c = ctx;
    c->is_deferred = false;
    if (c->state == BROKEN && !c->is_told) {
        c->is_told = true;
        c->handler.on_failed(c->handler.ctx, c->why, c->errnum);
    } else if (c->state == OPEN && c->want_read && c->early.len > 0) {
        tell_soon(c); /* while that lasts */
        c->handler.on_ready(c->handler.ctx, true, false);
    }
}

/* Send what waits; false: it failed. */
static bool flush(struct mseconn *c)
{
    while (c->late.len > 0) {
        struct iovec iov = {buf_bytes(&c->late), c->late.len};
        enum err why = OK;
        int errnum = 0;
        ssize_t n = conn_writev(c->inner, &iov, 1, &why, &errnum);
        if (n < 0)
            fail(c, why, errnum);
        if (n <= 0)
            return n == 0;
        buf_consume(&c->late, (size_t)n);
    }
    buf_fini(&c->late); /* idle ones keep no memory */
    return true;
}

/* The handshake. */

static void send_handshake(struct mseconn *c)
{
    struct buf *tx = mse_tx(c->mse);
    if (tx->len == 0)
        return;
    enum err err = buf_append(&c->late, buf_bytes(tx), tx->len);
    assert(err == OK); /* nothing else is there yet */
    buf_consume(tx, tx->len);
    (void)flush(c);
}

/* It is done; what came behind it is the stream's. */
static void open_stream(struct mseconn *c, const uint8_t *bytes, size_t n)
{
    c->state = OPEN;
    c->is_agreed = true;
    mse_result(c->mse, &c->agreed);
    mse_free(c->mse);
    c->mse = NULL;
    if (n == 0)
        return;
    enum err err = buf_append(&c->early, bytes, n);
    assert(err == OK); /* one read's */
    mse_crypt(&c->agreed.rx, buf_bytes(&c->early), n);
}

static void take(struct mseconn *c, const uint8_t *bytes, size_t n)
{
    size_t used = 0;
    enum err err = mse_take(c->mse, bytes, n, &used);
    if (err != OK && err != ERR_AGAIN) {
        fail(c, err, 0);
        return;
    }
    send_handshake(c);
    if (c->state == GREETING && err == OK)
        open_stream(c, bytes + used, n - used);
}

static void read_handshake(struct mseconn *c)
{
    uint8_t bytes[MSECONN_READ];
    while (c->state == GREETING) {
        struct iovec iov = {bytes, sizeof bytes};
        enum err why = OK;
        int errnum = 0;
        ssize_t n = conn_readv(c->inner, &iov, 1, &why, &errnum);
        if (n < 0)
            fail(c, why, errnum);
        if (n <= 0)
            return;
        take(c, bytes, (size_t)n);
        if ((size_t)n < sizeof bytes)
            return;
    }
}

/* What the conn beneath tells. */

static void on_open(void *ctx)
{
    struct mseconn *c = ctx;
    send_handshake(c);
    want_inner(c);
    c->handler.on_open(c->handler.ctx);
}

static void on_ready(void *ctx, bool readable, bool writable)
{
    struct mseconn *c = ctx;
    if (writable && !flush(c))
        return;
    if (c->state == GREETING) {
        if (readable)
            read_handshake(c);
        if (c->state != BROKEN)
            want_inner(c);
        return;
    }
    want_inner(c);
    readable = readable && c->want_read;
    writable = writable && c->want_write && c->late.len == 0;
    if (readable || writable)
        c->handler.on_ready(c->handler.ctx, readable, writable);
}

static void on_failed(void *ctx, enum err why, int errnum)
{
    struct mseconn *c = ctx;
    c->state = BROKEN;
    c->why = why;
    c->errnum = errnum;
    c->is_told = true;
    c->handler.on_failed(c->handler.ctx, why, errnum);
}

/* The operations. */

static size_t take_early(struct mseconn *c, const struct iovec *iov, int n)
{
    size_t taken = 0;
    for (int i = 0; i < n && c->early.len > 0; i++) {
        size_t part =
            iov[i].iov_len < c->early.len ? iov[i].iov_len : c->early.len;
        memcpy(iov[i].iov_base, buf_bytes(&c->early), part);
        buf_consume(&c->early, part);
        taken += part;
    }
    if (c->early.len == 0)
        buf_fini(&c->early);
    want_inner(c);
    return taken;
}

static void decrypt(struct mseconn *c, const struct iovec *iov, size_t n)
{
    for (int i = 0; n > 0; i++) {
        size_t part = iov[i].iov_len < n ? iov[i].iov_len : n;
        mse_crypt(&c->agreed.rx, iov[i].iov_base, part);
        n -= part;
    }
}

static ssize_t say_broken(const struct mseconn *c, enum err *why, int *errnum)
{
    *why = c->why;
    *errnum = c->errnum;
    return -1;
}

static ssize_t mseconn_readv(void *impl, const struct iovec *iov, int n,
                             enum err *why, int *errnum)
{
    struct mseconn *c = impl;
    if (c->state == BROKEN)
        return say_broken(c, why, errnum);
    if (c->state == GREETING)
        return 0;
    if (c->early.len > 0)
        return (ssize_t)take_early(c, iov, n);
    ssize_t got = conn_readv(c->inner, iov, n, why, errnum);
    if (got > 0)
        decrypt(c, iov, (size_t)got);
    return got;
}

/* Copy up to cap bytes from the front of a list of buffers. */
static size_t gather(const struct iovec *iov, int n, uint8_t *dst, size_t cap)
{
    size_t len = 0;
    for (int i = 0; i < n && len < cap; i++) {
        size_t part = iov[i].iov_len < cap - len ? iov[i].iov_len : cap - len;
        memcpy(dst + len, iov[i].iov_base, part);
        len += part;
    }
    return len;
}

static size_t sum_of(const struct iovec *iov, int n, size_t most)
{
    size_t sum = 0;
    for (int i = 0; i < n && sum < most; i++)
        sum += iov[i].iov_len < most - sum ? iov[i].iov_len : most - sum;
    return sum;
}

static ssize_t write_initial(struct mseconn *c, const struct iovec *iov, int n)
{
    uint8_t bytes[MSE_MAX_INITIAL];
    size_t len = gather(iov, n, bytes, sizeof bytes);
    if (!mse_takes_initial(c->mse, len))
        return 0;
    mse_add_initial(c->mse, bytes, len);
    return (ssize_t)len;
}

static ssize_t mseconn_writev(void *impl, const struct iovec *iov, int n,
                              enum err *why, int *errnum)
{
    struct mseconn *c = impl;
    if (c->state == GREETING)
        return write_initial(c, iov, n);
    if (c->state == BROKEN || !flush(c))
        return say_broken(c, why, errnum);
    if (c->late.len > 0)
        return 0;
    if (c->agreed.tx.left == 0)
        return conn_writev(c->inner, iov, n, why, errnum);
    size_t len = sum_of(iov, n, MSECONN_CHUNK);
    uint8_t *at;
    enum err err = buf_extend(&c->late, len, &at);
    assert(err == OK); /* it was empty */
    gather(iov, n, at, len);
    mse_crypt(&c->agreed.tx, at, len);
    if (!flush(c))
        return say_broken(c, why, errnum);
    if (c->late.len > 0)
        want_inner(c);
    return (ssize_t)len;
}

static void mseconn_want(void *impl, bool read, bool write)
{
    struct mseconn *c = impl;
    c->want_read = read;
    c->want_write = write;
    want_inner(c);
}

static void mseconn_set_handler(void *impl, const struct conn_handler *handler)
{
    struct mseconn *c = impl;
    c->handler = *handler;
}

static void mseconn_close(void *impl)
{
    struct mseconn *c = impl;
    if (c->is_deferred)
        loop_defer_cancel(c->loop, c);
    conn_close(c->inner);
    mse_free(c->mse);
    buf_fini(&c->early);
    buf_fini(&c->late);
    free(c);
}

static const struct conn *mseconn_beneath(const void *impl)
{
    const struct mseconn *c = impl;
    return c->inner;
}

static const struct conn_ops mseconn_ops = {
    .readv = mseconn_readv,
    .writev = mseconn_writev,
    .want = mseconn_want,
    .set_handler = mseconn_set_handler,
    .close = mseconn_close,
    .beneath = mseconn_beneath,
};

/* Beginning. */

struct mse_config mseconn_config(const struct env *env)
{
    struct mse_config config = {.rng = env->rng};
    config.methods =
        env->encryption == ENCRYPTION_REQUIRED ? MSE_RC4 : MSE_RC4 | MSE_PLAIN;
    config.prefers_plain = env->encryption == ENCRYPTION_PLAIN;
    return config;
}

static struct mseconn *mseconn_new(struct env *env,
                                   const struct mse_config *config)
{
    struct mseconn *c = xzalloc(sizeof *c);
    c->loop = env->loop;
    c->mse = mse_new(config);
    buf_init(&c->early, MSECONN_READ);
    buf_init(&c->late, MSECONN_CHUNK + MSE_MAX_TX);
    return c;
}

static struct conn_handler handler_of(struct mseconn *c)
{
    return (struct conn_handler){.on_open = on_open,
                                 .on_ready = on_ready,
                                 .on_failed = on_failed,
                                 .ctx = c};
}

enum err mseconn_dial(struct env *env, const struct addr *remote,
                      const struct mse_config *config,
                      const struct conn_handler *handler, struct conn **out)
{
    struct mseconn *c = mseconn_new(env, config);
    struct conn_handler mine = handler_of(c);
    c->handler = *handler;
    enum err err = env->dial(env->ctx, remote, &mine, &c->inner);
    if (err == OK)
        *out = conn_new(&mseconn_ops, c, remote);
    else
        mseconn_close(c);
    return err;
}

struct conn *mseconn_accept(struct env *env, struct conn *inner,
                            const uint8_t *bytes, size_t n,
                            const struct mse_config *config)
{
    assert(n < MSE_KEY_LEN);
    struct mseconn *c = mseconn_new(env, config);
    struct conn_handler mine = handler_of(c);
    c->inner = inner;
    c->handler = conn_nobody();
    conn_set_handler(inner, &mine);
    take(c, bytes, n);
    want_inner(c);
    return conn_new(&mseconn_ops, c, conn_remote(inner));
}

const struct mse_result *mseconn_result(const struct conn *c)
{
    const struct mseconn *m = conn_impl(c, &mseconn_ops);
    return m != NULL && m->is_agreed ? &m->agreed : NULL;
}

bool mseconn_is_greeting(const struct conn *c)
{
    const struct mseconn *m = conn_impl(c, &mseconn_ops);
    return m != NULL && !m->is_agreed;
}

const char *mseconn_fault(const struct conn *c)
{
    const struct mseconn *m = conn_impl(c, &mseconn_ops);
    return m != NULL && m->mse != NULL ? mse_fault(m->mse) : "";
}
