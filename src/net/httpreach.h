/* httpreach.h -- which addresses an HTTP request may reach, asked by libcurl when it
 * connects and again when it uses an open connection: see http.h. Decides nothing of
 * what is refused for the session's sake: http_config.refuser does. A part of http;
 * loop thread only. */
#ifndef NET_HTTPREACH_H
#define NET_HTTPREACH_H

#include "net/http.h"
#include "net/httpwords.h"

#include <curl/curl.h>
#include <stdbool.h>

/* Of one request; it stays where it is while the request is under way. */
struct httpreach {
    const struct http_refuser *refuser; /* borrowed */
    bool is_proxied;       /* the proxy decides */
    bool may_go_private;   /* its URL names such an address, or the user typed it */
    struct httpwords *end; /* borrowed: told what was refused */
};

/* Have libcurl ask. False: it refuses. */
bool httpreach_set(CURL *easy, struct httpreach *r);
/* May it go on with the connection that it has, if it has one? */
bool httpreach_may_go_on(CURL *easy, struct httpreach *r);

#endif
