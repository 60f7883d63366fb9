#include "config.h"

#include "engine/trackerurl.h"

#include <string.h>
#include <strings.h>

#include "net/weburl.h"
#include "proto/tracker.h"
#include "proto/tracker_http.h"

bool trackerurl_is_udp(const char *url)
{
    return strncasecmp(url, "udp:", 4) == 0;
}

bool trackerurl_has_address(const char *url)
{
    const char *host = strstr(url, "://");
    if (host == NULL)
        return false;
    host += 3;
    size_t n = strcspn(host, "/?#");
    if (n > 0 && host[0] == '[')
        return true;
    char text[ADDR_TEXT_MAX];
    if (n >= sizeof text)
        return false;
    memcpy(text, host, n);
    text[n] = '\0';
    struct addr ignored;
    return addr_parse(text, 80, &ignored) == OK;
}

bool trackerurl_may_get(const char *url)
{
    struct weburl parts;
    return weburl_read(url, TRACKER_MAX_URL, &parts) != OK ||
           !parts.names_private || tracker_http_can_scrape(url);
}

bool trackerurl_may_reach(const char *host, const struct addr *to)
{
    struct addr named;
    if (weburl_is_public(to) || strcasecmp(host, "localhost") == 0 ||
        strcasecmp(host, "localhost.") == 0)
        return true;
    return addr_parse(host, 80, &named) == OK && addr_same_ip(&named, to);
}
