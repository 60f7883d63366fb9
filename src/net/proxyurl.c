#include "config.h"

#include "net/proxyurl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "util/percent.h"
#include "util/text.h"
#include "util/xalloc.h"

static enum err refuse(struct cause *cause, enum err err, const char *words)
{
    cause_set(cause, "%s", words);
    return err;
}

/* Percent-decode into dst; false when it does not fit, or a NUL is in it. */
static bool decode(const char *text, size_t len, char dst[PROXYURL_LOGIN_LEN])
{
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        uint8_t c = (uint8_t)text[i];
        if (c == '%') {
            if (!percent_decode(text + i, len - i, &c))
                return false;
            i += PERCENT_LEN - 1;
        }
        if (c == '\0' || n + 1 >= PROXYURL_LOGIN_LEN)
            return false;
        dst[n++] = (char)c;
    }
    dst[n] = '\0';
    return true;
}

static bool read_login(const char *text, size_t len, struct proxyurl *out)
{
    const char *colon = memchr(text, ':', len);
    size_t user_len = colon != NULL ? (size_t)(colon - text) : len;
    if (!decode(text, user_len, out->user))
        return false;
    return colon == NULL ||
           decode(colon + 1, len - user_len - 1, out->password);
}

static bool is_host_char(char c)
{
    return c == ':' || (c != '~' && percent_is_unreserved((uint8_t)c));
}

static bool read_host(const char *text, size_t len, struct proxyurl *out)
{
    if (len == 0 || len >= sizeof out->host)
        return false;
    for (size_t i = 0; i < len; i++)
        if (!is_host_char(text[i]))
            return false;
    memcpy(out->host, text, len);
    out->host[len] = '\0';
    return true;
}

/* HOST, HOST:PORT, [V6] or [V6]:PORT. */
static bool read_place(const char *text, size_t len, struct proxyurl *out)
{
    size_t host_len = len, at = 0;
    if (len > 0 && text[0] == '[') {
        const char *end = memchr(text, ']', len);
        if (end == NULL)
            return false;
        at = 1;
        host_len = (size_t)(end - text) - 1;
    } else if (memchr(text, ':', len) != NULL)
        host_len = (size_t)((const char *)memchr(text, ':', len) - text);
    if (!read_host(text + at, host_len, out))
        return false;
    at += host_len + (at > 0 ? 1 : 0); /* with its bracket */
    if (at == len)
        return true;
    return text[at] == ':' &&
           text_parse_port(text + at + 1, len - at - 1, &out->port) &&
           out->port != 0;
}

static bool begins(const char **text, const char *scheme)
{
    size_t len = strlen(scheme);
    if (strncasecmp(*text, scheme, len) != 0)
        return false;
    *text += len;
    return true;
}

enum err proxyurl_parse(const char *text, struct proxyurl *out,
                        struct cause *cause)
{
    struct proxyurl u = {.port = PROXYURL_SOCKS_PORT};
    if (begins(&text, "http://")) {
        u.is_http = true;
        u.port = PROXYURL_HTTP_PORT;
    } else if (!begins(&text, "socks5://") && !begins(&text, "socks5h://"))
        return refuse(cause, ERR_UNSUPPORTED,
                      "only socks5:// and http:// proxies are known");
    size_t len = strlen(text);
    if (len > 0 && text[len - 1] == '/')
        len--;
    const char *at = NULL;
    for (size_t i = 0; i < len; i++)
        if (text[i] == '@')
            at = text + i; /* the last one */
    if (at != NULL) {
        size_t login_len = (size_t)(at - text);
        if (!read_login(text, login_len, &u))
            return refuse(cause, ERR_SYNTAX,
                          "its user or password is too long, or not well "
                          "encoded");
        text += login_len + 1;
        len -= login_len + 1;
    }
    if (!read_place(text, len, &u))
        return refuse(cause, ERR_SYNTAX, "it has no good HOST:PORT");
    *out = u;
    return OK;
}

static const char *scheme_of(const struct proxyurl *u)
{
    return u->is_http ? "http" : "socks5";
}

void proxyurl_safe(const struct proxyurl *u, char dst[PROXYURL_SAFE_LEN])
{
    bool is_v6 = strchr(u->host, ':') != NULL;
    snprintf(dst, PROXYURL_SAFE_LEN, "%s://%s%s%s:%u", scheme_of(u),
             is_v6 ? "[" : "", u->host, is_v6 ? "]" : "", (unsigned)u->port);
}

/* All but what is safe anywhere, percent-encoded. */
static char *encode(const char *text)
{
    char *out = xmalloc(PERCENT_LEN * strlen(text) + 1);
    size_t n = 0;
    for (; *text != '\0'; text++) {
        uint8_t c = (uint8_t)*text;
        if (percent_is_unreserved(c)) {
            out[n++] = *text;
            continue;
        }
        percent_encode(c, out + n);
        n += PERCENT_LEN;
    }
    out[n] = '\0';
    return out;
}

char *proxyurl_for_curl(const struct proxyurl *u, const struct addr *at)
{
    char where[ADDR_TEXT_MAX];
    bool has_login = u->user[0] != '\0' || u->password[0] != '\0';
    char *user = encode(u->user), *password = encode(u->password);
    char *text =
        xasprintf("%s%s://%s%s%s%s%s", scheme_of(u), u->is_http ? "" : "h",
                  user, has_login ? ":" : "", password, has_login ? "@" : "",
                  addr_text(at, where));
    free(user);
    free(password);
    return text;
}
