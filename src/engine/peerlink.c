#include "config.h"

#include "engine/peerlink.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "engine/approach.h"
#include "engine/mseconn.h"
#include "net/loop.h"
#include "util/log.h"
#include "util/xalloc.h"

enum {
    PEERLINK_MAX_IOV = 64,
    /* With a limit, no read or write below this: tiny ones cost more than they
     * move. */
    PEERLINK_MIN_QUOTA = 2048
};

enum peerlink_state { DIALING, GREETING, TALKING, CLOSING };

struct peerlink {
    struct env *env; /* borrowed: the session's */
    struct peerlink_owner owner;
    struct conn *conn; /* owned; NULL when CLOSING */
    struct peer *peer; /* owned; NULL before TALKING */
    enum peerlink_state state;
    struct addr remote;
    bool is_incoming;
    bool half_open;
    bool has_crypt;    /* the handshakes were encrypted */
    bool is_encrypted; /* what follows them, too */
    struct approach approach;
    bool wants_read, wants_write;
    uint64_t n_in, n_out; /* over connections that are closed */
    bool is_dirty;        /* in env->dirty */
    bool is_paused;       /* in env->paused */
    struct peerlink *next_dirty;
    struct peerlink *next_paused;
    struct loop_timer deadline;      /* of the state, or peer_tick() */
    struct loop_timer refill;        /* a limit has let us wait */
    uint8_t greeting[HANDSHAKE_LEN]; /* theirs, as far as it came */
    size_t greeting_len;
    enum err why; /* CLOSING: what on_closed is told */
    struct cause words;
};

static void on_open(void *ctx);
static void on_ready(void *ctx, bool readable, bool writable);
static void on_failed(void *ctx, enum err why, int errnum);
static void on_deadline(void *ctx);
static void on_refill(void *ctx);
static void finish_closing(void *ctx);

static struct conn_handler handler_of(struct peerlink *l)
{
    return (struct conn_handler){.on_open = on_open,
                                 .on_ready = on_ready,
                                 .on_failed = on_failed,
                                 .ctx = l};
}

static struct peerlink *peerlink_new(struct env *env,
                                     const struct peerlink_owner *owner,
                                     const struct addr *remote)
{
    struct peerlink *l = xzalloc(sizeof *l);
    l->env = env;
    l->owner = *owner;
    l->remote = *remote;
    loop_timer_init(&l->deadline, on_deadline, l);
    loop_timer_init(&l->refill, on_refill, l);
    return l;
}

static void want(struct peerlink *l, bool read, bool write)
{
    if (read == l->wants_read && write == l->wants_write)
        return;
    if (read != l->wants_read && l->peer != NULL)
        peer_hold(l->peer, !read, loop_now_ms(l->env->loop));
    l->wants_read = read;
    l->wants_write = write;
    conn_want(l->conn, read, write);
}

static void arm_deadline(struct peerlink *l)
{
    int64_t at_ms = peer_deadline_ms(l->peer);
    if (!loop_timer_armed(&l->deadline) || at_ms < l->deadline.node.key)
        loop_timer_arm(l->env->loop, &l->deadline, at_ms);
}

/* Bytes that may move now by both limits. */
static size_t quota_of(struct bucket *all, struct bucket *own, int64_t now_ms)
{
    uint64_t a = bucket_avail(all, now_ms);
    uint64_t b = bucket_avail(own, now_ms);
    uint64_t quota = a < b ? a : b;
    return quota > SIZE_MAX ? SIZE_MAX : (size_t)quota;
}

/* Whoever had a share now comes after those who wait without one: their timers are due
 * first, and run in the order in which they were armed. */
static void wait_for_quota(struct peerlink *l, struct bucket *all,
                           struct bucket *own, bool had_share)
{
    int64_t now_ms = loop_now_ms(l->env->loop);
    int64_t a = bucket_wait_ms(all, PEERLINK_MIN_QUOTA, now_ms);
    int64_t b = bucket_wait_ms(own, PEERLINK_MIN_QUOTA, now_ms);
    int64_t wait_ms = a > b ? a : b;
    int64_t at_ms = now_ms + (wait_ms > 0 ? wait_ms : 1) + (had_share ? 1 : 0);
    if (!loop_timer_armed(&l->refill) || at_ms < l->refill.node.key)
        loop_timer_arm(l->env->loop, &l->refill, at_ms);
}

static void take(struct bucket *all, struct bucket *own, size_t n,
                 int64_t now_ms)
{
    bucket_take(all, n, now_ms);
    bucket_take(own, n, now_ms);
}

/* Cut a list of buffers to `quota` bytes; return how many are left. */
static int clip(struct iovec *iov, int n, size_t quota)
{
    for (int i = 0; i < n; i++) {
        if (iov[i].iov_len >= quota) {
            iov[i].iov_len = quota;
            return quota > 0 ? i + 1 : i;
        }
        quota -= iov[i].iov_len;
    }
    return n;
}

static enum err dial(struct peerlink *l)
{
    struct env *env = l->env;
    struct conn_handler handler = handler_of(l);
    l->state = DIALING;
    l->half_open = true;
    loop_timer_arm(env->loop, &l->deadline,
                   loop_now_ms(env->loop) + PEERLINK_CONNECT_TIMEOUT_MS);
    return approach_dial(&l->approach, env, &l->remote,
                         l->owner.hello.info_hash, &handler, &l->conn);
}

static void drop_conn(struct peerlink *l)
{
    uint64_t in, out;
    conn_moved(l->conn, &in, &out);
    l->n_in += in;
    l->n_out += out;
    conn_close(l->conn);
    l->conn = NULL;
}

/* Dial it again, the other way; false: that cannot be. */
static bool turn(struct peerlink *l, const char *words)
{
    char text[ADDR_TEXT_MAX];
    if (l->state != GREETING || l->is_incoming || l->greeting_len > 0 ||
        !approach_turn(&l->approach, l->conn))
        return false;
    log_write(LOG_PEER, LOG_DEBUG, "%s: %s; dialled again, %s",
              addr_text(&l->remote, text), words,
              l->approach.is_encrypted ? "encrypted" : "plain");
    drop_conn(l);
    l->wants_read = l->wants_write = false;
    limits_on_redial(l->env->limits);
    return dial(l) == OK;
}

static void fail_conn(struct peerlink *l, enum err why, int errnum)
{
    struct cause cause;
    approach_words(l->conn, why, errnum, &cause);
    if (!turn(l, cause.text))
        peerlink_close(l, why, cause.text);
}

/* Sending. */

static void flush(struct peerlink *l)
{
    struct env *env = l->env;
    int64_t now_ms = loop_now_ms(env->loop);
    bool had_share = false;
    while (l->state == TALKING) {
        struct iovec iov[PEERLINK_MAX_IOV];
        int n = peer_tx(l->peer, iov, PEERLINK_MAX_IOV);
        if (n == 0) {
            want(l, l->wants_read, false);
            break;
        }
        size_t quota = quota_of(&env->limits->up, l->owner.up, now_ms);
        if (quota < PEERLINK_MIN_QUOTA) {
            want(l, l->wants_read, false);
            wait_for_quota(l, &env->limits->up, l->owner.up, had_share);
            break;
        }
        n = clip(iov, n, quota);
        enum err why = OK;
        int errnum = 0;
        ssize_t sent = conn_writev(l->conn, iov, n, &why, &errnum);
        if (sent < 0) {
            fail_conn(l, why, errnum);
            return;
        }
        if (sent == 0) {
            want(l, l->wants_read, true);
            break;
        }
        had_share = true;
        take(&env->limits->up, l->owner.up, (size_t)sent, now_ms);
        peer_tx_sent(l->peer, (size_t)sent, now_ms);
        l->owner.on_sent(l->owner.ctx, l);
    }
    if (l->state == TALKING)
        arm_deadline(l);
}

static void flush_dirty(void *ctx)
{
    struct env *env = ctx;
    while (env->dirty != NULL) {
        struct peerlink *l = env->dirty;
        env->dirty = l->next_dirty;
        l->is_dirty = false;
        flush(l);
    }
}

void peerlink_send_soon(struct peerlink *l)
{
    if (l->is_dirty || l->state != TALKING)
        return;
    struct env *env = l->env;
    if (env->dirty == NULL)
        loop_defer(env->loop, flush_dirty, env);
    l->is_dirty = true;
    l->next_dirty = env->dirty;
    env->dirty = l;
}

static void remove_from_lists(struct peerlink *l)
{
    if (l->is_dirty)
        for (struct peerlink **at = &l->env->dirty; *at;
             at = &(*at)->next_dirty)
            if (*at == l) {
                *at = l->next_dirty;
                break;
            }
    if (l->is_paused)
        for (struct peerlink **at = &l->env->paused; *at;
             at = &(*at)->next_paused)
            if (*at == l) {
                *at = l->next_paused;
                break;
            }
    l->is_dirty = l->is_paused = false;
}

/* Receiving. */

static bool feed(struct peerlink *l, size_t n_block, size_t n_scratch,
                 int64_t now_ms)
{
    enum err err = OK;
    if (n_block > 0)
        err = peer_rx_block_filled(l->peer, n_block, now_ms);
    if (err == OK && n_scratch > 0 && l->state == TALKING)
        err = peer_rx(l->peer, l->env->scratch, n_scratch, now_ms);
    if (err != OK)
        peerlink_close(l, err, peer_fault(l->peer));
    return err == OK && l->state == TALKING;
}

/* Memory is short, and the disk will give some back. Waiting for pieces that are not
 * yet whole would be waiting for ourselves. */
static bool must_wait_for_memory(struct peerlink *l)
{
    struct env *env = l->env;
    if (!pool_is_full(env->pool) || !env->disk_is_busy(env->ctx))
        return false;
    if (!l->is_paused) {
        l->is_paused = true;
        l->next_paused = env->paused;
        env->paused = l;
    }
    want(l, false, l->wants_write);
    return true;
}

static void pump_in(struct peerlink *l)
{
    struct env *env = l->env;
    int64_t now_ms = loop_now_ms(env->loop);
    for (int i = 0; i < PEERLINK_READS_PER_TURN && l->state == TALKING; i++) {
        if (must_wait_for_memory(l))
            return;
        size_t quota = quota_of(&env->limits->down, l->owner.down, now_ms);
        if (quota < PEERLINK_MIN_QUOTA) {
            want(l, false, l->wants_write);
            wait_for_quota(l, &env->limits->down, l->owner.down, i > 0);
            return;
        }
        size_t block_len = 0;
        uint8_t *block = peer_rx_block(l->peer, &block_len);
        struct iovec iov[2] = {{block, block_len},
                               {env->scratch, ENV_SCRATCH_LEN}};
        int first = block_len > 0 ? 0 : 1;
        int n_iov = clip(iov + first, 2 - first, quota);
        size_t asked = 0;
        for (int k = first; k < first + n_iov; k++)
            asked += iov[k].iov_len;
        enum err why = OK;
        int errnum = 0;
        ssize_t got = conn_readv(l->conn, iov + first, n_iov, &why, &errnum);
        if (got < 0) {
            fail_conn(l, why, errnum);
            return;
        }
        if (got == 0)
            break;
        size_t n = (size_t)got;
        take(&env->limits->down, l->owner.down, n, now_ms);
        size_t n_block = n < block_len ? n : block_len;
        if (!feed(l, n_block, n - n_block, now_ms))
            return;
        if (n < asked)
            break;
    }
    want(l, true, l->wants_write);
    arm_deadline(l);
}

void peerlink_resume_paused(struct env *env)
{
    struct peerlink *l = env->paused;
    env->paused = NULL;
    while (l != NULL) {
        struct peerlink *next = l->next_paused;
        l->is_paused = false;
        if (l->state == TALKING)
            want(l, true, l->wants_write);
        l = next;
    }
}

static void on_refill(void *ctx)
{
    struct peerlink *l = ctx;
    if (l->state != TALKING)
        return;
    /* At once: after a poll, the order would be that of the descriptors. */
    if (!l->is_paused && !l->wants_read)
        pump_in(l);
    flush(l);
}

/* The handshakes. */

/* A new socket takes these 68 bytes whole, or is broken. */
static bool send_hello(struct peerlink *l)
{
    uint8_t bytes[HANDSHAKE_LEN];
    handshake_encode(&l->owner.hello, bytes);
    struct iovec iov = {bytes, sizeof bytes};
    enum err why = ERR_SYS;
    int errnum = 0;
    ssize_t n = conn_writev(l->conn, &iov, 1, &why, &errnum);
    if (n == (ssize_t)sizeof bytes)
        return true;
    fail_conn(l, n < 0 ? why : ERR_CLOSED, errnum);
    return false;
}

static void greet(struct peerlink *l, const struct handshake *theirs)
{
    struct cause cause = {""};
    const struct mse_result *agreed = mseconn_result(l->conn);
    l->has_crypt = agreed != NULL;
    l->is_encrypted = agreed != NULL && agreed->method == MSE_RC4;
    approach_log_greeted(l->conn);
    l->peer = l->owner.on_greeted(l->owner.ctx, l, theirs, &cause);
    if (l->state == CLOSING)
        return;
    if (l->peer == NULL) {
        peerlink_close(l, ERR_REFUSED, cause.text);
        return;
    }
    l->state = TALKING;
    loop_timer_cancel(l->env->loop, &l->deadline);
    arm_deadline(l);
    want(l, true, l->wants_write);
    peerlink_send_soon(l);
}

/* Read their handshake, and not a byte more: what follows is the peer's. */
static void read_greeting(struct peerlink *l)
{
    struct handshake theirs;
    enum err err = ERR_AGAIN;
    while (err == ERR_AGAIN) {
        struct iovec iov = {l->greeting + l->greeting_len,
                            HANDSHAKE_LEN - l->greeting_len};
        enum err why = OK;
        int errnum = 0;
        ssize_t n = conn_readv(l->conn, &iov, 1, &why, &errnum);
        if (n < 0)
            fail_conn(l, why, errnum);
        if (n <= 0)
            return;
        l->greeting_len += (size_t)n;
        err = handshake_decode(l->greeting, l->greeting_len, &theirs);
    }
    if (err == OK && memcmp(theirs.info_hash, l->owner.hello.info_hash,
                            sizeof theirs.info_hash) != 0)
        err = ERR_PROTO_HANDSHAKE;
    if (err == OK)
        greet(l, &theirs);
    else
        peerlink_close(l, err, "its handshake is not for this torrent");
}

static void on_open(void *ctx)
{
    struct peerlink *l = ctx;
    assert(l->state == DIALING);
    l->half_open = false;
    limits_on_up(l->env->limits);
    l->state = GREETING;
    loop_timer_arm(l->env->loop, &l->deadline,
                   loop_now_ms(l->env->loop) + PEERLINK_GREET_TIMEOUT_MS);
    if (send_hello(l))
        want(l, true, false);
}

static void on_ready(void *ctx, bool readable, bool writable)
{
    struct peerlink *l = ctx;
    if (l->state == GREETING && readable)
        read_greeting(l);
    else if (l->state == TALKING) {
        if (readable)
            pump_in(l);
        if (writable && l->state == TALKING)
            flush(l);
    }
}

static void on_failed(void *ctx, enum err why, int errnum)
{
    fail_conn(ctx, why, errnum);
}

static void on_deadline(void *ctx)
{
    struct peerlink *l = ctx;
    if (l->state != TALKING) {
        peerlink_close(l, ERR_TIMEOUT,
                       l->state == DIALING ? "no answer to the connection"
                       : mseconn_is_greeting(l->conn)
                           ? "no encrypted handshake in time"
                           : "no handshake in time");
        return;
    }
    enum err err = peer_tick(l->peer, loop_now_ms(l->env->loop));
    if (l->state != TALKING)
        return;
    if (err != OK) {
        const char *fault = peer_fault(l->peer);
        peerlink_close(l, err, fault[0] != '\0' ? fault : err_text(err));
        return;
    }
    arm_deadline(l);
    peerlink_send_soon(l);
}

/* Beginning and end. */

enum err peerlink_dial(struct env *env, const struct peerlink_owner *owner,
                       const struct addr *remote, struct peerlink **out)
{
    struct peerlink *l = peerlink_new(env, owner, remote);
    approach_init(&l->approach, env->encryption, owner->crypt);
    enum err err = dial(l);
    if (err != OK) {
        limits_on_closed(env->limits, true);
        loop_timer_cancel(env->loop, &l->deadline);
        free(l);
        return err;
    }
    *out = l;
    return OK;
}

struct peerlink *peerlink_accept(struct env *env,
                                 const struct peerlink_owner *owner,
                                 struct conn *conn,
                                 const struct handshake *theirs)
{
    struct peerlink *l = peerlink_new(env, owner, conn_remote(conn));
    struct conn_handler handler = handler_of(l);
    l->conn = conn;
    l->is_incoming = true;
    l->state = GREETING;
    conn_set_handler(conn, &handler);
    if (send_hello(l))
        greet(l, theirs);
    return l;
}

void peerlink_close(struct peerlink *l, enum err why, const char *words)
{
    if (l->state == CLOSING)
        return;
    l->state = CLOSING;
    l->why = why;
    cause_set(&l->words, "%s", words);
    remove_from_lists(l);
    loop_timer_cancel(l->env->loop, &l->deadline);
    loop_timer_cancel(l->env->loop, &l->refill);
    drop_conn(l);
    limits_on_closed(l->env->limits, l->half_open);
    loop_defer(l->env->loop, finish_closing, l);
}

static void finish_closing(void *ctx)
{
    struct peerlink *l = ctx;
    bool is_tried = !l->is_incoming && !l->half_open && l->peer == NULL;
    approach_log_closed(&l->approach, is_tried, &l->remote, l->words.text);
    l->owner.on_closed(l->owner.ctx, l, l->why, l->words.text);
    peer_free(l->peer);
    free(l);
}

void peerlink_free(struct peerlink *l)
{
    if (l == NULL)
        return;
    if (l->state == CLOSING)
        loop_defer_cancel(l->env->loop, l);
    else {
        remove_from_lists(l);
        loop_timer_cancel(l->env->loop, &l->deadline);
        loop_timer_cancel(l->env->loop, &l->refill);
        conn_close(l->conn);
        limits_on_closed(l->env->limits, l->half_open);
    }
    peer_free(l->peer);
    free(l);
}

void peerlink_give(struct peerlink *l, const struct peerlink_owner *owner)
{
    assert(l->state != CLOSING);
    l->owner = *owner;
}

struct peer *peerlink_peer(const struct peerlink *l)
{
    return l->peer;
}

const struct addr *peerlink_remote(const struct peerlink *l)
{
    return &l->remote;
}

bool peerlink_is_incoming(const struct peerlink *l)
{
    return l->is_incoming;
}

bool peerlink_has_crypt(const struct peerlink *l)
{
    return l->has_crypt;
}

bool peerlink_is_encrypted(const struct peerlink *l)
{
    return l->is_encrypted;
}

int64_t peerlink_rtt_us(const struct peerlink *l)
{
    return l->conn != NULL ? conn_rtt_us(l->conn) : -1;
}

bool peerlink_is_closing(const struct peerlink *l)
{
    return l->state == CLOSING;
}

struct peer *peerlink_take_peer(struct peerlink *l)
{
    assert(l->state == CLOSING);
    struct peer *peer = l->peer;
    l->peer = NULL;
    return peer;
}

static uint64_t beside(uint64_t bytes, uint64_t payload)
{
    /* What was given to encryption counts as sent a little before it is. */
    return bytes > payload ? bytes - payload : 0;
}

void peerlink_overhead(const struct peerlink *l, uint64_t *down_out,
                       uint64_t *up_out)
{
    uint64_t in = 0, out = 0, down = 0, up = 0;
    if (l->conn != NULL)
        conn_moved(l->conn, &in, &out);
    if (l->peer != NULL)
        peer_moved(l->peer, &down, &up);
    *down_out = beside(l->n_in + in, down);
    *up_out = beside(l->n_out + out, up);
}

bool peerlink_is_greeted(const struct peerlink *l)
{
    return l->peer != NULL;
}

bool peerlink_is_half_open(const struct peerlink *l)
{
    return l->half_open;
}
