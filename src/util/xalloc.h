/* xalloc.h -- memory for sizes we choose: ends the process, with a line on
 * stderr, when there is none or when a product overflows. A size that a
 * stranger chose is capped by the caller first. */
#ifndef UTIL_XALLOC_H
#define UTIL_XALLOC_H

#include <stddef.h>

/* Return `size` bytes, zeroed; size 0 gives a pointer too. Free with free(). */
void *xzalloc(size_t size) __attribute__((malloc, returns_nonnull));

/* Return `n * size` bytes, zeroed. */
void *xcalloc(size_t n, size_t size) __attribute__((malloc, returns_nonnull));

/* Return `size` bytes, not zeroed: for buffers that are filled at once. */
void *xmalloc(size_t size) __attribute__((malloc, returns_nonnull));

/* Resize p (may be NULL) to n * size bytes; new bytes are not zeroed. */
void *xreallocarray(void *p, size_t n, size_t size)
    __attribute__((returns_nonnull));

/* Copy a string, or the first n bytes of one (a NUL is added). */
char *xstrdup(const char *s) __attribute__((malloc, returns_nonnull));
char *xstrndup(const char *s, size_t n)
    __attribute__((malloc, returns_nonnull));
void *xmemdup(const void *p, size_t n) __attribute__((malloc, returns_nonnull));

/* Give what is free back to the system, where the C library can. Costs milliseconds. */
void xalloc_trim(void);

/* printf into a new string. */
char *xasprintf(const char *fmt, ...)
    __attribute__((format(printf, 1, 2), returns_nonnull));

#endif
