#include "config.h"

#include "util/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

enum {
    BUF_MIN_CAP = 256,
    BUF_KEEP_CAP = 64 * 1024 /* a larger one is freed when it runs empty */
};

void buf_init(struct buf *b, size_t max)
{
    *b = (struct buf){.max = max};
}

void buf_fini(struct buf *b)
{
    free(b->mem);
    *b = (struct buf){.max = b->max};
}

uint8_t *buf_bytes(struct buf *b)
{
    return b->mem != NULL ? b->mem + b->head : NULL;
}

static size_t doubled(size_t n)
{
    return n <= SIZE_MAX / 2 ? 2 * n : SIZE_MAX;
}

/* Move the bytes in use to a new place of cap bytes. */
static void move(struct buf *b, size_t cap)
{
    uint8_t *mem = xmalloc(cap);
    if (b->len > 0)
        memcpy(mem, b->mem + b->head, b->len);
    free(b->mem);
    b->mem = mem;
    b->cap = cap;
    b->head = 0;
}

/* Make room for n bytes behind those in use. A copy within the memory is made
 * only when as many bytes were consumed as remain, so that each byte is copied
 * a bounded number of times however small the steps; up to 2 * max bytes of
 * memory are the price. */
static enum err make_room(struct buf *b, size_t n)
{
    if (n > b->max - b->len)
        return ERR_TOO_BIG;
    if (n <= b->cap - b->head - b->len)
        return OK;
    size_t need = b->len + n;
    if (need <= b->cap && b->head >= b->len) {
        if (b->len > 0)
            memcpy(b->mem, b->mem + b->head, b->len);
        b->head = 0;
        return OK;
    }
    if (b->head == 0 && b->len > 0) {
        /* Filled and not yet consumed from: let the allocator extend it. */
        size_t cap = doubled(b->cap);
        cap = cap > b->max ? b->max : cap;
        b->cap = cap > need ? cap : need;
        b->mem = xreallocarray(b->mem, b->cap, 1);
        return OK;
    }
    size_t cap = doubled(need);
    size_t top = doubled(b->max);
    cap = cap < BUF_MIN_CAP ? BUF_MIN_CAP : cap;
    move(b, cap > top ? top : cap);
    return OK;
}

enum err buf_append(struct buf *b, const void *p, size_t n)
{
    uint8_t *to;
    enum err err = buf_extend(b, n, &to);
    if (err == OK && n > 0)
        memcpy(to, p, n);
    return err;
}

enum err buf_extend(struct buf *b, size_t n, uint8_t **out)
{
    enum err err = make_room(b, n);
    if (err != OK)
        return err;
    *out = b->mem != NULL ? b->mem + b->head + b->len : NULL;
    b->len += n;
    return OK;
}

enum err buf_printf(struct buf *b, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, fmt, args);
    va_end(args);

    enum err err = ERR_INVALID;
    if (len < 0)
        goto out;
    size_t n = (size_t)len;
    err = ERR_TOO_BIG;
    if (n > b->max - b->len)
        goto out;
    /* vsnprintf() also writes a NUL, for which max need not have room. */
    char *text = xmalloc(n + 1);
    (void)vsnprintf(text, n + 1, fmt, again);
    err = buf_append(b, text, n);
    free(text);
out:
    va_end(again);
    return err;
}

void buf_consume(struct buf *b, size_t n)
{
    assert(n <= b->len);
    b->head += n;
    b->len -= n;
    if (b->len > 0)
        return;
    b->head = 0;
    if (b->cap > BUF_KEEP_CAP)
        buf_fini(b);
}

void buf_chop(struct buf *b, size_t n)
{
    assert(n <= b->len);
    b->len -= n;
}

void buf_reset(struct buf *b)
{
    b->head = 0;
    b->len = 0;
}

uint8_t *buf_take(struct buf *b, size_t *len_out)
{
    if (b->head > 0 && b->len > 0)
        memmove(b->mem, b->mem + b->head, b->len);
    uint8_t *bytes = xreallocarray(b->mem, b->len + 1, 1);
    bytes[b->len] = '\0';
    if (len_out != NULL)
        *len_out = b->len;
    b->mem = NULL;
    buf_fini(b);
    return bytes;
}
