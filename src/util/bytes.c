#include "config.h"

#include "util/bytes.h"

#include <string.h>

uint16_t bytes_be16(const uint8_t *p)
{
    return (uint16_t)((unsigned)p[0] << 8 | p[1]);
}

uint32_t bytes_be32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 |
           p[3];
}

uint64_t bytes_be64(const uint8_t *p)
{
    return (uint64_t)bytes_be32(p) << 32 | bytes_be32(p + 4);
}

void bytes_put_be16(uint8_t *p, uint16_t v)
{
    p[0] = (uint8_t)(v >> 8);
    p[1] = (uint8_t)v;
}

void bytes_put_be32(uint8_t *p, uint32_t v)
{
    p[0] = (uint8_t)(v >> 24);
    p[1] = (uint8_t)(v >> 16);
    p[2] = (uint8_t)(v >> 8);
    p[3] = (uint8_t)v;
}

void bytes_put_be64(uint8_t *p, uint64_t v)
{
    bytes_put_be32(p, (uint32_t)(v >> 32));
    bytes_put_be32(p + 4, (uint32_t)v);
}

struct bytes_reader bytes_reader(const void *p, size_t len)
{
    const uint8_t *at = p;
    return (struct bytes_reader){.at = at,
                                 .end = len > 0 ? at + len : at,
                                 .bad = false};
}

size_t bytes_left(const struct bytes_reader *r)
{
    return r->bad ? 0 : (size_t)(r->end - r->at);
}

const uint8_t *bytes_read(struct bytes_reader *r, size_t len)
{
    if (r->bad || len > (size_t)(r->end - r->at)) {
        r->bad = true;
        return NULL;
    }
    const uint8_t *p = r->at;
    if (len > 0)
        r->at += len;
    return p;
}

uint8_t bytes_read_u8(struct bytes_reader *r)
{
    const uint8_t *p = bytes_read(r, 1);
    return p != NULL ? *p : 0;
}

uint16_t bytes_read_be16(struct bytes_reader *r)
{
    const uint8_t *p = bytes_read(r, 2);
    return p != NULL ? bytes_be16(p) : 0;
}

uint32_t bytes_read_be32(struct bytes_reader *r)
{
    const uint8_t *p = bytes_read(r, 4);
    return p != NULL ? bytes_be32(p) : 0;
}

uint64_t bytes_read_be64(struct bytes_reader *r)
{
    const uint8_t *p = bytes_read(r, 8);
    return p != NULL ? bytes_be64(p) : 0;
}

struct bytes_writer bytes_writer(void *p, size_t cap)
{
    uint8_t *at = p;
    return (struct bytes_writer){.start = at,
                                 .at = at,
                                 .end = cap > 0 ? at + cap : at,
                                 .bad = false};
}

size_t bytes_written(const struct bytes_writer *w)
{
    return (size_t)(w->at - w->start);
}

/* Return where len bytes go and step over them; NULL when they do not fit. */
static uint8_t *claim(struct bytes_writer *w, size_t len)
{
    if (w->bad || len > (size_t)(w->end - w->at)) {
        w->bad = true;
        return NULL;
    }
    uint8_t *p = w->at;
    w->at += len;
    return p;
}

void bytes_write_u8(struct bytes_writer *w, uint8_t v)
{
    uint8_t *p = claim(w, 1);
    if (p != NULL)
        *p = v;
}

void bytes_write_be16(struct bytes_writer *w, uint16_t v)
{
    uint8_t *p = claim(w, 2);
    if (p != NULL)
        bytes_put_be16(p, v);
}

void bytes_write_be32(struct bytes_writer *w, uint32_t v)
{
    uint8_t *p = claim(w, 4);
    if (p != NULL)
        bytes_put_be32(p, v);
}

void bytes_write_be64(struct bytes_writer *w, uint64_t v)
{
    uint8_t *p = claim(w, 8);
    if (p != NULL)
        bytes_put_be64(p, v);
}

void bytes_write(struct bytes_writer *w, const void *p, size_t len)
{
    if (len == 0)
        return;
    uint8_t *to = claim(w, len);
    if (to != NULL)
        memcpy(to, p, len);
}

bool span_eq(struct span a, struct span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

bool span_is(struct span a, const char *text)
{
    return span_eq(a, span_of(text));
}

struct span span_of(const char *text)
{
    return (struct span){.p = (const uint8_t *)text, .len = strlen(text)};
}
