#include "config.h"

#include "engine/doorway.h"

#include <stdlib.h>
#include <string.h>

#include "engine/approach.h"
#include "engine/ipfilter.h"
#include "engine/mseconn.h"
#include "net/loop.h"
#include "util/log.h"
#include "util/xalloc.h"

struct guest {
    struct doorway *doorway; /* borrowed: holds it */
    struct guest *next;
    struct conn *conn; /* owned */
    struct loop_timer timer;
    uint8_t bytes[HANDSHAKE_LEN];
    size_t len;
    bool has_crypt;
};

struct doorway {
    struct env *env; /* borrowed: the session's */
    struct doorway_host host;
    struct guest *guests; /* owned list */
    size_t n_guests;
};

struct doorway *doorway_new(struct env *env, const struct doorway_host *host)
{
    struct doorway *d = xzalloc(sizeof *d);
    d->env = env;
    d->host = *host;
    return d;
}

/* Forget a guest; its connection is the caller's now. */
static struct conn *guest_remove(struct guest *g)
{
    struct doorway *d = g->doorway;
    struct conn *conn = g->conn;
    for (struct guest **at = &d->guests; *at != NULL; at = &(*at)->next)
        if (*at == g) {
            *at = g->next;
            break;
        }
    d->n_guests--;
    loop_timer_cancel(d->env->loop, &g->timer);
    free(g);
    return conn;
}

static void guest_close(struct guest *g, const char *words)
{
    struct doorway *d = g->doorway;
    char text[ADDR_TEXT_MAX];
    bool is_required = d->env->encryption == ENCRYPTION_REQUIRED;
    log_write(LOG_PEER, is_required ? LOG_INFO : LOG_DEBUG,
              "%s turned away: %s", addr_text(conn_remote(g->conn), text),
              words);
    conn_close(guest_remove(g));
    limits_on_closed(d->env->limits, false);
}

void doorway_free(struct doorway *d)
{
    if (d == NULL)
        return;
    while (d->guests != NULL)
        guest_close(d->guests, "closing");
    free(d);
}

static void on_timeout(void *ctx)
{
    guest_close(ctx, "no handshake in time");
}

static void on_ready(void *ctx, bool readable, bool writable);
static void on_failed(void *ctx, enum err why, int errnum);

static void tell_me(struct guest *g)
{
    struct conn_handler handler = {.on_ready = on_ready,
                                   .on_failed = on_failed,
                                   .ctx = g};
    conn_set_handler(g->conn, &handler);
    conn_want(g->conn, true, false);
}

/* What came so far begins an encrypted handshake: begin anew with what is in it. */
static void decrypt(struct guest *g)
{
    struct doorway *d = g->doorway;
    struct mse_config config = mseconn_config(d->env);
    config.find = d->host.find_mse;
    config.ctx = d->host.ctx;
    g->conn = mseconn_accept(d->env, g->conn, g->bytes, g->len, &config);
    g->has_crypt = true;
    g->len = 0;
    tell_me(g);
}

/* A whole handshake: what is wrong with it, or NULL. */
static const char *objection(const struct guest *g,
                             const struct handshake *theirs)
{
    const struct mse_result *agreed = mseconn_result(g->conn);
    if (agreed == NULL)
        return g->doorway->env->encryption == ENCRYPTION_REQUIRED
                   ? "not encrypted, and encryption is required"
                   : NULL;
    if (memcmp(agreed->info_hash, theirs->info_hash, SHA1_LEN) != 0)
        return "its two handshakes name different torrents";
    return NULL;
}

static void on_handshake(struct guest *g, const struct handshake *theirs)
{
    struct doorway *d = g->doorway;
    const char *words = objection(g, theirs);
    if (words != NULL) {
        guest_close(g, words);
        return;
    }
    struct conn *conn = guest_remove(g);
    conn_want(conn, false, false);
    d->host.on_greeting(d->host.ctx, conn, theirs);
}

static void on_ready(void *ctx, bool readable, bool writable)
{
    struct guest *g = ctx;
    struct handshake theirs;
    enum err err = ERR_AGAIN;
    (void)readable;
    (void)writable;
    while (err == ERR_AGAIN) {
        struct iovec iov = {g->bytes + g->len, HANDSHAKE_LEN - g->len};
        enum err why = OK;
        int errnum = 0;
        ssize_t n = conn_readv(g->conn, &iov, 1, &why, &errnum);
        if (n < 0)
            on_failed(g, why, errnum);
        if (n <= 0)
            return;
        g->len += (size_t)n;
        err = handshake_decode(g->bytes, g->len, &theirs);
    }
    if (err == OK)
        on_handshake(g, &theirs);
    else if (!g->has_crypt)
        decrypt(g);
    else
        guest_close(g, "not a BitTorrent handshake");
}

static void on_failed(void *ctx, enum err why, int errnum)
{
    struct guest *g = ctx;
    struct cause cause;
    approach_words(g->conn, why, errnum, &cause);
    guest_close(g, cause.text);
}

/* One host has 2^64 addresses of IPv6. */
static bool is_same_host(const struct addr *a, const struct addr *b)
{
    if (addr_is_v4(a) || addr_is_v4(b))
        return addr_same_ip(a, b);
    return memcmp(a->ip, b->ip, sizeof a->ip / 2) == 0;
}

static size_t n_of_host(const struct doorway *d, const struct addr *remote)
{
    size_t n = 0;
    for (const struct guest *g = d->guests; g != NULL; g = g->next)
        if (is_same_host(conn_remote(g->conn), remote))
            n++;
    return n;
}

/* Who has been silent for longest: the newest are in front. */
static struct guest *oldest_of(struct doorway *d)
{
    struct guest *g = d->guests;
    while (g->next != NULL)
        g = g->next;
    return g;
}

void doorway_enter_conn(struct doorway *d, struct conn *conn)
{
    const struct addr *remote = conn_remote(conn);
    if (ipfilter_refuses_in(d->env->filter, remote)) {
        conn_close(conn);
        return;
    }
    if (!addr_is_loopback(remote) &&
        n_of_host(d, remote) >= DOORWAY_MAX_PER_IP) {
        conn_close(conn);
        return;
    }
    /* A handshake takes a round trip: who is still silent when others wait is not
     * worth keeping them out. */
    if (d->n_guests >= DOORWAY_MAX)
        guest_close(oldest_of(d), "silent while others wait");
    if (!limits_may_accept(d->env->limits)) {
        conn_close(conn);
        return;
    }
    struct guest *g = xzalloc(sizeof *g);
    g->doorway = d;
    g->conn = conn;
    g->next = d->guests;
    d->guests = g;
    d->n_guests++;
    loop_timer_init(&g->timer, on_timeout, g);
    loop_timer_arm(d->env->loop, &g->timer,
                   loop_now_ms(d->env->loop) + DOORWAY_TIMEOUT_MS);
    tell_me(g);
}

void doorway_enter(struct doorway *d, int fd, const struct addr *remote)
{
    struct conn *conn;
    enum err err = conn_adopt_tcp(d->env->loop, fd, remote, &conn);
    if (err == OK)
        doorway_enter_conn(d, conn);
    else
        log_write(LOG_NET, LOG_WARN, "accept: %s", err_text(err));
}
