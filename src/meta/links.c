#include "config.h"

#include "meta/links.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "util/xalloc.h"

enum { MAX_HOST_LEN = 255 };

static bool is_space(uint8_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static struct span trim(struct span s)
{
    while (s.len > 0 && is_space(s.p[0])) {
        s.p++;
        s.len--;
    }
    while (s.len > 0 && is_space(s.p[s.len - 1]))
        s.len--;
    return s;
}

/* No character under `least`, so that it stays one line of a request wherever it is
 * put. */
static bool is_plain(struct span s, uint8_t least)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.p[i] < least || s.p[i] == 0x7f)
            return false;
    }
    return true;
}

static bool has_scheme(struct span url, const char *scheme)
{
    size_t len = strlen(scheme);
    return url.len > len && url.len <= LINKS_MAX_URL &&
           strncasecmp((const char *)url.p, scheme, len) == 0 &&
           url.p[len] != '/';
}

static bool is_web_url(struct span url)
{
    return has_scheme(url, "http://") || has_scheme(url, "https://");
}

bool links_is_web_seed_url(struct span url)
{
    return is_web_url(url) && is_plain(url, ' ');
}

bool links_is_tracker_url(struct span url)
{
    return (is_web_url(url) || has_scheme(url, "udp://")) &&
           is_plain(url, ' ' + 1);
}

static char *dup_span(struct span s)
{
    return xstrndup((const char *)s.p, s.len);
}

/* Return whether the URL was taken. */
static bool add_tracker(struct metainfo *m, const struct bencode *v,
                        uint32_t tier)
{
    struct span url = trim(v->str);
    if (m->n_trackers == LINKS_MAX_TRACKERS || !links_is_tracker_url(url))
        return false;
    for (size_t i = 0; i < m->n_trackers; i++) {
        if (span_is(url, m->trackers[i].url))
            return false;
    }
    m->trackers =
        xreallocarray(m->trackers, m->n_trackers + 1, sizeof *m->trackers);
    m->trackers[m->n_trackers++] =
        (struct metainfo_tracker){.url = dup_span(url), .tier = tier};
    return true;
}

void links_read_trackers(struct metainfo *m,
                         const struct bencode *announce_list,
                         const struct bencode *announce)
{
    uint32_t tier = 0;
    struct bencode_iter tiers = bencode_iter(announce_list);
    struct bencode urls;
    while (bencode_next(&tiers, &urls)) {
        /* Some makers write a flat list: each URL a tier of its own. */
        bool any = urls.type == BENCODE_STR && add_tracker(m, &urls, tier);
        struct bencode_iter it = bencode_iter(&urls);
        struct bencode url;
        while (bencode_next(&it, &url))
            any = add_tracker(m, &url, tier) || any;
        if (any)
            tier++;
    }
    if (m->n_trackers == 0)
        add_tracker(m, announce, 0);
}

static void add_seed(char ***seeds, size_t *n, const struct bencode *v)
{
    struct span url = trim(v->str);
    if (*n == LINKS_MAX_WEB_SEEDS || !links_is_web_seed_url(url))
        return;
    for (size_t i = 0; i < *n; i++) {
        if (span_is(url, (*seeds)[i]))
            return;
    }
    *seeds = xreallocarray(*seeds, *n + 1, sizeof **seeds);
    (*seeds)[(*n)++] = dup_span(url);
}

/* A string, or a list of strings. */
static void read_seeds(char ***seeds, size_t *n, const struct bencode *list)
{
    if (list->type == BENCODE_STR)
        add_seed(seeds, n, list);
    struct bencode_iter it = bencode_iter(list);
    struct bencode url;
    while (bencode_next(&it, &url))
        add_seed(seeds, n, &url);
}

void links_read_web_seeds(struct metainfo *m, const struct bencode *url_list)
{
    read_seeds(&m->web_seeds, &m->n_web_seeds, url_list);
}

void links_read_http_seeds(struct metainfo *m, const struct bencode *list)
{
    read_seeds(&m->http_seeds, &m->n_http_seeds, list);
}

static void add_node(struct metainfo *m, const struct bencode *node)
{
    struct bencode_iter it = bencode_iter(node);
    struct bencode host, port;
    if (!bencode_next(&it, &host) || !bencode_next(&it, &port))
        return;
    if (host.str.len == 0 || host.str.len > MAX_HOST_LEN ||
        !is_plain(host.str, ' ' + 1) || port.num < 1 || port.num > UINT16_MAX)
        return;
    m->nodes = xreallocarray(m->nodes, m->n_nodes + 1, sizeof *m->nodes);
    m->nodes[m->n_nodes++] = (struct metainfo_node){.host = dup_span(host.str),
                                                    .port = (uint16_t)port.num};
}

void links_read_nodes(struct metainfo *m, const struct bencode *nodes)
{
    struct bencode_iter it = bencode_iter(nodes);
    struct bencode node;
    while (m->n_nodes < LINKS_MAX_NODES && bencode_next(&it, &node))
        add_node(m, &node);
}

void links_write_trackers(struct bencode_writer *w,
                          const struct metainfo_tracker *trackers, size_t n)
{
    if (n == 0)
        return;
    bencode_put_str(w, "announce", trackers[0].url);
    if (n == 1)
        return;
    bencode_write_key(w, "announce-list");
    bencode_begin_list(w);
    for (size_t i = 0; i < n; i++) {
        const struct metainfo_tracker *t = &trackers[i];
        if (i == 0 || t->tier != t[-1].tier)
            bencode_begin_list(w);
        bencode_write_str(w, t->url);
        if (i + 1 == n || t->tier != t[1].tier)
            bencode_end(w);
    }
    bencode_end(w);
}

void links_write_web_seeds(struct bencode_writer *w, const char *const *urls,
                           size_t n)
{
    if (n == 0)
        return;
    bencode_write_key(w, "url-list");
    bencode_begin_list(w);
    for (size_t i = 0; i < n; i++)
        bencode_write_str(w, urls[i]);
    bencode_end(w);
}

void links_free(struct metainfo *m)
{
    for (size_t i = 0; i < m->n_trackers; i++)
        free(m->trackers[i].url);
    for (size_t i = 0; i < m->n_web_seeds; i++)
        free(m->web_seeds[i]);
    for (size_t i = 0; i < m->n_http_seeds; i++)
        free(m->http_seeds[i]);
    for (size_t i = 0; i < m->n_nodes; i++)
        free(m->nodes[i].host);
    free(m->trackers);
    free(m->web_seeds);
    free(m->http_seeds);
    free(m->nodes);
}
