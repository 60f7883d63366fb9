#include "config.h"

#include "net/multicast.h"

#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/loop.h"
#include "net/sock.h"
#include "net/sockaddr.h"
#include "net/udp.h"
#include "util/xalloc.h"

enum { IP_BITS = 8 * ADDR_V6_LEN, V4_MAPPED_BITS = 8 * ADDR_V4_AT };

/* One address of an interface. */
struct net {
    unsigned if_idx;
    struct addr addr;
    unsigned prefix_len; /* of 128 */
    bool is_way;         /* joined, and sent on: one address an interface */
};

struct multicast {
    struct loop *loop; /* borrowed */
    struct multicast_handler handler;
    struct addr group; /* with the port */
    bool has_local;
    struct addr local;
    int in_fd;             /* owned, bound to the group */
    int out_fd;            /* owned */
    struct loop_fd *watch; /* owned */
    struct net nets[MULTICAST_MAX_NETS];
    size_t n_nets;
};

static bool is_v4(const struct multicast *m)
{
    return addr_is_v4(&m->group);
}

/* ---- Which networks there are ---- */

static unsigned prefix_len_of(const struct sockaddr *mask)
{
    const uint8_t *p;
    size_t len;
    unsigned n = 0;
    if (mask == NULL)
        return IP_BITS;
    if (mask->sa_family == AF_INET6) {
        p = ((const struct sockaddr_in6 *)(const void *)mask)
                ->sin6_addr.s6_addr;
        len = ADDR_V6_LEN;
    } else {
        p = (const uint8_t *)&((const struct sockaddr_in *)(const void *)mask)
                ->sin_addr;
        len = ADDR_V4_LEN;
        n = V4_MAPPED_BITS;
    }
    for (size_t i = 0; i < len * 8 && (p[i / 8] >> (7 - i % 8) & 1) != 0; i++)
        n++;
    return n;
}

/* Describe an interface's address; false: it is not one of ours. */
static bool describe(const struct multicast *m, const struct ifaddrs *ifa,
                     struct net *out)
{
    struct sockaddr_storage sa = {.ss_family = AF_UNSPEC};
    int family = is_v4(m) ? AF_INET : AF_INET6;
    if (ifa->ifa_addr == NULL || ifa->ifa_addr->sa_family != family ||
        (ifa->ifa_flags & IFF_UP) == 0)
        return false;
    socklen_t len = family == AF_INET ? sizeof(struct sockaddr_in)
                                      : sizeof(struct sockaddr_in6);
    memcpy(&sa, ifa->ifa_addr, len);
    if (sockaddr_to_addr(&sa, len, &out->addr) != OK)
        return false;
    out->if_idx = if_nametoindex(ifa->ifa_name);
    out->prefix_len = prefix_len_of(ifa->ifa_netmask);
    out->is_way = false;
    if (m->has_local)
        return addr_same_ip(&out->addr, &m->local) ||
               (addr_is_loopback(&m->local) && addr_is_loopback(&out->addr));
    return (ifa->ifa_flags & IFF_MULTICAST) != 0 &&
           (ifa->ifa_flags & (IFF_LOOPBACK | IFF_POINTOPOINT)) == 0;
}

/* Join, or leave, on an interface. */
static bool set_member(const struct multicast *m, const struct net *net,
                       bool joins)
{
    if (is_v4(m)) {
        struct ip_mreq r;
        memcpy(&r.imr_multiaddr, m->group.ip + ADDR_V4_AT, ADDR_V4_LEN);
        memcpy(&r.imr_interface, net->addr.ip + ADDR_V4_AT, ADDR_V4_LEN);
        return setsockopt(m->in_fd, IPPROTO_IP,
                          joins ? IP_ADD_MEMBERSHIP : IP_DROP_MEMBERSHIP, &r,
                          sizeof r) == 0;
    }
    struct ipv6_mreq r = {.ipv6mr_interface = net->if_idx};
    memcpy(&r.ipv6mr_multiaddr, m->group.ip, sizeof r.ipv6mr_multiaddr);
    return setsockopt(m->in_fd, IPPROTO_IPV6,
                      joins ? IPV6_JOIN_GROUP : IPV6_LEAVE_GROUP, &r,
                      sizeof r) == 0;
}

static struct net *find(struct net *nets, size_t n, const struct net *like)
{
    for (size_t i = 0; i < n; i++)
        if (nets[i].if_idx == like->if_idx &&
            addr_eq(&nets[i].addr, &like->addr))
            return &nets[i];
    return NULL;
}

static bool has_way(const struct multicast *m, unsigned if_idx)
{
    for (size_t i = 0; i < m->n_nets; i++)
        if (m->nets[i].if_idx == if_idx && m->nets[i].is_way)
            return true;
    return false;
}

size_t multicast_refresh(struct multicast *m)
{
    struct net nets[MULTICAST_MAX_NETS];
    struct ifaddrs *all = NULL;
    size_t n = 0;
    size_t n_ways = 0;
    if (getifaddrs(&all) != 0)
        all = NULL;
    for (struct ifaddrs *i = all; i != NULL && n < MULTICAST_MAX_NETS;
         i = i->ifa_next)
        n += describe(m, i, &nets[n]);
    freeifaddrs(all);
    for (size_t i = 0; i < m->n_nets; i++) {
        struct net *kept = find(nets, n, &m->nets[i]);
        if (kept != NULL)
            kept->is_way = m->nets[i].is_way;
        else if (m->nets[i].is_way)
            (void)set_member(m, &m->nets[i], false);
    }
    memcpy(m->nets, nets, n * sizeof nets[0]);
    m->n_nets = n;
    for (size_t i = 0; i < n; i++) {
        if (!has_way(m, nets[i].if_idx))
            m->nets[i].is_way = set_member(m, &nets[i], true);
        n_ways += m->nets[i].is_way;
    }
    return n_ways;
}

bool multicast_is_near(const struct multicast *m, const struct addr *a)
{
    for (size_t i = 0; i < m->n_nets; i++)
        if (addr_same_prefix(&m->nets[i].addr, a, m->nets[i].prefix_len))
            return true;
    return false;
}

/* ---- Sending and receiving ---- */

static bool choose_way(const struct multicast *m, const struct net *net)
{
    if (is_v4(m)) {
        struct in_addr a;
        memcpy(&a, net->addr.ip + ADDR_V4_AT, sizeof a);
        return setsockopt(m->out_fd, IPPROTO_IP, IP_MULTICAST_IF, &a,
                          sizeof a) == 0;
    }
    return sock_set(m->out_fd, IPPROTO_IPV6, IPV6_MULTICAST_IF,
                    (int)net->if_idx);
}

size_t multicast_send(struct multicast *m, const void *p, size_t len)
{
    struct sockaddr_storage sa;
    socklen_t sa_len = sockaddr_from_addr(&m->group, &sa);
    size_t n = 0;
    for (size_t i = 0; i < m->n_nets; i++)
        n += m->nets[i].is_way && choose_way(m, &m->nets[i]) &&
             sendto(m->out_fd, p, len, 0, (struct sockaddr *)&sa, sa_len) >= 0;
    return n;
}

static void on_ready(void *ctx, unsigned ready)
{
    struct multicast *m = ctx;
    uint8_t bytes[MULTICAST_RECV_LEN];
    if ((ready & LOOP_FAIL) != 0)
        (void)sock_take_error(m->in_fd);
    for (int i = 0; i < UDP_RECV_MAX; i++) {
        struct sockaddr_storage sa;
        socklen_t sa_len = sizeof sa;
        struct addr from;
        ssize_t n = recvfrom(m->in_fd, bytes, sizeof bytes, 0,
                             (struct sockaddr *)&sa, &sa_len);
        if (n < 0)
            return;
        if (sockaddr_to_addr(&sa, sa_len, &from) == OK)
            m->handler.on_datagram(m->handler.ctx, &from,
                                   (struct span){.p = bytes, .len = (size_t)n});
    }
}

/* ---- Beginning and end ---- */

/* The port is shared with every other client on this machine. */
static bool bind_in(struct multicast *m)
{
    struct sockaddr_storage sa;
    socklen_t sa_len = sockaddr_from_addr(&m->group, &sa);
    struct addr bound;
    bool ok = sock_set(m->in_fd, SOL_SOCKET, SO_REUSEADDR, 1);
#ifdef SO_REUSEPORT
    (void)sock_set(m->in_fd, SOL_SOCKET, SO_REUSEPORT, 1);
#endif
    if (!is_v4(m))
        ok = ok && sock_set(m->in_fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    if (ok && bind(m->in_fd, (struct sockaddr *)&sa, sa_len) != 0) {
        /* A system where a group is no address to be bound to. */
        struct addr any = m->group;
        size_t keep = is_v4(m) ? ADDR_V4_AT : 0;
        memset(any.ip + keep, 0, sizeof any.ip - keep);
        sa_len = sockaddr_from_addr(&any, &sa);
        ok = bind(m->in_fd, (struct sockaddr *)&sa, sa_len) == 0;
    }
    if (!ok || sockaddr_of_socket(m->in_fd, &bound) != OK)
        return false;
    m->group.port = bound.port;
    return true;
}

static void hear_own_networks_only(const struct multicast *m)
{
#ifdef IP_MULTICAST_ALL
    if (is_v4(m))
        (void)sock_set(m->in_fd, IPPROTO_IP, IP_MULTICAST_ALL, 0);
#endif
#ifdef IPV6_MULTICAST_ALL
    if (!is_v4(m))
        (void)sock_set(m->in_fd, IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0);
#endif
    (void)m;
}

/* Neighbours dial where datagrams come from: it is the address that was chosen. */
static bool prepare_out(struct multicast *m)
{
    /* What some systems want as a byte, where Linux takes an int as well. */
    const unsigned char one = 1;
    if (m->has_local) {
        struct sockaddr_storage sa;
        struct addr from = m->local;
        from.port = 0;
        socklen_t len = sockaddr_from_addr(&from, &sa);
        if (bind(m->out_fd, (struct sockaddr *)&sa, len) != 0)
            return false;
    }
    if (!is_v4(m))
        return sock_set(m->out_fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, 1) &&
               sock_set(m->out_fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 1);
    return setsockopt(m->out_fd, IPPROTO_IP, IP_MULTICAST_TTL, &one,
                      sizeof one) == 0 &&
           setsockopt(m->out_fd, IPPROTO_IP, IP_MULTICAST_LOOP, &one,
                      sizeof one) == 0;
}

enum err multicast_new(struct loop *loop, const struct addr *group,
                       const struct addr *local,
                       const struct multicast_handler *handler,
                       struct multicast **out, struct cause *cause)
{
    if (local != NULL && addr_is_v4(local) != addr_is_v4(group))
        return ERR_UNSUPPORTED;
    struct multicast *m = xzalloc(sizeof *m);
    *m = (struct multicast){.loop = loop,
                            .handler = *handler,
                            .group = *group,
                            .has_local = local != NULL};
    if (local != NULL)
        m->local = *local;
    int family = sockaddr_family(group);
    m->in_fd = sock_open(family, SOCK_DGRAM);
    m->out_fd = m->in_fd < 0 ? -1 : sock_open(family, SOCK_DGRAM);
    bool is_missing = m->in_fd < 0 && errno == EAFNOSUPPORT;
    if (m->out_fd < 0 || !bind_in(m) || !prepare_out(m)) {
        cause_set_errno(cause, errno, "multicast");
        multicast_free(m);
        return is_missing ? ERR_UNSUPPORTED : ERR_SYS;
    }
    hear_own_networks_only(m);
    (void)multicast_refresh(m);
    m->watch = loop_fd_add(loop, m->in_fd, LOOP_READ, on_ready, m);
    *out = m;
    return OK;
}

void multicast_free(struct multicast *m)
{
    if (m == NULL)
        return;
    if (m->watch != NULL)
        loop_fd_remove(m->loop, m->watch);
    if (m->in_fd >= 0)
        close(m->in_fd);
    if (m->out_fd >= 0)
        close(m->out_fd);
    free(m);
}

uint16_t multicast_port(const struct multicast *m)
{
    return m->group.port;
}
