#include "config.h"

#include "meta/iplist.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "util/addr.h"
#include "util/ipset.h"
#include "util/xalloc.h"

enum { LEVEL_ALLOWED = 128, LEVEL_MAX = 255 };

/* Of UTF-8: editors put it before the first line. */
static const char BYTE_ORDER_MARK[] = "\xef\xbb\xbf";

struct iplist {
    struct ipset *into; /* borrowed */
    struct iplist_report report;
    size_t len;       /* of the line, as far as it came */
    bool is_overlong; /* the rest of the line is dropped */
    char line[IPLIST_MAX_LINE + 1];
};

/* What is left of a line. */
struct cursor {
    const char *at; /* ends with NUL */
};

enum verdict { LINE_BAD, LINE_BLOCKS, LINE_ALLOWS, LINE_EMPTY };

struct range {
    struct addr first, last;
};

/* ---- Words of a line ---- */

static void skip_blanks(struct cursor *c)
{
    while (*c->at == ' ' || *c->at == '\t')
        c->at++;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Is it the end of what counts: of the line, or where a comment begins? */
static bool is_over(struct cursor *c)
{
    skip_blanks(c);
    return *c->at == '\0' || *c->at == '#' || *c->at == ';';
}

static bool take_char(struct cursor *c, char wanted)
{
    if (*c->at != wanted)
        return false;
    c->at++;
    return true;
}

/* A decimal number up to max, of at most three digits. */
static bool take_number(struct cursor *c, unsigned max, unsigned *out)
{
    unsigned n = 0;
    size_t i = 0;
    for (; i < 3 && is_digit(c->at[i]); i++)
        n = 10 * n + (unsigned)(c->at[i] - '0');
    if (i == 0 || is_digit(c->at[i]) || n > max)
        return false;
    c->at += i;
    *out = n;
    return true;
}

static bool take_v4(struct cursor *c, struct addr *out)
{
    struct cursor look = *c;
    uint8_t ip[ADDR_V4_LEN];
    for (size_t i = 0; i < sizeof ip; i++) {
        unsigned n;
        if ((i > 0 && !take_char(&look, '.')) || !take_number(&look, 255, &n))
            return false;
        ip[i] = (uint8_t)n;
    }
    *out = addr_v4(ip, 0);
    *c = look;
    return true;
}

static bool take_v6(struct cursor *c, struct addr *out)
{
    char text[ADDR_TEXT_MAX];
    size_t len = strspn(c->at, "0123456789abcdefABCDEF:.");
    if (len >= sizeof text || memchr(c->at, ':', len) == NULL)
        return false;
    memcpy(text, c->at, len);
    text[len] = '\0';
    if (addr_parse_ip(text, out) != OK)
        return false;
    c->at += len;
    return true;
}

static bool take_ip(struct cursor *c, struct addr *out)
{
    return take_v4(c, out) || take_v6(c, out);
}

/* ---- Lines ---- */

static bool take_range(struct cursor *c, struct range *out)
{
    struct cursor look = *c;
    struct range r;
    skip_blanks(&look);
    if (!take_ip(&look, &r.first))
        return false;
    skip_blanks(&look);
    if (!take_char(&look, '-'))
        return false;
    skip_blanks(&look);
    if (!take_ip(&look, &r.last) || addr_is_v4(&r.first) != addr_is_v4(&r.last))
        return false;
    *out = r;
    *c = look;
    return true;
}

/* Behind a range: nothing, or eMule's level. */
static enum verdict judge_rest(struct cursor *c)
{
    unsigned level;
    if (is_over(c))
        return LINE_BLOCKS;
    if (!take_char(c, ','))
        return LINE_BAD;
    skip_blanks(c);
    if (!take_number(c, LEVEL_MAX, &level))
        return LINE_BAD;
    skip_blanks(c);
    if (*c->at != ',' && *c->at != '\0')
        return LINE_BAD;
    return level >= LEVEL_ALLOWED ? LINE_ALLOWS : LINE_BLOCKS;
}

/* The addresses that have the first n_bits in common with a. */
static void widen(const struct addr *a, unsigned n_bits, struct range *out)
{
    *out = (struct range){*a, *a};
    for (unsigned i = 0; i < sizeof a->ip; i++) {
        unsigned before = 8 * i;
        unsigned n = n_bits <= before       ? 0
                     : n_bits - before >= 8 ? 8
                                            : n_bits - before;
        uint8_t rest = (uint8_t)(0xff >> n);
        out->first.ip[i] &= (uint8_t)~rest;
        out->last.ip[i] |= rest;
    }
}

/* One address, or ADDRESS/BITS. */
static bool take_net(struct cursor *c, struct range *out)
{
    struct cursor look = *c;
    struct addr a;
    bool is_v4 = take_v4(&look, &a);
    if (!is_v4 && !take_v6(&look, &a))
        return false;
    unsigned all = is_v4 ? 32 : 128, n_bits = all;
    if (take_char(&look, '/') && !take_number(&look, all, &n_bits))
        return false;
    if (!is_over(&look))
        return false;
    widen(&a, n_bits + 128 - all, out);
    *c = look;
    return true;
}

/* Words, a colon, a range: the words may have colons, and so has IPv6. The first
 * colon with nothing but a range behind it is the one. */
static bool take_named(struct cursor *c, struct range *out)
{
    const char *at = c->at;
    while ((at = strchr(at, ':')) != NULL) {
        struct cursor look = {.at = ++at};
        struct range r;
        if (!take_range(&look, &r))
            continue;
        skip_blanks(&look);
        if (*look.at != '\0')
            continue;
        *out = r;
        return true;
    }
    return false;
}

static bool is_comment(const char *line)
{
    return line[0] == '\0' || line[0] == '#' || line[0] == ';' ||
           strncmp(line, "//", 2) == 0;
}

static enum verdict judge(const char *line, struct range *out)
{
    struct cursor c = {.at = line};
    if (strncmp(line, BYTE_ORDER_MARK, strlen(BYTE_ORDER_MARK)) == 0)
        c.at += strlen(BYTE_ORDER_MARK);
    skip_blanks(&c);
    if (is_comment(c.at))
        return LINE_EMPTY;
    struct cursor look = c;
    if (take_range(&look, out)) {
        enum verdict verdict = judge_rest(&look);
        if (verdict != LINE_BAD)
            return verdict;
    }
    look = c;
    if (take_net(&look, out) || take_named(&c, out))
        return LINE_BLOCKS;
    return LINE_BAD;
}

/* ---- Text ---- */

static void count_bad(struct iplist_report *r)
{
    if (r->n_bad < IPLIST_MAX_NAMED)
        r->bad[r->n_bad] = r->n_lines;
    r->n_bad++;
}

static enum err end_line(struct iplist *l)
{
    struct iplist_report *report = &l->report;
    struct range r;
    size_t len = l->len;
    bool is_whole = !l->is_overlong;
    report->n_lines++;
    l->len = 0;
    l->is_overlong = false;
    if (len > 0 && l->line[len - 1] == '\r')
        len--;
    l->line[len] = '\0';
    enum verdict verdict = LINE_BAD;
    if (is_whole && memchr(l->line, '\0', len) == NULL)
        verdict = judge(l->line, &r);
    enum err err = OK;
    if (verdict == LINE_BLOCKS)
        err = ipset_add(l->into, &r.first, &r.last);
    if (err == ERR_TOO_BIG)
        return err;
    if (verdict == LINE_BAD || err != OK)
        count_bad(report);
    else if (verdict == LINE_BLOCKS)
        report->n_ranges++;
    else if (verdict == LINE_ALLOWS)
        report->n_allowed++;
    return OK;
}

enum err iplist_feed(struct iplist *l, const char *bytes, size_t len)
{
    while (len > 0) {
        const char *end = memchr(bytes, '\n', len);
        size_t n = end != NULL ? (size_t)(end - bytes) : len;
        if (n > IPLIST_MAX_LINE - l->len)
            l->is_overlong = true;
        else if (!l->is_overlong) {
            memcpy(l->line + l->len, bytes, n);
            l->len += n;
        }
        if (end == NULL)
            return OK;
        enum err err = end_line(l);
        if (err != OK)
            return err;
        bytes += n + 1;
        len -= n + 1;
    }
    return OK;
}

enum err iplist_end(struct iplist *l, struct iplist_report *out)
{
    enum err err = OK;
    if (l->len > 0 || l->is_overlong)
        err = end_line(l);
    if (err == OK)
        *out = l->report;
    return err;
}

struct iplist *iplist_new(struct ipset *into)
{
    struct iplist *l = xmalloc(sizeof *l);
    l->into = into;
    l->report = (struct iplist_report){0};
    l->len = 0;
    l->is_overlong = false;
    return l;
}

void iplist_free(struct iplist *l)
{
    free(l);
}
