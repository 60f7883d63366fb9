#include "config.h"

#include "net/http.h"

#include <assert.h>
#include <curl/curl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "util/buf.h"
#include "util/log.h"
#include "util/xalloc.h"
#include "net/httpeasy.h"
#include "net/httpreach.h"
#include "net/httpstream.h"
#include "net/httpwords.h"
#include "net/loop.h"
#include "net/weburl.h"

enum {
    MAX_HEADER_BYTES = 64 * 1024, /* of all replies of a request */
    MAX_IDLE_CONNECTIONS = 16,
};

struct http_get {
    LIST_ENTRY(http_get) next;
    TAILQ_ENTRY(http_get) next_waiting;
    bool is_waiting; /* for its turn: libcurl knows nothing of it */
    struct http_request
        request;            /* its url is `whole_url`, until it has begun */
    char *whole_url;        /* owned */
    char *effective_url;    /* owned, when it is over: where redirects led */
    size_t host_len;        /* of `url`: scheme, host and port */
    struct http *http;      /* borrowed: owns this */
    CURL *easy;             /* owned; NULL: failed before it began */
    struct loop_timer fail; /* tells such a failure */
    struct httpwords end;   /* filled as it goes */
    struct buf body;
    struct httpstream *stream; /* owned; NULL: the body is collected */
    size_t n_header_bytes;
    struct httpreach reach;
    http_done_fn *fn;
    void *ctx;                   /* borrowed */
    char url[HTTP_SAFE_URL_MAX]; /* for the log */
    char error[CURL_ERROR_SIZE]; /* libcurl writes here */
};

/* A socket that libcurl wants watched. */
struct http_sock {
    LIST_ENTRY(http_sock) next;
    struct http *http; /* borrowed: owns this */
    curl_socket_t fd;  /* borrowed of libcurl */
    struct loop_fd *watch;
};

struct http {
    struct loop *loop; /* borrowed */
    CURLM *multi;      /* owned */
    struct loop_timer timer;
    LIST_HEAD(, http_get) gets;     /* owned; all of them */
    TAILQ_HEAD(, http_get) waiting; /* borrowed of gets; the longest first */
    LIST_HEAD(, http_sock) socks;   /* owned */
    size_t n_gets;
    bool in_curl; /* libcurl is on the stack: it must not be entered again */
    char *user_agent; /* owned, these four; NULL: none */
    char *proxy;
    char *ca_file;
    char *local; /* as CURLOPT_INTERFACE has it */
    struct http_refuser refuser;
};

static pthread_once_t init_once = PTHREAD_ONCE_INIT;

static void init_curl(void)
{
    (void)curl_global_init(CURL_GLOBAL_DEFAULT);
}

static char *dup_or_null(const char *s)
{
    return s != NULL ? xstrdup(s) : NULL;
}

/* The loop. */

static void finish_done(struct http *h);
static void begin_waiting(struct http *h);

static void act(struct http *h, curl_socket_t fd, int events)
{
    int n_running;
    h->in_curl = true;
    CURLMcode rc = curl_multi_socket_action(h->multi, fd, events, &n_running);
    h->in_curl = false;
    if (rc != CURLM_OK)
        log_write(LOG_HTTP, LOG_ERROR, "libcurl: %s", curl_multi_strerror(rc));
    finish_done(h);
}

static void on_sock_ready(void *ctx, unsigned ready)
{
    const struct http_sock *s = ctx;
    int events = ((ready & LOOP_READ) != 0 ? CURL_CSELECT_IN : 0) |
                 ((ready & LOOP_WRITE) != 0 ? CURL_CSELECT_OUT : 0) |
                 ((ready & LOOP_FAIL) != 0 ? CURL_CSELECT_ERR : 0);
    act(s->http, s->fd, events);
}

static void on_timer(void *ctx)
{
    act(ctx, CURL_SOCKET_TIMEOUT, 0);
}

static void forget_sock(struct http_sock *s)
{
    loop_fd_remove(s->http->loop, s->watch);
    LIST_REMOVE(s, next);
    free(s);
}

static struct http_sock *add_sock(struct http *h, curl_socket_t fd)
{
    struct http_sock *s = xzalloc(sizeof *s);
    s->http = h;
    s->fd = fd;
    s->watch = loop_fd_add(h->loop, fd, 0, on_sock_ready, s);
    LIST_INSERT_HEAD(&h->socks, s, next);
    (void)curl_multi_assign(h->multi, fd, s);
    return s;
}

static int curl_wants_socket(CURL *easy, curl_socket_t fd, int what, void *ctx,
                             void *sock_ctx)
{
    struct http *h = ctx;
    struct http_sock *s = sock_ctx;
    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        if (s != NULL)
            forget_sock(s);
        (void)curl_multi_assign(h->multi, fd, NULL);
        return 0;
    }
    if (s == NULL)
        s = add_sock(h, fd);
    unsigned want =
        (what == CURL_POLL_IN || what == CURL_POLL_INOUT ? LOOP_READ : 0U) |
        (what == CURL_POLL_OUT || what == CURL_POLL_INOUT ? LOOP_WRITE : 0U);
    loop_fd_want(h->loop, s->watch, want);
    return 0;
}

static int curl_wants_timer(CURLM *multi, long timeout_ms, void *ctx)
{
    struct http *h = ctx;
    (void)multi;
    if (timeout_ms < 0)
        loop_timer_cancel(h->loop, &h->timer);
    else
        loop_timer_arm(h->loop, &h->timer, loop_now_ms(h->loop) + timeout_ms);
    return 0;
}

/* What libcurl asks while it works on a request. */

static size_t hand_on(struct http_get *get, long status, const char *p,
                      size_t len)
{
    int64_t content_len =
        httpeasy_offset(get->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T);
    switch (httpstream_body(get->stream, status, content_len,
                            (const uint8_t *)p, len)) {
    case HTTPSTREAM_TOOK:
        break;
    case HTTPSTREAM_PAUSE:
        return CURL_WRITEFUNC_PAUSE;
    case HTTPSTREAM_END:
        return CURL_WRITEFUNC_ERROR;
    }
    return len;
}

static size_t curl_has_body(char *p, size_t size, size_t n, void *ctx)
{
    struct http_get *get = ctx;
    size_t len = size * n;
    if (get->stream != NULL) {
        long status = httpeasy_long(get->easy, CURLINFO_RESPONSE_CODE);
        if (status >= 200 && status <= 299)
            return hand_on(get, status, p, len);
    }
    if (buf_append(&get->body, p, len) == OK)
        return len;
    get->end.limit_bytes = get->body.max;
    return 0;
}

static size_t curl_has_header(char *p, size_t size, size_t n, void *ctx)
{
    struct http_get *get = ctx;
    size_t len = size * n;
    if (get->stream != NULL)
        httprange_header(&get->stream->range, p, len);
    get->n_header_bytes += len;
    if (get->n_header_bytes <= MAX_HEADER_BYTES)
        return len;
    get->end.limit_bytes = MAX_HEADER_BYTES;
    get->end.is_header_limit = true;
    return 0;
}

/* Settings. */

static bool set_callbacks(struct http_get *get)
{
    CURL *easy = get->easy;
    return curl_easy_setopt(easy, CURLOPT_PRIVATE, get) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, get->error) ==
               CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, curl_has_body) ==
               CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_WRITEDATA, get) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, curl_has_header) ==
               CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HEADERDATA, get) == CURLE_OK &&
           httpreach_set(easy, &get->reach);
}

/* Requests. */

static void unlink_get(struct http_get *get)
{
    struct http *h = get->http;
    assert(!h->in_curl);
    LIST_REMOVE(get, next);
    h->n_gets--;
    if (get->is_waiting)
        TAILQ_REMOVE(&h->waiting, get, next_waiting);
    get->is_waiting = false;
    loop_timer_cancel(h->loop, &get->fail);
    if (get->easy == NULL)
        return;
    (void)curl_multi_remove_handle(h->multi, get->easy);
    curl_easy_cleanup(get->easy);
    get->easy = NULL;
}

static void free_get(struct http_get *get)
{
    buf_fini(&get->body);
    free(get->stream);
    free(get->whole_url);
    free(get->effective_url);
    free(get);
}

/* The get is out of all lists when the user is called, who may begin and cancel
 * others. */
static void finish(struct http_get *get)
{
    struct http_reply reply = {.family = HTTP_ANY};
    struct cause words;
    if (get->easy != NULL) {
        httpeasy_end(get->easy, get->error, &get->end, &reply);
        get->effective_url = dup_or_null(reply.effective_url);
    }
    unlink_get(get);
    reply.effective_url = get->effective_url;
    reply.err = httpwords_of(&get->end, &words);
    if (get->stream != NULL) {
        reply.err = httpstream_end(get->stream, reply.err, &words);
        reply.n_streamed = get->stream->n_taken;
    }
    reply.is_refused = get->end.code != CURLE_OK && get->end.refusal != NULL;
    reply.words = words.text;
    reply.status = (int)get->end.status;
    if (reply.err == OK || reply.err == ERR_REFUSED)
        reply.body =
            (struct span){.p = buf_bytes(&get->body), .len = get->body.len};
    log_write(LOG_HTTP, LOG_DEBUG, "GET %s: %s, %zu bytes in %lld ms", get->url,
              reply.err == OK ? "ok" : reply.words, get->body.len,
              (long long)reply.elapsed_ms);
    get->fn(get->ctx, &reply);
    free_get(get);
}

static void on_fail(void *ctx)
{
    struct http *h = ((struct http_get *)ctx)->http;
    finish(ctx);
    begin_waiting(h);
}

static void finish_done(struct http *h)
{
    CURLMsg *msg;
    int n_left;
    while ((msg = curl_multi_info_read(h->multi, &n_left)) != NULL) {
        char *get = NULL;
        if (msg->msg != CURLMSG_DONE)
            continue;
        CURLcode code = msg->data.result;
        (void)curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &get);
        ((struct http_get *)(void *)get)->end.code = code;
        finish((struct http_get *)(void *)get);
    }
    begin_waiting(h);
}

/* Hand the request to libcurl; the code says why not. */
static CURLcode begin(struct http_get *get, const struct http_request *request)
{
    struct weburl url;
    enum err err = weburl_read(request->url, HTTP_MAX_URL_LEN, &url);
    if (err != OK)
        return err == ERR_UNSUPPORTED ? CURLE_UNSUPPORTED_PROTOCOL
                                      : CURLE_URL_MALFORMAT;
    const struct http *h = get->http;
    get->reach = (struct httpreach){.refuser = &h->refuser,
                                    .is_proxied = h->proxy != NULL,
                                    .may_go_private = request->allow_private ||
                                                      url.names_private,
                                    .end = &get->end};
    struct http_config config = {.user_agent = h->user_agent,
                                 .proxy = h->proxy,
                                 .ca_file = h->ca_file,
                                 .local = h->local};
    get->easy = curl_easy_init();
    if (get->easy != NULL && httpeasy_set_fixed(get->easy) &&
        set_callbacks(get) &&
        httpeasy_set_request(get->easy, request, &config) &&
        (get->stream == NULL || httpstream_set(get->easy, get->stream)) &&
        curl_multi_add_handle(get->http->multi, get->easy) == CURLM_OK)
        return CURLE_OK;
    curl_easy_cleanup(get->easy);
    get->easy = NULL;
    return CURLE_FAILED_INIT;
}

/* Those that would wait for a connection inside libcurl wait here instead: there each
 * takes 20 kB, and its time runs out while it has not even begun. */
static bool may_begin(const struct http *h, const struct http_get *get)
{
    size_t n = 0, n_same = 0;
    const struct http_get *other;
    LIST_FOREACH(other, &h->gets, next)
    {
        if (other == get || other->easy == NULL)
            continue;
        n++;
        n_same += other->host_len == get->host_len &&
                  memcmp(other->url, get->url, get->host_len) == 0;
    }
    return n < HTTP_MAX_CONNECTIONS && n_same < HTTP_MAX_PER_HOST;
}

static void begin_now(struct http_get *get)
{
    get->end.code = begin(get, &get->request);
    free(get->whole_url);
    get->whole_url = NULL;
    if (get->end.code != CURLE_OK)
        loop_timer_arm(get->http->loop, &get->fail,
                       loop_now_ms(get->http->loop));
}

/* Each whose turn has come, the longest waiting first; nobody waits behind another
 * host's. */
static void begin_waiting(struct http *h)
{
    struct http_get *get = TAILQ_FIRST(&h->waiting);
    while (get != NULL) {
        struct http_get *next = TAILQ_NEXT(get, next_waiting);
        if (may_begin(h, get)) {
            TAILQ_REMOVE(&h->waiting, get, next_waiting);
            get->is_waiting = false;
            begin_now(get);
        }
        get = next;
    }
}

/* Scheme, host and port of a URL as it is shown. */
static size_t host_len(const char *url)
{
    const char *host = strstr(url, "://");
    return host == NULL ? strlen(url)
                        : (size_t)(host - url) + 3 + strcspn(host + 3, "/?#");
}

struct http_get *http_get(struct http *h, const struct http_request *request,
                          http_done_fn *fn, void *ctx)
{
    assert(!h->in_curl);
    struct http_get *get = xzalloc(sizeof *get);
    get->http = h;
    get->fn = fn;
    get->ctx = ctx;
    buf_init(&get->body, request->max_body_bytes != 0 ? request->max_body_bytes
                                                      : HTTP_MAX_BODY_BYTES);
    (void)http_safe_url(get->url, sizeof get->url, request->url);
    loop_timer_init(&get->fail, on_fail, get);
    LIST_INSERT_HEAD(&h->gets, get, next);
    h->n_gets++;
    get->whole_url = xstrdup(request->url);
    get->request = *request;
    get->request.url = get->whole_url;
    get->host_len = host_len(get->url);
    if (request->stream != NULL) {
        get->stream = xzalloc(sizeof *get->stream);
        httpstream_init(get->stream, request->stream, ctx);
        if (get->request.timeout_ms == 0)
            get->request.timeout_ms = HTTP_STREAM_TIMEOUT_MS;
    }
    if (may_begin(h, get)) {
        begin_now(get);
        return get;
    }
    get->is_waiting = true;
    TAILQ_INSERT_TAIL(&h->waiting, get, next_waiting);
    return get;
}

void http_cancel(struct http *h, struct http_get *get)
{
    assert(get->http == h);
    unlink_get(get);
    free_get(get);
    begin_waiting(h);
}

bool http_may_stream(const struct http *h, const char *url)
{
    char safe[HTTP_SAFE_URL_MAX];
    size_t n = 0, n_streams = 0, n_same = 0;
    const struct http_get *get;
    (void)http_safe_url(safe, sizeof safe, url);
    size_t len = host_len(safe);
    LIST_FOREACH(get, &h->gets, next)
    {
        n++;
        n_streams += get->stream != NULL;
        n_same += get->host_len == len && memcmp(get->url, safe, len) == 0;
    }
    return n < HTTP_MAX_CONNECTIONS && n_streams < HTTP_MAX_STREAMS &&
           n_same < HTTP_MAX_STREAMS_PER_HOST;
}

void http_resume(struct http *h, struct http_get *get)
{
    assert(!h->in_curl);
    if (get->stream == NULL || !get->stream->is_paused || get->easy == NULL)
        return;
    get->stream->is_paused = false;
    h->in_curl = true;
    CURLcode code = curl_easy_pause(get->easy, CURLPAUSE_CONT);
    h->in_curl = false;
    if (code == CURLE_OK)
        return;
    /* It ended while libcurl handed on what it had kept. */
    get->end.code = code;
    loop_timer_arm(h->loop, &get->fail, loop_now_ms(h->loop));
}

void http_weed(struct http *h)
{
    struct http_get *get;
    assert(!h->in_curl);
    LIST_FOREACH(get, &h->gets, next)
    {
        if (get->easy == NULL || httpreach_may_go_on(get->easy, &get->reach))
            continue;
        get->end.code = CURLE_ABORTED_BY_CALLBACK;
        loop_timer_arm(h->loop, &get->fail, loop_now_ms(h->loop));
    }
}

size_t http_n_active(const struct http *h)
{
    return h->n_gets;
}

const char *http_safe_url(char *dst, size_t cap, const char *url)
{
    weburl_safe(dst, cap, url);
    return dst;
}

/* Birth and end. */

static bool set_multi(struct http *h)
{
    CURLM *m = h->multi;
    return curl_multi_setopt(m, CURLMOPT_SOCKETFUNCTION, curl_wants_socket) ==
               CURLM_OK &&
           curl_multi_setopt(m, CURLMOPT_SOCKETDATA, h) == CURLM_OK &&
           curl_multi_setopt(m, CURLMOPT_TIMERFUNCTION, curl_wants_timer) ==
               CURLM_OK &&
           curl_multi_setopt(m, CURLMOPT_TIMERDATA, h) == CURLM_OK &&
           curl_multi_setopt(m, CURLMOPT_MAX_TOTAL_CONNECTIONS,
                             (long)HTTP_MAX_CONNECTIONS) == CURLM_OK &&
           curl_multi_setopt(m, CURLMOPT_MAX_HOST_CONNECTIONS,
                             (long)HTTP_MAX_PER_HOST) == CURLM_OK &&
           curl_multi_setopt(m, CURLMOPT_MAXCONNECTS,
                             (long)MAX_IDLE_CONNECTIONS) == CURLM_OK;
}

enum err http_new(struct loop *loop, const struct http_config *config,
                  struct http **out)
{
    (void)pthread_once(&init_once, init_curl);
    struct http *h = xzalloc(sizeof *h);
    h->loop = loop;
    h->refuser = config->refuser;
    h->user_agent = dup_or_null(config->user_agent);
    h->proxy = dup_or_null(config->proxy);
    h->ca_file = dup_or_null(config->ca_file);
    if (config->local != NULL)
        h->local = xasprintf("host!%s", config->local);
    LIST_INIT(&h->gets);
    LIST_INIT(&h->socks);
    TAILQ_INIT(&h->waiting);
    loop_timer_init(&h->timer, on_timer, h);
    h->multi = curl_multi_init();
    if (h->multi == NULL || !set_multi(h)) {
        http_free(h);
        return ERR_SYS;
    }
    *out = h;
    return OK;
}

void http_free(struct http *h)
{
    if (h == NULL)
        return;
    while (!LIST_EMPTY(&h->gets)) {
        struct http_get *get = LIST_FIRST(&h->gets);
        unlink_get(get);
        free_get(get);
    }
    if (h->multi != NULL)
        (void)curl_multi_cleanup(h->multi);
    while (!LIST_EMPTY(&h->socks))
        forget_sock(LIST_FIRST(&h->socks));
    loop_timer_cancel(h->loop, &h->timer);
    free(h->user_agent);
    free(h->proxy);
    free(h->ca_file);
    free(h->local);
    free(h);
}
