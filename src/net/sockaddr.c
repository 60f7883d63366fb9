#include "config.h"

#include "net/sockaddr.h"

#include <netinet/in.h>
#include <string.h>

int sockaddr_family(const struct addr *a)
{
    return addr_is_v4(a) ? AF_INET : AF_INET6;
}

socklen_t sockaddr_from_addr(const struct addr *a, struct sockaddr_storage *out)
{
    memset(out, 0, sizeof *out);
    if (addr_is_v4(a)) {
        struct sockaddr_in sin = {.sin_family = AF_INET,
                                  .sin_port = htons(a->port)};
        memcpy(&sin.sin_addr, a->ip + ADDR_V4_AT, ADDR_V4_LEN);
        memcpy(out, &sin, sizeof sin);
        return sizeof sin;
    }
    struct sockaddr_in6 sin6 = {.sin6_family = AF_INET6,
                                .sin6_port = htons(a->port)};
    memcpy(&sin6.sin6_addr, a->ip, ADDR_V6_LEN);
    memcpy(out, &sin6, sizeof sin6);
    return sizeof sin6;
}

enum err sockaddr_to_addr(const struct sockaddr_storage *sa, socklen_t len,
                          struct addr *out)
{
    if (len <
        offsetof(struct sockaddr_storage, ss_family) + sizeof sa->ss_family)
        return ERR_INVALID;
    if (sa->ss_family == AF_INET && len >= sizeof(struct sockaddr_in)) {
        struct sockaddr_in sin;
        uint8_t ip[ADDR_V4_LEN];
        memcpy(&sin, sa, sizeof sin);
        memcpy(ip, &sin.sin_addr, sizeof ip);
        *out = addr_v4(ip, ntohs(sin.sin_port));
        return OK;
    }
    if (sa->ss_family == AF_INET6 && len >= sizeof(struct sockaddr_in6)) {
        struct sockaddr_in6 sin6;
        memcpy(&sin6, sa, sizeof sin6);
        *out = addr_v6(sin6.sin6_addr.s6_addr, ntohs(sin6.sin6_port));
        return OK;
    }
    return ERR_INVALID;
}

enum err sockaddr_of_socket(int fd, struct addr *out)
{
    struct sockaddr_storage sa;
    socklen_t len = sizeof sa;
    if (getsockname(fd, (struct sockaddr *)&sa, &len) != 0)
        return ERR_SYS;
    return sockaddr_to_addr(&sa, len, out);
}
