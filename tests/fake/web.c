#include "config.h"

#include "tests/fake/web.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "util/addr.h"
#include "util/xalloc.h"
#include "net/conn.h"
#include "net/listen.h"
#include "net/loop.h"

enum { MAX_REQUEST = 4096 };

struct visit {
    LIST_ENTRY(visit) next;
    struct web *w; /* borrowed: owns this */
    struct conn *conn;
    char request[MAX_REQUEST];
    size_t n_request;
    const struct web_page *page; /* being answered, or NULL */
    char *reply;                 /* owned: made of a file, or NULL */
    enum web_after after;
    const char *at; /* what is left to send */
    size_t left;
};

struct web {
    struct loop *loop; /* borrowed */
    struct listen *listen;
    const struct web_page *pages;
    LIST_HEAD(, visit) visits;
    int n_connections;
    int n_requests;
    char last_request[MAX_REQUEST];
};

static void end_visit(struct visit *v)
{
    LIST_REMOVE(v, next);
    conn_close(v->conn);
    free(v->reply);
    free(v);
}

static void on_failed(void *ctx, enum err why, int errnum)
{
    (void)why;
    (void)errnum;
    end_visit(ctx);
}

static const struct web_page *page_of(const struct web *w, const char *request)
{
    if (strncmp(request, "GET ", 4) != 0)
        return NULL;
    size_t len = strcspn(request + 4, " ?");
    for (const struct web_page *p = w->pages; p->path != NULL; p++) {
        if (strlen(p->path) == len && memcmp(p->path, request + 4, len) == 0)
            return p;
    }
    return NULL;
}

/* What to do when all is sent; return false when the visit is over. */
static bool finish_page(struct visit *v)
{
    switch (v->after) {
    case WEB_CLOSE:
        end_visit(v);
        return false;
    case WEB_KEEP:
        v->page = NULL;
        break;
    case WEB_HANG:
        break;
    case WEB_REPEAT:
        v->at = v->page->again;
        v->left = strlen(v->at);
        break;
    }
    return true;
}

/* Return false when the visit is over. */
static bool send_page(struct visit *v)
{
    enum err why;
    int errnum;
    for (int i = 0; i < 64 && v->left > 0; i++) {
        struct iovec iov = {(void *)(uintptr_t)v->at, v->left};
        ssize_t n = conn_writev(v->conn, &iov, 1, &why, &errnum);
        if (n < 0) {
            end_visit(v);
            return false;
        }
        if (n == 0)
            break;
        v->at += n;
        v->left -= (size_t)n;
        if (v->left == 0 && !finish_page(v))
            return false;
    }
    return true;
}

/* The range that was asked for; all of the file when none was. */
static void read_range(const struct web_page *page, const char *request,
                       size_t *from, size_t *len)
{
    const char *at = strstr(request, "Range: bytes=");
    *from = 0;
    *len = page->len;
    if (at == NULL || page->fault == WEB_WHOLE)
        return;
    char *dash;
    *from = strtoul(at + strlen("Range: bytes="), &dash, 10);
    *len = strtoul(dash + 1, NULL, 10) - *from + 1;
    assert(*from < page->len && *len <= page->len - *from);
}

/* Make the reply of a file, with its fault. */
static void answer_file(struct visit *v, const struct web_page *page,
                        const char *request)
{
    size_t from, len;
    read_range(page, request, &from, &len);
    len -= page->fault == WEB_LESS ? len / 2 : 0;
    size_t said_from = from + (page->fault == WEB_OTHER ? 1 : 0);
    size_t size = page->len + (page->fault == WEB_SIZE ? 7 : 0);
    size_t sent = len;
    if (page->fault == WEB_EARLY || page->fault == WEB_STALL)
        sent = len / 2;
    char range[128] = "";
    bool is_whole = page->fault == WEB_WHOLE;
    if (!is_whole && page->fault != WEB_UNSAID)
        snprintf(range, sizeof range, "Content-Range: bytes %zu-%zu/%zu\r\n",
                 said_from, from + len - 1, size);
    size_t n_more = page->fault == WEB_FLOOD ? 1000 : 0;
    v->reply = xzalloc(512 + sent + n_more);
    int head =
        snprintf(v->reply, 512, "HTTP/1.1 %s\r\n%sContent-Length: %zu\r\n\r\n",
                 is_whole ? "200 OK" : "206 Partial Content", range, len);
    memcpy(v->reply + head, (const char *)page->bytes + from, sent);
    v->at = v->reply;
    v->left = (size_t)head + sent + n_more;
    v->after = WEB_KEEP;
    if (page->fault == WEB_STALL)
        v->after = WEB_HANG;
    else if (page->fault == WEB_EARLY || page->fault == WEB_FLOOD)
        v->after = WEB_CLOSE;
}

/* Return false when the visit is over. */
static bool read_request(struct visit *v)
{
    enum err why;
    int errnum;
    struct iovec iov = {v->request + v->n_request,
                        sizeof v->request - 1 - v->n_request};
    ssize_t n = conn_readv(v->conn, &iov, 1, &why, &errnum);
    if (n < 0) {
        end_visit(v);
        return false;
    }
    v->n_request += (size_t)n;
    v->request[v->n_request] = '\0';
    if (strstr(v->request, "\r\n\r\n") == NULL)
        return true;
    struct web *w = v->w;
    w->n_requests++;
    memcpy(w->last_request, v->request, v->n_request + 1);
    v->n_request = 0;
    v->page = page_of(w, w->last_request);
    if (v->page == NULL) {
        end_visit(v);
        return false;
    }
    free(v->reply);
    v->reply = NULL;
    if (v->page->fault != WEB_NO_FILE) {
        answer_file(v, v->page, w->last_request);
        return true;
    }
    v->after = v->page->after;
    v->at = v->page->bytes;
    v->left = v->page->len;
    return v->left > 0 || finish_page(v);
}

static void on_ready(void *ctx, bool readable, bool writable)
{
    struct visit *v = ctx;
    (void)writable;
    if (readable && !read_request(v))
        return;
    if (v->left > 0 && !send_page(v))
        return;
    conn_want(v->conn, true, v->left > 0);
}

static void on_accept(void *ctx, int fd, const struct addr *remote)
{
    struct web *w = ctx;
    struct visit *v = xzalloc(sizeof *v);
    const struct conn_handler handler = {.on_ready = on_ready,
                                         .on_failed = on_failed,
                                         .ctx = v};
    v->w = w;
    enum err err = conn_adopt_tcp(w->loop, fd, remote, &v->conn);
    assert(err == OK);
    (void)err;
    w->n_connections++;
    LIST_INSERT_HEAD(&w->visits, v, next);
    conn_set_handler(v->conn, &handler);
    conn_want(v->conn, true, false);
}

struct web *web_new(struct loop *loop, const struct web_page *pages)
{
    static const uint8_t localhost[4] = {127, 0, 0, 1};
    const struct addr local = addr_v4(localhost, 0);
    const struct dualsock_config config = {.v4 = true, .local_v4 = &local};
    struct web *w = xzalloc(sizeof *w);
    w->loop = loop;
    w->pages = pages;
    LIST_INIT(&w->visits);
    enum err err = listen_new(loop, &config, on_accept, w, &w->listen, NULL);
    assert(err == OK);
    (void)err;
    return w;
}

void web_free(struct web *w)
{
    while (!LIST_EMPTY(&w->visits))
        end_visit(LIST_FIRST(&w->visits));
    listen_free(w->listen);
    free(w);
}

uint16_t web_port(const struct web *w)
{
    return listen_port(w->listen);
}

int web_n_connections(const struct web *w)
{
    return w->n_connections;
}

int web_n_requests(const struct web *w)
{
    return w->n_requests;
}

const char *web_last_request(const struct web *w)
{
    return w->last_request;
}
