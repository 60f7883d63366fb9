/* http.h -- GET by HTTP and HTTPS for trackers, .torrent files, web seeds:
 * libcurl's multi interface on our loop, with what must hold for every request
 * fixed here. Knows nothing of what the bodies mean.
 * Fixed: http and https only, redirects too (at most 5); certificates verified;
 * no cookies, no netrc, no password to another host; gzip asked for and the body
 * counted after it is inflated; 32 connections in all, 4 a host: further requests wait
 * for their turn, and their time begins then.
 * A stream is a request for a range of a large resource, whose body is handed on as it
 * comes, may be paused, and is never asked to be packed; streams are kept to 3 a host and
 * 24 in all, so that trackers find a connection.
 * Which addresses: a request may reach private and loopback addresses only when
 * its URL names one itself (a literal address, "localhost"), or its caller says
 * so (the URL was typed by the user). Checked when connecting, so that neither a
 * redirect nor a name that changes its address gets round it, and again when an
 * open connection is used anew. So are addresses that the session refuses, whoever named
 * them. Through a proxy the proxy decides.
 * Callbacks come from the loop, never inside http_get(), and may begin and cancel
 * requests, but not call http_free(). Loop thread only. The first http_new()
 * initialises libcurl for the process. SIGPIPE must be ignored by then: libcurl
 * and OpenSSL may raise it. */
#ifndef NET_HTTP_H
#define NET_HTTP_H

#include "net/httprange.h"
#include "util/addr.h"
#include "util/bytes.h"
#include "util/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct http;
struct http_get; /* a request under way */
struct loop;

enum http_family { HTTP_ANY, HTTP_V4, HTTP_V6 };

enum {
    HTTP_MAX_BODY_BYTES = 1024 * 1024,         /* default: a tracker's reply */
    HTTP_MAX_TORRENT_BYTES = 16 * 1024 * 1024, /* for a .torrent file */
    HTTP_TIMEOUT_MS = 30 * 1000,
    HTTP_CONNECT_TIMEOUT_MS = 10 * 1000,
    HTTP_MAX_REDIRECTS = 5,
    HTTP_MAX_CONNECTIONS = 32,
    HTTP_MAX_PER_HOST = 4,
    HTTP_MAX_STREAMS = 24,
    HTTP_MAX_STREAMS_PER_HOST = 3,
    HTTP_STREAM_TIMEOUT_MS = 15 * 60 * 1000, /* the default, of a stream */
    HTTP_MAX_URL_LEN = 8192,
    HTTP_SAFE_URL_MAX = 320 /* what http_safe_url() may need */
};

/* Whom the session does not talk to. */
struct http_refuser {
    /* NULL: it may be reached; else why not, static, such as "is in a list": the words
     * that come after an address. Called by libcurl: it may do nothing to requests. NULL:
     * nobody is refused. */
    const char *(*refuses)(void *ctx, const struct addr *a);
    void *ctx; /* borrowed, outlives the http */
};

struct http_config {
    const char *user_agent; /* copied; NULL: none is sent */
    const char *proxy;      /* copied; curl's syntax; NULL: none, whatever the
                             * environment says */
    const char *ca_file;    /* copied; NULL: the system's certificates */
    const char *local;      /* copied; IP address to connect from; NULL: any */
    struct http_refuser refuser;
};

enum http_take {
    HTTP_TAKEN,
    HTTP_PAUSE, /* not now: the same bytes come again after http_resume() */
    HTTP_ENOUGH /* taken, and no more is wanted: that is no error */
};

struct http_stream {
    struct httprange_want want;
    bool in_sips; /* a few kB a call: others share what the asker may take */
    /* The next len bytes of what was asked for, from `from` on without a gap, never more
     * than asked for; n_vain: that came beside them, and are thrown away (len may be 0
     * then). Called by libcurl: it may begin, cancel or resume no request. */
    enum http_take (*on_data)(void *ctx, const uint8_t *bytes, size_t len,
                              size_t n_vain);
};

struct http_request {
    const char *url;            /* copied */
    size_t max_body_bytes;      /* after inflating; 0: HTTP_MAX_BODY_BYTES */
    int64_t timeout_ms;         /* of all; 0: HTTP_TIMEOUT_MS */
    enum http_family family;
    bool allow_private;               /* the user typed this URL */
    const struct http_stream *stream; /* copied; NULL: collect the body */
};

struct http_reply {
    enum err err;     /* OK: status is 2xx and the body is whole;
                         * ERR_REFUSED: another status, or is_refused; ERR_TIMEOUT;
                         * ERR_TOO_BIG;
                         * ERR_UNSUPPORTED: scheme; ERR_SYNTAX: URL; ERR_INVALID:
                         * address not allowed, certificate, too many redirects,
                         * not HTTP; ERR_NOT_FOUND: name; ERR_SYS: else */
    int status;       /* of HTTP, of the last redirect; 0 when none came */
    struct span body; /* borrowed for the call; also with ERR_REFUSED, where
                         * trackers put their reason */
    /* Its address, by the session: it was not asked, or no more. */
    bool is_refused;
    const char *words; /* one clean line for people, "" when OK, no URL in it */
    enum http_family family; /* that it went by; HTTP_ANY when none */
    /* Where redirects led at last: borrowed for the call, not clean, without what a
     * redirect may not have (http.h "Fixed"); NULL: there was none. */
    const char *effective_url;
    int64_t elapsed_ms;
    /* Bytes that a stream took; less than asked for is OK, when the server chose so. */
    uint64_t n_streamed;
    int64_t retry_after_s; /* as the server wishes; 0: not told */
};

/* The request is over when this is called: its handle is dead. */
typedef void http_done_fn(void *ctx, const struct http_reply *reply);

/* ERR_SYS when libcurl cannot start. */
enum err http_new(struct loop *loop, const struct http_config *config,
                  struct http **out) ERR_MUST_CHECK;
/* Ends all requests without calling them; never waits. NULL: nothing. */
void http_free(struct http *h);

/* Begin a request; errors, a wrong URL too, come by fn. Never NULL. */
struct http_get *http_get(struct http *h, const struct http_request *request,
                          http_done_fn *fn, void *ctx);
/* End a request; fn is not called. */
void http_cancel(struct http *h, struct http_get *get);
/* Has a stream from this URL's host its turn at once? */
bool http_may_stream(const struct http *h, const char *url);
/* Go on with a stream that paused; its bytes may come at once. Else nothing. */
void http_resume(struct http *h, struct http_get *get);
/* Others are refused now: end, soon, the requests that are connected to one of them. */
void http_weed(struct http *h);
/* Requests under way, or waiting for their turn. */
size_t http_n_active(const struct http *h);

/* Write to dst what may be shown or logged of a URL, clean, cut at cap
 * (HTTP_SAFE_URL_MAX bytes are enough for most): scheme, host and port, then "..."
 * for path and query, which carry passkeys; never user and password. Returns
 * dst. */
const char *http_safe_url(char *dst, size_t cap, const char *url);

#endif
