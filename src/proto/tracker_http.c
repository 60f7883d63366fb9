#include "config.h"

#include "proto/tracker_http.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "util/buf.h"
#include "util/percent.h"
#include "meta/bencode.h"

enum {
    /* Every byte of the URL percent-encoded, and our arguments: two of 20
     * bytes and the tracker id encoded, numbers, names. */
    MAX_OUT = 3 * (TRACKER_MAX_URL + TRACKER_MAX_ID + 40) + 512,
    MAX_IP_TEXT = 63,
    MAX_RETRY_MIN = 24 * 60 /* a longer "retry in" is taken as this */
};

static const struct bencode_limits LIMITS = {TRACKER_HTTP_MAX_DEPTH, 200000};

/* A URL in the parts that matter here; all borrowed. The fragment, which is
 * never sent, is left out. */
struct url {
    struct span base;  /* scheme, host */
    struct span path;  /* "" or "/..." */
    struct span query; /* "" or "?..." */
};

static struct span span_from(const char *start, const char *end)
{
    return (struct span){(const uint8_t *)start, (size_t)(end - start)};
}

static enum err split_url(const char *text, struct url *out)
{
    size_t len = strnlen(text, TRACKER_MAX_URL + 1);
    size_t scheme_len;
    const char *host, *path, *query, *end;

    if (len > TRACKER_MAX_URL)
        return ERR_TOO_BIG;
    if (strncasecmp(text, "http://", 7) == 0)
        scheme_len = 7;
    else if (strncasecmp(text, "https://", 8) == 0)
        scheme_len = 8;
    else
        return ERR_UNSUPPORTED;
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)text[i] < ' ' || text[i] == '\x7f')
            return ERR_INVALID;
    host = text + scheme_len;
    end = host + strcspn(host, "#");
    path = host + strcspn(host, "/?#");
    if (path == host)
        return ERR_INVALID;
    query = path + strcspn(path, "?#");
    *out = (struct url){
        .base = span_from(text, path),
        .path = span_from(path, query),
        .query = span_from(query, end),
    };
    return OK;
}

/* A URL being written; a refused write is remembered, as in bencode_writer. */
struct writer {
    struct buf buf;
    enum err err;
};

static void put(struct writer *w, const void *p, size_t len)
{
    if (w->err == OK)
        w->err = buf_append(&w->buf, p, len);
}

static void put_text(struct writer *w, const char *text)
{
    put(w, text, strlen(text));
}

static void put_percent(struct writer *w, uint8_t c)
{
    char out[PERCENT_LEN];

    percent_encode(c, out);
    put(w, out, sizeof out);
}

static void put_encoded(struct writer *w, const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (percent_is_unreserved(bytes[i]))
            put(w, bytes + i, 1);
        else
            put_percent(w, bytes[i]);
    }
}

/* A part of the URL goes out as it came, but for what no request may hold. */
static void put_part(struct writer *w, struct span part)
{
    for (size_t i = 0; i < part.len; i++) {
        if (part.p[i] == ' ' || part.p[i] >= 0x80)
            put_percent(w, part.p[i]);
        else
            put(w, part.p + i, 1);
    }
}

/* What joins arguments to a URL: it may have some of its own (pass keys). */
static const char *joint(struct span query)
{
    uint8_t last;

    if (query.len == 0)
        return "?";
    last = query.p[query.len - 1];
    return last == '?' || last == '&' ? "" : "&";
}

static enum err finish(struct writer *w, char **out)
{
    if (w->err == OK)
        *out = (char *)buf_take(&w->buf, NULL);
    buf_fini(&w->buf);
    return w->err;
}

static void put_number(struct writer *w, const char *name, uint64_t value)
{
    if (w->err == OK)
        w->err = buf_printf(&w->buf, "&%s=%" PRIu64, name, value);
}

static void put_arguments(struct writer *w, const struct tracker_request *req)
{
    put_text(w, "info_hash=");
    put_encoded(w, req->info_hash, sizeof req->info_hash);
    put_text(w, "&peer_id=");
    put_encoded(w, req->peer_id, sizeof req->peer_id);
    put_number(w, "port", req->port);
    put_number(w, "uploaded", req->uploaded);
    put_number(w, "downloaded", req->downloaded);
    put_number(w, "left", req->left);
    if (w->err == OK)
        w->err = buf_printf(&w->buf, "&key=%08" PRIX32, req->key);
    /* Some trackers refuse an announce that does not ask for compact. */
    put_text(w, "&compact=1&no_peer_id=1");
    if (req->numwant >= 0)
        put_number(w, "numwant", (uint64_t)req->numwant);
    if (req->event != TRACKER_EVENT_NONE) {
        put_text(w, "&event=");
        put_text(w, tracker_event_name(req->event));
    }
    if (req->tracker_id.len > 0 && req->tracker_id.len <= TRACKER_MAX_ID) {
        put_text(w, "&trackerid=");
        put_encoded(w, req->tracker_id.p, req->tracker_id.len);
    }
}

enum err tracker_http_announce_url(const char *announce,
                                   const struct tracker_request *req,
                                   char **out)
{
    struct writer w = {.err = OK};
    struct url url;
    enum err e = split_url(announce, &url);

    if (e != OK)
        return e;
    buf_init(&w.buf, MAX_OUT);
    put_part(&w, url.base);
    put_part(&w, url.path);
    if (url.path.len == 0)
        put_text(&w, "/");
    put_part(&w, url.query);
    put_text(&w, joint(url.query));
    put_arguments(&w, req);
    return finish(&w, out);
}

/* Split a path before and after the "announce" that its last component begins
 * with. BEP 48 leaves open where the word may be; the older convention, which
 * trackers without scrape rely on, wants it right there. */
static bool split_at_announce(struct span path, struct span *before_out,
                              struct span *after_out)
{
    static const char WORD[] = "announce";
    size_t word_len = sizeof WORD - 1;
    size_t at = path.len;

    while (at > 0 && path.p[at - 1] != '/')
        at--;
    if (at == 0 || path.len - at < word_len ||
        memcmp(path.p + at, WORD, word_len) != 0)
        return false;
    *before_out = (struct span){path.p, at};
    *after_out =
        (struct span){path.p + at + word_len, path.len - at - word_len};
    return true;
}

enum err tracker_http_scrape_url(const char *announce, const uint8_t *info_hash,
                                 char **out)
{
    struct writer w = {.err = OK};
    struct span before, after;
    struct url url;
    enum err e = split_url(announce, &url);

    if (e != OK)
        return e;
    if (!split_at_announce(url.path, &before, &after))
        return ERR_UNSUPPORTED;
    buf_init(&w.buf, MAX_OUT);
    put_part(&w, url.base);
    put_part(&w, before);
    put_text(&w, "scrape");
    put_part(&w, after);
    put_part(&w, url.query);
    put_text(&w, joint(url.query));
    put_text(&w, "info_hash=");
    put_encoded(&w, info_hash, SHA1_LEN);
    return finish(&w, out);
}

bool tracker_http_can_scrape(const char *announce)
{
    struct span before, after;
    struct url url;

    return split_url(announce, &url) == OK &&
           split_at_announce(url.path, &before, &after);
}

static enum err parse_dict(const uint8_t *body, size_t len, struct bencode *out)
{
    struct bencode root;
    enum err e;

    if (len > TRACKER_HTTP_MAX_BODY)
        return ERR_TOO_BIG;
    e = bencode_parse(body, len, &LIMITS, &root, NULL);
    if (e != OK)
        return e;
    if (root.type != BENCODE_DICT)
        return ERR_SYNTAX;
    *out = root;
    return OK;
}

static int64_t count_of(const struct bencode *v)
{
    return v->type == BENCODE_INT && v->num >= 0 ? v->num : -1;
}

/* One dictionary of BEP 3's list. */
static void take_peer(const struct bencode *peer, struct tracker_reply *r)
{
    struct bencode ip, port;
    const struct bencode_want wants[] = {
        {"ip", BENCODE_STR, &ip},
        {"port", BENCODE_INT, &port},
    };
    char text[MAX_IP_TEXT + 1];
    struct addr a;

    bencode_get_many(peer, wants, 2);
    if (ip.str.len == 0 || memchr(ip.str.p, '\0', ip.str.len) != NULL ||
        port.type != BENCODE_INT || port.num < 1 || port.num > UINT16_MAX) {
        r->n_bad++;
        return;
    }
    if (ip.str.len > MAX_IP_TEXT) {
        r->n_named++;
        return;
    }
    memcpy(text, ip.str.p, ip.str.len);
    text[ip.str.len] = '\0';
    if (addr_parse(text, (uint16_t)port.num, &a) != OK) {
        r->n_named++;
        return;
    }
    a.port = (uint16_t)port.num;
    tracker_reply_add(r, &a);
}

static void take_peers(const struct bencode *peers, struct tracker_reply *r)
{
    struct bencode_iter it;
    struct bencode peer;

    if (peers->type == BENCODE_STR) {
        tracker_reply_add_compact(r, peers->str, false); /* BEP 23 */
        return;
    }
    if (peers->type != BENCODE_LIST)
        return;
    for (it = bencode_iter(peers); bencode_next(&it, &peer);)
        take_peer(&peer, r);
}

/* BEP 31: minutes, or "never". */
static int64_t retry_ms_of(const struct bencode *retry)
{
    if (retry->type == BENCODE_STR && span_is(retry->str, "never"))
        return TRACKER_RETRY_NEVER;
    if (retry->type != BENCODE_INT || retry->num <= 0)
        return 0;
    return (retry->num < MAX_RETRY_MIN ? retry->num : MAX_RETRY_MIN) * 60000;
}

enum err tracker_http_parse(const uint8_t *body, size_t len,
                            struct tracker_reply *out)
{
    struct bencode root, failure, retry, warning, interval, min_interval;
    struct bencode complete, incomplete, downloaded, id, ip, peers, peers6;
    const struct bencode_want wants[] = {
        {"failure reason", BENCODE_STR, &failure},
        {"retry in", BENCODE_NONE, &retry},
        {"warning message", BENCODE_STR, &warning},
        {"interval", BENCODE_INT, &interval},
        {"min interval", BENCODE_INT, &min_interval},
        {"complete", BENCODE_INT, &complete},
        {"incomplete", BENCODE_INT, &incomplete},
        {"downloaded", BENCODE_INT, &downloaded},
        {"tracker id", BENCODE_STR, &id},
        {"external ip", BENCODE_STR, &ip},
        {"peers", BENCODE_NONE, &peers},
        {"peers6", BENCODE_STR, &peers6},
    };
    size_t n_wants = sizeof wants / sizeof wants[0];
    bool has_any = false;
    enum err e = parse_dict(body, len, &root);

    if (e != OK)
        return e;
    bencode_get_many(&root, wants, n_wants);
    for (size_t i = 0; i < n_wants; i++)
        has_any |= wants[i].out->type != BENCODE_NONE;
    if (!has_any)
        return ERR_INVALID;
    tracker_reply_init(out);
    if (failure.type == BENCODE_STR) {
        out->is_failure = true;
        tracker_text_set(&out->failure, failure.str);
        out->retry_ms = retry_ms_of(&retry);
        return OK;
    }
    tracker_text_set(&out->warning, warning.str);
    out->interval_ms = tracker_interval_ms(interval.num);
    if (min_interval.num > 0)
        out->min_interval_ms = tracker_interval_ms(min_interval.num);
    out->n_seeds = count_of(&complete);
    out->n_leechers = count_of(&incomplete);
    out->n_downloaded = count_of(&downloaded);
    if (id.str.len > 0 && id.str.len <= TRACKER_MAX_ID) {
        memcpy(out->tracker_id, id.str.p, id.str.len);
        out->tracker_id_len = (uint16_t)id.str.len;
    }
    out->has_external_ip =
        addr_from_ip(ip.str.p, ip.str.len, &out->external_ip);
    take_peers(&peers, out);
    tracker_reply_add_compact(out, peers6.str, true); /* BEP 7 */
    return OK;
}

/* The entry of files whose key is the hash; its keys are no C strings. */
static bool find_hash(const struct bencode *files, const uint8_t *info_hash,
                      struct bencode *out)
{
    struct span want = {info_hash, SHA1_LEN};
    struct bencode_iter it = bencode_iter(files);
    struct span key;

    while (bencode_next_pair(&it, &key, out))
        if (span_eq(key, want))
            return true;
    return false;
}

enum err tracker_http_parse_scrape(const uint8_t *body, size_t len,
                                   const uint8_t *info_hash,
                                   struct tracker_scrape *out,
                                   struct tracker_text *failure_out)
{
    struct bencode root, failure, failure_bep48, files, entry;
    struct bencode complete, incomplete, downloaded, downloaders;
    const struct bencode_want wants[] = {
        {"failure reason", BENCODE_STR, &failure},
        {"failure_reason", BENCODE_STR, &failure_bep48},
        {"files", BENCODE_DICT, &files},
    };
    const struct bencode_want counts[] = {
        {"complete", BENCODE_INT, &complete},
        {"incomplete", BENCODE_INT, &incomplete},
        {"downloaded", BENCODE_INT, &downloaded},
        {"downloaders", BENCODE_INT, &downloaders},
    };
    enum err e = parse_dict(body, len, &root);

    if (e != OK)
        return e;
    bencode_get_many(&root, wants, sizeof wants / sizeof wants[0]);
    if (failure.type == BENCODE_NONE)
        failure = failure_bep48;
    if (failure.type == BENCODE_STR) {
        if (failure_out != NULL)
            tracker_text_set(failure_out, failure.str);
        return ERR_REFUSED;
    }
    if (files.type == BENCODE_NONE)
        return ERR_INVALID;
    if (!find_hash(&files, info_hash, &entry))
        return ERR_NOT_FOUND;
    bencode_get_many(&entry, counts, sizeof counts / sizeof counts[0]);
    *out = (struct tracker_scrape){
        .n_seeds = count_of(&complete),
        .n_leechers = count_of(&incomplete),
        .n_downloaded = count_of(&downloaded),
        .n_downloaders = count_of(&downloaders),
    };
    return OK;
}
