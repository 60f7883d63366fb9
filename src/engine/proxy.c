#include "config.h"

#include "engine/proxy.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "proto/tunnel.h"
#include "util/log.h"
#include "util/xalloc.h"

enum { READ_LEN = 512 };

/* TUNNELLING while the proxy is talked to; OPEN: what the inner connection says goes
 * straight to the user; FAILED for nothing but close. */
enum detour_state { TUNNELLING, OPEN, FAILED };

struct detour {
    struct proxy *proxy;   /* borrowed */
    struct conn *inner;    /* owned, to the proxy; NULL when FAILED */
    struct tunnel *tunnel; /* owned; NULL but when TUNNELLING */
    enum detour_state state;
    bool want_read, want_write; /* of the user */
    struct conn_handler handler;
};

static void forget_tunnel(struct detour *d)
{
    if (d->tunnel != NULL)
        tunnel_fini(d->tunnel);
    free(d->tunnel);
    d->tunnel = NULL;
}

/* ---- What ails it ---- */

static void ail(struct proxy *p, const char *words)
{
    struct cause line;
    char safe[PROXYURL_SAFE_LEN];
    proxyurl_safe(&p->url, safe);
    cause_set(&line, "proxy %s: %s", safe, words);
    if (strcmp(line.text, p->ails.text) == 0)
        return;
    p->ails = line;
    p->host.say(p->host.ctx, ERR_REFUSED, line.text);
}

/* It does what it is for. */
static void be_well(struct proxy *p)
{
    p->ails.text[0] = '\0';
}

/* ---- Tunnelling ---- */

/* The last thing a caller may do: the user may close inside. */
static void fail(struct detour *d, enum err why, int errnum)
{
    struct conn_handler handler = d->handler;
    d->state = FAILED;
    forget_tunnel(d);
    conn_close(d->inner);
    d->inner = NULL;
    handler.on_failed(handler.ctx, why, errnum);
}

static void refuse(struct detour *d, enum err why)
{
    int errnum = d->tunnel->errnum;
    if (tunnel_is_proxy_at_fault(d->tunnel))
        ail(d->proxy, tunnel_words(d->tunnel));
    else
        be_well(d->proxy);
    fail(d, why, errnum);
}

static void open_up(struct detour *d)
{
    be_well(d->proxy);
    forget_tunnel(d);
    d->state = OPEN;
    conn_set_handler(d->inner, &d->handler);
    conn_want(d->inner, d->want_read, d->want_write);
    d->handler.on_open(d->handler.ctx);
}

static void break_off(struct detour *d, enum err why, int errnum)
{
    struct cause cause;
    if (why == ERR_SYS)
        cause_set_errno(&cause, errnum, "it broke off");
    else
        cause_set(&cause, "it broke off");
    ail(d->proxy, cause.text);
    fail(d, why, errnum);
}

/* Send what is due; false when d failed. */
static bool pump_out(struct detour *d)
{
    struct span out;
    while ((out = tunnel_output(d->tunnel)).len > 0) {
        struct iovec iov = {(void *)(uintptr_t)out.p, out.len};
        enum err why = OK;
        int errnum = 0;
        ssize_t n = conn_writev(d->inner, &iov, 1, &why, &errnum);
        if (n < 0) {
            break_off(d, why, errnum);
            return false;
        }
        if (n == 0)
            break;
        tunnel_sent(d->tunnel, (size_t)n);
    }
    return true;
}

/* Read what has come, as far as it is the proxy's; false when d failed or is open. */
static bool pump_in(struct detour *d)
{
    uint8_t bytes[READ_LEN];
    size_t wanted;
    while ((wanted = tunnel_wanted(d->tunnel)) > 0) {
        struct iovec iov = {bytes, wanted < READ_LEN ? wanted : READ_LEN};
        enum err why = OK;
        int errnum = 0;
        ssize_t n = conn_readv(d->inner, &iov, 1, &why, &errnum);
        if (n < 0) {
            break_off(d, why, errnum);
            return false;
        }
        if (n == 0)
            return true;
        enum err err = tunnel_input(d->tunnel, bytes, (size_t)n);
        if (err != OK) {
            refuse(d, err);
            return false;
        }
        if (!pump_out(d))
            return false;
    }
    open_up(d);
    return false;
}

static void pump(struct detour *d)
{
    if (pump_out(d) && pump_in(d))
        conn_want(d->inner, true, tunnel_output(d->tunnel).len > 0);
}

static void on_open(void *ctx)
{
    pump(ctx);
}

static void on_ready(void *ctx, bool readable, bool writable)
{
    (void)readable;
    (void)writable;
    pump(ctx);
}

/* While it is dialled, or while nobody reads. */
static void on_failed(void *ctx, enum err why, int errnum)
{
    struct detour *d = ctx;
    struct cause cause;
    if (why == ERR_SYS)
        cause_set_errno(&cause, errnum, "it cannot be reached");
    else
        cause_set(&cause, "it cannot be reached: %s", err_text(why));
    ail(d->proxy, cause.text);
    fail(d, why, errnum);
}

/* ---- As a connection ---- */

static ssize_t detour_readv(void *impl, const struct iovec *iov, int n,
                            enum err *why, int *errnum)
{
    const struct detour *d = impl;
    return d->state == OPEN ? conn_readv(d->inner, iov, n, why, errnum) : 0;
}

static ssize_t detour_writev(void *impl, const struct iovec *iov, int n,
                             enum err *why, int *errnum)
{
    const struct detour *d = impl;
    return d->state == OPEN ? conn_writev(d->inner, iov, n, why, errnum) : 0;
}

static void detour_want(void *impl, bool read, bool write)
{
    struct detour *d = impl;
    d->want_read = read;
    d->want_write = write;
    if (d->state == OPEN)
        conn_want(d->inner, read, write);
}

static void detour_set_handler(void *impl, const struct conn_handler *handler)
{
    struct detour *d = impl;
    d->handler = *handler;
    if (d->state == OPEN)
        conn_set_handler(d->inner, handler);
}

static void detour_close(void *impl)
{
    struct detour *d = impl;
    forget_tunnel(d);
    conn_close(d->inner);
    free(d);
}

static const struct conn *detour_beneath(const void *impl)
{
    const struct detour *d = impl;
    return d->inner;
}

/* That to the proxy says nothing of the way beyond. */
static int64_t detour_rtt_us(const void *impl)
{
    (void)impl;
    return -1;
}

static const struct conn_ops detour_ops = {
    .readv = detour_readv,
    .writev = detour_writev,
    .want = detour_want,
    .set_handler = detour_set_handler,
    .close = detour_close,
    .beneath = detour_beneath,
    .rtt_us = detour_rtt_us,
};

enum err proxy_dial(struct proxy *p, const struct addr *remote,
                    const struct conn_handler *handler, struct conn **out)
{
    struct detour *d = xzalloc(sizeof *d);
    struct conn_handler inner = {.on_open = on_open,
                                 .on_ready = on_ready,
                                 .on_failed = on_failed,
                                 .ctx = d};
    d->proxy = p;
    d->handler = *handler;
    enum err err = p->host.dial(p->host.ctx, &p->at, &inner, &d->inner);
    if (err != OK) {
        free(d);
        return err;
    }
    d->tunnel = xmalloc(sizeof *d->tunnel);
    tunnel_init(d->tunnel, p->url.is_http ? TUNNEL_HTTP : TUNNEL_SOCKS5, remote,
                p->url.user, p->url.password);
    *out = conn_new(&detour_ops, d, remote);
    return OK;
}

void proxy_init(struct proxy *p, const struct proxyurl *url,
                const struct addr *at, const struct proxy_host *host)
{
    *p = (struct proxy){.url = *url, .at = *at, .host = *host};
}

void proxy_fini(struct proxy *p)
{
    sodium_memzero(&p->url, sizeof p->url);
}
