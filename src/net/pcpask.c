#include "config.h"

#include "net/pcpask.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "util/clock.h"
#include "net/pcp.h"
#include "net/sock.h"

_Static_assert((int)PORTMAP_NONCE_LEN == (int)PCP_NONCE_LEN,
               "a wish has PCP's nonce");

/* A socket that hears its gateway alone. */
struct line {
    int fd;
    struct addr own;
    int first_ms, tries;
};

static enum err open_line(const struct pcpask *ask,
                          const struct portmap_wish *wish, struct line *out,
                          struct cause *cause)
{
    assert(ask->first_ms > 0);
    struct line l = {.first_ms = ask->first_ms, .tries = PCPASK_TRIES};
    l.fd = sock_open_to(&ask->gateway, NULL, &l.own);
    if (l.fd < 0) {
        cause_set_errno(cause, errno, "PCP: the gateway cannot be asked");
        return ERR_SYS;
    }
    if (wish->is_bound && !addr_same_ip(&l.own, &wish->local)) {
        cause_set(cause,
                  "PCP: the gateway is not reached from the address of --bind");
        close(l.fd);
        return ERR_INVALID;
    }
    *out = l;
    return OK;
}

/* Wait for the answer to what was sent: ERR_TIMEOUT, or what pcp_parse_map() makes of it;
 * what is no answer to it is passed over. */
static enum err hear(const struct line *l, int wait_ms,
                     const struct pcp_map *asked, struct pcp_reply *out)
{
    int64_t until_ms = clock_now_ms() + wait_ms;
    for (;;) {
        uint8_t bytes[PCP_MAX_LEN + 1];
        int64_t left_ms = until_ms - clock_now_ms();
        struct pollfd fd = {.fd = l->fd, .events = POLLIN};
        if (left_ms <= 0)
            return ERR_TIMEOUT;
        if (poll(&fd, 1, (int)left_ms) <= 0)
            continue;
        ssize_t n = recv(l->fd, bytes, sizeof bytes, 0);
        if (n < 0 && errno == ECONNREFUSED)
            return ERR_CLOSED;
        if (n < 0)
            continue;
        enum err err = pcp_parse_map(bytes, (size_t)n, asked, out);
        if (err == OK || err == ERR_UNSUPPORTED)
            return err;
    }
}

static enum err exchange(const struct line *l, const struct pcp_map *map,
                         struct pcp_reply *out, struct cause *cause)
{
    uint8_t bytes[PCP_REQUEST_LEN];
    size_t n = pcp_put_map(bytes, &l->own, map);
    enum err err = ERR_TIMEOUT;
    for (int i = 0; i < l->tries && err == ERR_TIMEOUT; i++) {
        if (send(l->fd, bytes, n, 0) < 0 && errno == ECONNREFUSED)
            err = ERR_CLOSED;
        else
            err = hear(l, l->first_ms << i, map, out);
    }
    if (err == OK && out->result == PCP_SUCCESS)
        return OK;
    if (err == OK) {
        cause_set(cause, "PCP: %s", pcp_result_words(out->result));
        return ERR_REFUSED;
    }
    if (err == ERR_UNSUPPORTED) {
        cause_set(cause, "PCP: the gateway speaks another version");
        return err;
    }
    cause_set(cause, "PCP: the gateway does not answer");
    return ERR_NOT_FOUND;
}

static void fill(struct pcp_map *map, const struct portmap_wish *wish,
                 size_t protocol)
{
    static const enum pcp_protocol protocols[] = {PCP_TCP, PCP_UDP};
    static const uint8_t any[4];
    *map = (struct pcp_map){.protocol = protocols[protocol],
                            .port = wish->port,
                            .suggested = addr_v4(any, 0)};
    memcpy(map->nonce, wish->nonce, sizeof map->nonce);
}

static void take_back(const struct line *l, const struct portmap_wish *wish)
{
    struct line once = *l;
    struct pcp_reply reply;
    struct pcp_map map;
    once.tries = 1;
    for (size_t i = 0; i < 2; i++) {
        fill(&map, wish, i);
        enum err err = exchange(&once, &map, &reply, NULL);
        if (err == ERR_NOT_FOUND)
            return;
    }
}

/* Both protocols; another port than ours is of no use: ours is announced. */
static enum err map_both(const struct line *l, const struct portmap_wish *wish,
                         struct portmap_mapping *out, struct cause *cause)
{
    for (size_t i = 0; i < 2; i++) {
        struct pcp_map map;
        struct pcp_reply reply;
        fill(&map, wish, i);
        map.suggested.port = wish->port;
        map.life_s = PORTMAP_LIFE_S;
        enum err err = exchange(l, &map, &reply, cause);
        bool is_other = err == OK && reply.external.port != wish->port;
        if (is_other) {
            cause_set(cause,
                      "PCP: port %u is in use at the gateway (it offers %u)",
                      (unsigned)wish->port, (unsigned)reply.external.port);
            err = ERR_REFUSED;
        }
        if (err != OK) {
            if (is_other || i > 0)
                take_back(l, wish);
            return err;
        }
        out->life_s = reply.life_s;
        out->external = reply.external;
        out->has_external = addr_is_dialable(&reply.external);
    }
    return OK;
}

enum err pcpask_map(const struct pcpask *ask, const struct portmap_wish *wish,
                    struct portmap_mapping *out, struct cause *cause)
{
    struct line l;
    struct portmap_mapping m = {.by = "PCP"};
    enum err err = open_line(ask, wish, &l, cause);
    if (err != OK)
        return err;
    err = map_both(&l, wish, &m, cause);
    if (err == OK)
        *out = m;
    close(l.fd);
    return err;
}

void pcpask_unmap(const struct pcpask *ask, const struct portmap_wish *wish)
{
    struct line l;
    if (open_line(ask, wish, &l, NULL) != OK)
        return;
    take_back(&l, wish);
    close(l.fd);
}
