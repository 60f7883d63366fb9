#include "config.h"

#include "ui/peer_filter.h"

#include <stdio.h>
#include <string.h>

#include "ui/units.h"
#include "util/fold.h"

enum {
    NO_WORD = 255,
    COUNTRY = 254 /* a field that is no number: "cc=DE" */
};

/* Are the n bytes at s this word? */
static bool is_word(const char *s, size_t n, const char *word)
{
    return strlen(word) == n && fold_begins(s, word);
}

/* Numbers. */

static const char *const fields[] = {"down", "up",    "done", "rtt",
                                     "req",  "gives", "uniq", "in",
                                     "out",  "bad",   "late"};
enum { N_FIELDS = sizeof fields / sizeof *fields };

static uint64_t value_of(uint8_t field, const struct detail_peer *p,
                         uint32_t n_pieces)
{
    const uint64_t values[N_FIELDS] = {
        p->rate_down_Bps,
        p->rate_up_Bps,
        units_permille(p->n_pieces, n_pieces) / 10,
        p->rtt_us > 0 ? (uint64_t)p->rtt_us / 1000 : 0,
        p->n_outstanding,
        p->n_gives,
        p->n_unique,
        p->bytes_down,
        p->bytes_up,
        p->n_bad,
        p->n_timeouts};
    return values[field];
}

/* Words. */

static bool has_it(const struct detail_peer *p)
{
    return p->has_piece;
}

static bool is_seed(const struct detail_peer *p)
{
    return p->is_seed;
}

static bool chokes_us(const struct detail_peer *p)
{
    return p->am_interested && p->is_choking;
}

static bool sends(const struct detail_peer *p)
{
    return p->am_interested && !p->is_choking;
}

static bool downloads(const struct detail_peer *p)
{
    return p->is_interested && !p->am_choking;
}

static bool is_silent(const struct detail_peer *p)
{
    return p->is_snubbed;
}

static bool is_shunned(const struct detail_peer *p)
{
    return p->is_shunned;
}

static bool is_by_lot(const struct detail_peer *p)
{
    return p->is_optimistic;
}

static bool is_incoming(const struct detail_peer *p)
{
    return p->is_incoming;
}

static bool is_outgoing(const struct detail_peer *p)
{
    return !p->is_incoming;
}

static bool is_encrypted(const struct detail_peer *p)
{
    return p->is_encrypted;
}

static bool is_plain(const struct detail_peer *p)
{
    return !p->is_encrypted;
}

static const struct {
    const char *word;
    bool (*holds)(const struct detail_peer *p);
} words[] = {
    {"has", has_it},           {"seed", is_seed},
    {"choked", chokes_us},     {"open", sends},
    {"served", downloads},     {"silent", is_silent},
    {"snubbed", is_silent},    {"shunned", is_shunned},
    {"lot", is_by_lot},        {"incoming", is_incoming},
    {"outgoing", is_outgoing}, {"encrypted", is_encrypted},
    {"plain", is_plain},
};
enum { N_WORDS = sizeof words / sizeof *words };

static uint8_t find_word(const char *text, size_t n)
{
    for (uint8_t i = 0; i < N_WORDS; i++)
        if (is_word(text, n, words[i].word))
            return i;
    return NO_WORD;
}

/* Reading. */

/* "12", "1.5M"; false: no number yet. */
static bool read_number(const char *s, size_t n, uint64_t *out)
{
    static const char letters[] = "kmgt";
    enum { MAX_DIGITS = 12 };
    uint64_t whole = 0, part = 0, of = 1;
    size_t i = 0;
    for (; i < n && i < MAX_DIGITS && s[i] >= '0' && s[i] <= '9'; i++)
        whole = whole * 10 + (uint64_t)(s[i] - '0');
    if (i == 0)
        return false;
    if (i < n && s[i] == '.')
        for (i++; i < n && of < 1000 && s[i] >= '0' && s[i] <= '9'; i++) {
            part = part * 10 + (uint64_t)(s[i] - '0');
            of *= 10;
        }
    uint64_t unit = 1;
    const char *letter = i < n ? strchr(letters, s[i] | 0x20) : NULL;
    for (const char *at = letters; letter != NULL && at <= letter; at++)
        unit *= 1024;
    *out = whole * unit + part * unit / of;
    return true;
}

/* A country; false: it is none. */
static bool read_country(struct peer_filter *f, const char *s, size_t n,
                         bool *is_done)
{
    static const char key[] = "cc=";
    const size_t at = sizeof key - 1;
    if (n < at || !is_word(s, at, key))
        return false;
    f->terms[f->n].compares = '=';
    f->terms[f->n].field = COUNTRY;
    snprintf(f->terms[f->n].text, PEER_FILTER_TEXT_LEN, "%.*s", (int)(n - at),
             s + at);
    *is_done = n == at + 2;
    return true;
}

static void say_unknown(struct peer_filter *f, const char *s, size_t n)
{
    size_t len = 0;
    len += (size_t)snprintf(f->error, sizeof f->error,
                            "no field \"%.*s\":", (int)(n < 20 ? n : 20), s);
    for (size_t i = 0; i < N_FIELDS && len < sizeof f->error; i++)
        len += (size_t)snprintf(f->error + len, sizeof f->error - len, " %s",
                                fields[i]);
    if (len < sizeof f->error)
        snprintf(f->error + len, sizeof f->error - len, " cc");
}

/* A comparison; false: it is none. `is_done` is false when the number is not there
 * yet, or of what no peer has. */
static bool read_comparison(struct peer_filter *f, const char *s, size_t n,
                            bool *is_done)
{
    size_t at = 0;
    while (at < n && strchr("<>=", s[at]) == NULL)
        at++;
    for (uint8_t i = 0; at < n && i < N_FIELDS; i++) {
        if (!is_word(s, at, fields[i]))
            continue;
        f->terms[f->n].compares = s[at];
        f->terms[f->n].field = i;
        *is_done = read_number(s + at + 1, n - at - 1, &f->terms[f->n].value);
        return true;
    }
    if (at == n || at == 0)
        return false;
    *is_done = false;
    say_unknown(f, s, at);
    return true;
}

static void read_term(struct peer_filter *f, const char *s, size_t n)
{
    bool is_done = true;
    memset(&f->terms[f->n], 0, sizeof f->terms[f->n]);
    if (*s == '!') {
        f->terms[f->n].is_not = true;
        s++;
        n--;
    }
    if (!read_country(f, s, n, &is_done) &&
        !read_comparison(f, s, n, &is_done)) {
        f->terms[f->n].field = find_word(s, n);
        snprintf(f->terms[f->n].text, PEER_FILTER_TEXT_LEN, "%.*s", (int)n, s);
        is_done = n > 0;
    }
    f->n += is_done;
}

void peer_filter_parse(struct peer_filter *f, const char *text)
{
    f->n = 0;
    f->error[0] = '\0';
    while (f->n < PEER_FILTER_TERMS) {
        text += strspn(text, " ");
        size_t n = strcspn(text, " ");
        if (n == 0)
            return;
        read_term(f, text, n);
        text += n;
    }
}

/* Asking. */

static bool compare(char how, uint64_t a, uint64_t b)
{
    return how == '<' ? a < b : how == '>' ? a > b : a == b;
}

static bool is_in_words(const struct detail_peer *p, const char *part)
{
    char address[DETAIL_ADDRESS_LEN], flags[DETAIL_FLAGS_LEN];
    (void)detail_peer_address(p, address);
    detail_peer_flags(p, flags);
    return fold_has(address, part) || fold_has(p->client, part) ||
           fold_has(detail_peer_source_name((enum detail_source)p->source),
                    part) ||
           strstr(flags, part) != NULL;
}

bool peer_filter_takes(const struct peer_filter *f, const struct detail_peer *p,
                       uint32_t n_pieces)
{
    for (size_t i = 0; i < f->n; i++) {
        uint8_t field = f->terms[i].field;
        bool holds;
        if (field == COUNTRY && f->terms[i].compares != '\0')
            holds = fold_begins(p->country, f->terms[i].text);
        else if (f->terms[i].compares != '\0')
            holds = compare(f->terms[i].compares, value_of(field, p, n_pieces),
                            f->terms[i].value);
        else if (field != NO_WORD)
            holds = words[field].holds(p);
        else
            holds = is_in_words(p, f->terms[i].text);
        if (holds == f->terms[i].is_not)
            return false;
    }
    return true;
}

bool peer_filter_takes_gone(const struct peer_filter *f,
                            const struct detail_gone *g)
{
    char address[ADDR_TEXT_MAX];
    addr_text(&g->addr, address);
    for (size_t i = 0; i < f->n; i++) {
        const char *part = f->terms[i].text;
        bool is_known =
            f->terms[i].compares == '\0' && f->terms[i].field == NO_WORD;
        bool holds =
            is_known && (fold_has(address, part) || fold_has(g->client, part) ||
                         fold_has(g->words, part));
        if (holds == f->terms[i].is_not)
            return false;
    }
    return true;
}
