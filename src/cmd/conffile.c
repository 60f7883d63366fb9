#include "config.h"

#include "cmd/conffile.h"

#include <confuse.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/text.h"
#include "util/xalloc.h"

/* ---- Finding statements ---- */

static const char open_quote[] = "a quote is not closed";
static const char open_list[] = "a list is not closed by }";
static const char open_comment[] = "a comment is not closed";

/* The byte at `ahead` from here; 0 beyond the end. */
static char peek(const struct conffile *f, size_t ahead)
{
    return ahead < f->len - f->off ? f->text[f->off + ahead] : '\0';
}

static void step(struct conffile *f)
{
    if (f->text[f->off++] == '\n')
        f->line++;
}

static bool is_at_end(const struct conffile *f)
{
    return f->off == f->len;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* What may stand in a word without quotes. */
static bool is_word(char c)
{
    bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return is_letter || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80 ||
           (c != '\0' && strchr("_-.:/~%@&;?!<>[]|^", c) != NULL);
}

static bool is_comment(const struct conffile *f)
{
    return peek(f, 0) == '#' ||
           (peek(f, 0) == '/' && (peek(f, 1) == '/' || peek(f, 1) == '*'));
}

static void skip_line(struct conffile *f)
{
    while (!is_at_end(f) && peek(f, 0) != '\n')
        step(f);
}

/* Over a comment, up to the end of its line or its own. Return what is wrong. */
static const char *skip_comment(struct conffile *f)
{
    if (peek(f, 0) == '#' || peek(f, 1) == '/') {
        skip_line(f);
        return NULL;
    }
    unsigned line = f->line;
    step(f);
    do
        step(f);
    while (!is_at_end(f) && !(peek(f, 0) == '*' && peek(f, 1) == '/'));
    if (is_at_end(f)) {
        f->line = line;
        return open_comment;
    }
    step(f);
    step(f);
    return NULL;
}

/* Over blanks, and with `lines` over comments and the ends of lines too. */
static const char *skip_space(struct conffile *f, bool lines)
{
    const char *broken = NULL;
    while (!is_at_end(f) && broken == NULL) {
        char c = peek(f, 0);
        if (is_blank(c) || (lines && c == '\n'))
            step(f);
        else if (lines && is_comment(f))
            broken = skip_comment(f);
        else
            break;
    }
    return broken;
}

static const char *skip_quoted(struct conffile *f)
{
    char quote = peek(f, 0);
    step(f);
    while (!is_at_end(f) && peek(f, 0) != quote) {
        if (peek(f, 0) == '\\' && peek(f, 1) != '\0')
            step(f);
        step(f);
    }
    if (is_at_end(f))
        return open_quote;
    step(f);
    return NULL;
}

/* Over one value that is no list. */
static const char *skip_value(struct conffile *f)
{
    char c = peek(f, 0);
    if (c == '"' || c == '\'')
        return skip_quoted(f);
    if (!is_word(c))
        return c == '\n' || c == '\0' ? "no value after ="
                                      : "this value needs quotes";
    while (!is_at_end(f) && is_word(peek(f, 0)))
        step(f);
    return NULL;
}

static const char *skip_list(struct conffile *f)
{
    step(f);
    for (;;) {
        const char *broken = skip_space(f, true);
        if (broken == NULL && is_at_end(f))
            broken = open_list;
        if (broken != NULL)
            return broken;
        if (peek(f, 0) == '}')
            break;
        if (peek(f, 0) == ',')
            step(f);
        else if ((broken = skip_value(f)) != NULL)
            return broken;
    }
    step(f);
    return NULL;
}

static void take_name(struct conffile *f, struct conffile_statement *out)
{
    size_t begin = f->off;
    while (!is_at_end(f) && is_word(peek(f, 0)))
        step(f);
    text_clean(out->name, sizeof out->name, f->text + begin, f->off - begin);
}

/* Over the rest of a statement whose key was read. */
static const char *skip_rest(struct conffile *f, struct conffile_statement *out)
{
    skip_space(f, false);
    out->adds = peek(f, 0) == '+';
    if (out->adds)
        step(f);
    if (out->name[0] == '\0')
        return "not of the form key = value";
    if (peek(f, 0) != '=')
        return "no = after the key";
    step(f);
    skip_space(f, false);
    out->is_list = peek(f, 0) == '{';
    const char *broken = out->is_list ? skip_list(f) : skip_value(f);
    out->len = f->off - out->off;
    skip_space(f, false);
    if (broken == NULL && !is_at_end(f) && peek(f, 0) != '\n' && !is_comment(f))
        broken = "more after the value; a value with spaces needs quotes";
    return broken;
}

struct conffile conffile_begin(const char *text, size_t len)
{
    static const char mark[] =
        "\xef\xbb\xbf"; /* of UTF-8, as some editors do */
    size_t off = 0;
    if (len >= 3 && memcmp(text, mark, 3) == 0)
        off = 3;
    return (struct conffile){text, len, off, 1};
}

bool conffile_next(struct conffile *f, struct conffile_statement *out)
{
    const char *broken = skip_space(f, true);
    if (is_at_end(f) && broken == NULL)
        return false;
    *out = (struct conffile_statement){.off = f->off, .line = f->line};
    out->broken = broken; /* a comment that nothing ends */
    if (broken != NULL)
        return true;
    take_name(f, out);
    out->broken = skip_rest(f, out);
    if (out->broken != NULL) {
        skip_line(f);
        out->len = f->off - out->off;
    }
    return true;
}

/* ---- Reading values ---- */

enum { MAX_SAID = 160 };

/* What libconfuse said last: its callback is given no place to put that. */
static char said[MAX_SAID];

static void on_error(cfg_t *cfg, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));

static void on_error(cfg_t *cfg, const char *fmt, va_list ap)
{
    char raw[MAX_SAID];
    (void)cfg;
    vsnprintf(raw, sizeof raw, fmt, ap);
    text_clean(said, sizeof said, raw, strlen(raw));
}

/* The statement for libconfuse: without comments, which it does not take inside of
 * lists, and its `+=` as `=`. */
static char *plain_copy(const struct conffile *f,
                        const struct conffile_statement *s)
{
    char *copy = xstrndup(f->text + s->off, s->len);
    struct conffile at = {copy, s->len, 0, 1};
    while (!is_at_end(&at)) {
        size_t begin = at.off;
        char c = peek(&at, 0);
        if (is_comment(&at)) {
            skip_comment(&at);
            memset(copy + begin, ' ', at.off - begin);
        } else if (c == '"' || c == '\'')
            skip_quoted(&at);
        else if (is_word(c))
            skip_value(&at);
        else
            step(&at);
    }
    if (s->adds)
        *strchr(copy, '+') = ' ';
    return copy;
}

enum err conffile_values(const struct conffile *f,
                         const struct conffile_statement *s,
                         struct conffile_values *out, struct cause *cause)
{
    cfg_opt_t opts[] = {CFG_STR_LIST(s->name, NULL, CFGF_NODEFAULT), CFG_END()};
    if (memchr(f->text + s->off, '\0', s->len) != NULL) {
        cause_set(cause, "a byte 0: not a text file");
        return ERR_SYNTAX;
    }
    char *text = plain_copy(f, s);
    enum err err = OK;
    cfg_t *cfg = cfg_init(opts, CFGF_NONE);
    if (cfg == NULL)
        abort(); /* without memory, as in util/xalloc */
    said[0] = '\0';
    cfg_set_error_function(cfg, on_error);
    if (cfg_parse_buf(cfg, text) != CFG_SUCCESS) {
        cause_set(cause, "%s", said[0] != '\0' ? said : "not understood");
        err = ERR_SYNTAX;
    } else if (cfg_size(cfg, s->name) > CONFFILE_MAX_VALUES) {
        cause_set(cause, "more than %d values", CONFFILE_MAX_VALUES);
        err = ERR_TOO_BIG;
    }
    if (err == OK) {
        out->n = cfg_size(cfg, s->name);
        out->items = xcalloc(out->n, sizeof *out->items);
        for (size_t i = 0; i < out->n; i++)
            out->items[i] = xstrdup(cfg_getnstr(cfg, s->name, (unsigned)i));
    }
    cfg_free(cfg);
    free(text);
    return err;
}

void conffile_values_fini(struct conffile_values *v)
{
    for (size_t i = 0; i < v->n; i++)
        free(v->items[i]);
    free(v->items);
    *v = (struct conffile_values){0};
}

/* ---- Writing values ---- */

static bool is_bare(const char *value)
{
    if (value[0] == '\0' || (value[0] == '/' && value[1] == '/'))
        return false;
    for (const char *at = value; *at != '\0'; at++)
        if (!is_word(*at))
            return false;
    return true;
}

char *conffile_quote(const char *value)
{
    if (is_bare(value))
        return xstrdup(value);
    char *out = xmalloc(4 * strlen(value) + 3);
    char *to = out;
    *to++ = '"';
    for (const char *at = value; *at != '\0'; at++) {
        unsigned char c = (unsigned char)*at;
        if (c < ' ' || c == 0x7f) {
            to += snprintf(to, 5, "\\x%02x", c);
            continue;
        }
        /* A $ begins a variable; \$ does not. */
        if (c == '"' || c == '\\' || c == '$')
            *to++ = '\\';
        *to++ = *at;
    }
    *to++ = '"';
    *to = '\0';
    return out;
}
