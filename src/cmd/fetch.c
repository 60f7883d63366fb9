#include "config.h"

#include "cmd/fetch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "disk/atomic.h"
#include "net/http.h"
#include "net/loop.h"
#include "net/weburl.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/text.h"
#include "util/xalloc.h"

enum { FETCH_NAME_CELLS = 100, FETCH_LOOK_MS = 200 };

static char *proxy;   /* owned; NULL: none */
static char *address; /* owned; NULL: any */

void fetch_use_proxy(const char *url)
{
    free(proxy);
    proxy = xstrdup(url);
}

void fetch_use_address(const char *ip)
{
    free(address);
    address = xstrdup(ip);
}

static enum err read_stdin(uint8_t **bytes_out, size_t *len_out,
                           struct cause *cause)
{
    struct buf b;
    uint8_t chunk[4096];
    size_t n;
    enum err err = OK;
    buf_init(&b, METAINFO_MAX_LEN);
    while (err == OK && (n = fread(chunk, 1, sizeof chunk, stdin)) > 0)
        err = buf_append(&b, chunk, n);
    if (err != OK) {
        cause_set(cause, "longer than a torrent may be");
    } else if (ferror(stdin)) {
        cause_set_errno(cause, errno, "cannot be read");
        err = ERR_SYS;
    } else
        *bytes_out = buf_take(&b, len_out);
    buf_fini(&b);
    return err;
}

/* A download that is waited for, with a loop of its own. */
struct wait {
    bool is_over;
    enum err err;
    struct cause cause;
    uint8_t *bytes; /* owned */
    size_t len;
};

static void on_done(void *ctx, const struct http_reply *reply)
{
    struct wait *w = ctx;
    w->is_over = true;
    w->err = reply->err;
    cause_set(&w->cause, "%s", reply->words);
    if (reply->err == OK) {
        w->bytes = xmemdup(reply->body.p, reply->body.len);
        w->len = reply->body.len;
    }
}

static enum err download(const char *url, bool (*is_cancelled)(void),
                         uint8_t **bytes_out, size_t *len_out,
                         struct cause *cause)
{
    struct loop *loop;
    struct http *http = NULL;
    struct wait w = {.err = ERR_SYS};
    struct http_config config = {.user_agent = PACKAGE "/" PACKAGE_VERSION,
                                 .proxy = proxy,
                                 .local = address};
    enum err err = loop_new(clock_now_ms(), true, &loop);
    if (err != OK) {
        cause_set(cause, "%s", err_text(err));
        return err;
    }
    err = http_new(loop, &config, &http);
    if (err == OK) {
        struct http_request request = {.url = url,
                                       .max_body_bytes = HTTP_MAX_TORRENT_BYTES,
                                       .allow_private = true};
        http_get(http, &request, on_done, &w);
        while (!w.is_over && err == OK) {
            err = loop_run_once(loop, FETCH_LOOK_MS);
            if (err == OK && is_cancelled != NULL && is_cancelled())
                err = ERR_CANCELLED;
        }
    }
    http_free(http);
    loop_free(loop);
    if (w.is_over)
        err = w.err;
    if (err == OK) {
        *bytes_out = w.bytes;
        *len_out = w.len;
    } else if (w.is_over)
        *cause = w.cause;
    return err;
}

/* What is no file, although it may look like the name of one. */
static const char *why_unsupported(const char *uri)
{
    uint8_t hash[METAINFO_HASH_LEN];
    if (strncasecmp(uri, "magnet:", 7) == 0)
        return "a magnet link is of no use here: give the .torrent file "
               "(tessera "
               "get --metadata-only makes one)";
    if (text_unhex(hash, sizeof hash, uri))
        return "there is no such file, and an info-hash alone is of no use "
               "here";
    if (strstr(uri, "://") != NULL)
        return "there is no such file, and only http and https URLs are "
               "fetched";
    return NULL;
}

bool fetch_is_url(const char *uri)
{
    return strncasecmp(uri, "http://", 7) == 0 ||
           strncasecmp(uri, "https://", 8) == 0;
}

static enum err get_bytes(const char *uri, bool (*is_cancelled)(void),
                          uint8_t **bytes_out, size_t *len_out,
                          struct cause *cause)
{
    if (uri[0] == '\0') {
        cause_set(cause, "an empty name");
        return ERR_USAGE;
    }
    if (strcmp(uri, "-") == 0)
        return read_stdin(bytes_out, len_out, cause);
    if (fetch_is_url(uri))
        return download(uri, is_cancelled, bytes_out, len_out, cause);
    enum err err =
        atomic_read(uri, METAINFO_MAX_LEN, bytes_out, len_out, cause);
    const char *why = err == ERR_NOT_FOUND ? why_unsupported(uri) : NULL;
    if (why != NULL) {
        cause_set(cause, "%s", why);
        return ERR_UNSUPPORTED;
    }
    return err;
}

/* The same URL, free() it, without a user and a password: messages are kept in logs. */
static char *without_user(const char *url)
{
    size_t len;
    const char *user = strstr(url, "://") + 3;
    const char *host = weburl_host(url, &len);
    if (host == user)
        return xstrdup(url);
    return xasprintf("%.*s...@%s", (int)(user - url), url, host);
}

/* What the user named, as a message begins. */
static void name_of(char *dst, size_t cap, const char *uri)
{
    char *name;
    if (strcmp(uri, "-") == 0)
        name = xstrdup("standard input");
    else if (fetch_is_url(uri))
        name = without_user(uri);
    else
        name = xstrdup(uri[0] == '\0' ? "''" : uri);
    char *clean = text_clean_dup(name, strlen(name));
    text_fit(dst, cap, clean, FETCH_NAME_CELLS, true);
    free(clean);
    free(name);
}

enum err fetch_torrent(const char *uri, bool (*is_cancelled)(void),
                       struct metainfo **out, struct cause *cause)
{
    uint8_t *bytes = NULL;
    size_t len = 0;
    struct cause why = {""};
    enum err err = get_bytes(uri, is_cancelled, &bytes, &len, &why);
    if (err == OK && len == 0) {
        cause_set(&why, "not a torrent: it is empty");
        err = ERR_TRUNCATED;
    } else if (err == OK)
        err = metainfo_parse(bytes, len, out, &why);
    free(bytes);
    if (err == OK)
        return OK;
    char name[CAUSE_MAX_LEN];
    name_of(name, sizeof name, uri);
    /* A cause of the disk begins with the path already. */
    if (strncmp(why.text, name, strlen(name)) == 0)
        *cause = why;
    else
        cause_set(cause, "%s: %s", name,
                  why.text[0] != '\0' ? why.text : err_text(err));
    return err;
}
