#include "config.h"

#include "proto/tunnel.h"

#include <assert.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum {
    SOCKS_VERSION = 5,
    LOGIN_VERSION = 1,
    METHOD_NONE = 0,
    METHOD_LOGIN = 2,
    METHOD_NO_USE = 0xff,
    CONNECT = 1,
    ATYP_V4 = 1,
    ATYP_NAME = 3,
    ATYP_V6 = 4,
    PORT_LEN = 2,
    PAIR_LEN = 2, /* the answers to the greeting and to a login */
    REPLY_LEN = 4,
    STATUS_AT = 9, /* "HTTP/1.1 200" */
    STATUS_END = 12,
    BASE64_LEN = 4 * ((2 * TUNNEL_MAX_LOGIN + 1 + 2) / 3) + 1
};

static const char END_OF_HEAD[] = "\r\n\r\n";

static bool has_login(const struct tunnel *t)
{
    return t->user[0] != '\0' || t->password[0] != '\0';
}

static enum err fail(struct tunnel *t, enum err err, int errnum,
                     const char *words)
{
    t->state = TUNNEL_FAILED;
    t->err = err;
    t->errnum = errnum;
    t->wanted = 0;
    t->out_len = t->out_sent = 0;
    snprintf(t->words, sizeof t->words, "%s", words);
    return err;
}

/* All that is asked of this proxy would end so. */
static enum err fail_proxy(struct tunnel *t, enum err err, const char *words)
{
    t->is_proxy_at_fault = true;
    return fail(t, err, 0, words);
}

/* From here on a part of n bytes is read. */
static void expect(struct tunnel *t, enum tunnel_state state, size_t n)
{
    t->state = state;
    t->wanted = n;
    t->n_taken = 0;
}

static void put(struct tunnel *t, const void *bytes, size_t n)
{
    assert(n <= sizeof t->out - t->out_len);
    memcpy(t->out + t->out_len, bytes, n);
    t->out_len += n;
}

static void put_byte(struct tunnel *t, size_t byte)
{
    uint8_t b = (uint8_t)byte;
    put(t, &b, 1);
}

/* ---- SOCKS5 ---- */

static void put_greeting(struct tunnel *t)
{
    bool both = has_login(t);
    put_byte(t, SOCKS_VERSION);
    put_byte(t, both ? 2 : 1);
    put_byte(t, METHOD_NONE);
    if (both)
        put_byte(t, METHOD_LOGIN);
    expect(t, TUNNEL_METHOD, PAIR_LEN);
}

static void put_login(struct tunnel *t)
{
    put_byte(t, LOGIN_VERSION);
    put_byte(t, strlen(t->user));
    put(t, t->user, strlen(t->user));
    put_byte(t, strlen(t->password));
    put(t, t->password, strlen(t->password));
    expect(t, TUNNEL_LOGIN, PAIR_LEN);
}

static void put_request(struct tunnel *t)
{
    bool is_v4 = addr_is_v4(&t->to);
    uint8_t compact[ADDR_COMPACT_V6_LEN]; /* RFC 1928 has it so, too */
    put_byte(t, SOCKS_VERSION);
    put_byte(t, CONNECT);
    put_byte(t, 0);
    put_byte(t, is_v4 ? ATYP_V4 : ATYP_V6);
    put(t, compact, addr_put_compact(&t->to, compact));
    expect(t, TUNNEL_REPLY, REPLY_LEN);
}

static enum err on_method(struct tunnel *t)
{
    if (t->part[0] != SOCKS_VERSION)
        return fail_proxy(t, ERR_SYNTAX, "it is no SOCKS5 proxy");
    if (t->part[1] == METHOD_NONE)
        put_request(t);
    else if (t->part[1] == METHOD_LOGIN && has_login(t))
        put_login(t);
    else
        return fail_proxy(t, ERR_REFUSED, "it wants a user and a password");
    return OK;
}

static enum err on_login(struct tunnel *t)
{
    if (t->part[1] != 0)
        return fail_proxy(t, ERR_REFUSED, "it refuses user and password");
    put_request(t);
    return OK;
}

/* RFC 1928, 6: what went wrong, by its code. */
static enum err on_refusal(struct tunnel *t, unsigned code)
{
    switch (code) {
    case 2:
        return fail(t, ERR_REFUSED, 0, "its rules forbid the address");
    case 3:
        return fail(t, ERR_SYS, ENETUNREACH, "it cannot reach the network");
    case 4:
        return fail(t, ERR_SYS, EHOSTUNREACH, "it cannot reach the address");
    case 5:
        return fail(t, ERR_SYS, ECONNREFUSED, "the address refuses");
    case 6:
        return fail(t, ERR_TIMEOUT, 0, "the address does not answer");
    case 8:
        return fail(t, ERR_REFUSED, 0, "it knows no such addresses");
    default:
        return fail(t, ERR_REFUSED, 0, "it cannot do that");
    }
}

static enum err on_reply(struct tunnel *t)
{
    if (t->part[0] != SOCKS_VERSION)
        return fail_proxy(t, ERR_SYNTAX, "it is no SOCKS5 proxy");
    if (t->part[1] != 0)
        return on_refusal(t, t->part[1]);
    if (t->part[3] == ATYP_V4)
        expect(t, TUNNEL_ADDRESS, ADDR_COMPACT_V4_LEN);
    else if (t->part[3] == ATYP_V6)
        expect(t, TUNNEL_ADDRESS, ADDR_COMPACT_V6_LEN);
    else if (t->part[3] == ATYP_NAME)
        expect(t, TUNNEL_LENGTH, 1);
    else
        return fail_proxy(t, ERR_SYNTAX, "it is no SOCKS5 proxy");
    return OK;
}

static enum err end_part(struct tunnel *t)
{
    switch (t->state) {
    case TUNNEL_METHOD:
        return on_method(t);
    case TUNNEL_LOGIN:
        return on_login(t);
    case TUNNEL_REPLY:
        return on_reply(t);
    case TUNNEL_LENGTH:
        expect(t, TUNNEL_ADDRESS, (size_t)t->part[0] + PORT_LEN);
        return OK;
    case TUNNEL_ADDRESS:
        expect(t, TUNNEL_OPEN, 0);
        return OK;
    case TUNNEL_HEAD:
    case TUNNEL_OPEN:
    case TUNNEL_FAILED:
        break;
    }
    assert(false);
    return OK;
}

static enum err take_part(struct tunnel *t, const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (t->n_taken + i < sizeof t->part)
            t->part[t->n_taken + i] = bytes[i];
    t->n_taken += n;
    return t->n_taken == t->wanted ? end_part(t) : OK;
}

/* ---- HTTP ---- */

static void put_text(struct tunnel *t, const char *text)
{
    put(t, text, strlen(text));
}

static void put_basic(struct tunnel *t)
{
    char pair[2 * TUNNEL_MAX_LOGIN + 2], base64[BASE64_LEN];
    int len = snprintf(pair, sizeof pair, "%s:%s", t->user, t->password);
    sodium_bin2base64(base64, sizeof base64, (const unsigned char *)pair,
                      (size_t)len, sodium_base64_VARIANT_ORIGINAL);
    put_text(t, "Proxy-Authorization: Basic ");
    put_text(t, base64);
    put_text(t, "\r\n");
    sodium_memzero(pair, sizeof pair);
    sodium_memzero(base64, sizeof base64);
}

static void put_connect(struct tunnel *t)
{
    char at[ADDR_TEXT_MAX];
    addr_text(&t->to, at);
    put_text(t, "CONNECT ");
    put_text(t, at);
    put_text(t, " HTTP/1.1\r\nHost: ");
    put_text(t, at);
    put_text(t, "\r\n");
    if (has_login(t))
        put_basic(t);
    put_text(t, "\r\n");
    t->state = TUNNEL_HEAD;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static enum err on_head(struct tunnel *t)
{
    const char *status = t->line + STATUS_AT;
    char words[TUNNEL_WORDS_LEN];
    bool is_http = t->n_taken > STATUS_END &&
                   memcmp(t->line, "HTTP/1.", 7) == 0 &&
                   t->line[STATUS_AT - 1] == ' ' && is_digit(status[0]) &&
                   is_digit(status[1]) && is_digit(status[2]);
    if (!is_http)
        return fail_proxy(t, ERR_SYNTAX, "it is no HTTP proxy");
    if (memcmp(status, "407", 3) == 0)
        return fail_proxy(t, ERR_REFUSED,
                          has_login(t) ? "it refuses user and password"
                                       : "it wants a user and a password");
    if (status[0] != '2') {
        snprintf(words, sizeof words, "it answers with status %.3s", status);
        return fail(t, ERR_REFUSED, 0, words);
    }
    t->state = TUNNEL_OPEN;
    return OK;
}

static enum err take_head(struct tunnel *t, const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char c = (char)bytes[i];
        if (t->n_taken < sizeof t->line)
            t->line[t->n_taken] = c;
        t->n_taken++;
        if (c == END_OF_HEAD[t->n_ended])
            t->n_ended++;
        else
            t->n_ended = c == '\r' ? 1 : 0;
    }
    if (t->n_ended == sizeof END_OF_HEAD - 1)
        return on_head(t);
    if (t->n_taken > TUNNEL_MAX_HEAD)
        return fail_proxy(t, ERR_TOO_BIG, "its answer has no end");
    return OK;
}

/* ---- Both ---- */

void tunnel_init(struct tunnel *t, enum tunnel_kind kind, const struct addr *to,
                 const char *user, const char *password)
{
    *t = (struct tunnel){.kind = kind, .to = *to};
    snprintf(t->user, sizeof t->user, "%s", user);
    snprintf(t->password, sizeof t->password, "%s", password);
    if (kind == TUNNEL_SOCKS5)
        put_greeting(t);
    else
        put_connect(t);
}

void tunnel_fini(struct tunnel *t)
{
    sodium_memzero(t, sizeof *t);
}

struct span tunnel_output(const struct tunnel *t)
{
    return (struct span){.p = t->out + t->out_sent,
                         .len = t->out_len - t->out_sent};
}

void tunnel_sent(struct tunnel *t, size_t n)
{
    assert(n <= t->out_len - t->out_sent);
    t->out_sent += n;
    if (t->out_sent == t->out_len)
        t->out_sent = t->out_len = 0;
}

size_t tunnel_wanted(const struct tunnel *t)
{
    if (t->state == TUNNEL_OPEN || t->state == TUNNEL_FAILED)
        return 0;
    if (t->kind == TUNNEL_HTTP) /* the end needs so many more at least */
        return sizeof END_OF_HEAD - 1 - t->n_ended;
    return t->wanted - t->n_taken;
}

enum err tunnel_input(struct tunnel *t, const uint8_t *bytes, size_t n)
{
    assert(n > 0 && n <= tunnel_wanted(t));
    return t->kind == TUNNEL_HTTP ? take_head(t, bytes, n)
                                  : take_part(t, bytes, n);
}

bool tunnel_is_proxy_at_fault(const struct tunnel *t)
{
    return t->is_proxy_at_fault;
}

const char *tunnel_words(const struct tunnel *t)
{
    return t->words;
}
