#include "config.h"

#include "net/httpstream.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

enum {
    RECEIVE_BUFFER = 128 * 1024, /* bytes a read; libcurl's own is 16 KiB */
    LOW_SPEED_S = 20
};

void httpstream_init(struct httpstream *s, const struct http_stream *asked,
                     void *ctx)
{
    assert(asked->want.len > 0);
    *s = (struct httpstream){.asked = *asked, .ctx = ctx};
}

bool httpstream_set(CURL *easy, const struct httpstream *s)
{
    const struct httprange_want *want = &s->asked.want;
    char range[64];
    snprintf(range, sizeof range, "%" PRIu64 "-%" PRIu64, want->from,
             want->from + want->len - 1);
    return curl_easy_setopt(easy, CURLOPT_RANGE,
                            want->is_in_url ? NULL : range) == CURLE_OK &&
           /* The range is of the file, not of what would be packed of it. */
           curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "identity") ==
               CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, (long)RECEIVE_BUFFER) ==
               CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)LOW_SPEED_S) ==
               CURLE_OK;
}

/* A file that is sent whole. */
static bool goes_on(const struct httprange_want *want, long status,
                    int64_t content_len)
{
    return status == 200 && !want->is_in_url &&
           (content_len < 0 || (uint64_t)content_len - want->from > want->len);
}

static bool begin(struct httpstream *s, long status, int64_t content_len)
{
    if (s->has_begun)
        return true;
    s->err = httprange_check(&s->range, &s->asked.want, status, content_len,
                             &s->n_skip, &s->words);
    s->has_begun = s->err == OK;
    s->is_longer = goes_on(&s->asked.want, status, content_len);
    return s->has_begun;
}

enum httpstream_verdict httpstream_body(struct httpstream *s, long status,
                                        int64_t content_len,
                                        const uint8_t *bytes, size_t len)
{
    if (s->is_over || !begin(s, status, content_len))
        return HTTPSTREAM_END;
    size_t skip = s->n_skip < len ? (size_t)s->n_skip : len;
    uint64_t left = s->asked.want.len - s->n_taken;
    size_t n = len - skip < left ? len - skip : (size_t)left;
    enum http_take take =
        s->asked.on_data(s->ctx, bytes + skip, n, skip + (len - skip - n));
    s->is_paused = take == HTTP_PAUSE;
    if (take == HTTP_PAUSE)
        return HTTPSTREAM_PAUSE;
    s->n_skip -= skip;
    s->n_taken += n;
    /* That the last byte asked for is here does not end a transfer whose reply ends with
     * it: so its connection stays good for the next. */
    s->is_over =
        take == HTTP_ENOUGH || n < len - skip || (s->is_longer && n == left);
    return s->is_over ? HTTPSTREAM_END : HTTPSTREAM_TOOK;
}

enum err httpstream_end(const struct httpstream *s, enum err err,
                        struct cause *words)
{
    if (s->err != OK) {
        *words = s->words;
        return s->err;
    }
    if (s->is_over || (err == OK && s->n_taken > 0)) {
        words->text[0] = '\0';
        return OK;
    }
    if (err != OK)
        return err;
    cause_set(words, "the reply is empty");
    return ERR_TRUNCATED;
}
