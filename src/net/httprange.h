/* httprange.h -- which bytes of a resource an HTTP reply holds, against those that were
 * asked for. Reads header lines, decides what of the body is to be thrown away; sends
 * nothing, keeps no bytes. A server may answer with less than was asked (RFC 9110, 14.4),
 * and one that knows no ranges answers with all (14.2): what comes before the asked bytes
 * is then skipped, as far as the asker allows it. Everything else is refused in words.
 * A value; any thread. Source: RFC 9110, 14 "Range Requests". O(line). */
#ifndef NET_HTTPRANGE_H
#define NET_HTTPRANGE_H

#include "util/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is asked for. */
struct httprange_want {
    uint64_t from, len; /* bytes of the resource; len > 0 */
    uint64_t size;      /* of all of it; 0: not known */
    uint64_t max_skip;  /* bytes before `from` that may come in vain */
    /* The URL says what is wanted: its reply is those len bytes. */
    bool is_in_url;
};

/* What a reply's headers said: all zero before its first line. */
struct httprange {
    bool has_range; /* Content-Range was there, and could be read */
    bool has_size;
    uint64_t first, last; /* the last one is in it */
    uint64_t size;        /* of the resource */
};

/* Take a line of the reply's headers; a status line begins anew. */
void httprange_header(struct httprange *r, const char *line, size_t len);

/* May the body of a reply with this status be used? content_len: its Content-Length, -1
 * without one. *skip_out: how many bytes of it come before the asked ones. ERR_INVALID:
 * other bytes, or another size, than was asked for; ERR_UNSUPPORTED: the server ignores
 * ranges, and more than max_skip bytes would come in vain. */
enum err httprange_check(const struct httprange *r,
                         const struct httprange_want *want, long status,
                         int64_t content_len, uint64_t *skip_out,
                         struct cause *cause) ERR_MUST_CHECK;

#endif
