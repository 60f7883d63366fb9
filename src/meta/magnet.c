#include "config.h"

#include "meta/magnet.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "meta/links.h"
#include "util/bytes.h"
#include "util/percent.h"
#include "util/text.h"
#include "util/xalloc.h"

static const char SCHEME[] = "magnet:?";
static const char BTIH[] = "urn:btih:";
static const char BTMH[] = "urn:btmh:";
/* Links that are copied out of a page's source have "&amp;" between parameters. */
static const char HTML_AMP[] = "amp;";

/* A run of the link; not terminated. */
struct part {
    const char *p;
    size_t len;
};

/* ---- Digits ---- */

static int base32_digit(char c)
{
    if (c >= 'a' && c <= 'z')
        return c - 'a';
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    return c >= '2' && c <= '7' ? c - '2' + 26 : -1;
}

enum { BASE32_LEN = MAGNET_HASH_LEN * 8 / 5 }; /* digits of 5 bits */

static bool read_base32(const char *digits, uint8_t *out)
{
    uint32_t bits = 0;
    unsigned n_bits = 0;
    for (size_t i = 0; i < BASE32_LEN; i++) {
        int digit = base32_digit(digits[i]);
        if (digit < 0)
            return false;
        bits = bits << 5 | (uint32_t)digit;
        n_bits += 5;
        if (n_bits < 8)
            continue;
        n_bits -= 8;
        *out++ = (uint8_t)(bits >> n_bits);
        bits &= (1u << n_bits) - 1;
    }
    return true;
}

/* ---- Parameters ---- */

static bool begins(struct part value, const char *with)
{
    size_t len = strlen(with);
    return value.len >= len && strncasecmp(value.p, with, len) == 0;
}

/* Undo percent-encoding, at most max_len bytes; NULL when a NUL or more comes of it.
 * What is no encoding stands for itself. */
static char *decode(struct part value, size_t max_len, bool plus_is_space)
{
    char *text = xmalloc(value.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < value.len; i++) {
        uint8_t c = (uint8_t)value.p[i];
        if (percent_decode(value.p + i, value.len - i, &c))
            i += PERCENT_LEN - 1;
        else if (c == '+' && plus_is_space)
            c = ' ';
        if (c == '\0' || len == max_len) {
            free(text);
            return NULL;
        }
        text[len++] = (char)c;
    }
    text[len] = '\0';
    return text;
}

/* URLs of one kind. */
struct urls {
    char ***list; /* borrowed: of the magnet */
    size_t *n;
    size_t max;
    bool (*is_one)(struct span url);
};

/* Add one (taken, or NULL) unless it is there, or there is no room, or it is none of that
 * kind. Return whether it was added. */
static bool add_url(const struct urls *urls, char *url)
{
    bool is_new = url != NULL && urls->is_one(span_of(url));
    for (size_t i = 0; is_new && i < *urls->n; i++)
        is_new = strcmp((*urls->list)[i], url) != 0;
    if (!is_new || *urls->n == urls->max) {
        free(url);
        return false;
    }
    *urls->list = xreallocarray(*urls->list, *urls->n + 1, sizeof **urls->list);
    (*urls->list)[(*urls->n)++] = url;
    return true;
}

static char *decode_url(struct part value)
{
    return decode(value, MAGNET_MAX_URL_LEN, false);
}

static bool take_tracker(struct magnet *m, char *url)
{
    struct urls urls = {&m->trackers, &m->n_trackers, MAGNET_MAX_TRACKERS,
                        links_is_tracker_url};
    return add_url(&urls, url);
}

static void add_tracker(struct magnet *m, struct part value)
{
    (void)take_tracker(m, decode_url(value));
}

/* As it is; NULL when it is too long. */
static char *copy_url(const char *url)
{
    size_t len = strnlen(url, MAGNET_MAX_URL_LEN + 1);
    return len > MAGNET_MAX_URL_LEN ? NULL : xstrndup(url, len);
}

bool magnet_add_tracker(struct magnet *m, const char *url)
{
    return take_tracker(m, copy_url(url));
}

static bool take_web_seed(struct magnet *m, char *url)
{
    struct urls urls = {&m->web_seeds, &m->n_web_seeds, MAGNET_MAX_WEB_SEEDS,
                        links_is_web_seed_url};
    return add_url(&urls, url);
}

static void add_web_seed(struct magnet *m, struct part value)
{
    (void)take_web_seed(m, decode_url(value));
}

bool magnet_add_web_seed(struct magnet *m, const char *url)
{
    return take_web_seed(m, copy_url(url));
}

static void add_source(struct magnet *m, struct part value)
{
    struct urls urls = {&m->sources, &m->n_sources, MAGNET_MAX_SOURCES,
                        links_is_web_seed_url};
    (void)add_url(&urls, decode_url(value));
}

/* A number at *at, below limit; false: there is none. */
static bool read_index(const char **at, uint32_t limit, uint32_t *out)
{
    uint32_t n = 0;
    const char *digits = *at;
    for (; **at >= '0' && **at <= '9' && n < limit; (*at)++)
        n = n * 10 + (uint32_t)(**at - '0');
    *out = n;
    return *at != digits && n < limit;
}

/* "0,2-4,7"; what comes after something else is left out. */
static void add_ranges(struct magnet *m, struct part value)
{
    char *text = decode(value, MAGNET_MAX_LEN, false);
    const char *at = text != NULL ? text : "";
    while (m->n_ranges < MAGNET_MAX_RANGES) {
        struct magnet_range r;
        if (!read_index(&at, MAGNET_MAX_FILE, &r.first))
            break;
        r.last = r.first;
        if (*at == '-') {
            at++;
            if (!read_index(&at, MAGNET_MAX_FILE, &r.last) || r.last < r.first)
                break;
        }
        if (*at != '\0' && *at != ',')
            break;
        m->ranges =
            xreallocarray(m->ranges, m->n_ranges + 1, sizeof *m->ranges);
        m->ranges[m->n_ranges++] = r;
        if (*at++ == '\0')
            break;
    }
    free(text);
}

/* The port at the end of "HOST:PORT"; 0: it is none. */
static uint16_t read_port(const char *digits)
{
    uint16_t port;
    return text_parse_port(digits, strlen(digits), &port) ? port : 0;
}

static void add_peer(struct magnet *m, struct part value)
{
    char *text = decode(value, MAGNET_MAX_NAME_LEN, false);
    char *colon = text == NULL ? NULL : strrchr(text, ':');
    uint16_t port = colon == NULL ? 0 : read_port(colon + 1);
    if (port == 0 || m->n_peers == MAGNET_MAX_PEERS) {
        free(text);
        return;
    }
    char *host = text;
    size_t len = (size_t)(colon - text);
    if (len > 2 && host[0] == '[' && host[len - 1] == ']') {
        host++;
        len -= 2;
    }
    if (len > 0) {
        m->peers = xreallocarray(m->peers, m->n_peers + 1, sizeof *m->peers);
        m->peers[m->n_peers++] =
            (struct magnet_peer){.host = xstrndup(host, len), .port = port};
    }
    free(text);
}

/* Read an exact topic. Of those that are none of ours the last is remembered. */
static enum err read_topic(struct magnet *m, struct part value, bool *has_hash,
                           struct cause *cause)
{
    char *topic = decode(value, MAGNET_MAX_NAME_LEN, false);
    enum err err = OK;
    if (topic == NULL || strncasecmp(topic, BTIH, strlen(BTIH)) != 0) {
        if (topic != NULL && strncasecmp(topic, BTMH, strlen(BTMH)) == 0)
            cause_set(cause, "a magnet link of BitTorrent version 2 only, "
                             "which is not supported yet");
        err = ERR_UNSUPPORTED;
    } else {
        const char *digits = topic + strlen(BTIH);
        size_t len = strlen(digits);
        *has_hash = text_unhex(m->info_hash, MAGNET_HASH_LEN, digits) ||
                    (len == BASE32_LEN && read_base32(digits, m->info_hash));
        if (!*has_hash) {
            cause_set(cause, "the magnet link's hash is not 40 hexadecimal "
                             "or 32 base32 digits");
            err = ERR_SYNTAX;
        }
    }
    free(topic);
    return err;
}

/* Is it parameter `name`, or one of several: "tr", "tr.1"? */
static bool is_named(struct part key, const char *name)
{
    size_t len = strlen(name);
    return begins(key, name) && (key.len == len || key.p[len] == '.');
}

static enum err read_params(struct magnet *m, const char *at,
                            struct cause *cause)
{
    bool has_hash = false;
    enum err worst = ERR_SYNTAX;
    cause_set(cause, "a magnet link without the hash of a torrent "
                     "(xt=urn:btih:...)");
    while (*at != '\0') {
        size_t len = strcspn(at, "&");
        size_t key_len = strcspn(at, "=&");
        struct part key = {at, key_len};
        if (begins(key, HTML_AMP)) {
            key.p += strlen(HTML_AMP);
            key.len -= strlen(HTML_AMP);
        }
        struct part value = {at + key_len, 0};
        if (key_len < len)
            value = (struct part){at + key_len + 1, len - key_len - 1};
        if (is_named(key, "xt") && !has_hash) {
            enum err err = read_topic(m, value, &has_hash, cause);
            if (err == ERR_SYNTAX)
                return err;
            worst = err != OK ? err : worst;
        } else if (is_named(key, "dn") && m->name == NULL)
            m->name = decode(value, MAGNET_MAX_NAME_LEN, true);
        else if (is_named(key, "tr"))
            add_tracker(m, value);
        else if (is_named(key, "ws"))
            add_web_seed(m, value);
        else if (is_named(key, "xs") || is_named(key, "as"))
            add_source(m, value);
        else if (is_named(key, "so") && m->n_ranges == 0)
            add_ranges(m, value);
        else if (is_named(key, "x.pe"))
            add_peer(m, value);
        at += len + (at[len] == '&');
    }
    if (has_hash && cause != NULL)
        cause->text[0] = '\0';
    return has_hash ? OK : worst;
}

/* ---- The whole ---- */

static bool is_bare_hash(const char *text)
{
    uint8_t hash[MAGNET_HASH_LEN];
    return text_unhex(hash, sizeof hash, text);
}

bool magnet_is_meant(const char *text)
{
    return strncasecmp(text, "magnet:", strlen("magnet:")) == 0 ||
           is_bare_hash(text);
}

enum err magnet_parse(const char *text, struct magnet **out,
                      struct cause *cause)
{
    bool is_bare = is_bare_hash(text);
    if (strnlen(text, MAGNET_MAX_LEN + 1) > MAGNET_MAX_LEN) {
        cause_set(cause, "a magnet link of over 64 KiB");
        return ERR_TOO_BIG;
    }
    if (!is_bare && strncasecmp(text, SCHEME, strlen(SCHEME)) != 0) {
        cause_set(cause, "not a magnet link (magnet:?xt=urn:btih:...), nor "
                         "the 40 hexadecimal digits of an info-hash");
        return ERR_SYNTAX;
    }
    struct magnet *m = xzalloc(sizeof *m);
    enum err err = OK;
    if (is_bare) {
        (void)text_unhex(m->info_hash, MAGNET_HASH_LEN, text);
        m->link = xasprintf("%sxt=%s%s", SCHEME, BTIH, text);
    } else {
        m->link = xstrdup(text);
        err = read_params(m, text + strlen(SCHEME), cause);
    }
    if (err == OK)
        *out = m;
    else
        magnet_free(m);
    return err;
}

void magnet_free(struct magnet *m)
{
    if (m == NULL)
        return;
    for (size_t i = 0; i < m->n_trackers; i++)
        free(m->trackers[i]);
    for (size_t i = 0; i < m->n_peers; i++)
        free(m->peers[i].host);
    for (size_t i = 0; i < m->n_web_seeds; i++)
        free(m->web_seeds[i]);
    for (size_t i = 0; i < m->n_sources; i++)
        free(m->sources[i]);
    free(m->sources);
    free(m->ranges);
    free(m->trackers);
    free(m->peers);
    free(m->web_seeds);
    free(m->name);
    free(m->link);
    free(m);
}
