#include "config.h"

#include "net/httpeasy.h"

#include <stddef.h>
#include <string.h>

enum {
    LOW_SPEED_Bps = 100, /* slower than this for so long is given up */
    LOW_SPEED_S = 15
};

struct fixed_option {
    CURLoption option;
    long value;
};

static const struct fixed_option fixed_options[] = {
    {CURLOPT_HTTPGET, 1},
    {CURLOPT_NOSIGNAL, 1},
    {CURLOPT_FOLLOWLOCATION, 1},
    {CURLOPT_MAXREDIRS, HTTP_MAX_REDIRECTS},
    {CURLOPT_LOW_SPEED_LIMIT, LOW_SPEED_Bps},
    {CURLOPT_LOW_SPEED_TIME, LOW_SPEED_S},
    {CURLOPT_SSL_VERIFYPEER, 1},
    {CURLOPT_SSL_VERIFYHOST, 2},
    {CURLOPT_UNRESTRICTED_AUTH, 0},
    {CURLOPT_NETRC, CURL_NETRC_IGNORED},
    {CURLOPT_HTTP09_ALLOWED, 0},
#if LIBCURL_VERSION_NUM >= 0x075700
    /* Else giving a request up waits for its name lookup, in this thread. */
    {CURLOPT_QUICK_EXIT, 1},
#endif
};

bool httpeasy_set_fixed(CURL *easy)
{
    for (size_t i = 0; i < sizeof fixed_options / sizeof *fixed_options; i++) {
        if (curl_easy_setopt(easy, fixed_options[i].option,
                             fixed_options[i].value) != CURLE_OK)
            return false;
    }
    return curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https") ==
               CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https") ==
               CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip") == CURLE_OK;
}

static long family_option(enum http_family family)
{
    switch (family) {
    case HTTP_ANY:
        break;
    case HTTP_V4:
        return CURL_IPRESOLVE_V4;
    case HTTP_V6:
        return CURL_IPRESOLVE_V6;
    }
    return CURL_IPRESOLVE_WHATEVER;
}

bool httpeasy_set_request(CURL *easy, const struct http_request *req,
                          const struct http_config *config)
{
    long timeout_ms =
        (long)(req->timeout_ms > 0 ? req->timeout_ms : HTTP_TIMEOUT_MS);
    bool ok =
        curl_easy_setopt(easy, CURLOPT_URL, req->url) == CURLE_OK &&
        curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, timeout_ms) == CURLE_OK &&
        curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                         (long)HTTP_CONNECT_TIMEOUT_MS) == CURLE_OK &&
        curl_easy_setopt(easy, CURLOPT_IPRESOLVE, family_option(req->family)) ==
            CURLE_OK &&
        /* Empty, not NULL: else the environment is asked. */
        curl_easy_setopt(easy, CURLOPT_PROXY,
                         config->proxy != NULL ? config->proxy : "") ==
            CURLE_OK &&
        curl_easy_setopt(easy, CURLOPT_NOPROXY, "") == CURLE_OK &&
        curl_easy_setopt(easy, CURLOPT_USERAGENT, config->user_agent) ==
            CURLE_OK;
    if (ok && config->ca_file != NULL)
        ok =
            curl_easy_setopt(easy, CURLOPT_CAINFO, config->ca_file) == CURLE_OK;
    if (ok && config->local != NULL)
        ok = curl_easy_setopt(easy, CURLOPT_INTERFACE, config->local) ==
             CURLE_OK;
    return ok;
}

long httpeasy_long(CURL *easy, CURLINFO info)
{
    long value = 0;
    (void)curl_easy_getinfo(easy, info, &value);
    return value;
}

int64_t httpeasy_offset(CURL *easy, CURLINFO info)
{
    curl_off_t value = 0;
    (void)curl_easy_getinfo(easy, info, &value);
    return value;
}

static enum http_family family_used(CURL *easy)
{
    char *ip = NULL;
    (void)curl_easy_getinfo(easy, CURLINFO_PRIMARY_IP, &ip);
    if (ip == NULL || ip[0] == '\0')
        return HTTP_ANY;
    return strchr(ip, ':') != NULL ? HTTP_V6 : HTTP_V4;
}

/* Where its redirects led; NULL: there was none. libcurl's, until the handle is cleaned. */
static const char *url_used(CURL *easy)
{
    char *url = NULL;
    if (httpeasy_long(easy, CURLINFO_REDIRECT_COUNT) > 0)
        (void)curl_easy_getinfo(easy, CURLINFO_EFFECTIVE_URL, &url);
    return url;
}

void httpeasy_end(CURL *easy, const char *detail, struct httpwords *end,
                  struct http_reply *reply)
{
    end->status = httpeasy_long(easy, CURLINFO_RESPONSE_CODE);
    end->os_errno = httpeasy_long(easy, CURLINFO_OS_ERRNO);
    end->was_resolved = httpeasy_offset(easy, CURLINFO_NAMELOOKUP_TIME_T) > 0;
    end->was_connected = httpeasy_offset(easy, CURLINFO_CONNECT_TIME_T) > 0;
    end->was_answered =
        httpeasy_offset(easy, CURLINFO_STARTTRANSFER_TIME_T) > 0;
    end->detail = detail;
    reply->elapsed_ms = httpeasy_offset(easy, CURLINFO_TOTAL_TIME_T) / 1000;
    reply->retry_after_s = httpeasy_offset(easy, CURLINFO_RETRY_AFTER);
    reply->family = family_used(easy);
    reply->effective_url = url_used(easy);
}
