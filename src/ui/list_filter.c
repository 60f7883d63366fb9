#include "config.h"

#include "ui/list_filter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/list_column.h"
#include "ui/units.h"
#include "ui/words.h"
#include "util/fold.h"

enum kind {
    SIZE,   /* 500k, 1.5G */
    NUMBER, /* 2, 1.5, 90% */
    TIME,   /* 90, 5m, 2h, 1d: seconds */
    TEXT,
    STATE
};

enum field {
    SEEDS,
    PEERS,
    F_SIZE,
    DOWN,
    UP,
    DONE,
    LEFT,
    RATIO,
    ETA,
    AVAIL,
    QUEUE,
    NAME,
    LABEL,
    TRACKER,
    CAUSE,
    F_STATE,
    N_FIELDS,
    WORD = N_FIELDS /* no field: a plain word */
};

static const struct {
    const char *name;
    enum kind kind;
} fields[N_FIELDS] = {
    [SEEDS] = {"seeds", NUMBER}, [PEERS] = {"peers", NUMBER},
    [F_SIZE] = {"size", SIZE},   [DOWN] = {"down", SIZE},
    [UP] = {"up", SIZE},         [DONE] = {"done", NUMBER},
    [LEFT] = {"left", SIZE},     [RATIO] = {"ratio", NUMBER},
    [ETA] = {"eta", TIME},       [AVAIL] = {"avail", NUMBER},
    [QUEUE] = {"queue", NUMBER}, [NAME] = {"name", TEXT},
    [LABEL] = {"label", TEXT},   [TRACKER] = {"tracker", TEXT},
    [CAUSE] = {"cause", TEXT},   [F_STATE] = {"state", STATE},
};

static double number_of(const struct frame_torrent *t, enum field field)
{
    static const double never = 1e18;
    switch (field) {
    case SEEDS:
        return t->n_seeds;
    case PEERS:
        return t->n_peers;
    case F_SIZE:
        return (double)t->wanted_bytes;
    case DOWN:
        return (double)t->rate_down_Bps;
    case UP:
        return (double)t->rate_up_Bps;
    case DONE:
        return list_column_permille(t) / 10.0;
    case LEFT:
        return (double)t->wanted_left_bytes;
    case RATIO:
        return t->have_bytes > 0 ? (double)t->bytes_up / (double)t->have_bytes
                                 : 0;
    case ETA:
        return t->eta_s >= 0 ? (double)t->eta_s : never;
    case AVAIL:
        return t->availability_m > 0 ? t->availability_m / 1000.0 : 0;
    case QUEUE:
        return t->queue_pos;
    case NAME:
    case LABEL:
    case TRACKER:
    case CAUSE:
    case F_STATE:
    case N_FIELDS:
        break;
    }
    return 0;
}

static const char *text_of(const struct frame_torrent *t, enum field field)
{
    return field == NAME      ? t->name
           : field == LABEL   ? t->label
           : field == TRACKER ? t->tracker_host
                              : t->cause;
}

static bool is_in_state(const struct frame_torrent *t, const char *word)
{
    char letter = words_letter(t);
    if (fold_begins("stalled", word) && letter == '!')
        return true;
    if (fold_begins("error", word) && letter == 'E')
        return true;
    if (fold_begins("active", word) &&
        (t->rate_down_Bps > 0 || t->rate_up_Bps > 0))
        return true;
    return fold_begins(frame_state_name(t->state), word);
}

static bool compares(double is, char op, double wanted)
{
    switch (op) {
    case '<':
        return is < wanted;
    case '>':
        return is > wanted;
    case '{':
        return is <= wanted;
    case '}':
        return is >= wanted;
    default:
        return is > wanted - 0.0005 && is < wanted + 0.0005;
    }
}

static bool holds(const struct list_filter_term *term,
                  const struct frame_torrent *t)
{
    enum field field = (enum field)term->field;
    if (field == WORD)
        return fold_has(t->name, term->text) || fold_has(t->label, term->text);
    if (fields[field].kind == STATE)
        return is_in_state(t, term->text);
    if (fields[field].kind == TEXT)
        return term->text[0] == '\0' ? text_of(t, field)[0] == '\0'
                                     : fold_has(text_of(t, field), term->text);
    return compares(number_of(t, field), term->op, term->number);
}

bool list_filter_has(const struct list_filter *f, const struct frame_torrent *t)
{
    for (size_t i = 0; i < f->n; i++)
        if (holds(&f->terms[i], t) == f->terms[i].is_not)
            return false;
    return true;
}

/* Reading. */

static bool read_time(const char *text, double *out)
{
    static const struct {
        char letter;
        double seconds;
    } units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
    size_t n = strspn(text, "0123456789.");
    double v = strtod(text, NULL);
    if (n == 0)
        return false;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (text[n] == units[i].letter && text[n + 1] == '\0')
            v *= units[i].seconds, n++;
    *out = v;
    return text[n] == '\0';
}

static bool read_value(enum kind kind, const char *text, double *out)
{
    uint64_t bytes;
    if (kind == TIME)
        return read_time(text, out);
    if (kind == SIZE && units_parse_size(text, &bytes)) {
        *out = (double)bytes;
        return true;
    }
    size_t n = strspn(text, "0123456789.");
    *out = strtod(text, NULL);
    return kind == NUMBER && n > 0 &&
           (text[n] == '\0' || strcmp(text + n, "%") == 0);
}

static const char *wanted_words(enum kind kind)
{
    return kind == SIZE   ? "a size such as 500k or 1.5G"
           : kind == TIME ? "a time such as 90, 5m, 2h"
                          : "a number";
}

static enum field field_called(const char *name, size_t len)
{
    enum field field = SEEDS;
    while (field < N_FIELDS && (strlen(fields[field].name) != len ||
                                strncmp(fields[field].name, name, len) != 0))
        field++;
    return field;
}

/* Read "size>1G" into term, cutting it after the name; false, with the error said. */
static bool read_field(struct list_filter *f, struct list_filter_term *term,
                       char *word, size_t name_len)
{
    term->field = (uint8_t)field_called(word, name_len);
    if (term->field == N_FIELDS) {
        snprintf(f->error, sizeof f->error,
                 "no field \"%.*s\": seeds peers size down up done left ratio "
                 "eta avail label tracker state",
                 (int)(name_len < 20 ? name_len : 20), word);
        return false;
    }
    enum kind kind = fields[term->field].kind;
    const char *value = word + name_len + 1;
    term->op = word[name_len] == ':' ? '=' : word[name_len];
    if (*value == '=') {
        term->op = term->op == '<' ? '{' : term->op == '>' ? '}' : '=';
        value++;
    }
    term->text = value;
    bool is_text = kind == TEXT || kind == STATE;
    if (is_text || read_value(kind, value, &term->number))
        return true;
    snprintf(f->error, sizeof f->error, "%s wants %s, not \"%.20s\"",
             fields[term->field].name, wanted_words(kind), value);
    return false;
}

static void read_term(struct list_filter *f, char *word, bool is_quoted,
                      bool is_not)
{
    struct list_filter_term term = {.is_not = is_not, .field = WORD};
    term.text = word;
    size_t name_len = strcspn(word, "<>=:");
    bool is_field = !is_quoted && word[name_len] != '\0' && name_len > 0;
    if (is_field && !read_field(f, &term, word, name_len))
        return;
    if (f->n == LIST_FILTER_MAX_TERMS)
        snprintf(f->error, sizeof f->error, "more than %d terms",
                 LIST_FILTER_MAX_TERMS);
    else
        f->terms[f->n++] = term;
}

void list_filter_read(struct list_filter *f, const char *line)
{
    f->n = 0;
    f->error[0] = '\0';
    snprintf(f->text, sizeof f->text, "%s", line);
    char *at = f->text;
    for (;;) {
        at += strspn(at, " ");
        bool is_not = *at == '!';
        at += is_not;
        bool is_quoted = *at == '"';
        at += is_quoted;
        if (*at == '\0')
            return;
        char *end = at + strcspn(at, is_quoted ? "\"" : " ");
        bool is_last = *end == '\0';
        *end = '\0';
        if (*at != '\0')
            read_term(f, at, is_quoted, is_not);
        if (is_last)
            return;
        at = end + 1;
    }
}
