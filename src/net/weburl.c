#include "config.h"

#include "net/weburl.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "util/text.h"

const char *weburl_host(const char *url, size_t *len_out)
{
    const char *host = strstr(url, "://");
    host = host != NULL ? host + 3 : url;
    const char *end = host + strcspn(host, "/?#");
    for (const char *at = host; at < end; at++)
        if (*at == '@')
            host = at + 1;
    *len_out = (size_t)(end - host);
    return host;
}

bool weburl_is_public(const struct addr *a)
{
    struct addr with_port = *a;
    with_port.port = 1;
    return addr_is_dialable(&with_port) && !addr_is_loopback(a) &&
           !addr_is_private(a);
}

/* Of what curl's parser made of it, which has one form for all the ways to write an IPv4
 * address. */
static bool is_private_host(const char *host)
{
    struct addr a;
    if (strcasecmp(host, "localhost") == 0 ||
        strcasecmp(host, "localhost.") == 0)
        return true;
    return addr_parse_ip(host, &a) == OK && !weburl_is_public(&a);
}

static enum err read_parts(CURLU *parts, const char *url, struct weburl *out)
{
    char *scheme = NULL;
    char *host = NULL;
    enum err err = ERR_SYNTAX;
    CURLUcode rc = curl_url_set(parts, CURLUPART_URL, url, 0);
    if (rc == CURLUE_UNSUPPORTED_SCHEME) {
        err = ERR_UNSUPPORTED;
    } else if (rc == CURLUE_OK &&
               curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK) {
        if (strcmp(scheme, "http") != 0 && strcmp(scheme, "https") != 0) {
            err = ERR_UNSUPPORTED;
        } else if (curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK) {
            out->names_private = is_private_host(host);
            err = OK;
        }
    }
    curl_free(scheme);
    curl_free(host);
    return err;
}

enum err weburl_read(const char *url, size_t max_len, struct weburl *out)
{
    if (strnlen(url, max_len + 1) > max_len)
        return ERR_SYNTAX;
    CURLU *parts = curl_url();
    if (parts == NULL)
        return ERR_SYS;
    enum err err = read_parts(parts, url, out);
    curl_url_cleanup(parts);
    return err;
}

bool weburl_may_fetch(const char *url, size_t max_len, struct cause *cause)
{
    struct weburl u = {.names_private = false};
    if (weburl_read(url, max_len, &u) != OK) {
        cause_set(cause, "not a URL that can be fetched");
        return false;
    }
    if (u.names_private && strchr(url, '?') != NULL) {
        cause_set(cause, "a private address with a query, which is not asked");
        return false;
    }
    return true;
}

static bool write_origin(char *dst, size_t cap, CURLU *parts, const char *url)
{
    char *origin = NULL;
    char *path = NULL;
    char *query = NULL;
    bool ok = curl_url_set(parts, CURLUPART_URL, url,
                           CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK;
    if (ok) {
        (void)curl_url_get(parts, CURLUPART_PATH, &path, 0);
        (void)curl_url_get(parts, CURLUPART_QUERY, &query, 0);
        (void)curl_url_set(parts, CURLUPART_USER, NULL, 0);
        (void)curl_url_set(parts, CURLUPART_PASSWORD, NULL, 0);
        (void)curl_url_set(parts, CURLUPART_OPTIONS, NULL, 0);
        (void)curl_url_set(parts, CURLUPART_PATH, NULL, 0);
        (void)curl_url_set(parts, CURLUPART_QUERY, NULL, 0);
        (void)curl_url_set(parts, CURLUPART_FRAGMENT, NULL, 0);
        ok = curl_url_get(parts, CURLUPART_URL, &origin, 0) == CURLUE_OK;
    }
    if (ok) {
        bool has_more =
            (path != NULL && strcmp(path, "/") != 0) || query != NULL;
        size_t len = text_clean(dst, cap, origin, strlen(origin));
        if (has_more)
            (void)snprintf(dst + len, cap - len, "...");
    }
    curl_free(origin);
    curl_free(path);
    curl_free(query);
    return ok;
}

void weburl_safe(char *dst, size_t cap, const char *url)
{
    CURLU *parts = curl_url();
    if (parts == NULL || !write_origin(dst, cap, parts, url))
        (void)snprintf(dst, cap, "(not a URL)");
    curl_url_cleanup(parts);
}
