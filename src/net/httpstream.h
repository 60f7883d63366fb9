/* httpstream.h -- the body of one GET that is handed on as it comes, instead of being
 * collected: whether it may be used (httprange), what of it is skipped, where it ends. A
 * part of http: knows libcurl's options, not its handles' lives. Never hands on more than
 * was asked for. Loop thread only. O(bytes). */
#ifndef NET_HTTPSTREAM_H
#define NET_HTTPSTREAM_H

#include "net/http.h"
#include "net/httprange.h"

#include <curl/curl.h>
#include <stdbool.h>

struct httpstream {
    struct http_stream asked;
    void *ctx; /* borrowed: of the request */
    struct httprange range;
    uint64_t n_skip;  /* bytes still to be thrown away */
    uint64_t n_taken; /* handed on, and taken */
    bool has_begun;   /* its body is known to be the right one */
    bool is_longer;   /* the reply goes on behind what was asked for */
    bool is_over; /* no more is wanted: that the transfer ends is no error */
    bool is_paused;
    enum err err; /* why the body may not be used */
    struct cause words;
};

enum httpstream_verdict { HTTPSTREAM_TOOK, HTTPSTREAM_PAUSE, HTTPSTREAM_END };

void httpstream_init(struct httpstream *s, const struct http_stream *asked,
                     void *ctx);
/* Beside httpeasy_set_request(). False: libcurl refuses one. */
bool httpstream_set(CURL *easy, const struct httpstream *s);
/* Take bytes of the body of a reply with a 2xx status. */
enum httpstream_verdict httpstream_body(struct httpstream *s, long status,
                                        int64_t content_len,
                                        const uint8_t *bytes, size_t len);
/* The request is over, with err as far as libcurl knows: what is it to its asker? */
enum err httpstream_end(const struct httpstream *s, enum err err,
                        struct cause *words);

#endif
