#include "config.h"

#include "meta/bencode.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

_Static_assert(BENCODE_MAX_DEPTH <= 64, "one bit a level in a uint64_t");

enum token_type { TOKEN_INT, TOKEN_STR, TOKEN_LIST, TOKEN_DICT, TOKEN_END };

struct token {
    enum token_type type;
    int64_t num;
    struct span str;
    size_t end; /* offset of the byte behind it */
};

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static enum err fail(struct bencode_error *error, enum err err, size_t off,
                     const char *what)
{
    if (error != NULL)
        *error = (struct bencode_error){.off = off, .what = what};
    return err;
}

static enum err cut_short(struct bencode_error *error, size_t len)
{
    return fail(error, ERR_TRUNCATED, len, "input ends inside a value");
}

/* Read the digits at *off up to something else; the input must not end there.
 * *out_of_range is set when they exceed max. */
static enum err read_digits(struct span in, size_t *off, uint64_t max,
                            uint64_t *out, bool *out_of_range,
                            struct bencode_error *error)
{
    size_t at = *off;
    uint64_t value = 0;
    *out_of_range = false;
    for (; at < in.len && is_digit(in.p[at]); at++) {
        uint64_t digit = (uint64_t)(in.p[at] - '0');
        if (*out_of_range || digit > max || value > (max - digit) / 10)
            *out_of_range = true;
        else
            value = value * 10 + digit;
    }
    if (at > *off + 1 && in.p[*off] == '0')
        return fail(error, ERR_SYNTAX, *off, "number with a leading zero");
    if (at == in.len)
        return cut_short(error, in.len);
    if (at == *off)
        return fail(error, ERR_SYNTAX, at, "no digits in a number");
    *off = at;
    *out = value;
    return OK;
}

static enum err read_int(struct span in, size_t off, struct token *out,
                         struct bencode_error *error)
{
    size_t at = off + 1;
    bool negative = at < in.len && in.p[at] == '-';
    if (negative)
        at++;
    uint64_t max = (uint64_t)INT64_MAX + (negative ? 1 : 0);
    uint64_t value = 0;
    bool out_of_range = false;
    enum err err = read_digits(in, &at, max, &value, &out_of_range, error);
    if (err != OK)
        return err;
    if (in.p[at] != 'e')
        return fail(error, ERR_SYNTAX, at, "number without its end");
    if (out_of_range)
        return fail(error, ERR_TOO_BIG, off, "number over 64 bits");
    if (negative && value == 0)
        return fail(error, ERR_SYNTAX, off, "minus zero");
    int64_t num = (int64_t)value;
    if (negative) /* value - 1 fits, also for INT64_MIN */
        num = -(int64_t)(value - 1) - 1;
    *out = (struct token){.type = TOKEN_INT, .num = num, .end = at + 1};
    return OK;
}

static enum err read_str(struct span in, size_t off, struct token *out,
                         struct bencode_error *error)
{
    size_t at = off;
    uint64_t len = 0;
    bool out_of_range = false;
    enum err err = read_digits(in, &at, SIZE_MAX, &len, &out_of_range, error);
    if (err != OK)
        return err;
    if (in.p[at] != ':')
        return fail(error, ERR_SYNTAX, at, "string length without a colon");
    at++;
    if (out_of_range || len > in.len - at)
        return fail(error, ERR_TRUNCATED, off,
                    "string that goes beyond the end of the input");
    *out = (struct token){
        .type = TOKEN_STR,
        .str = {.p = in.p + at, .len = (size_t)len},
        .end = at + (size_t)len,
    };
    return OK;
}

static enum err read_token(struct span in, size_t off, struct token *out,
                           struct bencode_error *error)
{
    if (off == in.len)
        return cut_short(error, in.len);
    uint8_t c = in.p[off];
    if (is_digit(c))
        return read_str(in, off, out, error);
    if (c == 'i')
        return read_int(in, off, out, error);
    *out = (struct token){.end = off + 1};
    if (c == 'l')
        out->type = TOKEN_LIST;
    else if (c == 'd')
        out->type = TOKEN_DICT;
    else if (c == 'e')
        out->type = TOKEN_END;
    else
        return fail(error, ERR_SYNTAX, off, "byte that begins no value");
    return OK;
}

/* Of `dicts` of the reader and the writer: is the innermost container a dictionary? */
static bool is_in_dict(uint64_t dicts, unsigned depth)
{
    return depth > 0 && ((dicts >> (depth - 1)) & 1) != 0;
}

static uint64_t with_container(uint64_t dicts, unsigned depth, bool is_dict)
{
    uint64_t bit = UINT64_C(1) << depth;
    return is_dict ? dicts | bit : dicts & ~bit;
}

/* What bencode_parse() knows of the containers that are open. */
struct nesting {
    unsigned depth;
    uint64_t dicts; /* bit i: the container at depth i is a dictionary */
    bool wants_key; /* the innermost is a dictionary, and between pairs */
};

static void on_value_end(struct nesting *n)
{
    n->wants_key = is_in_dict(n->dicts, n->depth);
}

static void open_container(struct nesting *n, bool is_dict)
{
    n->dicts = with_container(n->dicts, n->depth, is_dict);
    n->depth++;
    n->wants_key = is_dict;
}

static enum err close_container(struct nesting *n, size_t off,
                                struct bencode_error *error)
{
    if (n->depth == 0)
        return fail(error, ERR_SYNTAX, off, "end of nothing");
    if (is_in_dict(n->dicts, n->depth) && !n->wants_key)
        return fail(error, ERR_SYNTAX, off, "dictionary key without a value");
    n->depth--;
    on_value_end(n);
    return OK;
}

static enum err on_token(struct nesting *n, const struct token *t, size_t off,
                         unsigned max_depth, struct bencode_error *error)
{
    if (t->type == TOKEN_END)
        return close_container(n, off, error);
    if (n->wants_key) {
        if (t->type != TOKEN_STR)
            return fail(error, ERR_SYNTAX, off,
                        "dictionary key that is no string");
        n->wants_key = false;
        return OK;
    }
    if (t->type == TOKEN_INT || t->type == TOKEN_STR) {
        on_value_end(n);
        return OK;
    }
    if (n->depth == max_depth)
        return fail(error, ERR_TOO_BIG, off, "nested too deeply");
    open_container(n, t->type == TOKEN_DICT);
    return OK;
}

/* The offset behind the value at `off`, of input that was checked before. */
static size_t skip_value(struct span in, size_t off)
{
    unsigned depth = 0;
    do {
        struct token t;
        enum err err = read_token(in, off, &t, NULL);
        assert(err == OK);
        if (t.type == TOKEN_LIST || t.type == TOKEN_DICT)
            depth++;
        else if (t.type == TOKEN_END)
            depth--;
        off = t.end;
    } while (depth > 0);
    return off;
}

static struct bencode describe(const struct token *t, struct span raw)
{
    static const enum bencode_type types[] = {
        [TOKEN_INT] = BENCODE_INT,   [TOKEN_STR] = BENCODE_STR,
        [TOKEN_LIST] = BENCODE_LIST, [TOKEN_DICT] = BENCODE_DICT,
        [TOKEN_END] = BENCODE_NONE,
    };
    return (struct bencode){.type = types[t->type],
                            .num = t->num,
                            .str = t->str,
                            .raw = raw};
}

enum err bencode_parse(const void *bytes, size_t len,
                       const struct bencode_limits *limits, struct bencode *out,
                       struct bencode_error *error)
{
    assert(limits->max_depth <= BENCODE_MAX_DEPTH);
    struct span in = {.p = bytes, .len = len};
    struct nesting nesting = {0};
    struct token first = {0};
    size_t n_tokens = 0;
    size_t off = 0;
    do {
        struct token t;
        enum err err = read_token(in, off, &t, error);
        if (err == OK)
            err = on_token(&nesting, &t, off, limits->max_depth, error);
        if (err != OK)
            return err;
        if (t.type != TOKEN_END && ++n_tokens > limits->max_tokens)
            return fail(error, ERR_TOO_BIG, off, "too many values");
        if (off == 0)
            first = t;
        off = t.end;
    } while (nesting.depth > 0);
    *out = describe(&first, (struct span){.p = in.p, .len = off});
    return OK;
}

struct bencode_iter bencode_iter(const struct bencode *container)
{
    bool has_items =
        container->type == BENCODE_LIST || container->type == BENCODE_DICT;
    if (!has_items)
        return (struct bencode_iter){.is_dict = false};
    return (struct bencode_iter){
        .rest = {.p = container->raw.p + 1, .len = container->raw.len - 1},
        .is_dict = container->type == BENCODE_DICT,
    };
}

static void take_value(struct bencode_iter *it, struct bencode *out)
{
    struct token t;
    enum err err = read_token(it->rest, 0, &t, NULL);
    assert(err == OK);
    size_t len = t.end;
    if (t.type == TOKEN_LIST || t.type == TOKEN_DICT)
        len = skip_value(it->rest, 0);
    *out = describe(&t, (struct span){.p = it->rest.p, .len = len});
    it->rest.p += len;
    it->rest.len -= len;
}

static bool at_end(const struct bencode_iter *it)
{
    return it->rest.len == 0 || it->rest.p[0] == 'e';
}

bool bencode_next(struct bencode_iter *it, struct bencode *out)
{
    if (it->is_dict || at_end(it))
        return false;
    take_value(it, out);
    return true;
}

bool bencode_next_pair(struct bencode_iter *it, struct span *key_out,
                       struct bencode *out)
{
    if (!it->is_dict || at_end(it))
        return false;
    struct bencode key;
    take_value(it, &key);
    *key_out = key.str;
    take_value(it, out);
    return true;
}

void bencode_get_many(const struct bencode *dict,
                      const struct bencode_want *wants, size_t n)
{
    for (size_t i = 0; i < n; i++)
        *wants[i].out = (struct bencode){.type = BENCODE_NONE};
    if (dict->type != BENCODE_DICT)
        return;

    struct bencode_iter it = bencode_iter(dict);
    struct span key;
    struct bencode value;
    while (bencode_next_pair(&it, &key, &value)) {
        for (size_t i = 0; i < n; i++) {
            /* raw is filled for a first one of the wrong type, too: a second
             * one of the right type must not slip in behind it. */
            if (wants[i].out->raw.len == 0 && span_is(key, wants[i].key))
                *wants[i].out = value;
        }
    }
    for (size_t i = 0; i < n; i++) {
        if (wants[i].type != BENCODE_NONE &&
            wants[i].out->type != wants[i].type)
            *wants[i].out = (struct bencode){.type = BENCODE_NONE};
    }
}

bool bencode_get(const struct bencode *dict, const char *key,
                 struct bencode *out)
{
    const struct bencode_want want = {.key = key, .out = out};
    bencode_get_many(dict, &want, 1);
    return out->type != BENCODE_NONE;
}

void bencode_writer_init(struct bencode_writer *w, struct buf *buf)
{
    *w = (struct bencode_writer){.buf = buf};
}

static void put(struct bencode_writer *w, const void *p, size_t len)
{
    if (w->err == OK)
        w->err = buf_append(w->buf, p, len);
}

static void put_str(struct bencode_writer *w, const void *p, size_t len)
{
    if (w->err == OK)
        w->err = buf_printf(w->buf, "%zu:", len);
    put(w, p, len);
}

static bool in_dict(const struct bencode_writer *w)
{
    return is_in_dict(w->dicts, w->depth);
}

static void begin_value(struct bencode_writer *w)
{
    assert(!w->wants_key);
    w->wants_key = in_dict(w);
}

static void begin_container(struct bencode_writer *w, bool is_dict)
{
    begin_value(w);
    assert(w->depth < BENCODE_MAX_DEPTH);
    w->dicts = with_container(w->dicts, w->depth, is_dict);
    w->last_key[w->depth].len = 0;
    w->depth++;
    w->wants_key = is_dict;
    put(w, is_dict ? "d" : "l", 1);
}

void bencode_begin_dict(struct bencode_writer *w)
{
    begin_container(w, true);
}

void bencode_begin_list(struct bencode_writer *w)
{
    begin_container(w, false);
}

void bencode_end(struct bencode_writer *w)
{
    assert(w->depth > 0);
    assert(w->wants_key == in_dict(w)); /* a key has its value */
    w->depth--;
    w->wants_key = in_dict(w);
    put(w, "e", 1);
}

static bool is_after_last_key(const struct bencode_writer *w, const char *key)
{
    size_t last_len = w->last_key[w->depth - 1].len;
    if (last_len == 0)
        return true;
    const uint8_t *last = buf_bytes(w->buf) + w->last_key[w->depth - 1].off;
    size_t len = strlen(key);
    int order = memcmp(last, key, last_len < len ? last_len : len);
    return order < 0 || (order == 0 && last_len < len);
}

void bencode_write_key(struct bencode_writer *w, const char *key)
{
    assert(w->wants_key && key[0] != '\0');
    w->wants_key = false;
    if (w->err != OK)
        return;
    assert(is_after_last_key(w, key));
    size_t len = strlen(key);
    put_str(w, key, len);
    if (w->err != OK)
        return;
    w->last_key[w->depth - 1].off = w->buf->len - len;
    w->last_key[w->depth - 1].len = len;
}

void bencode_write_int(struct bencode_writer *w, int64_t num)
{
    begin_value(w);
    if (w->err == OK)
        w->err = buf_printf(w->buf, "i%" PRId64 "e", num);
}

void bencode_write_bytes(struct bencode_writer *w, const void *p, size_t len)
{
    begin_value(w);
    put_str(w, p, len);
}

void bencode_write_str(struct bencode_writer *w, const char *text)
{
    bencode_write_bytes(w, text, strlen(text));
}

void bencode_write_raw(struct bencode_writer *w, struct span raw)
{
    begin_value(w);
    put(w, raw.p, raw.len);
}

void bencode_put_int(struct bencode_writer *w, const char *key, int64_t num)
{
    bencode_write_key(w, key);
    bencode_write_int(w, num);
}

void bencode_put_bytes(struct bencode_writer *w, const char *key, const void *p,
                       size_t len)
{
    bencode_write_key(w, key);
    bencode_write_bytes(w, p, len);
}

void bencode_put_str(struct bencode_writer *w, const char *key,
                     const char *text)
{
    if (text != NULL)
        bencode_put_bytes(w, key, text, strlen(text));
}

enum err bencode_writer_finish(struct bencode_writer *w)
{
    assert(w->depth == 0);
    return w->err;
}
