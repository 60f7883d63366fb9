#include "config.h"

#include "net/httpreach.h"

#include <string.h>

#include "util/addr.h"
#include "net/sock.h"
#include "net/sockaddr.h"
#include "net/weburl.h"

static const char *refusal_of(const struct http_refuser *refuser,
                              const struct addr *a)
{
    return refuser->refuses != NULL ? refuser->refuses(refuser->ctx, a) : NULL;
}

static bool may_reach(struct httpreach *r, const struct addr *a)
{
    struct httpwords *end = r->end;
    if (r->is_proxied)
        return true;
    bool is_private = !r->may_go_private && !weburl_is_public(a);
    end->is_private = end->is_private || is_private;
    /* Of several addresses the last that was tried says why there is none. */
    end->refusal = is_private ? NULL : refusal_of(r->refuser, a);
    if (!is_private && end->refusal == NULL)
        return true;
    (void)addr_ip_text(a, end->address);
    return false;
}

static curl_socket_t curl_opens_socket(void *ctx, curlsocktype purpose,
                                       struct curl_sockaddr *sa)
{
    struct sockaddr_storage storage;
    struct addr a;
    (void)purpose;
    if (sa->addrlen > sizeof storage)
        return CURL_SOCKET_BAD;
    memcpy(&storage, (const void *)&sa->addr, sa->addrlen);
    if (sockaddr_to_addr(&storage, (socklen_t)sa->addrlen, &a) != OK ||
        !may_reach(ctx, &a))
        return CURL_SOCKET_BAD;
    return sock_open(sa->family, sa->socktype);
}

/* A connection that is used again was opened for another request, which may have
 * been allowed more. */
static int curl_begins_request(void *ctx, char *remote_ip, char *local_ip,
                               int remote_port, int local_port)
{
    struct addr a;
    (void)local_ip;
    (void)remote_port;
    (void)local_port;
    return addr_parse_ip(remote_ip, &a) == OK && may_reach(ctx, &a)
               ? CURL_PREREQFUNC_OK
               : CURL_PREREQFUNC_ABORT;
}

bool httpreach_set(CURL *easy, struct httpreach *r)
{
    return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION,
                            curl_opens_socket) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, r) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION,
                            curl_begins_request) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_PREREQDATA, r) == CURLE_OK;
}

bool httpreach_may_go_on(CURL *easy, struct httpreach *r)
{
    char *ip = NULL;
    struct addr a;
    (void)curl_easy_getinfo(easy, CURLINFO_PRIMARY_IP, &ip);
    return ip == NULL || addr_parse_ip(ip, &a) != OK || may_reach(r, &a);
}
