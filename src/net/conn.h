/* conn.h -- one byte stream, whatever carries it: a table of operations behind an
 * opaque handle (TCP here; a pair in memory in tests/fake; encryption, uTP and
 * proxies later). Non-blocking, level-triggered: on_ready says that reading or
 * writing may go on; the user pulls and pushes bytes, and says with conn_want()
 * what it waits for. Loop thread only.
 * After conn_close() no callback comes; closing inside a callback is fine. */
#ifndef NET_CONN_H
#define NET_CONN_H

#include "util/addr.h"
#include "util/err.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

struct conn;
struct loop;

struct conn_handler {
    /* A dialled connection is up; never called for accepted ones. */
    void (*on_open)(void *ctx);
    /* What was wanted is possible now. */
    void (*on_ready)(void *ctx, bool readable, bool writable);
    /* It failed, or was closed by the other side, while nobody was reading:
     * why is ERR_CLOSED, ERR_TIMEOUT or ERR_SYS with errnum. Called once, and
     * last; the user must still call conn_close(). */
    void (*on_failed)(void *ctx, enum err why, int errnum);
    void *ctx; /* borrowed */
};

/* Hears nothing: of a connection that was accepted and not handed to anybody yet. */
struct conn_handler conn_nobody(void);

struct conn_ops {
    /* Bytes moved (> 0); 0: would block; -1: failed, *why and *errnum set
     * (ERR_CLOSED for an orderly end of the stream). */
    ssize_t (*readv)(void *impl, const struct iovec *iov, int n, enum err *why,
                     int *errnum);
    ssize_t (*writev)(void *impl, const struct iovec *iov, int n, enum err *why,
                      int *errnum);
    void (*want)(void *impl, bool read, bool write);
    void (*set_handler)(void *impl, const struct conn_handler *handler);
    void (*close)(void *impl); /* frees impl */
    /* What carries it, borrowed, or NULL while nothing does; no such function: it is
     * carried by no other. */
    const struct conn *(*beneath)(const void *impl);
    /* See conn_rtt_us(); no such function: that of what carries it. */
    int64_t (*rtt_us)(const void *impl);
};

/* Wrap an implementation; the conn owns impl. ops is borrowed for ever. */
struct conn *conn_new(const struct conn_ops *ops, void *impl,
                      const struct addr *remote);
/* What `ops` works on, borrowed; NULL when c is of another kind. For the module
 * that made c. */
void *conn_impl(const struct conn *c, const struct conn_ops *ops);

/* Dial `remote` by TCP, bound to `local` when it is not NULL (port 0: any). The
 * outcome comes by on_open or on_failed, never inside this call. Time-outs are
 * the caller's. ERR_SYS (errno) at once when no socket can be had or bound;
 * ERR_INVALID when the two are of different families. */
enum err conn_dial_tcp(struct loop *loop, const struct addr *remote,
                       const struct addr *local,
                       const struct conn_handler *handler,
                       struct conn **out) ERR_MUST_CHECK;

/* Take over an accepted, connected socket (made non-blocking, close-on-exec,
 * no delay). Owns fd, also on failure: ERR_SYS. Nobody is told of anything until
 * conn_set_handler(). */
enum err conn_adopt_tcp(struct loop *loop, int fd, const struct addr *remote,
                        struct conn **out) ERR_MUST_CHECK;

/* Replace who is told (copied); used when a connection is handed on. */
void conn_set_handler(struct conn *c, const struct conn_handler *handler);
/* Say what to wait for; nothing at first. No system call. While reading is not
 * wanted the end of the stream may go unseen until something is written. */
void conn_want(struct conn *c, bool read, bool write);
ssize_t conn_readv(struct conn *c, const struct iovec *iov, int n,
                   enum err *why, int *errnum);
ssize_t conn_writev(struct conn *c, const struct iovec *iov, int n,
                    enum err *why, int *errnum);
/* Bytes that went in and out so far where the stream leaves us: those of what lies at the
 * bottom, with what encryption and proxies add. */
void conn_moved(const struct conn *c, uint64_t *in_out, uint64_t *out_out);
/* How long a packet takes to the remote and its answer back, smoothed, in µs, without what
 * waits at either end; -1: unknown, as it is through a proxy. A system call. */
int64_t conn_rtt_us(const struct conn *c);
const struct addr *conn_remote(const struct conn *c);
void conn_close(struct conn *c); /* NULL: nothing */

#endif
