#include "config.h"

#include "tests/meta/notation.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <check.h>

static void put(struct buf *out, const void *p, size_t len)
{
    ck_assert_int_eq(buf_append(out, p, len), OK);
}

static const char *skip_space(const char *at)
{
    while (isspace((unsigned char)*at) || *at == ',' || *at == ':')
        at++;
    return at;
}

static void put_string(struct buf *out, const char *s, size_t len, size_t times)
{
    ck_assert_int_eq(buf_printf(out, "%zu:", len * times), OK);
    for (size_t i = 0; i < times; i++)
        put(out, s, len);
}

/* A string in quotes, or a bare word. Return what follows. */
static const char *write_string(struct buf *out, const char *at)
{
    struct buf s;
    buf_init(&s, 1u << 20);
    if (*at == '\'') {
        for (at++; *at != '\''; at++) {
            char c = *at;
            ck_assert_int_ne(c, '\0');
            if (at[0] == '\\' && at[1] == 'x') {
                char digits[3] = {at[2], at[3], '\0'};
                c = (char)strtoul(digits, NULL, 16);
                at += 3;
            }
            put(&s, &c, 1);
        }
        at++;
    } else {
        size_t len = strcspn(at, ":,]} \n");
        put(&s, at, len);
        at += len;
    }
    size_t times = 1;
    if (*at == '*') {
        char *end;
        times = strtoul(at + 1, &end, 10);
        at = end;
    }
    put_string(out, (const char *)buf_bytes(&s), s.len, times);
    buf_fini(&s);
    return at;
}

void notation_write(struct buf *out, const char *text)
{
    size_t depth = 0;
    const char *at = skip_space(text);
    do {
        if (*at == '{' || *at == '[') {
            put(out, *at == '{' ? "d" : "l", 1);
            depth++;
            at++;
        } else if (*at == '}' || *at == ']') {
            put(out, "e", 1);
            depth--;
            at++;
        } else if (isdigit((unsigned char)*at) || *at == '-') {
            size_t len = strspn(at, "-0123456789");
            put(out, "i", 1);
            put(out, at, len);
            put(out, "e", 1);
            at += len;
        } else {
            ck_assert_int_ne(*at, '\0');
            at = write_string(out, at);
        }
        at = skip_space(at);
    } while (depth > 0);
    ck_assert_int_eq(*at, '\0');
}

enum err notation_parse(const char *text, struct metainfo **out,
                        struct cause *cause)
{
    struct buf b;
    buf_init(&b, METAINFO_MAX_LEN);
    notation_write(&b, text);
    enum err err = metainfo_parse(buf_bytes(&b), b.len, out, cause);
    buf_fini(&b);
    return err;
}

struct metainfo *notation_torrent(const char *text)
{
    struct metainfo *m = NULL;
    struct cause cause = {.text = ""};
    enum err err = notation_parse(text, &m, &cause);
    ck_assert_msg(err == OK, "%s", cause.text);
    return m;
}
