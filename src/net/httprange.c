#include "config.h"

#include "net/httprange.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

enum {
    STATUS_OK = 200,
    STATUS_PARTIAL = 206 /* RFC 9110, 15.3.7 */
};

/* What is left of a line. */
struct reader {
    const char *at;
    size_t left;
};

static bool take(struct reader *r, const char *text)
{
    size_t len = strlen(text);
    if (r->left < len || strncasecmp(r->at, text, len) != 0)
        return false;
    r->at += len;
    r->left -= len;
    return true;
}

static void take_spaces(struct reader *r)
{
    while (r->left > 0 && (*r->at == ' ' || *r->at == '\t')) {
        r->at++;
        r->left--;
    }
}

static bool take_number(struct reader *r, uint64_t *out)
{
    uint64_t n = 0;
    size_t n_digits = 0;
    for (; r->left > 0 && *r->at >= '0' && *r->at <= '9'; n_digits++) {
        uint64_t digit = (uint64_t)(*r->at - '0');
        if (n > (UINT64_MAX - digit) / 10)
            return false;
        n = n * 10 + digit;
        r->at++;
        r->left--;
    }
    *out = n;
    return n_digits > 0;
}

/* "bytes 0-99/1234", with "*" for a size that is not known. */
static bool take_range(struct reader *r, struct httprange *out)
{
    take_spaces(r);
    if (!take(r, "bytes"))
        return false;
    take_spaces(r);
    if (!take_number(r, &out->first) || !take(r, "-") ||
        !take_number(r, &out->last) || !take(r, "/"))
        return false;
    out->has_size = take_number(r, &out->size);
    return (out->has_size || take(r, "*")) && out->first <= out->last &&
           (!out->has_size || out->last < out->size);
}

void httprange_header(struct httprange *r, const char *line, size_t len)
{
    struct reader reader = {line, len};
    struct httprange found = {.has_range = true};
    if (take(&reader, "HTTP/"))
        *r = (struct httprange){.has_range = false};
    else if (take(&reader, "Content-Range:"))
        *r =
            take_range(&reader, &found) ? found : (struct httprange){.size = 0};
}

static enum err check_size(const struct httprange_want *want, uint64_t size,
                           struct cause *cause)
{
    if (want->size == 0 || size == want->size)
        return OK;
    cause_set(cause, "its file has %" PRIu64 " bytes, not %" PRIu64, size,
              want->size);
    return ERR_INVALID;
}

static enum err check_partial(const struct httprange *r,
                              const struct httprange_want *want,
                              struct cause *cause)
{
    if (!r->has_range) {
        cause_set(cause, "does not say which bytes it sends");
        return ERR_INVALID;
    }
    if (r->first != want->from || r->last - r->first >= want->len) {
        cause_set(cause, "sends other bytes than were asked for");
        return ERR_INVALID;
    }
    return r->has_size ? check_size(want, r->size, cause) : OK;
}

static enum err check_whole(const struct httprange_want *want,
                            int64_t content_len, uint64_t *skip_out,
                            struct cause *cause)
{
    if (content_len >= 0) {
        enum err err = check_size(want, (uint64_t)content_len, cause);
        if (err != OK)
            return err;
    }
    if (want->from > want->max_skip) {
        cause_set(cause, "ignores ranges: it sends files only whole");
        return ERR_UNSUPPORTED;
    }
    *skip_out = want->from;
    return OK;
}

static enum err check_url_range(const struct httprange_want *want,
                                int64_t content_len, struct cause *cause)
{
    if (content_len < 0 || (uint64_t)content_len == want->len)
        return OK;
    cause_set(cause, "sends %" PRId64 " bytes where %" PRIu64 " were asked for",
              content_len, want->len);
    return ERR_INVALID;
}

enum err httprange_check(const struct httprange *r,
                         const struct httprange_want *want, long status,
                         int64_t content_len, uint64_t *skip_out,
                         struct cause *cause)
{
    uint64_t skip = 0;
    enum err err = ERR_INVALID;
    if (want->is_in_url && (status == STATUS_OK || status == STATUS_PARTIAL))
        err = check_url_range(want, content_len, cause);
    else if (status == STATUS_PARTIAL)
        err = check_partial(r, want, cause);
    else if (status == STATUS_OK)
        err = check_whole(want, content_len, &skip, cause);
    else
        cause_set(cause, "HTTP %ld, without the bytes asked for", status);
    if (err == OK)
        *skip_out = skip;
    return err;
}
