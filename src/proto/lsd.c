#include "config.h"

#include "proto/lsd.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "util/buf.h"
#include "util/bytes.h"
#include "util/text.h"

enum { HEX_LEN = 2 * LSD_HASH_LEN };

static const char REQUEST_LINE[] = "BT-SEARCH * HTTP/1.1";

/* All hashes, and the longest of the rest, fit one datagram. */
_Static_assert(LSD_MAX_HASHES *(10 + HEX_LEN + 2) + 160 <= LSD_MAX_LEN,
               "a datagram holds LSD_MAX_HASHES");

/* ---- Reading ---- */

static char lower(uint8_t c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* Take the next line off, without its end; false when there is none. */
static bool next_line(struct span *rest, struct span *out)
{
    if (rest->len == 0)
        return false;
    const uint8_t *end = memchr(rest->p, '\n', rest->len);
    size_t len = end != NULL ? (size_t)(end - rest->p) : rest->len;
    size_t step = end != NULL ? len + 1 : len;
    *out = (struct span){.p = rest->p, .len = len};
    if (len > 0 && out->p[len - 1] == '\r')
        out->len--;
    rest->p += step;
    rest->len -= step;
    return true;
}

/* Is it the header `name` (in lower case)? Then *value_out is what it says. */
static bool is_header(struct span line, const char *name,
                      struct span *value_out)
{
    size_t n = strlen(name);
    if (line.len <= n || line.p[n] != ':')
        return false;
    for (size_t i = 0; i < n; i++)
        if (lower(line.p[i]) != name[i])
            return false;
    struct span v = {.p = line.p + n + 1, .len = line.len - n - 1};
    while (v.len > 0 && (v.p[0] == ' ' || v.p[0] == '\t')) {
        v.p++;
        v.len--;
    }
    while (v.len > 0 && (v.p[v.len - 1] == ' ' || v.p[v.len - 1] == '\t'))
        v.len--;
    *value_out = v;
    return true;
}

/* 1 to 65535 in decimal, else 0. */
static uint16_t port_of(struct span v)
{
    uint16_t port;
    return text_parse_port((const char *)v.p, v.len, &port) ? port : 0;
}

static void take_hash(struct span v, struct lsd *out)
{
    char hex[HEX_LEN + 1];
    if (v.len != HEX_LEN || out->n_hashes == LSD_MAX_HASHES)
        return;
    memcpy(hex, v.p, HEX_LEN);
    hex[HEX_LEN] = '\0';
    if (text_unhex(out->hashes[out->n_hashes], LSD_HASH_LEN, hex))
        out->n_hashes++;
}

static void take_cookie(struct span v, struct lsd *out)
{
    if (v.len >= LSD_COOKIE_MAX)
        return;
    for (size_t i = 0; i < v.len; i++)
        if (v.p[i] < 0x20 || v.p[i] > 0x7e)
            return;
    memcpy(out->cookie, v.p, v.len);
    out->cookie[v.len] = '\0';
}

enum err lsd_parse(const uint8_t *bytes, size_t len, struct lsd *out)
{
    struct lsd lsd = {.port = 0};
    struct span rest = {.p = bytes, .len = len};
    struct span line, value;

    if (len > LSD_MAX_LEN)
        return ERR_TOO_BIG;
    if (!next_line(&rest, &line) || !span_is(line, REQUEST_LINE))
        return ERR_SYNTAX;
    while (next_line(&rest, &line) && line.len > 0) {
        if (is_header(line, "port", &value))
            lsd.port = port_of(value);
        else if (is_header(line, "infohash", &value))
            take_hash(value, &lsd);
        else if (is_header(line, "cookie", &value))
            take_cookie(value, &lsd);
    }
    if (lsd.port == 0 || lsd.n_hashes == 0)
        return ERR_INVALID;
    *out = lsd;
    return OK;
}

/* ---- Writing ---- */

size_t lsd_write(uint8_t *dst, const char *host, const struct lsd *lsd)
{
    struct buf b;
    char hex[HEX_LEN + 1];
    enum err err;

    assert(lsd->n_hashes >= 1 && lsd->n_hashes <= LSD_MAX_HASHES);
    buf_init(&b, LSD_MAX_LEN);
    err = buf_printf(&b, "%s\r\nHost: %s\r\nPort: %u\r\n", REQUEST_LINE, host,
                     (unsigned)lsd->port);
    for (size_t i = 0; i < lsd->n_hashes && err == OK; i++) {
        text_hex(hex, lsd->hashes[i], LSD_HASH_LEN);
        err = buf_printf(&b, "Infohash: %s\r\n", hex);
    }
    if (err == OK && lsd->cookie[0] != '\0')
        err = buf_printf(&b, "cookie: %s\r\n", lsd->cookie);
    if (err == OK)
        err = buf_printf(&b, "\r\n\r\n");
    assert(err == OK);
    size_t len = b.len;
    memcpy(dst, buf_bytes(&b), len);
    buf_fini(&b);
    return len;
}
