#include "config.h"

#include "net/httpwords.h"

#include <string.h>

#include "util/text.h"

struct code_words {
    CURLcode code;
    enum err err;
    const char *words;
};

/* Where the code alone says it all. */
static const struct code_words plain[] = {
    {CURLE_URL_MALFORMAT, ERR_SYNTAX, "not a valid URL"},
    {CURLE_COULDNT_RESOLVE_HOST, ERR_NOT_FOUND, "host name not found"},
    {CURLE_COULDNT_RESOLVE_PROXY, ERR_NOT_FOUND,
     "host name of the proxy not found"},
    {CURLE_TOO_MANY_REDIRECTS, ERR_INVALID, "too many redirects"},
    {CURLE_GOT_NOTHING, ERR_CLOSED, "closed without a reply"},
    {CURLE_SEND_ERROR, ERR_CLOSED, "connection lost while sending"},
    {CURLE_RECV_ERROR, ERR_CLOSED, "connection lost while receiving"},
    {CURLE_PARTIAL_FILE, ERR_TRUNCATED, "the reply ends too early"},
    {CURLE_WEIRD_SERVER_REPLY, ERR_INVALID, "not an HTTP reply"},
    {CURLE_HTTP2, ERR_INVALID, "not a valid HTTP/2 reply"},
    {CURLE_HTTP2_STREAM, ERR_INVALID, "not a valid HTTP/2 reply"},
    {CURLE_BAD_CONTENT_ENCODING, ERR_INVALID,
     "the reply is compressed in a way that cannot be read"},
    {CURLE_PROXY, ERR_REFUSED, "the proxy refused"},
};

/* Where libcurl knows more: which certificate, what of it. */
static const struct code_words tls[] = {
    {CURLE_PEER_FAILED_VERIFICATION, ERR_INVALID, "certificate not accepted"},
    {CURLE_SSL_ISSUER_ERROR, ERR_INVALID, "certificate not accepted"},
    {CURLE_SSL_CACERT_BADFILE, ERR_SYS, "no certificates to check against"},
    {CURLE_SSL_CONNECT_ERROR, ERR_INVALID, "no secure connection"},
    {CURLE_SSL_CIPHER, ERR_INVALID, "no secure connection"},
};

struct status_words {
    long status;
    const char *words;
};

/* Ours, not the server's: its reason phrase may hold anything. */
static const struct status_words statuses[] = {
    {400, "bad request"},
    {401, "needs a password"},
    {403, "forbidden"},
    {404, "not found"},
    {410, "gone"},
    {416, "has no such range"},
    {429, "too many requests"},
    {500, "error of the server"},
    {502, "bad gateway"},
    {503, "not available now"},
    {504, "gateway timed out"},
};

static const struct code_words *find(const struct code_words *table, size_t n,
                                     CURLcode code)
{
    for (size_t i = 0; i < n; i++) {
        if (table[i].code == code)
            return &table[i];
    }
    return NULL;
}

static enum err of_status(long status, struct cause *words)
{
    if (status >= 200 && status <= 299) {
        words->text[0] = '\0';
        return OK;
    }
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        if (statuses[i].status == status) {
            cause_set(words, "HTTP %ld, %s", status, statuses[i].words);
            return ERR_REFUSED;
        }
    }
    cause_set(words, "HTTP %ld", status);
    return ERR_REFUSED;
}

static enum err of_timeout(const struct httpwords *end, struct cause *words)
{
    const char *doing = "waiting for the reply";
    if (!end->was_resolved)
        doing = "looking up the host name";
    else if (!end->was_connected)
        doing = "connecting";
    else if (end->was_answered)
        doing = "receiving";
    cause_set(words, "timed out while %s", doing);
    return ERR_TIMEOUT;
}

static enum err of_connect(const struct httpwords *end, struct cause *words)
{
    if (end->os_errno != 0)
        cause_set_errno(words, (int)end->os_errno, "cannot connect");
    else
        cause_set(words, "cannot connect");
    return ERR_SYS;
}

/* libcurl has one code for a scheme it may not use and for a reply that is no
 * HTTP. */
static enum err of_protocol(const struct httpwords *end, struct cause *words)
{
    if (end->status >= 300 && end->status <= 399) {
        cause_set(words, "redirected to what is not http or https");
        return ERR_UNSUPPORTED;
    }
    if (end->was_connected) {
        cause_set(words, "not an HTTP reply");
        return ERR_INVALID;
    }
    cause_set(words, "only http and https URLs can be fetched");
    return ERR_UNSUPPORTED;
}

static enum err of_limits(const struct httpwords *end, struct cause *words)
{
    char limit[16];
    if (end->is_private) {
        cause_set(words,
                  "led to %s, a private address that its URL does not "
                  "name",
                  end->address);
        return ERR_INVALID;
    }
    text_size(limit, sizeof limit, end->limit_bytes);
    cause_set(words, "the reply%s larger than %s",
              end->is_header_limit ? "'s headers are" : " is", limit);
    return ERR_TOO_BIG;
}

static enum err of_code(const struct httpwords *end, struct cause *words)
{
    char detail[CAUSE_MAX_LEN / 2] = "";
    const struct code_words *c =
        find(plain, sizeof plain / sizeof *plain, end->code);
    if (c != NULL) {
        cause_set(words, "%s", c->words);
        return c->err;
    }
    if (end->detail != NULL)
        (void)text_clean(detail, sizeof detail, end->detail,
                         strlen(end->detail));
    c = find(tls, sizeof tls / sizeof *tls, end->code);
    if (c != NULL) {
        cause_set(words, detail[0] != '\0' ? "%s: %s" : "%s%s", c->words,
                  detail);
        return c->err;
    }
    cause_set(words, "%s", curl_easy_strerror(end->code));
    return ERR_SYS;
}

enum err httpwords_of(const struct httpwords *end, struct cause *words)
{
    if (end->code == CURLE_OK)
        return of_status(end->status, words);
    if (end->refusal != NULL) {
        cause_set(words, "its address %s %s", end->address, end->refusal);
        return ERR_REFUSED;
    }
    if (end->is_private || end->limit_bytes != 0)
        return of_limits(end, words);
    if (end->code == CURLE_OPERATION_TIMEDOUT)
        return of_timeout(end, words);
    if (end->code == CURLE_COULDNT_CONNECT)
        return of_connect(end, words);
    if (end->code == CURLE_UNSUPPORTED_PROTOCOL)
        return of_protocol(end, words);
    return of_code(end, words);
}
